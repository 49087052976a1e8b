-- Takes in what one page of a site shows, and answers what the site's other pages showed before.
-- KEYS: learned:SITE
-- ARGV: pages after which a count has halved, most fields of the key, ms that it is kept without a page,
--       the page as MessagePack: {id, {{block, shown, related}..}, {{link, block from 0, back, edge, apart}..}}
-- Result: MessagePack: {pages, {{pages, shown, related, repeats}..}, {{pages, returned}..}}, in the same order.
--         A page that was counted before is answered without its own part, and not counted again.
-- Fields: n: pages counted; p, e, l, b and an id: a page, an edge to a related story, a link in its
--         block, a block. Their values end with the number of the page that touched them last.
local SITE, HALF, MOST, KEPT = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local page, blocks, links = unpack(cmsgpack.unpack(ARGV[4]))
local COUNT, BLOCK, AT_ONCE = '<fI4', '<ffffI4', 1000
local number = tonumber(redis.call('HGET', SITE, 'n') or 0)
local own = redis.call('HEXISTS', SITE, 'p' .. page)

local function in_parts(command, words, take)
  for first = 1, #words, AT_ONCE do
    local reply = redis.call(command, SITE, unpack(words, first, math.min(first + AT_ONCE - 1, #words)))
    if take then take(first, reply) end
  end
end

local ratio = 2 ^ (-1 / HALF)

-- What is left of a count that page `last` has made.
local function left(count, last)
  return count * ratio ^ (number - last)
end

local function others(count, part)
  return math.max(0, count - own * part)
end

local fields, found = {}, {}
for _, block in ipairs(blocks) do fields[#fields + 1] = 'b' .. block[1] end
for _, link in ipairs(links) do fields[#fields + 1] = 'l' .. link[1] end
for _, link in ipairs(links) do fields[#fields + 1] = 'e' .. link[3] end
in_parts('HMGET', fields, function(first, some)
  for index = 1, #some do found[first + index - 1] = some[index] end
end)

local counts, told_blocks, told_links, changed = {}, {}, {}, {}
local function set(field, value)
  changed[#changed + 1] = field
  changed[#changed + 1] = value
end

for index, block in ipairs(blocks) do
  local count = { 0, 0, 0, 0 }
  if found[index] then
    local pages, shown, related, repeats, last = struct.unpack(BLOCK, found[index])
    count = { left(pages, last), left(shown, last), left(related, last), left(repeats, last) }
  end
  counts[index] = count
  told_blocks[index] = { others(count[1], 1), others(count[2], block[2]), others(count[3], block[3]), count[4] }
end
for index, link in ipairs(links) do
  local value, block, pages = found[#blocks + index], counts[link[2] + 1], 0
  if value then pages = left(struct.unpack(COUNT, value)) end
  told_links[index] = { others(pages, 1), found[#blocks + #links + index] and true or false }
  if link[5] then
    if pages > 0 then block[4] = block[4] + math.min(1, pages / block[1]) end
    set('l' .. link[1], struct.pack(COUNT, pages * ratio + 1, number + 1))
  end
  if link[4] ~= '' then set('e' .. link[4], struct.pack(COUNT, 1, number + 1)) end
end
local answer = cmsgpack.pack({ others((1 - ratio ^ number) / (1 - ratio), 1), told_blocks, told_links })
if own == 1 then return answer end

for index, block in ipairs(blocks) do
  local pages, shown, related, repeats = unpack(counts[index])
  pages, shown, related = pages * ratio + 1, shown * ratio + block[2], related * ratio + block[3]
  set('b' .. block[1], struct.pack(BLOCK, pages, shown, related, repeats * ratio, number + 1))
end
set('p' .. page, struct.pack(COUNT, 1, number + 1))
set('n', number + 1)
in_parts('HSET', changed)
redis.call('PEXPIRE', SITE, KEPT)

-- Of four times as many fields, taken at random, those go that are worth least.
local over = redis.call('HLEN', SITE) - MOST
if over > 0 then
  local drawn, worth, rare = redis.call('HRANDFIELD', SITE, math.min(4 * over, 4 * AT_ONCE), 'WITHVALUES'), {}, {}
  for index = 1, #drawn, 2 do
    local field, value = drawn[index], drawn[index + 1]
    if field ~= 'n' then
      worth[field] = left(struct.unpack('<f', value), (struct.unpack('<I4', string.sub(value, -4))))
      rare[#rare + 1] = field
    end
  end
  table.sort(rare, function(a, b) return worth[a] < worth[b] end)
  in_parts('HDEL', { unpack(rare, 1, math.min(over, #rare, AT_ONCE)) })
end
return answer
