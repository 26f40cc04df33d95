-- Adds to one field of a hash that may not grow without end.
--
--   KEYS[1]  the hash
--   ARGV     field, amount, most fields, field for what does not fit, seconds the hash is kept
--
-- Returns the amount now in the field that was counted in.

local field = ARGV[1]
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) and redis.call('HEXISTS', KEYS[1], field) == 0 then
  field = ARGV[4]
end
local total = redis.call('HINCRBY', KEYS[1], field, ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return total
