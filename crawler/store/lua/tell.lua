-- Tells a partition that a seed of its own was archived, through a redirect to another one.
-- KEYS: see keys.lua
-- ARGV: boot id, then for each: seed
-- Result: how many; error STALE.
--@include keys
--@include fresh
--@include host
--@include finish
for i = 2, #ARGV do tell_seed(ARGV[i], 'archived', now()) end
return #ARGV - 1
