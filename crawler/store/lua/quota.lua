-- What quotas end. Needs host.lua and finish.lua.
local QUOTAS = redis.call('HMGET', CRAWL, 'pages', 'bytes', 'pages_most', 'bytes_most', 'host_pages',
  'host_bytes', 'own_quotas')

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

local function limits_of(h)
  if not QUOTAS[7] then return QUOTAS[5], QUOTAS[6] end
  local own = redis.call('HMGET', HOST .. h.name, 'pages_most', 'bytes_most')
  return own[1] or QUOTAS[5], own[2] or QUOTAS[6]
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
