-- Ends leases. One that is not known any more (it expired) changes nothing but an archived seed's state.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each: lease, verdict (done, retry, back, dead), hold in ms, reason,
--       seed ('' for none), state of the seed ('' for no news)
-- Result: for each 1 where the lease was known, else 0; error STALE.
--@include keys
--@include fresh
--@include host
--@include finish
local t, result = now(), {}
for i = 2, #ARGV, 6 do
  local fate = finish(ARGV[i], ARGV[i + 1], t, tonumber(ARGV[i + 2]), ARGV[i + 3])
  local seed, state = ARGV[i + 4], ARGV[i + 5]
  local final = fate == 'done' or fate == 'dead' or state == 'archived'
  if final and seed ~= '' and state ~= '' then tell_seed(seed, state, t) end
  result[#result + 1] = fate and 1 or 0
end
return result
