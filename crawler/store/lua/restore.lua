-- Puts rows of an exported frontier where they belong; hosts come before what waits at them.
-- KEYS: see keys.lua
-- ARGV: boot id, who imports, then for each row a MessagePack array that begins with what it is:
--         host, name, then fields of its hash and their values
--         queue, host, class, side, attempts, expiries, moment until which its clock is held; behind the
--           array the item
--         dead, reason, host, class, when; behind the array the item
--         seed, the seed, its state ('' for none), its last pass (0 for none)
--         due, fingerprint, when, host, class; behind the array the item
--         seen, then fingerprints
-- Result: how many rows; error STALE.
--@include keys
--@include fresh
--@include host
--@include finish
--@include seen
local t, added, dead = now(), 0, 0
redis.call('ZADD', WORKERS, t, ARGV[2])

local restore = {}

function restore.host(_, name, ...)
  redis.call('HSET', HOST .. name, ...)
  if not is_shared(name) then redis.call('HSETNX', HOST .. name, 'queued', 0) end -- it is known
end

function restore.queue(item, name, class, side, attempts, expiries, held)
  local h = load_host(name)
  h.clock.held = math.max(h.clock.held, held)
  push(h, class, side, string.char(attempts, expiries) .. item)
  added = added + 1
end

function restore.dead(item, reason, name, class, moment)
  bury({ name = name }, class, item, reason, moment)
  added, dead = added + 1, dead + 1
end

-- Of several partitions' words the one holds that `Frontier.seeds` would choose.
function restore.seed(_, seed, state, pass)
  local known = redis.call('HGET', SEEDS, seed)
  if state ~= '' and known ~= 'archived' and (state ~= 'pending' or not known) then
    redis.call('HSET', SEEDS, seed, state)
  end
  local last = tonumber(redis.call('HGET', PASSES, seed) or 0)
  if pass > last then redis.call('HSET', PASSES, seed, pass) end
end

function restore.due(item, fingerprint, moment, name, class)
  redis.call('ZADD', DUE, moment, fingerprint)
  redis.call('HSET', RECRAWL, fingerprint, table.concat({ name, class, item }, '\n'))
end

function restore.seen(_, ...)
  for _, fingerprint in ipairs({ ... }) do see(fingerprint) end
end

for i = 3, #ARGV do
  local behind, row = cmsgpack.unpack_one(ARGV[i])
  restore[row[1]](behind > 0 and string.sub(ARGV[i], behind + 1) or '', unpack(row, 2))
end
save_all()
save_seen()
redis.call('HINCRBY', CRAWL, 'added', added)
redis.call('HINCRBY', CRAWL, 'dead', dead)
return #ARGV - 2
