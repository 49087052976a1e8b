-- Moves pages that were due when this run began into their queues, some at a time. Whoever joins asks until
-- none is left, so a worker that dies here leaves nothing behind.
-- KEYS: see keys.lua
-- ARGV: boot id, most pages
-- Result: how many were moved; error STALE.
--@include keys
--@include fresh
--@include host
local run = redis.call('HGET', CRAWL, 'run')
local pages = redis.call('ZRANGEBYSCORE', DUE, '-inf', run, 'LIMIT', 0, ARGV[2])
for _, fingerprint in ipairs(pages) do
  local name, class, item = string.match(redis.call('HGET', RECRAWL, fingerprint), '^(.-)\n(.-)\n(.*)$')
  push(load_host(name), tonumber(class), 'tail', '\0\0' .. item)
  redis.call('HDEL', RECRAWL, fingerprint)
  redis.call('ZREM', DUE, fingerprint)
end
save_all()
redis.call('HINCRBY', CRAWL, 'added', #pages)
return #pages
