-- The keys of crawler/store/keys.py by name; the last six are beginnings of keys.
local CRAWL, READY, LEASES, ITEMS, BATCHES, DEAD, SEEDS, PASSES, WORKERS, GENERATION, DUE, RECRAWL, SEGMENTS,
  PLACES, FILES, OWN_QUOTAS, HOST, QUEUE, SEEN, ROTA, LOOSE, ERRANDS = unpack(KEYS)
local PARTITION = string.match(KEYS[1], ':(%d+)}')

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
