-- Leases URLs of hosts that are due; a batch is up to PER URLs of one host and holds one of its slots.
-- KEYS: see keys.lua
-- ARGV: boot id, most URLs in all, most URLs a host (PER), worker
-- Result: state, ms until something may be claimable (-1 where nothing is known to come), then for each
--         lease: id, host, offset in ms, attempts, delay in ms, window in ms (-1: none), item;
--         error STALE.
--@include keys
--@include fresh
--@include host
--@include finish
local REAPED, WINDOW, MARGIN = 32, 250, 10
local t = now()
redis.call('ZADD', WORKERS, t, ARGV[4])
local expired = redis.call('ZRANGEBYSCORE', LEASES, '-inf', t, 'LIMIT', 0, REAPED)
for _, id in ipairs(expired) do finish(id, 'expiry', t, 0, '') end

local crawl = redis.call('HMGET', CRAWL, 'state', 'hold')
local state, hold = crawl[1] or 'running', tonumber(crawl[2] or 0)
if state ~= 'running' then return { state, -1 } end
if t < hold then return { state, hold - t } end

-- With several slots and a delay, starts are spaced by reserving one moment each: a lease must start
-- within WINDOW of it, or go back (MARGIN is for the step from that decision to the wire). With one slot the batch's own order keeps the delay.
local function batch_size(h, most)
  if h.delay == 0 then return most end
  if SLOTS > 1 then return 1 end
  return math.min(most, 1 + math.floor(LEASE / 4 / h.delay))
end

local result, left = { state, 0 }, tonumber(ARGV[2])

local function lease(h, batch, n, class, entry)
  local id = n == 0 and batch or ARGV[1] .. ':' .. redis.call('HINCRBY', CRAWL, 'sequence', 1)
  local attempts, expiries, item = string.byte(entry, 1), string.byte(entry, 2), string.sub(entry, 3)
  local offset = n * h.delay
  redis.call('ZADD', LEASES, t + offset + LEASE + h.delay, id)
  redis.call('HSET', ITEMS, id, table.concat({ h.name, class, attempts, expiries, batch, item }, '\n'))
  local window = SLOTS > 1 and h.delay > 0 and WINDOW or -1
  for _, value in ipairs({ id, h.name, offset, attempts, h.delay, window, item }) do
    result[#result + 1] = value
  end
end

local function claim_host(h)
  local taken = pop(h, batch_size(h, math.min(left, tonumber(ARGV[3]))))
  if #taken > 0 then
    local batch = ARGV[1] .. ':' .. redis.call('HINCRBY', CRAWL, 'sequence', 1)
    redis.call('HSET', BATCHES, batch, #taken)
    for n, one in ipairs(taken) do lease(h, batch, n - 1, one[1], one[2]) end
    h.used = h.used + 1
    h.next = t + #taken * h.delay
    if SLOTS > 1 and h.delay > 0 then h.next = h.next + WINDOW + MARGIN end
    left = left - #taken
  end
  save_host(h)
end

for _, name in ipairs(redis.call('ZRANGEBYSCORE', READY, '-inf', t, 'LIMIT', 0, left)) do
  if left == 0 then break end
  claim_host(load_host(name))
end

local claimed = tonumber(ARGV[2]) - left
if claimed > 0 then
  redis.call('HINCRBY', CRAWL, 'claimed', claimed)
  redis.call('HDEL', CRAWL, 'clean')
  return result
end
local host = redis.call('ZRANGE', READY, 0, 0, 'WITHSCORES')
local oldest = redis.call('ZRANGE', LEASES, 0, 0, 'WITHSCORES')
local soonest = math.min(tonumber(host[2] or math.huge), tonumber(oldest[2] or math.huge))
result[2] = soonest == math.huge and -1 or math.max(0, soonest - t)
return result
