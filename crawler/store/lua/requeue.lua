-- Lets URLs that were given up wait again, with all their tries, at hosts whose failures are forgotten. Takes
-- from the head of the list of the dead and puts back at its tail what stays dead, so whoever asks until all
-- of the list was looked at leaves it in order.
-- KEYS: see keys.lua
-- ARGV: boot id, most entries to look at, what is meant (all, reason, url), the reason's beginning or the URL
-- Result: how many were looked at, how many wait again; error STALE.
--@include keys
--@include fresh
--@include host
local entries = redis.call('LPOP', DEAD, ARGV[2]) or {}
local requeued = 0

local function is_meant(reason, item)
  if ARGV[3] == 'reason' then return string.sub(reason, 1, #ARGV[4]) == ARGV[4] end
  return ARGV[3] == 'all' or cmsgpack.unpack(item)[1] == ARGV[4]
end

local function bring_back(name, class, item)
  local h = load_host(name)
  h.clock.failures = 0
  push(h, tonumber(class), 'tail', '\0\0' .. item)
  local seed = cmsgpack.unpack(item)[5]
  if seed ~= '' and redis.call('HGET', SEEDS, seed) ~= 'archived' then
    redis.call('HSET', SEEDS, seed, 'pending')
  end
  requeued = requeued + 1
end

for _, entry in ipairs(entries) do
  local reason, name, class, _, item = string.match(entry, '^(.-)\n(.-)\n(.-)\n(.-)\n(.*)$')
  if is_meant(reason, item) then bring_back(name, class, item)
  else redis.call('RPUSH', DEAD, entry) end
end
save_all()
if requeued > 0 then redis.call('HINCRBY', CRAWL, 'dead', -requeued) end -- Lua would write -0
return { #entries, requeued }
