-- A host: its queues and its clock. Each is loaded once a script; `save_all` writes back what was loaded.
-- Needs keys.lua.
--@include clock
local hosts = {}

local function load_host(name)
  if hosts[name] then return hosts[name] end
  local f = redis.call('HMGET', HOST .. name, 'queued', 'mask', 'pages', 'bytes', 'clock',
    'delay', 'asked', 'slots', 'used', 'next', 'held', 'failures', 'out')
  local h = {
    name = name,
    queued = tonumber(f[1] or 0),
    mask = tonumber(f[2] or 0), -- bit k: class k has URLs
    pages = tonumber(f[3] or 0),
    bytes = tonumber(f[4] or 0),
    out = tonumber(f[13] or 0), -- on lease
    known = f[1] ~= false,
  }
  h.had_work = h.queued > 0
  h.clock = f[5] and load_clock(f[5]) or clocks[name] or new_clock(name, unpack(f, 6, 12))
  hosts[name] = h
  return h
end

-- A host that nobody heard of gets the clock and the terms that its first URL names.
local function meet_host(name, clock, delay, slots)
  local h = load_host(name)
  if h.known then return h end
  h.known = true
  local owner = clock ~= '' and clock or name
  if clock ~= '' then redis.call('HSET', HOST .. name, 'clock', clock) end
  if delay >= 0 or slots >= 0 then
    if is_shared(owner) then delay, slots = stricter_terms(owner, delay, slots) end
    set_terms(owner, delay, slots)
  end
  clocks[name], clocks[owner] = nil, nil
  h.clock = load_clock(owner)
  return h
end

local function take_turns(h)
  local rota = ROTA .. h.clock.name
  if h.queued > 0 and not h.had_work then redis.call('RPUSH', rota, h.name)
  elseif h.queued == 0 and h.had_work then redis.call('LREM', rota, -1, h.name) end
end

local function save_all()
  local hosts_with_work = 0
  for _, h in pairs(hosts) do
    redis.call('HSET', HOST .. h.name, 'queued', h.queued, 'mask', h.mask, 'pages', h.pages, 'bytes', h.bytes,
      'out', h.out)
    if (h.queued > 0) ~= h.had_work then hosts_with_work = hosts_with_work + (h.had_work and -1 or 1) end
    if h.clock.name ~= h.name then take_turns(h) end
    h.had_work = h.queued > 0
  end
  for name, clock in pairs(clocks) do
    local waits
    if is_shared(name) then waits = redis.call('EXISTS', ROTA .. name) == 1
    else waits = load_host(name).queued > 0 end
    save_clock(clock, waits)
  end
  if hosts_with_work ~= 0 then redis.call('HINCRBY', CRAWL, 'hosts', hosts_with_work) end
end
--@include queue
