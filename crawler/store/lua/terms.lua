-- Sets what rules say of clocks (hosts.yaml, an archive's budget), or that they say nothing any more.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each: clock, delay in ms or -1, slots or -1
-- Result: how many are other than before; error STALE.
--@include keys
--@include fresh
--@include host
local changed = 0

local function is_new(name, delay, slots)
  local known = redis.call('HMGET', HOST .. name, 'delay', 'slots')
  return tonumber(known[1] or -1) ~= delay or tonumber(known[2] or -1) ~= slots
end

local function load(name)
  return is_shared(name) and load_clock(name) or load_host(name).clock
end

for i = 2, #ARGV, 3 do
  local name, delay, slots = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  if is_new(name, delay, slots) then
    local before = load(name).delay
    set_terms(name, delay, slots)
    hosts[name], clocks[name] = nil, nil
    local clock = load(name)
    -- The delay counts from the last start, whose moment is known by the old one.
    if clock.next > 0 then clock.next = clock.next - before + clock.delay end
    changed = changed + 1
  end
end
save_all()
return changed
