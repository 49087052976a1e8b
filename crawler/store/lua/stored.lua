-- Loose segments lie in a durable file now; their lists go. Too late is refused: a file that the registry does not
-- know for a minute may be deleted by any worker (crawler/scheduler/leftovers.py).
-- KEYS: see keys.lua
-- ARGV: boot id, moment when the errands were handed out, place of the folder, machine, file, then for each:
--       segment, offset, length
-- Result: how many were loose still (0: the file is nobody's); error STALE.
--@include keys
--@include fresh
--@include host
local TOO_LATE = 30000
if now() - tonumber(ARGV[2]) > TOO_LATE then return 0 end
local stored = 0
for i = 6, #ARGV, 3 do
  local s = segment(ARGV[i])
  if s and s.place == '' then
    s.place, s.file, s.offset, s.length = ARGV[3], ARGV[5], ARGV[i + 1], ARGV[i + 2]
    keep_segment(ARGV[i], s)
    redis.call('ZREM', ERRANDS, ARGV[i])
    redis.call('UNLINK', LOOSE .. ARGV[i])
    stored = stored + 1
  end
end
if stored > 0 then
  redis.call('HINCRBY', FILES, ARGV[5], stored)
  redis.call('HSET', PLACES, ARGV[3], ARGV[4])
end
return stored
