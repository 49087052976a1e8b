-- The end of a lease, by an ack or by its expiry (crawler/frontier/lease.py has the table). Needs host.lua.

-- What became of a seed. Once archived it stays so for the pass.
local function tell_seed(seed, state, t)
  if state == 'archived' or redis.call('HGET', SEEDS, seed) ~= 'archived' then
    redis.call('HSET', SEEDS, seed, state)
    redis.call('HSET', PASSES, seed, t)
  end
end

local function bury(h, class, item, reason, t)
  reason = string.gsub(reason, '\n', ' ')
  redis.call('RPUSH', DEAD, table.concat({ reason, h.name, class, t, item }, '\n'))
end

local function leave_batch(h, batch, t)
  if redis.call('HINCRBY', BATCHES, batch, -1) > 0 then return end
  redis.call('HDEL', BATCHES, batch)
  h.used = h.used - 1
  -- With one slot nothing else can have started: what the batch had reserved and not used is free.
  -- (The clock is cut to milliseconds: one more, so that no delay is short.)
  local rested = h.delay > 0 and t + 1 + h.delay or t
  h.next = SLOTS == 1 and rested or math.max(h.next, rested)
end

-- event: done, retry, back, dead or expiry. Returns what became of it (done, retried, back, expired,
-- dead), or false where the lease is not known.
local function finish(id, event, t, hold, reason)
  local record = redis.call('HGET', ITEMS, id)
  if not record then return false end
  local host, class, attempts, expiries, batch, item =
    string.match(record, '^(.-)\n(.-)\n(.-)\n(.-)\n(.-)\n(.*)$')
  attempts, expiries = tonumber(attempts), tonumber(expiries)
  redis.call('HDEL', ITEMS, id)
  redis.call('ZREM', LEASES, id)
  local h = load_host(host)
  local fate = event
  if event == 'retry' then
    attempts = attempts + 1
    fate = attempts < TRIES and 'retried' or 'dead'
  elseif event == 'expiry' then
    expiries, reason = expiries + 1, 'worker-lost'
    fate = expiries < EXPIRIES and 'expired' or 'dead'
    local seed = cmsgpack.unpack(item)[5]
    if fate == 'dead' and seed ~= '' then tell_seed(seed, reason, t) end
  end
  if fate == 'dead' then
    bury(h, class, item, reason, t)
  elseif fate ~= 'done' then
    push(h, class, fate == 'retried' and 'tail' or 'head', string.char(attempts, expiries) .. item)
  end
  redis.call('HINCRBY', CRAWL, fate, 1)
  leave_batch(h, batch, t)
  if hold > 0 then h.held = math.max(h.held, t + hold) end
  save_host(h)
  return fate
end
