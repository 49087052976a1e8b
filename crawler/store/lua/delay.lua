-- Notes the delay that a host asks for (Crawl-delay); the crawl's holds where it is longer, a rule's always.
-- KEYS: see keys.lua
-- ARGV: boot id, host, delay in ms
-- Result: the delay that holds from now on in ms, or -1 where the host is not known here; error STALE.
--@include keys
--@include fresh
--@include host
local h = load_host(ARGV[2])
if not h.known then return -1 end
local owner, asked = HOST .. h.clock.name, tonumber(ARGV[3])
-- Of hosts that share a clock the one that asks for most is heard.
if is_shared(h.clock.name) then asked = math.max(asked, tonumber(redis.call('HGET', owner, 'asked') or 0)) end
redis.call('HSET', owner, 'asked', asked)
clocks[h.clock.name] = nil
h.clock = load_clock(h.clock.name)
h.clock.next = math.max(h.clock.next, now() + h.clock.delay)
save_all()
local longest = tonumber(redis.call('HGET', CRAWL, 'longest') or 0)
redis.call('HSET', CRAWL, 'longest', math.max(longest, h.clock.delay))
return h.clock.delay
