-- The counters of one subject, shared by look.lua and settle.lua.
--
--   KEYS[1]     the subject's hash
--   ARGV[1]     now in ms; empty: this server's clock (only tests pass one)
--   ARGV[2]     age in ms of a charge that is paid in late; empty: a charge of this moment
--   ARGV[3..6]  the starts in ms of the site's yesterday, today, tomorrow and the day after
--   ARGV[7..]   five for each counter:
--     name      unit and window, unique within the subject: `m900`, `rd`
--     window    its length in ms; 0: the calendar day
--     amount    what is to be added
--     limit     what it may hold; empty: any number
--     enforced  1: over the limit nothing is charged at all; 0: over the limit the counters of
--               its unit (the name's first letter) are not charged
--
-- Fields of the hash, by counter name, with whole numbers between single spaces:
--   sliding     NAME        sum, oldest live bucket
--               NAME:BUCKET amount in that bucket
--   calendar    NAME        start of the newest day, its amount, its newest charge; amount and newest
--               charge of the days before. What was charged under another time zone so counts
--               wherever a part of it may belong to today.
--
-- The answer is one string of numbers, 0 where there is no such time:
--   repeated now refused { used over clears_at resets_at } for each counter

local KEYS, ARGV = KEYS, ARGV
local call, format, match, floor = redis.call, string.format, string.match, math.floor

local BUCKETS = 60
local DAY = 86400000

local function clock()
  if ARGV[1] ~= '' then return ARGV[1] + 0 end
  local time = call('TIME')
  return time[1] * 1000 + floor(time[2] / 1000)
end

-- The day that `when` lies in: its start and the next one's. Days beyond the known ones have 24 h.
local function day_of(when)
  local today, tomorrow = ARGV[4] + 0, ARGV[5] + 0
  if today <= when and when < tomorrow then return today, tomorrow end
  local yesterday, last = ARGV[3] + 0, ARGV[6] + 0
  if yesterday <= when and when < today then return yesterday, today end
  if tomorrow <= when and when < last then return tomorrow, last end
  local known = when < yesterday and yesterday or last
  local first = known + floor((when - known) / DAY) * DAY
  return first, first + DAY
end

-- All buckets of the counter that are alive, oldest first, and the fields of the dead ones.
local function walk(charge)
  local prefix = charge.name .. ':'
  local length = #prefix
  local all = call('HGETALL', KEYS[1])
  local live, dead = {}, {}
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, length) == prefix then
      local bucket = tonumber(string.sub(all[i], length + 1))
      if bucket and bucket >= charge.current - BUCKETS then
        live[#live + 1] = {bucket, tonumber(all[i + 1])}
      elseif bucket then
        dead[#dead + 1] = all[i]
      end
    end
  end
  table.sort(live, function(a, b) return a[1] < b[1] end)
  return live, dead
end

-- Subtracts what has fallen out of the window. Writes nothing.
local function expire(charge)
  local live, dead = walk(charge)
  charge.used = 0
  for _, bucket in ipairs(live) do charge.used = charge.used + bucket[2] end
  charge.oldest = live[1] and live[1][1]
  charge.dead = dead
end

-- When enough has fallen out of the window for the amount to fit, and when all has; 0: never.
-- Without a walk the latest that may be is said for the second.
local function times_of(charge)
  if charge.day then
    local clears = charge.over and charge.amount <= charge.limit
    return clears and charge.day_end or 0, charge.used > 0 and charge.day_end or 0
  end
  if charge.used == 0 then return 0, 0 end
  local width, after = charge.width, BUCKETS + 1
  if not charge.over then
    local newest = charge.current > charge.oldest and charge.current or charge.oldest
    return 0, (newest + after) * width
  end
  local live = walk(charge)
  local clears, left = 0, charge.used
  for _, bucket in ipairs(live) do
    left = left - bucket[2]
    if left + charge.amount <= charge.limit then
      clears = (bucket[1] + after) * width
      break
    end
  end
  return clears, (live[#live][1] + after) * width
end

-- The counters that ARGV names, empty, and the fields that tell what they hold. A charge goes to
-- charge.bucket, which is false where that moment is no longer counted. Every member is named at
-- once: a table that grows costs more than all else here.
local function charges_of(now)
  local when = ARGV[2] == '' and now or now - ARGV[2]
  local charges, fields = {}, {}
  for i = 7, #ARGV, 5 do
    local name, window = ARGV[i], ARGV[i + 1] + 0
    local amount, limit, enforced = ARGV[i + 2] + 0, tonumber(ARGV[i + 3]), ARGV[i + 4] == '1'
    fields[#fields + 1] = name
    if window == 0 then
      local day, day_end = day_of(now)
      charges[#charges + 1] = {
        name = name, amount = amount, limit = limit, enforced = enforced, used = 0, over = false,
        bucket = (when == now or day_of(when) == day) and day, day = day, day_end = day_end,
        when = when, held = false, n = 0, newest = 0, before = 0, before_newest = 0}
    else
      local width = math.ceil(window / BUCKETS)
      local current, bucket = floor(now / width), floor(when / width)
      local field = format('%s:%d', name, bucket)
      fields[#fields + 1] = field
      charges[#charges + 1] = {
        name = name, amount = amount, limit = limit, enforced = enforced, used = 0, over = false,
        bucket = bucket >= current - BUCKETS and bucket, window = window, width = width,
        current = current, field = field, oldest = false, in_bucket = 0, dead = false}
    end
  end
  return charges, fields
end

local function read_day(charge, packed)
  local day, n, newest, before, before_newest =
    match(packed or '', '^(-?%d+) (%d+) (-?%d+) (%d+) (-?%d+)$')
  if not day then return end
  charge.held, charge.n, charge.newest = day + 0, n + 0, newest + 0
  charge.before_newest = before_newest + 0
  if charge.before_newest >= charge.day then charge.used = before + 0 end
  charge.before = charge.used
  if charge.newest >= charge.day then charge.used = charge.used + n end
end

local function read_sliding(charge, packed, in_bucket)
  charge.in_bucket = (in_bucket or 0) + 0
  local used, oldest = match(packed or '', '^(%d+) (-?%d+)$')
  if not used then return end
  charge.used, charge.oldest = used + 0, oldest + 0
  if charge.oldest < charge.current - BUCKETS then expire(charge) end
end

-- Fills in what each counter holds and whether the amount would be too much.
local function read(now)
  local charges, fields = charges_of(now)
  local values = #fields > 0 and call('HMGET', KEYS[1], unpack(fields)) or {}
  local at = 1
  for i = 1, #charges do
    local charge = charges[i]
    if charge.day then
      read_day(charge, values[at])
      at = at + 1
    else
      read_sliding(charge, values[at], values[at + 1])
      at = at + 2
    end
    charge.over = charge.limit ~= nil and charge.used + charge.amount > charge.limit
  end
  return charges
end

local function refused(charges)
  for i = 1, #charges do
    if charges[i].over and charges[i].enforced then return true end
  end
  return false
end

local function answer(now, charges)
  local out = format('0 %d %d', now, refused(charges) and 1 or 0)
  for i = 1, #charges do
    local charge = charges[i]
    out = format('%s %d %d %d %d', out, charge.used, charge.over and 1 or 0, times_of(charge))
  end
  return out
end
