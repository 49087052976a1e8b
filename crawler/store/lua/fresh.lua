-- ARGV[1] is the boot id that the caller knows. After a restart or failover the server may have lost its
-- last second, so whoever spoke to it before must know that first.
if redis.call('HGET', CRAWL, 'boot') ~= ARGV[1] then
  return redis.error_reply('STALE the server was restarted')
end
