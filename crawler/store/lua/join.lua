-- A worker joins. The limits of the worker that joined last hold for the whole crawl. Where nothing waits and
-- nobody works, it begins a run.
-- KEYS: see keys.lua
-- ARGV: generation of the collection ('' where it has none), a new generation, layout of the keys, worker,
--       LEASE_TIME in ms, then fields of `crawl` and their values
-- Result: the generation that holds, 1 where a run begins; error WRONG where it is not the collection's, LAYOUT
--         where the keys are laid out as another version of Clew does.
--@include keys
local t, lease = now(), tonumber(ARGV[5])
local crawl = redis.call('HMGET', CRAWL, 'layout', 'added', 'done', 'dead', 'state')
if redis.call('EXISTS', GENERATION) == 1 and crawl[1] ~= ARGV[3] then
  return redis.error_reply('LAYOUT ' .. (crawl[1] or '1'))
end
if ARGV[1] == '' then redis.call('SET', GENERATION, ARGV[2], 'NX') end
local generation = redis.call('GET', GENERATION)
if ARGV[1] ~= '' and generation ~= ARGV[1] then
  return redis.error_reply('WRONG the server holds another frontier, or none')
end
redis.call('HSET', CRAWL, 'layout', ARGV[3], 'lease', ARGV[5], unpack(ARGV, 6))
local longest = tonumber(redis.call('HGET', CRAWL, 'longest') or 0)
redis.call('HSET', CRAWL, 'longest', math.max(longest, tonumber(redis.call('HGET', CRAWL, 'delay'))))

redis.call('ZREM', WORKERS, ARGV[4])
local alone = #redis.call('ZRANGEBYSCORE', WORKERS, t - lease, '+inf', 'LIMIT', 0, 1) == 0
local over = tonumber(crawl[2] or 0) == tonumber(crawl[3] or 0) + tonumber(crawl[4] or 0)
if alone and over then redis.call('HSET', CRAWL, 'run', t) end
if alone and crawl[5] == 'stopped' then redis.call('HDEL', CRAWL, 'state') end
redis.call('HDEL', CRAWL, 'clean')
redis.call('ZADD', WORKERS, t, ARGV[4])
return { generation, alone and over and 1 or 0 }
