-- Puts the entries of a stored segment, the oldest of its queue, at the tail of its list again, once only.
-- KEYS: see keys.lua
-- ARGV: boot id, segment, then its entries
-- Result: 1, or 0 where it is not outside any more, or another one is older; error STALE.
--@include keys
--@include fresh
--@include host
local AT_ONCE = 1000 -- arguments that Lua's stack takes
local s = segment(ARGV[2])
if not s or s.place == '' then return 0 end
local h, list = load_host(s.host), QUEUE .. s.host .. ':' .. s.class
if redis.call('LINDEX', list .. ':outside', 0) ~= ARGV[2] then return 0 end
for i = 3, #ARGV, AT_ONCE do
  redis.call('RPUSH', list, unpack(ARGV, i, math.min(#ARGV, i + AT_ONCE - 1)))
end
count_near(h, s.class, #ARGV - 2)
forget_segment(ARGV[2], s)
bring_near(h, s.class)
save_all()
return 1
