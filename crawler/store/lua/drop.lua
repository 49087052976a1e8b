-- Gives up what waits at a host, some of it at a time: ask until none is left.
-- KEYS: see keys.lua
-- ARGV: boot id, host
-- Result: how many URLs were given up; error STALE.
--@include keys
--@include fresh
--@include host
--@include finish
if redis.call('EXISTS', HOST .. ARGV[2]) == 0 then return 0 end
local dropped = bury_waiting(load_host(ARGV[2]), 'dropped', now())
save_all()
return dropped
