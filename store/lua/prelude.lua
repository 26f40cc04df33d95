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

local BUCKETS = 60
local DAY = 86400000

local function clock()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The day that `when` lies in: its start and the next one's. Days beyond the known ones have 24 h.
local function day_of(when)
  local today, tomorrow = tonumber(ARGV[4]), tonumber(ARGV[5])
  if today <= when and when < tomorrow then return today, tomorrow end
  local yesterday, last = tonumber(ARGV[3]), tonumber(ARGV[6])
  if yesterday <= when and when < today then return yesterday, today end
  if tomorrow <= when and when < last then return tomorrow, last end
  local known = when < yesterday and yesterday or last
  local first = known + math.floor((when - known) / DAY) * DAY
  return first, first + DAY
end

-- All buckets of the counter that are alive, oldest first, and the fields of the dead ones.
local function walk(charge)
  local prefix = charge.name .. ':'
  local length = #prefix
  local all = redis.call('HGETALL', KEYS[1])
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
  if charge.window == 0 then
    local clears = charge.over and charge.amount <= charge.limit
    return clears and charge.day_end or 0, charge.used > 0 and charge.day_end or 0
  end
  if charge.used == 0 then return 0, 0 end
  local function death(bucket) return (bucket + BUCKETS + 1) * charge.width end
  if not charge.over then return 0, death(math.max(charge.current, charge.oldest)) end
  local live = walk(charge)
  local clears, left = 0, charge.used
  for _, bucket in ipairs(live) do
    left = left - bucket[2]
    if left + charge.amount <= charge.limit then
      clears = death(bucket[1])
      break
    end
  end
  return clears, death(live[#live][1])
end

-- The counters as ARGV names them, with the fields each is read from and where a charge of `age`
-- goes: charge.bucket, or nothing where that has fallen out of the window.
local function charges_of(now)
  local when = now - (tonumber(ARGV[2]) or 0)
  local charges, fields = {}, {}
  for i = 7, #ARGV, 5 do
    local charge = {name = ARGV[i], window = tonumber(ARGV[i + 1]), amount = tonumber(ARGV[i + 2]),
                    limit = tonumber(ARGV[i + 3]), enforced = ARGV[i + 4] == '1', at = #fields}
    if charge.window == 0 then
      charge.day, charge.day_end = day_of(now)
      charge.bucket = day_of(when) == charge.day and charge.day or nil
      charge.when = when
      fields[#fields + 1] = charge.name
    else
      charge.width = math.ceil(charge.window / BUCKETS)
      charge.current = math.floor(now / charge.width)
      local bucket = math.floor(when / charge.width)
      charge.bucket = bucket >= charge.current - BUCKETS and bucket or nil
      charge.field = string.format('%s:%d', charge.name, bucket)
      fields[#fields + 1] = charge.name
      fields[#fields + 1] = charge.field
    end
    charges[#charges + 1] = charge
  end
  return charges, fields
end

local function read_day(charge, values)
  local day, n, newest, before, before_newest =
    string.match(values[charge.at + 1] or '', '^(-?%d+) (%d+) (-?%d+) (%d+) (-?%d+)$')
  local held = {day = tonumber(day), n = tonumber(n or 0), newest = tonumber(newest or 0),
                before = tonumber(before or 0), before_newest = tonumber(before_newest or 0)}
  charge.held = held
  charge.before = held.before_newest >= charge.day and held.before or 0
  charge.used = charge.before + (held.newest >= charge.day and held.n or 0)
end

local function read_sliding(charge, values)
  local used, oldest = string.match(values[charge.at + 1] or '', '^(%d+) (-?%d+)$')
  charge.used = tonumber(used or 0)
  charge.oldest = tonumber(oldest)
  charge.in_bucket = tonumber(values[charge.at + 2] or 0)
  if charge.oldest and charge.oldest < charge.current - BUCKETS then expire(charge) end
end

-- Fills in what each counter holds and whether the amount would be too much.
local function read(now)
  local charges, fields = charges_of(now)
  local values = #fields > 0 and redis.call('HMGET', KEYS[1], unpack(fields)) or {}
  for _, charge in ipairs(charges) do
    if charge.window == 0 then read_day(charge, values) else read_sliding(charge, values) end
    charge.over = charge.limit ~= nil and charge.used + charge.amount > charge.limit
  end
  return charges
end

local function refused(charges)
  for _, charge in ipairs(charges) do
    if charge.over and charge.enforced then return true end
  end
  return false
end

local function answer(now, charges)
  local out = {string.format('0 %d %d', now, refused(charges) and 1 or 0)}
  for i, charge in ipairs(charges) do
    out[i + 1] = string.format('%d %d %d %d', charge.used, charge.over and 1 or 0, times_of(charge))
  end
  return table.concat(out, ' ')
end
