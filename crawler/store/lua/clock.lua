-- A clock: the politeness of a host, or of all hosts that share it (then its name has an '@').
-- Each is loaded once a script and written back by `save_all` (host.lua). Needs keys.lua.
local LIMITS = redis.call('HMGET', CRAWL, 'delay', 'slots', 'tries', 'expiries', 'lease', 'failures_most',
  'queue_most', 'queue_room', 'added', 'done', 'dead', 'outside')
local DELAY, SLOTS, TRIES = tonumber(LIMITS[1]), tonumber(LIMITS[2]), tonumber(LIMITS[3])
local EXPIRIES, LEASE, FAILURES = tonumber(LIMITS[4]), tonumber(LIMITS[5]), tonumber(LIMITS[6])

local clocks = {}

-- delay: a rule's, else the crawl's or what the host asked for (Crawl-delay), whichever is longer.
local function new_clock(name, delay, asked, slots, used, next, held, failures)
  local clock = {
    name = name,
    delay = tonumber(delay) or math.max(DELAY, tonumber(asked or 0)),
    slots = tonumber(slots) or SLOTS,
    used = tonumber(used or 0),
    next = tonumber(next or 0),
    held = tonumber(held or 0),
    failures = tonumber(failures or 0),
  }
  clocks[name] = clock
  return clock
end

local function load_clock(name)
  return clocks[name] or new_clock(name, unpack(redis.call('HMGET', HOST .. name, 'delay', 'asked', 'slots',
    'used', 'next', 'held', 'failures')))
end

-- It is in READY where a host of it has work and a slot is free.
local function save_clock(clock, waits)
  redis.call('HSET', HOST .. clock.name, 'used', clock.used, 'next', clock.next, 'held', clock.held,
    'failures', clock.failures)
  if waits and clock.used < clock.slots then
    redis.call('ZADD', READY, math.max(clock.next, clock.held), clock.name)
  else
    redis.call('ZREM', READY, clock.name)
  end
end

-- A slot is free again. since: ms from the last start of its batch.
local function release(clock, t, since)
  clock.used = math.max(0, clock.used - 1)
  -- The server's clock is cut to milliseconds: one more, so that no delay is short.
  local rested = clock.delay > 0 and t + 1 + clock.delay - since or t
  -- With one slot nothing else can have started: what the batch had reserved and not used is free.
  clock.next = clock.slots == 1 and rested or math.max(clock.next, rested)
end

local function is_shared(name)
  return string.find(name, '@', 1, true) ~= nil
end

-- A web archive's budget (crawler/archives/budget.py): so many a minute, on several slots.
local function is_budget(name)
  return string.find(name, '@playback', 1, true) ~= nil or string.find(name, '@index', 1, true) ~= nil
end

-- What is stricter of two terms of hosts that share a clock: the longer delay, the fewer slots.
local function stricter_terms(name, delay, slots)
  local known = redis.call('HMGET', HOST .. name, 'delay', 'slots')
  delay = math.max(delay, tonumber(known[1] or -1))
  if known[2] and slots >= 0 then slots = math.min(slots, tonumber(known[2])) end
  return delay, slots >= 0 and slots or tonumber(known[2] or -1)
end

-- What a rule says of a clock; -1: nothing. Written at once, since `save_all` keeps it out of its own.
local function set_terms(name, delay, slots)
  for field, value in pairs({ delay = delay, slots = slots }) do
    if value < 0 then redis.call('HDEL', HOST .. name, field)
    else redis.call('HSET', HOST .. name, field, value) end
  end
  if delay >= 0 or slots >= 0 then redis.call('HSET', CRAWL, 'terms', 1) end
  local longest = tonumber(redis.call('HGET', CRAWL, 'longest') or 0)
  if delay > longest then redis.call('HSET', CRAWL, 'longest', delay) end
end
