-- A worker goes.
-- KEYS: see keys.lua
-- ARGV: worker
-- Result: the other workers that were heard within LEASE_TIME.
--@include keys
local since = now() - tonumber(redis.call('HGET', CRAWL, 'lease') or 0)
redis.call('ZREM', WORKERS, ARGV[1])
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', since)
return redis.call('ZRANGE', WORKERS, 0, -1)
