-- A host: its clock, its slots and its queues. Needs keys.lua.
local LIMITS = redis.call('HMGET', CRAWL, 'delay', 'slots', 'tries', 'expiries', 'lease')
local DELAY, SLOTS, TRIES = tonumber(LIMITS[1]), tonumber(LIMITS[2]), tonumber(LIMITS[3])
local EXPIRIES, LEASE = tonumber(LIMITS[4]), tonumber(LIMITS[5])

local function load_host(name)
  local f = redis.call('HMGET', HOST .. name, 'delay', 'used', 'next', 'held', 'queued', 'mask')
  return {
    name = name,
    delay = math.max(DELAY, tonumber(f[1] or 0)), -- only ever longer than the default
    used = tonumber(f[2] or 0),
    next = tonumber(f[3] or 0),
    held = tonumber(f[4] or 0),
    queued = tonumber(f[5] or 0),
    mask = tonumber(f[6] or 0), -- bit k: class k has URLs
    had_work = tonumber(f[5] or 0) > 0,
  }
end

local function save_host(h)
  redis.call('HSET', HOST .. h.name, 'used', h.used, 'next', h.next, 'held', h.held,
    'queued', h.queued, 'mask', h.mask)
  if (h.queued > 0) ~= h.had_work then
    redis.call('HINCRBY', CRAWL, 'hosts', h.had_work and -1 or 1)
  end
  if h.queued > 0 and h.used < SLOTS then
    redis.call('ZADD', READY, math.max(h.next, h.held), h.name)
  else
    redis.call('ZREM', READY, h.name)
  end
end

local function has_class(h, class)
  return math.floor(h.mask / 2 ^ class) % 2 == 1
end

local function push(h, class, side, entry)
  redis.call(side == 'head' and 'LPUSH' or 'RPUSH', QUEUE .. h.name .. ':' .. class, entry)
  h.queued = h.queued + 1
  if not has_class(h, class) then h.mask = h.mask + 2 ^ class end
end

-- Takes up to `want` entries, the best class first: a list of {class, entry}.
local function pop(h, want)
  local taken = {}
  for class = 0, 15 do
    if #taken == want then break end
    if has_class(h, class) then
      local key = QUEUE .. h.name .. ':' .. class
      for _, entry in ipairs(redis.call('LPOP', key, want - #taken) or {}) do
        taken[#taken + 1] = { class, entry }
      end
      if redis.call('EXISTS', key) == 0 then h.mask = h.mask - 2 ^ class end
    end
  end
  h.queued = h.queued - #taken
  return taken
end
