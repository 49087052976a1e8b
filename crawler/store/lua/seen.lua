-- The seen set: fingerprints in buckets of integers, split one after the other as it grows (linear
-- hashing). A bucket stays below 512 entries, else Redis would turn its intset into a hash table that
-- takes eight times the room. Needs keys.lua.
local seen = redis.call('HMGET', CRAWL, 'buckets', 'split', 'seen')
local BUCKETS, SPLIT, SEEN_COUNT = tonumber(seen[1] or 1), tonumber(seen[2] or 0), tonumber(seen[3] or 0)
local MEAN = 200

local function hash_of(fingerprint)
  return tonumber(string.sub(fingerprint, -15)) -- what a double holds exactly
end

local function bucket(number)
  return SEEN .. string.format('%d', number)
end

local function split_one()
  local low, high, kept, moved = bucket(SPLIT), bucket(SPLIT + BUCKETS), {}, {}
  for _, fingerprint in ipairs(redis.call('SMEMBERS', low)) do
    local side = hash_of(fingerprint) % (2 * BUCKETS) == SPLIT and kept or moved
    side[#side + 1] = fingerprint
  end
  redis.call('DEL', low)
  if #kept > 0 then redis.call('SADD', low, unpack(kept)) end
  if #moved > 0 then redis.call('SADD', high, unpack(moved)) end
  SPLIT = SPLIT + 1
  if SPLIT == BUCKETS then BUCKETS, SPLIT = 2 * BUCKETS, 0 end
end

local function bucket_of(fingerprint)
  local hash = hash_of(fingerprint)
  local number = hash % BUCKETS
  return bucket(number < SPLIT and hash % (2 * BUCKETS) or number)
end

local function was_seen(fingerprint)
  return redis.call('SISMEMBER', bucket_of(fingerprint), fingerprint) == 1
end

-- True where the fingerprint is new; it is in the set from now on.
local function see(fingerprint)
  if redis.call('SADD', bucket_of(fingerprint), fingerprint) == 0 then return false end
  SEEN_COUNT = SEEN_COUNT + 1
  if SEEN_COUNT > MEAN * (BUCKETS + SPLIT) then split_one() end
  return true
end

-- Keeps what `see` has changed.
local function save_seen()
  redis.call('HSET', CRAWL, 'buckets', BUCKETS, 'split', SPLIT, 'seen', SEEN_COUNT)
end
