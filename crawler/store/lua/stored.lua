-- A loose segment lies in a durable file now; its list goes.
-- KEYS: see keys.lua
-- ARGV: boot id, segment, place of the folder, machine
-- Result: 1, or 0 where it is not loose any more (the file is nobody's then); error STALE.
--@include keys
--@include fresh
--@include host
local s = segment(ARGV[2])
if not s or s.place ~= '' then return 0 end
s.place = ARGV[3]
keep_segment(ARGV[2], s)
redis.call('ZREM', ERRANDS, ARGV[2])
redis.call('UNLINK', LOOSE .. ARGV[2])
redis.call('HSET', PLACES, ARGV[3], ARGV[4])
return 1
