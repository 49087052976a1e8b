-- Lets a clock rest from now on.
-- KEYS: see keys.lua
-- ARGV: boot id, clock, hold in ms
-- Result: the moment until which it is held; error STALE.
--@include keys
--@include fresh
--@include host
local clock = is_shared(ARGV[2]) and load_clock(ARGV[2]) or load_host(ARGV[2]).clock
clock.held = math.max(clock.held, now() + tonumber(ARGV[3]))
save_all()
return clock.held
