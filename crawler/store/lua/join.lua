-- A worker joins. The limits of the worker that joined last hold for the whole crawl.
-- KEYS: see keys.lua
-- ARGV: generation of the collection ('' where it has none), a new generation, worker,
--       default delay in ms, slots a host, tries, expiries, LEASE_TIME in ms
-- Result: the generation that holds; error WRONG where it is not the collection's.
--@include keys
if ARGV[1] == '' then redis.call('SET', GENERATION, ARGV[2], 'NX') end
local generation = redis.call('GET', GENERATION)
if ARGV[1] ~= '' and generation ~= ARGV[1] then
  return redis.error_reply('WRONG the server holds another frontier, or none')
end
local longest = tonumber(redis.call('HGET', CRAWL, 'longest') or 0)
redis.call('HSET', CRAWL, 'delay', ARGV[4], 'slots', ARGV[5], 'tries', ARGV[6], 'expiries', ARGV[7],
  'lease', ARGV[8], 'longest', math.max(longest, tonumber(ARGV[4])))
redis.call('HDEL', CRAWL, 'clean')
redis.call('ZADD', WORKERS, now(), ARGV[3])
return generation
