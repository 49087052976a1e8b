-- Gives up a segment whose file is missing or damaged: its URLs are dead, and counted as lost too.
-- KEYS: see keys.lua
-- ARGV: boot id, segment
-- Result: how many URLs it had, 0 where it is not outside any more; error STALE.
--@include keys
--@include fresh
--@include host
local s = segment(ARGV[2])
if not s or s.place == '' then return 0 end
redis.call('HINCRBY', CRAWL, 'dead', s.count)
redis.call('HINCRBY', CRAWL, 'lost', s.count)
forget_segment(ARGV[2], s)
bring_near(load_host(s.host), s.class)
save_all()
return s.count
