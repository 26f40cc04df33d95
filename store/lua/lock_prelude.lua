-- The list of locks, shared by lock_put.lua, lock_lift.lua and lock_changes.lua.
--
--   KEYS[1]  hash: what is known of a network: `L` and its lock, or `U` and when it was lifted
--   KEYS[2]  sorted set: networks by the number of their last change
--   KEYS[3]  sorted set: networks by when their entry ends, in ms
--   KEYS[4]  the number of the newest change
--   KEYS[5]  the epoch: a word that is another one after this server lost its memory
--   ARGV[1]  now in ms; empty: this server's clock (only tests pass one)
--   ARGV[2]  a random word: the epoch, where there is none yet
--
-- Change numbers are microseconds of the clock, one more where that stands: so a server that came
-- back with an older memory gives no number twice.

local now = tonumber(ARGV[1])
local micros = now and now * 1000
if not now then
  local time = redis.call('TIME')
  micros = time[1] * 1000000 + time[2]
  now = math.floor(micros / 1000)
end

local function digits(number) return string.format('%.0f', number) end

local function drop(networks)
  for _, network in ipairs(networks) do
    redis.call('HDEL', KEYS[1], network)
    redis.call('ZREM', KEYS[2], network)
    redis.call('ZREM', KEYS[3], network)
  end
end

-- Some of the entries that ended.
local function sweep()
  drop(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', digits(now), 'LIMIT', 0, 100))
end

local function newest() return tonumber(redis.call('GET', KEYS[4]) or 0) end

local function write(network, entry, ends)
  local number = digits(math.max(newest() + 1, micros))
  redis.call('SET', KEYS[4], number)
  redis.call('HSET', KEYS[1], network, entry)
  redis.call('ZADD', KEYS[2], number, network)
  redis.call('ZADD', KEYS[3], digits(ends), network)
end

if redis.call('EXISTS', KEYS[5]) == 0 then redis.call('SET', KEYS[5], ARGV[2]) end
