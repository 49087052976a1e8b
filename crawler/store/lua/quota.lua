-- What quotas end. Needs host.lua and finish.lua.
local QUOTAS = redis.call('HMGET', CRAWL, 'pages', 'bytes', 'pages_most', 'bytes_most', 'host_pages',
  'host_bytes')
local HAS_OWN = redis.call('EXISTS', OWN_QUOTAS) == 1

local function reached(have, most)
  most = tonumber(most or 0)
  return most > 0 and tonumber(have or 0) >= most
end

local function is_full()
  return reached(QUOTAS[1], QUOTAS[3]) or reached(QUOTAS[2], QUOTAS[4])
end

local REQUISITE = 2

local function is_requisite(class) return class == REQUISITE end

local function is_page(class) return class ~= REQUISITE end

-- A host and the names above it, longest first, as crawler/frontier/site.py has them.
local function names_of(netloc)
  local names, host, port = {}, string.match(string.match(netloc, '[^/]*$'), '^(.+)(:%d+)$')
  host = host or string.match(netloc, '[^/]*$')
  local is_address = string.find(host, '^%[') or string.find(host, '^%d+$') or string.find(host, '%.%d+$')
  repeat
    if port then names[#names + 1] = host .. port end
    names[#names + 1] = host
    host = not is_address and string.match(host, '^[^.]*%.(.*)$')
  until not host
  return names
end

local function own_limit(noun, names)
  for _, name in ipairs(names) do
    local most = redis.call('HGET', OWN_QUOTAS, noun .. ' ' .. name)
    if most then return most end
  end
end

local function limits_of(h)
  local names = HAS_OWN and names_of(h.name) or {}
  return own_limit('pages', names) or QUOTAS[5], own_limit('bytes', names) or QUOTAS[6]
end

-- How many of `want` a host may still send out, and of which classes (see `pop`). What is on lease may become a
-- page. Gives up what waits at a host that has brought all it may; its pages' requisites are no pages.
local function within_quota(h, want, t)
  local pages, bytes = limits_of(h)
  if reached(h.bytes, bytes) then
    bury_waiting(h, 'quota', t)
    return 0
  end
  if reached(h.pages, pages) then bury_waiting(h, 'quota', t, is_page) end
  if reached(h.pages + h.out, pages) then return want, is_requisite end
  if tonumber(pages or 0) == 0 then return want end
  return math.min(want, pages - h.pages - h.out)
end

-- How many of `want` the whole crawl may still send out.
local function within_crawl(want)
  local most = tonumber(QUOTAS[3] or 0)
  if most == 0 then return want end
  return math.max(0, math.min(want, most - tonumber(QUOTAS[1] or 0) - redis.call('ZCARD', LEASES)))
end
