-- The queue of a host: a list for each class; an entry is attempts and expiries in a byte each, then the item.
--@include overflow

local function push(h, class, side, entry)
  if side == 'tail' and has_class(h, OUTSIDE + class) then return push_behind(h, class, entry) end
  local length = redis.call(side == 'head' and 'LPUSH' or 'RPUSH', list_of(h, class), entry)
  count_near(h, class, 1)
  if length >= MOST and not has_class(h, OUTSIDE + class) then
    h.mask = h.mask + 2 ^ (OUTSIDE + class)
  end
end

local function take_from(h, class, want, taken)
  local list = list_of(h, class)
  while #taken < want and has_class(h, class) do
    for _, entry in ipairs(redis.call('LPOP', list, want - #taken) or {}) do
      taken[#taken + 1] = { class, entry }
    end
    if redis.call('EXISTS', list) == 0 then h.mask = h.mask - 2 ^ class end
    if has_class(h, OUTSIDE + class) then bring_near(h, class) end
  end
end

-- Takes up to `want` entries, the best class first: a list of {class, entry}. may: nil for all classes, else a
-- function that says which.
local function pop(h, want, may)
  local taken = {}
  for class = 0, 15 do
    if has_class(h, class) and (not may or may(class)) then take_from(h, class, want, taken) end
  end
  h.queued = h.queued - #taken
  return taken
end
