-- The first words on every new connection: is this the server that the crawl knows?
-- KEYS: see keys.lua
-- ARGV: run id of the server, generation of the collection ('' where it is not known yet),
--       LEASE_TIME in ms
-- Result: 1 where the server was restarted (or is new), else 0; error WRONG where the generation differs.
--
-- A restart may have lost the last second: leases and hosts' clocks with it. So nothing is claimed until
-- the last lease that may have been lost is over and its host has rested. After a clean stop nothing was
-- lost and nothing was out. A batch spans a quarter of a lease at most (claim.lua).
--@include keys
if ARGV[2] ~= '' and redis.call('GET', GENERATION) ~= ARGV[2] then
  return redis.error_reply('WRONG the server holds another frontier, or none')
end
local was = redis.call('HMGET', CRAWL, 'boot', 'clean', 'longest', 'hold', 'lease')
if was[1] == ARGV[1] then return 0 end
local hold = tonumber(was[4] or 0)
if was[1] and not was[2] then
  local lease = math.max(tonumber(ARGV[3]), tonumber(was[5] or 0)) -- a command need not know the crawl's
  hold = math.max(hold, now() + 1.25 * lease + tonumber(was[3] or 0))
end
redis.call('HDEL', CRAWL, 'clean')
redis.call('HSET', CRAWL, 'boot', ARGV[1], 'hold', math.ceil(hold))
return 1
