-- Ends an import: from here on it is a frontier like any other.
-- KEYS: see keys.lua
-- ARGV: boot id, generation, layout of the keys, URLs that are done, URLs that are dead and not in the list,
--       then counters and their values
-- Result: 1; error STALE.
--@include keys
--@include fresh
redis.call('HINCRBY', CRAWL, 'added', ARGV[4] + ARGV[5])
redis.call('HINCRBY', CRAWL, 'done', ARGV[4])
redis.call('HINCRBY', CRAWL, 'dead', ARGV[5])
if #ARGV > 5 then redis.call('HSET', CRAWL, unpack(ARGV, 6)) end
redis.call('DEL', WORKERS)
redis.call('HSET', CRAWL, 'layout', ARGV[3])
redis.call('SET', GENERATION, ARGV[2])
return 1
