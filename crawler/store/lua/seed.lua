-- Begins a pass of each seed that is due. A seed that still waits in this crawl is not due; with `again`
-- each is whose last pass began before this run of the crawl (join.lua).
-- KEYS: see keys.lua
-- ARGV: boot id, interval in ms, 1 for `again`, then for each seed a what add.lua takes, with a
--       fingerprint, and the seed at the array's end
-- Result: for each seed 1 where it was added, else 0; error STALE.
--@include keys
--@include fresh
--@include host
--@include seen
local t, interval, again = now(), tonumber(ARGV[2]), ARGV[3] == '1'
local counts = redis.call('HMGET', CRAWL, 'added', 'done', 'dead', 'run')
local busy = tonumber(counts[1] or 0) > tonumber(counts[2] or 0) + tonumber(counts[3] or 0)
local run = tonumber(counts[4] or 0)

local begun = {}
local function is_due(seed)
  if begun[seed] then return false end
  if busy and redis.call('HGET', SEEDS, seed) == 'pending' then return false end
  local last = tonumber(redis.call('HGET', PASSES, seed) or 0)
  return t - last >= interval or (again and last < run)
end

local result, added = {}, 0
for i = 4, #ARGV do
  local behind, row = cmsgpack.unpack_one(ARGV[i])
  local name, class, fingerprint, clock, delay, slots, seed = unpack(row)
  local due = is_due(seed)
  if due then
    see(fingerprint)
    redis.call('HSET', SEEDS, seed, 'pending')
    redis.call('HSET', PASSES, seed, t)
    push(meet_host(name, clock, delay, slots), class, 'tail', '\0\0' .. string.sub(ARGV[i], behind + 1))
    added, begun[seed] = added + 1, true
  end
  result[#result + 1] = due and 1 or 0
end
save_all()
save_seen()
redis.call('HINCRBY', CRAWL, 'added', added)
return result
