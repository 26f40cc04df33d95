-- Puts a lock on the list. KEYS and ARGV[1..2]: lock_prelude.lua.
--
--   ARGV[3]     the network
--   ARGV[4]     its lock
--   ARGV[5..6]  since and until when it holds, in ms
--   ARGV[7]     how many entries the list may have: those that end first go first
--   ARGV[8]     `put`: in the place of another lock; `add`: not where one is that holds as long
--
-- Returns 0 where the network was unlocked after the lock was made, else 1. Done twice it is the
-- same.

sweep()
local network, entry, ends = ARGV[3], 'L' .. ARGV[4], tonumber(ARGV[6])
local held = redis.call('HGET', KEYS[1], network)
if held == entry then return 1 end
if held and string.sub(held, 1, 1) == 'U' then
  if tonumber(ARGV[5]) < (tonumber(string.sub(held, 2)) or 0) then return 0 end
elseif held and ARGV[8] == 'add' then
  if tonumber(redis.call('ZSCORE', KEYS[3], network) or 0) >= ends then return 1 end
end
write(network, entry, ends)
local over = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[7])
if over > 0 then drop(redis.call('ZRANGE', KEYS[3], 0, over - 1)) end
return 1
