-- Puts a record where another stands (store/lock_records.hpp).
--
--   KEYS[1]  the record
--   KEYS[2]  the index of its shard: names of records by their last change in ms
--   ARGV     now in ms (empty: this server's clock; only tests pass one), the record that is to
--            stand there (empty: none), the one to put there (empty: none), when that is to be
--            forgotten in ms, how many records the shard may hold, the record's name: the end of
--            its key
--
-- Returns 1, or 0 where another record stands there.

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local record, name = ARGV[3], ARGV[6]
local life = tonumber(ARGV[4]) - now

if (redis.call('GET', KEYS[1]) or '') ~= ARGV[2] then return 0 end
if record == '' or life <= 0 then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], name)
  return 1
end
redis.call('SET', KEYS[1], record, 'PX', string.format('%.0f', life))
redis.call('ZADD', KEYS[2], string.format('%.0f', now), name)

-- The least recently changed go first. Those that were forgotten in their time are still in the
-- index: two of them leave it with each write, so they do not pile up.
local prefix = string.sub(KEYS[1], 1, #KEYS[1] - #name)
local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[5])
for i, oldest in ipairs(redis.call('ZRANGE', KEYS[2], 0, math.max(over, 2) - 1)) do
  if i <= over then
    redis.call('DEL', prefix .. oldest)
    redis.call('ZREM', KEYS[2], oldest)
  elseif redis.call('EXISTS', prefix .. oldest) == 0 then
    redis.call('ZREM', KEYS[2], oldest)
  end
end
if redis.call('PTTL', KEYS[2]) < life then
  redis.call('PEXPIRE', KEYS[2], string.format('%.0f', math.ceil(life * 1.25)))
end
return 1
