-- Sets the state that claims obey; workers see it with their next claim.
-- KEYS: see keys.lua
-- ARGV: boot id, state (running, paused, stopped)
-- Result: the state before, how many workers were heard within LEASE_TIME; error STALE.
--@include keys
--@include fresh
local was = redis.call('HGET', CRAWL, 'state') or 'running'
if ARGV[2] == 'running' then redis.call('HDEL', CRAWL, 'state')
else redis.call('HSET', CRAWL, 'state', ARGV[2]) end
local since = now() - tonumber(redis.call('HGET', CRAWL, 'lease') or 0)
return { was, redis.call('ZCOUNT', WORKERS, since, '+inf') }
