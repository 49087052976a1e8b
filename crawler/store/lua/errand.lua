-- Hands out errands: a segment that is wanted in its queue again, or one that waits to be stored. Another
-- worker gets the same errand when the patience is over; doing it twice does no harm.
-- KEYS: see keys.lua
-- ARGV: boot id, place of the worker's folder, most errands, patience in ms
-- Result: how many segments are wanted that lie at other places, the machine of one of those ('' for none),
--         then for each errand: segment, host, class, entries, 1 where it is stored (0: loose); error STALE.
--@include keys
--@include fresh
--@include host
local t, result = now(), { 0, '' }

local function hand_out(errands)
  local most = tonumber(ARGV[3]) - (#result - 2) / 5
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', errands, '-inf', t, 'LIMIT', 0, most)) do
    local s = segment(id)
    redis.call('ZADD', errands, t + tonumber(ARGV[4]), id)
    for _, value in ipairs({ id, s.host, s.class, s.count, s.place == '' and 0 or 1 }) do
      result[#result + 1] = value
    end
  end
end

hand_out(ERRANDS .. ARGV[2]) -- hosts wait for these
hand_out(ERRANDS)
local places = redis.call('HGETALL', PLACES)
for i = 1, #places, 2 do
  local wanted = places[i] == ARGV[2] and 0 or redis.call('ZCARD', ERRANDS .. places[i])
  if wanted > 0 then result[1], result[2] = result[1] + wanted, places[i + 1] end
end
return result
