-- The queue of a host: a list for each class; an entry is attempts and expiries in a byte each, then the item.
local function has_class(h, class)
  return math.floor(h.mask / 2 ^ class) % 2 == 1
end

local function push(h, class, side, entry)
  redis.call(side == 'head' and 'LPUSH' or 'RPUSH', QUEUE .. h.name .. ':' .. class, entry)
  h.queued = h.queued + 1
  if not has_class(h, class) then h.mask = h.mask + 2 ^ class end
end

-- Takes up to `want` entries, the best class first: a list of {class, entry}. may: nil for all classes, else a
-- function that says which.
local function pop(h, want, may)
  local taken = {}
  for class = 0, 15 do
    if #taken >= want then break end
    if has_class(h, class) and (not may or may(class)) then
      local key = QUEUE .. h.name .. ':' .. class
      for _, entry in ipairs(redis.call('LPOP', key, want - #taken) or {}) do
        taken[#taken + 1] = { class, entry }
      end
      if redis.call('EXISTS', key) == 0 then h.mask = h.mask - 2 ^ class end
    end
  end
  h.queued = h.queued - #taken
  return taken
end
