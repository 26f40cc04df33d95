-- Freezes or unfreezes an account.
--
--   KEYS[1]  hash of the frozen accounts
--   KEYS[2]  counts its changes
--   ARGV[1]  the account
--   ARGV[2]  its entry; none: it is no longer frozen
--
-- Returns 1 where an entry was added or removed, else 0.

local done
if ARGV[2] then
  done = redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
else
  done = redis.call('HDEL', KEYS[1], ARGV[1])
end
redis.call('INCR', KEYS[2])
return done
