-- Sets what rules say of clocks (hosts.yaml, an archive's budget), or that they say nothing any more.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each: clock, delay in ms or -1, slots or -1
-- Result: how many; error STALE.
--@include keys
--@include fresh
--@include host
local t = now()
for i = 2, #ARGV, 3 do
  set_terms(ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]))
  local clock = is_shared(ARGV[i]) and load_clock(ARGV[i]) or load_host(ARGV[i]).clock
  -- What has started under the old terms counts under the new ones.
  if clock.delay > 0 and clock.next > 0 then clock.next = math.max(clock.next, t + clock.delay) end
end
save_all()
return (#ARGV - 1) / 3
