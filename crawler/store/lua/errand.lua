-- Hands out errands: segments that are wanted in their queues again, and those that wait to be stored, once they
-- are many or old. Another worker gets the same errand when the patience is over; twice does no harm.
-- KEYS: see keys.lua
-- ARGV: boot id, place of the worker's folder, most wanted segments, most entries to be stored, ms that a loose
--       segment waits for others, patience in ms
-- Result: this moment, how many segments are wanted that lie at other places, the machine of one of those (''
--         for none), then for each errand: segment, host, class, entries, file ('' for a loose one), offset,
--         length; error STALE.
--@include keys
--@include fresh
--@include host
local MANY, MOST_LOOSE = 64, 1000
local t = now()
local result = { t, 0, '' }

local function hand_out(errands, before, most, entries)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', errands, '-inf', before, 'LIMIT', 0, most)) do
    if entries <= 0 then return end
    local s = segment(id)
    redis.call('ZADD', errands, t + tonumber(ARGV[6]), id)
    for _, value in ipairs({ id, s.host, s.class, s.count, s.file, s.offset, s.length }) do
      result[#result + 1] = value
    end
    entries = entries - s.count
  end
end

hand_out(ERRANDS .. ARGV[2], t, ARGV[3], math.huge) -- hosts wait for these
local before = redis.call('ZCARD', ERRANDS) >= MANY and t or t - tonumber(ARGV[5])
hand_out(ERRANDS, before, MOST_LOOSE, tonumber(ARGV[4]))
local places = redis.call('HGETALL', PLACES)
for i = 1, #places, 2 do
  local wanted = places[i] == ARGV[2] and 0 or redis.call('ZCARD', ERRANDS .. places[i])
  if wanted > 0 then result[2], result[3] = result[2] + wanted, places[i + 1] end
end
return result
