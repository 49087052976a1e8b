-- Adds URLs that were not seen before.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each URL: host, class, fingerprint ('' forces it), item
-- Result: for each URL 1 where it was added, 0 where it was seen before; error STALE.
--@include keys
--@include fresh
--@include host
--@include seen
local hosts, result, added = {}, {}, 0
for i = 2, #ARGV, 4 do
  local name, class, fingerprint, item = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], ARGV[i + 3]
  local new = fingerprint == '' or see(fingerprint)
  if new then
    hosts[name] = hosts[name] or load_host(name)
    push(hosts[name], class, 'tail', '\0\0' .. item)
    added = added + 1
  end
  result[#result + 1] = new and 1 or 0
end
for _, h in pairs(hosts) do save_host(h) end
save_seen()
redis.call('HINCRBY', CRAWL, 'added', added)
redis.call('HINCRBY', CRAWL, 'dup', #result - added)
return result
