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

local TOKEN_MS = 120000
local SLACK_MS = 60000

local now = clock()
local late = ARGV[2] ~= ''

local charges = read(now)
local given = answer(now, charges)
local first = redis.call('SET', KEYS[2], given, 'NX', 'GET', 'PX', TOKEN_MS)
if first then
  -- repeated, now, refused: the head of an answer.
  local when, no = string.match(first, '^%d (%d+) (%d)')
  if now - when < TOKEN_MS and not (late and no == '1') then return '1' .. string.sub(first, 2) end
  redis.call('SET', KEYS[2], given, 'PX', TOKEN_MS)
end
if refused(charges) then return given end

-- A unit whose observed limit is over is not charged: its rule would have refused the message.
local stopped = {}
for _, charge in ipairs(charges) do
  if charge.over then stopped[string.sub(charge.name, 1, 1)] = true end
end

local sets, dead, life, charged = {}, {}, 0, 0
local function set(field, value)
  sets[#sets + 1] = field
  sets[#sets + 1] = value
end

-- A day that begins puts what was held among the days before.
local function set_day(charge)
  local held, n, newest = charge.held, charge.amount, charge.when
  local before, before_newest = held.before, held.before_newest
  if held.day == charge.day then
    n, newest = held.n + n, math.max(held.newest, newest)
  else
    if held.day then
      before, before_newest = charge.before + held.n, math.max(before_newest, held.newest)
    end
    life = math.max(life, charge.day_end - now + DAY)
  end
  set(charge.name, string.format('%d %d %d %d %d', charge.day, n, newest, before, before_newest))
end

local function set_sliding(charge)
  local oldest = math.min(charge.used > 0 and charge.oldest or charge.bucket, charge.bucket)
  set(charge.name, string.format('%d %d', charge.used + charge.amount, oldest))
  set(charge.field, string.format('%d', charge.in_bucket + charge.amount))
  for _, field in ipairs(charge.dead or {}) do dead[#dead + 1] = field end
  if charge.in_bucket == 0 then life = math.max(life, charge.window + 2 * charge.width + SLACK_MS) end
end

for _, charge in ipairs(charges) do
  if charge.amount > 0 and charge.bucket and not stopped[string.sub(charge.name, 1, 1)] then
    charged = charged + 1
    if charge.window == 0 then set_day(charge) else set_sliding(charge) end
  end
end

if #dead > 0 then redis.call('HDEL', KEYS[1], unpack(dead)) end
if #sets > 0 then redis.call('HSET', KEYS[1], unpack(sets)) end
-- A bucket or day that begins sees to it that the hash outlives it, by more than asked, so that
-- most find it long enough. Later charges of the same one need nothing longer.
if life > 0 and redis.call('PTTL', KEYS[1]) < life then
  redis.call('PEXPIRE', KEYS[1], math.ceil(life * 1.25))
end
return late and given .. ' ' .. charged or given
