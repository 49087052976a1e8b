-- Lets go of a lock, unless it has expired and is another's by now.
-- KEYS: the lock
-- ARGV: owner
-- Result: 1 where it was the owner's, else 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
