-- Begins a pass of each seed that is due. A seed that still waits in this crawl is not due.
-- KEYS: see keys.lua
-- ARGV: boot id, interval in ms, 1 for `again`, then for each seed: host, class, fingerprint, seed, item
-- Result: for each seed 1 where it was added, else 0; error STALE.
--@include keys
--@include fresh
--@include host
--@include seen
local t, interval, again = now(), tonumber(ARGV[2]), ARGV[3] == '1'
local counts = redis.call('HMGET', CRAWL, 'added', 'done', 'dead')
local busy = tonumber(counts[1] or 0) > tonumber(counts[2] or 0) + tonumber(counts[3] or 0)

local begun = {}
local function is_due(seed)
  if begun[seed] then return false end
  if busy and redis.call('HGET', SEEDS, seed) == 'pending' then return false end
  local last = redis.call('HGET', PASSES, seed)
  return again or not last or t - tonumber(last) >= interval
end

local hosts, result, added = {}, {}, 0
for i = 4, #ARGV, 5 do
  local name, class, fingerprint, seed, item =
    ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local due = is_due(seed)
  if due then
    see(fingerprint)
    redis.call('HSET', SEEDS, seed, 'pending')
    redis.call('HSET', PASSES, seed, t)
    hosts[name] = hosts[name] or load_host(name)
    push(hosts[name], class, 'tail', '\0\0' .. item)
    added, begun[seed] = added + 1, true
  end
  result[#result + 1] = due and 1 or 0
end
for _, h in pairs(hosts) do save_host(h) end
save_seen()
redis.call('HINCRBY', CRAWL, 'added', added)
return result
