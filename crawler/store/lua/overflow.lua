-- What of a queue lies outside it (docs/decisions/0007-overflow.md). A list that has MOST entries overflows: its
-- class gets a part outside, and what comes then goes behind that, so that the order stays.
-- `queue:HOST:CLASS:behind` is cut into segments of BLOCK entries, `queue:HOST:CLASS:outside` names them, the
-- oldest first. A segment is loose (a list here) until a worker has stored it, in a file at some place.
-- Needs keys.lua, clock.lua (LIMITS).
local OUTSIDE = 16 -- bit OUTSIDE + k of a host's mask: class k has a part outside
local LEAST, BLOCK_MOST = 64, 2500

-- QUEUE_MOST; less where the crawl has more than half of QUEUE_ROOM in Redis.
local function most_in_list()
  local most, room = tonumber(LIMITS[7] or 0), tonumber(LIMITS[8] or 0)
  if most == 0 then return math.huge end
  if room == 0 or most <= LEAST then return most end
  local near = (LIMITS[9] or 0) - (LIMITS[10] or 0) - (LIMITS[11] or 0) - (LIMITS[12] or 0)
  return math.max(LEAST, math.floor(most * math.min(1, 2 * (1 - near / room))))
end

local MOST = most_in_list()
local BLOCK = math.min(BLOCK_MOST, math.max(1, math.floor(MOST / 2)))

local function has_class(h, class)
  return math.floor(h.mask / 2 ^ class) % 2 == 1
end

local function list_of(h, class)
  return QUEUE .. h.name .. ':' .. class
end

-- The record of a segment: host, class, how many entries, and where it is stored: place, file, offset and
-- length, empty where it is loose.
local function segment(id)
  local record = redis.call('HGET', SEGMENTS, id)
  if not record then return nil end
  local host, class, count, place, file, offset, length =
    string.match(record, '^(.-)\n(.-)\n(.-)\n(.-)\n(.-)\n(.-)\n(.*)$')
  return { host = host, class = tonumber(class), count = tonumber(count), place = place, file = file,
    offset = offset, length = length }
end

local function keep_segment(id, s)
  redis.call('HSET', SEGMENTS, id,
    table.concat({ s.host, s.class, s.count, s.place, s.file, s.offset, s.length }, '\n'))
end

local function cut_segment(h, class, count)
  local id = table.concat({ PARTITION, redis.call('HGET', CRAWL, 'boot'),
    redis.call('HINCRBY', CRAWL, 'sequence', 1) }, '-')
  redis.call('RENAME', list_of(h, class) .. ':behind', LOOSE .. id)
  redis.call('RPUSH', list_of(h, class) .. ':outside', id)
  keep_segment(id, { host = h.name, class = class, count = count, place = '', file = '', offset = '', length = '' })
  redis.call('HINCRBY', CRAWL, 'outside', count)
  redis.call('ZADD', ERRANDS, now(), id)
end

local function push_behind(h, class, entry)
  local count = redis.call('RPUSH', list_of(h, class) .. ':behind', entry)
  if count >= BLOCK then cut_segment(h, class, count) end
end

-- A segment is not outside any more.
local function forget_segment(id, s)
  redis.call('HDEL', SEGMENTS, id)
  redis.call('LREM', QUEUE .. s.host .. ':' .. s.class .. ':outside', 1, id)
  redis.call('ZREM', ERRANDS .. s.place, id)
  redis.call('HINCRBY', CRAWL, 'outside', -s.count)
  if s.file ~= '' and redis.call('HINCRBY', FILES, s.file, -1) <= 0 then redis.call('HDEL', FILES, s.file) end
end

-- Entries are in the queue again.
local function count_near(h, class, count)
  h.queued = h.queued + count
  if count > 0 and not has_class(h, class) then h.mask = h.mask + 2 ^ class end
end

-- A list that came to its end goes on with what is in Redis; a worker is asked for what is not, in good time.
local function bring_near(h, class)
  local list = list_of(h, class)
  local left = redis.call('LLEN', list)
  local id = redis.call('LINDEX', list .. ':outside', 0)
  local s = id and segment(id)
  if s and s.place ~= '' then
    if 2 * left <= MOST then redis.call('ZADD', ERRANDS .. s.place, 'NX', left == 0 and 0 or now(), id) end
    return
  end
  if left > 0 then return end
  local source = s and LOOSE .. id or list .. ':behind'
  count_near(h, class, redis.call('LLEN', source))
  if redis.call('EXISTS', source) == 1 then redis.call('RENAME', source, list) end
  if s then forget_segment(id, s) else h.mask = h.mask - 2 ^ (OUTSIDE + class) end
end
