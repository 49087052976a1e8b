-- Leases URLs of hosts that are due; a batch is up to PER URLs of one host and holds one slot of its clock.
-- KEYS: see keys.lua
-- ARGV: boot id, most URLs in all, most URLs a host (PER), worker, then for each batch whose chain is over:
--       batch, host, ms since its last start, hold in ms
-- Result: state (running, paused, stopped, full, or held after a restart of the server), ms until something
--         may be claimable (-1 where nothing is known to come), then for each lease: id, host, offset in ms,
--         attempts, delay in ms, window in ms (-1: none), failures of the clock in a row, item; error STALE.
--@include keys
--@include fresh
--@include host
--@include finish
--@include free
--@include quota
local REAPED, WINDOW, MARGIN = 32, 250, 10
local PAUSE = 50 -- ms between two looks at whether what is on lease became pages
local t = now()
redis.call('ZADD', WORKERS, t, ARGV[4])
for i = 5, #ARGV, 4 do free(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3]), t) end
local expired = redis.call('ZRANGEBYSCORE', LEASES, '-inf', t, 'LIMIT', 0, REAPED)
for _, id in ipairs(expired) do finish(id, 'expiry', t, { hold = 0, failed = false }) end
save_all()

local crawl = redis.call('HMGET', CRAWL, 'state', 'hold')
local state, hold = crawl[1] or 'running', tonumber(crawl[2] or 0)
if state ~= 'running' then return { state, -1 } end
if is_full() then return { 'full', -1 } end
if t < hold then return { 'held', hold - t } end

-- With several slots and a delay, starts are spaced by reserving one moment each: a lease must start within
-- WINDOW of it, or go back (MARGIN is for the step from that decision to the wire). With one slot the
-- batch's own order keeps the delay. Several slots without a delay share what waits.
local function batch_size(h, most)
  local clock = h.clock
  if clock.delay == 0 then return math.min(most, math.ceil(h.queued / (clock.slots - clock.used))) end
  if clock.slots > 1 then return 1 end
  return math.min(most, 1 + math.floor(LEASE / 4 / clock.delay))
end

local WANT = within_crawl(tonumber(ARGV[2]))
local result, left, withheld = { state, 0 }, WANT, WANT < tonumber(ARGV[2])

local function new_id()
  return PARTITION .. ':' .. ARGV[1] .. ':' .. redis.call('HINCRBY', CRAWL, 'sequence', 1)
end

local function lease(h, batch, n, class, entry)
  local clock = h.clock
  local id = n == 0 and batch or new_id()
  local attempts, expiries, item = string.byte(entry, 1), string.byte(entry, 2), string.sub(entry, 3)
  local offset = n * clock.delay
  redis.call('ZADD', LEASES, t + offset + LEASE + clock.delay, id)
  redis.call('HSET', ITEMS, id, table.concat({ h.name, class, attempts, expiries, batch, item }, '\n'))
  local window = clock.slots > 1 and clock.delay > 0 and WINDOW or -1
  for _, value in ipairs({ id, h.name, offset, attempts, clock.delay, window, clock.failures, item }) do
    result[#result + 1] = value
  end
end

local function claim_host(h)
  local clock = h.clock
  local most, may = within_quota(h, batch_size(h, math.min(left, tonumber(ARGV[3]))), t)
  local taken = pop(h, most, may)
  if #taken == 0 then
    clock.next = math.max(clock.next, t + PAUSE) -- and out of the way of others
    return
  end
  h.out = h.out + #taken
  local batch = new_id()
  redis.call('HSET', BATCHES, batch, #taken)
  for n, one in ipairs(taken) do lease(h, batch, n - 1, one[1], one[2]) end
  clock.used = clock.used + 1
  clock.next = t + #taken * clock.delay
  -- A budget counts by the minute: a start that comes late in its window may be close to the next.
  if clock.slots > 1 and clock.delay > 0 and not is_budget(clock.name) then
    clock.next = clock.next + WINDOW + MARGIN
  end
  left = left - #taken
end

-- The host itself, or whose turn it is among those that share the clock.
local function host_of(clock)
  if not is_shared(clock) then return clock end
  return redis.call('LMOVE', ROTA .. clock, ROTA .. clock, 'LEFT', 'RIGHT')
end

if left > 0 then
  for _, clock in ipairs(redis.call('ZRANGEBYSCORE', READY, '-inf', t, 'LIMIT', 0, left)) do
    if left == 0 then break end
    claim_host(load_host(host_of(clock)))
  end
  save_all()
end

local claimed = WANT - left
if claimed > 0 then
  redis.call('HINCRBY', CRAWL, 'claimed', claimed)
  redis.call('HDEL', CRAWL, 'clean')
  return result
end
local host = redis.call('ZRANGE', READY, 0, 0, 'WITHSCORES')
local oldest = redis.call('ZRANGE', LEASES, 0, 0, 'WITHSCORES')
local soonest = math.min(tonumber(host[2] or math.huge), tonumber(oldest[2] or math.huge))
if withheld and soonest ~= math.huge then soonest = math.max(soonest, t + PAUSE) end
result[2] = soonest == math.huge and -1 or math.max(0, soonest - t)
return result
