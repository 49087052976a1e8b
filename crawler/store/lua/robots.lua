-- What is known of an origin's robots.txt; where nothing is, whoever asks first is to fetch it.
-- KEYS: robots, asking
-- ARGV: worker, ms that its lock may last, failed fetches after which the origin is closed
-- Result: {text, its text, ms that it holds}; {closed, why, ms that it holds}; {held, '', ms until it may be
--         asked}; {asked, '', 0} where another is fetching it; {yours, '', failed fetches so far}.
local known = redis.call('HMGET', KEYS[1], 'text', 'failures', 'reason')
local failures = tonumber(known[2] or 0)
if known[1] then return { 'text', known[1], redis.call('PTTL', KEYS[1]) } end
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= '' then return { 'asked', '', 0 } end
if failures >= tonumber(ARGV[3]) then return { 'closed', known[3], redis.call('PTTL', KEYS[1]) } end
if owner then return { 'held', '', redis.call('PTTL', KEYS[2]) } end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return { 'yours', '', failures }
