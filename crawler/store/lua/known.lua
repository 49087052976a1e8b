-- What is known of a URL and its host; changes nothing.
-- KEYS: see keys.lua
-- ARGV: boot id, fingerprint ('' where it is not known), host, the URL
-- Result: 1 where it was seen, ms until it is due again (-1: never, 0: now), its state as a seed ('' where it is
--         none), what waits at its host, the host's pages and bytes, the crawl's pages and bytes; error STALE.
--@include keys
--@include fresh
--@include seen
local fingerprint = ARGV[2]
local due = redis.call('ZSCORE', DUE, fingerprint)
local host = redis.call('HMGET', HOST .. ARGV[3], 'queued', 'pages', 'bytes')
local crawl = redis.call('HMGET', CRAWL, 'pages', 'bytes')
return {
  fingerprint ~= '' and was_seen(fingerprint) and 1 or 0,
  due and math.max(0, due - now()) or -1,
  redis.call('HGET', SEEDS, ARGV[4]) or '',
  tonumber(host[1] or 0), tonumber(host[2] or 0), tonumber(host[3] or 0),
  tonumber(crawl[1] or 0), tonumber(crawl[2] or 0),
}
