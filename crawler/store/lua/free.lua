-- The end of a chain: its batch gives the slot back before its last acks are here. Needs host.lua.
-- since: ms from its last start; hold: ms that the host rests from now on.
local function free(batch, host, since, hold, t)
  if redis.call('HDEL', BATCHES, batch) == 0 then return end
  local clock = load_host(host).clock
  release(clock, t, since)
  if hold > 0 then clock.held = math.max(clock.held, t + hold) end
end
