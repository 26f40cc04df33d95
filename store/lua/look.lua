-- Reads all counters of a subject and writes nothing. KEYS, ARGV and the answer: prelude.lua.

local now = clock()
return answer(now, read(now))
