-- Notes the delay that a host asks for (Crawl-delay); the crawl's holds where it is longer, a rule's always.
-- KEYS: see keys.lua
-- ARGV: boot id, host, delay in ms
-- Result: the delay that holds from now on in ms, or -1 where the host is not known here; error STALE.
--@include keys
--@include fresh
--@include host
local h = load_host(ARGV[2])
if not h.known then return -1 end
redis.call('HSET', HOST .. h.clock.name, 'asked', ARGV[3])
clocks[h.clock.name] = nil
h.clock = load_clock(h.clock.name)
h.clock.next = math.max(h.clock.next, now() + h.clock.delay)
save_all()
local longest = tonumber(redis.call('HGET', CRAWL, 'longest') or 0)
redis.call('HSET', CRAWL, 'longest', math.max(longest, h.clock.delay))
return h.clock.delay
