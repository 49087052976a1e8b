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

-- Gives up what waits at a host that has brought all it may; true where it did.
local function over_quota(h, t)
  local pages, bytes = QUOTAS[5], QUOTAS[6]
  if QUOTAS[7] then
    local own = redis.call('HMGET', HOST .. h.name, 'pages_most', 'bytes_most')
    pages, bytes = own[1] or pages, own[2] or bytes
  end
  if not (reached(h.pages, pages) or reached(h.bytes, bytes)) then return false end
  bury_waiting(h, 'quota', t)
  return true
end
