-- Begins an import: from here to `crown` the frontier has a layout that nobody can join.
-- KEYS: see keys.lua
-- ARGV: who imports, then fields of `crawl` and their values
-- Result: `ours`; `taken` where there is a frontier; `busy` where another import is under way.
--@include keys
local PATIENCE = 15000 -- ms after which an import that said nothing counts as dead
local layout = redis.call('HGET', CRAWL, 'layout')
if redis.call('EXISTS', GENERATION) == 1 and layout ~= 'unfinished' then return 'taken' end
local others = redis.call('ZRANGEBYSCORE', WORKERS, now() - PATIENCE, '+inf')
if #others > 0 and others[1] ~= ARGV[1] then return 'busy' end
local kept = redis.call('HMGET', CRAWL, 'boot', 'hold')
redis.call('DEL', CRAWL, WORKERS)
redis.call('HSET', CRAWL, 'boot', kept[1], 'layout', 'unfinished', unpack(ARGV, 2))
local hold = math.max(tonumber(kept[2] or 0), tonumber(redis.call('HGET', CRAWL, 'hold') or 0))
redis.call('HSET', CRAWL, 'hold', hold)
redis.call('SET', GENERATION, 'unfinished')
redis.call('ZADD', WORKERS, now(), ARGV[1])
return 'ours'
