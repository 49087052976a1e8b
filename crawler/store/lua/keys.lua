-- The keys of crawler/store/keys.py by name; the last five are beginnings of keys.
local CRAWL, READY, LEASES, ITEMS, BATCHES, DEAD, SEEDS, PASSES, WORKERS, GENERATION, DUE, RECRAWL, SEGMENTS,
  HOST, QUEUE, SEEN, ROTA, LOOSE = unpack(KEYS)

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
