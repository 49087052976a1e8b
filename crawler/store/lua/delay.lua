-- Sets a host's own delay (Crawl-delay); the default holds where it is longer.
-- KEYS: see keys.lua
-- ARGV: boot id, host, delay in ms
-- Result: the delay that holds from now on, in ms; error STALE.
--@include keys
--@include fresh
--@include host
redis.call('HSET', HOST .. ARGV[2], 'delay', ARGV[3])
local h = load_host(ARGV[2])
h.next = math.max(h.next, now() + h.delay)
save_host(h)
local longest = tonumber(redis.call('HGET', CRAWL, 'longest') or 0)
redis.call('HSET', CRAWL, 'longest', math.max(longest, h.delay))
return h.delay
