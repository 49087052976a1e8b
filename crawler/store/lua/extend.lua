-- Lets leases begin anew.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each: lease, ms until it may start (0 where it may)
-- Result: for each 1, or 0 where the lease is not known any more; error STALE.
--@include keys
--@include fresh
--@include host
local t, result = now(), {}
for i = 2, #ARGV, 2 do
  local record = redis.call('HGET', ITEMS, ARGV[i])
  if record then
    local clock = load_host(string.match(record, '^(.-)\n')).clock
    redis.call('ZADD', LEASES, 'XX', t + tonumber(ARGV[i + 1]) + LEASE + clock.delay, ARGV[i])
  end
  result[#result + 1] = record and 1 or 0
end
return result
