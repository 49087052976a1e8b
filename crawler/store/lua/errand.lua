-- Hands out errands: segments that are wanted in their queues again, and those that wait to be stored, once they
-- are many or old. Another worker gets the same errand when the patience is over; twice does no harm.
-- KEYS: see keys.lua
-- ARGV: boot id, place of the worker's folder, most queues that want segments, most entries to be brought back,
--       most entries to be stored, ms that a loose segment waits for others, patience in ms
-- Result: this moment, how many segments are wanted that lie at other places, the machine of one of those (''
--         for none), then for each errand: segment, host, class, entries, file ('' for a loose one), offset,
--         length; error STALE.
--@include keys
--@include fresh
--@include host
local MANY, MOST_LOOSE = 64, 1000
local t = now()
local result, left = { t, 0, '' }, tonumber(ARGV[4])

local function hand_out(id, s)
  for _, value in ipairs({ id, s.host, s.class, s.count, s.file, s.offset, s.length }) do
    result[#result + 1] = value
  end
  left = left - s.count
end

-- The oldest segment of a queue, and those behind it at the same place, about a block of entries together.
local function hand_out_run(place, oldest)
  local s = segment(oldest)
  local entries = 0
  for _, id in ipairs(redis.call('LRANGE', QUEUE .. s.host .. ':' .. s.class .. ':outside', 0, BLOCK)) do
    local one = segment(id)
    if one.place ~= place or entries >= BLOCK then break end
    hand_out(id, one)
    entries = entries + one.count
  end
end

local function each(errands, before, most, act)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', errands, '-inf', before, 'LIMIT', 0, most)) do
    if left <= 0 then return end
    redis.call('ZADD', errands, t + tonumber(ARGV[7]), id)
    act(id)
  end
end

-- Hosts wait for these.
each(ERRANDS .. ARGV[2], t, ARGV[3], function(id) hand_out_run(ARGV[2], id) end)
left = tonumber(ARGV[5])
local before = redis.call('ZCARD', ERRANDS) >= MANY and t or t - tonumber(ARGV[6])
each(ERRANDS, before, MOST_LOOSE, function(id) hand_out(id, segment(id)) end)
local places = redis.call('HGETALL', PLACES)
for i = 1, #places, 2 do
  local wanted = places[i] == ARGV[2] and 0 or redis.call('ZCARD', ERRANDS .. places[i])
  if wanted > 0 then result[2], result[3] = result[2] + wanted, places[i + 1] end
end
return result
