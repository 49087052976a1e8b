-- Ends a frontier: nobody can join what is left of its keys, which the caller deletes next.
-- KEYS: see keys.lua
-- ARGV: generation of the collection, 1 to do it (else only look), then workers that do not run any more
-- Result: the other workers that were heard within LEASE_TIME (where any was, nothing is done); error WRONG
--         where the server holds another frontier. One that holds none, or an unfinished one, is no error.
--@include keys
local generation = redis.call('GET', GENERATION)
if generation and generation ~= ARGV[1] and redis.call('HGET', CRAWL, 'layout') ~= 'unfinished' then
  return redis.error_reply('WRONG the server holds another frontier')
end
if #ARGV > 2 then redis.call('ZREM', WORKERS, unpack(ARGV, 3)) end
local since = now() - tonumber(redis.call('HGET', CRAWL, 'lease') or 0)
local workers = redis.call('ZRANGEBYSCORE', WORKERS, since, '+inf')
if #workers == 0 and ARGV[2] == '1' then
  redis.call('SET', GENERATION, 'dropped')
  redis.call('HSET', CRAWL, 'layout', 'unfinished')
end
return workers
