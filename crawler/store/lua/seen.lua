-- The seen set: fingerprints in buckets of integers, split one after the other as it grows (linear
-- hashing). A bucket stays below 512 entries, else Redis would turn its intset into a hash table that
-- takes eight times the room. Needs keys.lua.
local seen = redis.call('HMGET', CRAWL, 'buckets', 'split', 'seen')
local BUCKETS, SPLIT, SEEN_COUNT = tonumber(seen[1] or 1), tonumber(seen[2] or 0), tonumber(seen[3] or 0)
local MEAN, MOST_SPLITS = 200, 8

local function hash_of(fingerprint)
  return tonumber(string.sub(fingerprint, -15)) -- what a double holds exactly
end

local function bucket(number)
  return SEEN .. string.format('%d', number)
end

-- True where the fingerprint is new; it is in the set from now on.
local function see(fingerprint)
  local hash = hash_of(fingerprint)
  local number = hash % BUCKETS
  if number < SPLIT then number = hash % (2 * BUCKETS) end
  local new = redis.call('SADD', bucket(number), fingerprint) == 1
  if new then SEEN_COUNT = SEEN_COUNT + 1 end
  return new
end

local function split_one()
  local low, high, moved = bucket(SPLIT), bucket(SPLIT + BUCKETS), {}
  for _, fingerprint in ipairs(redis.call('SMEMBERS', low)) do
    if hash_of(fingerprint) % (2 * BUCKETS) ~= SPLIT then moved[#moved + 1] = fingerprint end
  end
  if #moved > 0 then
    redis.call('SREM', low, unpack(moved))
    redis.call('SADD', high, unpack(moved))
  end
  SPLIT = SPLIT + 1
  if SPLIT == BUCKETS then BUCKETS, SPLIT = 2 * BUCKETS, 0 end
end

-- Splits as many buckets as the new fingerprints ask for, a bounded number a call.
local function grow()
  for _ = 1, MOST_SPLITS do
    if SEEN_COUNT <= MEAN * (BUCKETS + SPLIT) then break end
    split_one()
  end
  redis.call('HSET', CRAWL, 'buckets', BUCKETS, 'split', SPLIT, 'seen', SEEN_COUNT)
end
