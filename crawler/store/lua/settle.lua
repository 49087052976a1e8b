-- A write that comes after all those whose durability the caller waits for.
-- KEYS: see keys.lua
-- ARGV: boot id
-- Result: how many replicas follow the primary; error STALE
--@include keys
--@include fresh
redis.call('HSET', CRAWL, 'settled', ARGV[1])
local _, replicas = string.gsub(redis.call('INFO', 'replication'), 'state=online', '')
return replicas
