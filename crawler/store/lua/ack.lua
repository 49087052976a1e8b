-- Ends leases. One that is not known any more (it expired) changes nothing but an archived seed's state.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each a MessagePack array: lease, verdict (done, retry, back, dead), hold in ms,
--       reason, seed ('' for none), state of the seed ('' for no news), failures in a row (0: it
--       answered, -1: it was not asked), pages and bytes that were archived, ms until it is due again (0:
--       never), its fingerprint; behind the array the item that is due then
-- Result: for each 1 where the lease was known, else 0; error STALE.
--@include keys
--@include fresh
--@include host
--@include finish
local t, result, pages, bytes = now(), {}, 0, 0

local function archived(h, more_pages, more_bytes)
  h.pages, h.bytes = h.pages + more_pages, h.bytes + more_bytes
  pages, bytes = pages + more_pages, bytes + more_bytes
end

local function due_again(h, class, item, interval, fingerprint)
  redis.call('ZADD', DUE, t + interval, fingerprint)
  redis.call('HSET', RECRAWL, fingerprint, table.concat({ h.name, class, item }, '\n'))
end

for i = 2, #ARGV do
  local behind, row = cmsgpack.unpack_one(ARGV[i])
  local lease, verdict, hold, reason, seed, state, failed, more_pages, more_bytes, interval, fingerprint =
    unpack(row)
  local fate, h, class = finish(lease, verdict, t, { hold = hold, reason = reason, failed = failed })
  if fate then archived(h, more_pages, more_bytes) end
  if fate == 'done' and interval > 0 then
    due_again(h, class, string.sub(ARGV[i], behind + 1), interval, fingerprint)
  end
  local final = fate == 'done' or fate == 'dead' or state == 'archived'
  if final and seed ~= '' and state ~= '' then tell_seed(seed, state, t) end
  result[#result + 1] = fate and 1 or 0
end
save_all()
if pages > 0 then redis.call('HINCRBY', CRAWL, 'pages', pages) end
if bytes > 0 then redis.call('HINCRBY', CRAWL, 'bytes', bytes) end
return result
