-- What tells one life of the server's memory from another: the time when it was first asked for.
--
--   KEYS[1]  where it is kept
--
-- Returns the same as long as the server forgets nothing.

local life = redis.call('GET', KEYS[1])
if not life then
  local time = redis.call('TIME')
  life = time[1] .. '.' .. time[2]
  redis.call('SET', KEYS[1], life)
end
return life
