-- A worker goes.
-- KEYS: see keys.lua
-- ARGV: worker
-- Result: the other workers that were heard within LEASE_TIME.
--@include keys
--@include host
local since = '(' .. (now() - LEASE)
redis.call('ZREM', WORKERS, ARGV[1])
redis.call('ZREMRANGEBYSCORE', WORKERS, '-inf', now() - LEASE)
return redis.call('ZRANGEBYSCORE', WORKERS, since, '+inf')
