-- Checks all counters of a subject, then charges all or none. ARGV and the answer: prelude.lua.
--
--   KEYS[1]  the subject's hash
--   KEYS[2]  the message's token: holds its first answer for two minutes, so that a repeated call
--            gets it again and never charges twice
--
-- A charge that is paid in late (ARGV[2]) has no limits to pass: its message went through. Of a
-- message that was refused here, while its sender was told otherwise, it charges all the same.
-- Where its bucket or day is over the counter stays as it is. Its answer has one more number: how
-- many counters were charged; only a repeated one has not.

local TOKEN_MS = '120000'  -- a string: Redis is slow in making one of a number
local SLACK_MS = 60000

local now = clock()
local late = ARGV[2] ~= ''

local charges = read(now)
local given = answer(now, charges)
local first = call('SET', KEYS[2], given, 'NX', 'GET', 'PX', TOKEN_MS)
if first then
  -- repeated, now, refused: the head of an answer.
  local when, no = match(first, '^%d (%d+) (%d)')
  if now - when < TOKEN_MS + 0 and not (late and no == '1') then
    return '1' .. string.sub(first, 2)
  end
  call('SET', KEYS[2], given, 'PX', TOKEN_MS)
end
if refused(charges) then return given end

-- A unit whose observed limit is over is not charged: its rule would have refused the message.
local stopped = {}
for i = 1, #charges do
  if charges[i].over then stopped[string.sub(charges[i].name, 1, 1)] = true end
end

local sets, dead, life, charged = {}, {}, 0, 0
local function set(field, value)
  sets[#sets + 1] = field
  sets[#sets + 1] = value
end

-- A day that begins puts what was held among the days before.
local function set_day(charge)
  local n, newest = charge.amount, charge.when
  local before, before_newest = charge.before, charge.before_newest
  if charge.held == charge.day then
    n, newest = charge.n + n, math.max(charge.newest, newest)
  else
    if charge.held then
      before, before_newest = charge.before + charge.n, math.max(before_newest, charge.newest)
    end
    life = math.max(life, charge.day_end - now + DAY)
  end
  set(charge.name, format('%d %d %d %d %d', charge.day, n, newest, before, before_newest))
end

local function set_sliding(charge)
  local oldest = charge.used > 0 and math.min(charge.oldest, charge.bucket) or charge.bucket
  set(charge.name, format('%d %d', charge.used + charge.amount, oldest))
  set(charge.field, format('%d', charge.in_bucket + charge.amount))
  if charge.dead then
    for _, field in ipairs(charge.dead) do dead[#dead + 1] = field end
  end
  if charge.in_bucket == 0 then life = math.max(life, charge.window + 2 * charge.width + SLACK_MS) end
end

for i = 1, #charges do
  local charge = charges[i]
  if charge.amount > 0 and charge.bucket and not stopped[string.sub(charge.name, 1, 1)] then
    charged = charged + 1
    if charge.day then set_day(charge) else set_sliding(charge) end
  end
end

if #dead > 0 then call('HDEL', KEYS[1], unpack(dead)) end
if #sets > 0 then call('HSET', KEYS[1], unpack(sets)) end
-- A bucket or day that begins sees to it that the hash outlives it, by more than asked, so that
-- most find it long enough. Later charges of the same one need nothing longer.
if life > 0 and call('PTTL', KEYS[1]) < life then
  call('PEXPIRE', KEYS[1], math.ceil(life * 1.25))
end
return late and given .. ' ' .. charged or given
