-- Leaves the clean-stop flag: no lease is out and no worker is left, so a restart loses nothing.
-- KEYS: see keys.lua
-- ARGV: none
-- Result: 1 where the flag was left, else 0.
--@include keys
local lease = tonumber(redis.call('HGET', CRAWL, 'lease') or 0)
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', now() - lease)
if redis.call('ZCARD', LEASES) > 0 or redis.call('ZCARD', WORKERS) > 0 then return 0 end
redis.call('HSET', CRAWL, 'clean', 1)
return 1
