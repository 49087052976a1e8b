-- Enters originals whose payloads have none yet.
-- KEYS: originals
-- ARGV: digest and packed original, again and again
-- Result: how many were entered.
local entered = 0
for i = 1, #ARGV, 2 do
  entered = entered + redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1])
end
return entered
