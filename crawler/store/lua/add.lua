-- Adds URLs that were not seen before.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each URL a MessagePack array: host, class, fingerprint ('' forces it), and for a host
--       that is new: clock ('' for its own), delay in ms and slots (-1: the crawl's); behind the array the item
-- Result: for each URL 1 where it was added, 0 where it was seen before; error STALE.
--@include keys
--@include fresh
--@include host
--@include seen
local result, added = {}, 0
for i = 2, #ARGV do
  local behind, row = cmsgpack.unpack_one(ARGV[i])
  local name, class, fingerprint, clock, delay, slots = unpack(row)
  local new = fingerprint == '' or see(fingerprint)
  if new then
    push(meet_host(name, clock, delay, slots), class, 'tail', '\0\0' .. string.sub(ARGV[i], behind + 1))
    added = added + 1
  end
  result[#result + 1] = new and 1 or 0
end
save_all()
save_seen()
redis.call('HINCRBY', CRAWL, 'added', added)
redis.call('HINCRBY', CRAWL, 'dup', #result - added)
return result
