-- The end of a lease, by an ack or by its expiry (crawler/frontier/lease.py has the table). Needs host.lua.
local BURIED_AT_ONCE = 500

-- What became of a seed. Once archived it stays so for the pass. On several partitions only the one that
-- the seed began in knows it as archived.
local function tell_seed(seed, state, t)
  local known = redis.call('HGET', SEEDS, seed)
  if known == 'archived' or (state == 'archived' and not known) then
    if state == 'archived' and known then redis.call('HSET', PASSES, seed, t) end
    return
  end
  redis.call('HSET', SEEDS, seed, state)
  redis.call('HSET', PASSES, seed, t)
end

local function bury(h, class, item, reason, t)
  reason = string.gsub(reason, '\n', ' ')
  redis.call('RPUSH', DEAD, table.concat({ reason, h.name, class, t, item }, '\n'))
end

-- Gives up what waits at a host, some of it at a time; how many that were. may: see `pop`.
local function bury_waiting(h, reason, t, may)
  local taken = pop(h, BURIED_AT_ONCE, may)
  for _, one in ipairs(taken) do
    local item = string.sub(one[2], 3)
    bury(h, one[1], item, reason, t)
    local seed = cmsgpack.unpack(item)[5]
    if seed ~= '' then tell_seed(seed, reason, t) end
  end
  if #taken > 0 then redis.call('HINCRBY', CRAWL, 'dead', #taken) end
  return #taken
end

-- The batch holds its slot until its last lease ends, or its chain did (free.lua).
local function leave_batch(clock, batch, t)
  local left = tonumber(redis.call('HGET', BATCHES, batch) or 0)
  if left > 1 then
    redis.call('HINCRBY', BATCHES, batch, -1)
  elseif left == 1 then
    redis.call('HDEL', BATCHES, batch)
    release(clock, t, 0)
  end
end

-- failed: how many failures in a row it makes where the host failed, 0 where it answered; anything else where
-- it was not asked. An archive's are no host's: nothing is buried for them, and what failed at once is one.
local function count_failure(h, failed, t)
  local clock = h.clock
  if failed == 0 then clock.failures = 0 end
  if type(failed) ~= 'number' or failed < 1 then return end
  if is_budget(clock.name) then
    clock.failures = math.max(clock.failures, failed)
    return
  end
  clock.failures = clock.failures + 1
  if FAILURES > 0 and clock.failures >= FAILURES then bury_waiting(h, 'host-down', t) end
end

-- event: done, retry, back, dead or expiry; told: what the ack says (see ack.lua). Returns what became of
-- it (done, retried, back, expired, dead), with its host and class; false where the lease is not known.
local function finish(id, event, t, told)
  local record = redis.call('HGET', ITEMS, id)
  if not record then return false end
  local host, class, attempts, expiries, batch, item =
    string.match(record, '^(.-)\n(.-)\n(.-)\n(.-)\n(.-)\n(.*)$')
  attempts, expiries = tonumber(attempts), tonumber(expiries)
  redis.call('HDEL', ITEMS, id)
  redis.call('ZREM', LEASES, id)
  local h = load_host(host)
  h.out = math.max(0, h.out - 1)
  local fate, reason = event, told.reason
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
  leave_batch(h.clock, batch, t)
  if told.hold > 0 then h.clock.held = math.max(h.clock.held, t + told.hold) end
  count_failure(h, told.failed, t)
  return fate, h, class
end
