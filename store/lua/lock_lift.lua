-- Takes a lock off the list. KEYS and ARGV[1..2]: lock_prelude.lua.
--
--   ARGV[3]  the network
--   ARGV[4]  when it was unlocked, in ms
--   ARGV[5]  for how many ms that is remembered, for those who come late with an older lock
--
-- Returns 1 where a lock was in force, else 0.

local network = ARGV[3]
local held = redis.call('HGET', KEYS[1], network)
local ends = tonumber(redis.call('ZSCORE', KEYS[3], network) or 0)
local locked = held and string.sub(held, 1, 1) == 'L' and ends > now
write(network, 'U' .. ARGV[4], now + tonumber(ARGV[5]))
sweep()
return locked and 1 or 0
