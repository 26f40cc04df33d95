-- What changed on the list of locks. KEYS and ARGV[1..2]: lock_prelude.lua.
--
--   ARGV[3]  the number of the last change that is known
--   ARGV[4]  how many changes to tell at most
--
-- Returns epoch, number of the newest change, now in ms, then number, network and entry of each
-- change, oldest first. A network that changed several times is told once.

sweep()
local out = {redis.call('GET', KEYS[5]), digits(newest()), digits(now)}
if newest() <= tonumber(ARGV[3]) then return out end
local rows = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[3], '+inf', 'WITHSCORES',
                        'LIMIT', 0, ARGV[4])
if #rows == 0 then return out end
local networks = {}
for i = 1, #rows, 2 do networks[#networks + 1] = rows[i] end
local entries = redis.call('HMGET', KEYS[1], unpack(networks))
for i, network in ipairs(networks) do
  local at = #out
  out[at + 1], out[at + 2], out[at + 3] = rows[2 * i], network, entries[i] or ''
end
return out
