-- The keys of crawler/store/keys.py by name; HOST, QUEUE and SEEN are beginnings of keys.
local CRAWL, READY, LEASES, ITEMS, BATCHES, DEAD, SEEDS, PASSES, WORKERS, GENERATION, HOST, QUEUE, SEEN =
  unpack(KEYS)

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
