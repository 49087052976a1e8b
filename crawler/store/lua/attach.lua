-- A command looks at a frontier without being a worker: is it the collection's, and can it be read?
-- KEYS: see keys.lua
-- ARGV: generation of the collection, layout of the keys
-- Result: the server's clock; error WRONG where the server holds another frontier or none, LAYOUT where the
--         keys are laid out as another version of Clew does, or an import was not finished.
--@include keys
local generation = redis.call('GET', GENERATION)
local layout = redis.call('HGET', CRAWL, 'layout') or '1'
if generation and layout ~= ARGV[2] then return redis.error_reply('LAYOUT ' .. layout) end
if generation ~= ARGV[1] then
  return redis.error_reply('WRONG the server holds another frontier, or none')
end
return now()
