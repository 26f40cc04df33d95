#include "store/journal_record.hpp"

#include <boost/crc.hpp>

#include "store/packed.hpp"

namespace gatepost::store {
namespace {

constexpr std::string_view kMarker("\xf7G\x0dP", 4);
constexpr std::size_t kFrameHead = 12;

void put_portions(PackedWriter& out, const std::vector<Portion>& portions) {
  out.put(std::uint64_t{portions.size()});
  for (const Portion& portion : portions) {
    const Window& window = portion.counter.window;
    out.put(static_cast<std::uint64_t>(portion.counter.unit));
    out.put_signed(window.length.count());
    out.put(portion.when);
    if (window.is_calendar_day()) out.put_signed((portion.day - portion.when).count());
    out.put_signed(portion.amount);
  }
}

Portion read_portion(PackedReader& in) {
  const std::uint64_t unit = in.number();
  const std::int64_t length = in.signed_number();
  if (unit > static_cast<std::uint64_t>(Unit::recipients) || length < 0) in.fail();
  Portion portion{{static_cast<Unit>(unit), {std::chrono::seconds(length)}}, in.time(), {}, 0};
  if (portion.counter.window.is_calendar_day()) {
    portion.day = portion.when + std::chrono::milliseconds(in.signed_number());
  }
  portion.amount = in.signed_number();
  return portion;
}

std::vector<Portion> read_portions(PackedReader& in) {
  const std::size_t count = in.count();
  std::vector<Portion> portions;
  portions.reserve(count);
  while (portions.size() < count && in.is_good())
    portions.push_back(read_portion(in));
  return portions;
}

void put_answer(PackedWriter& out, const JournalAnswer& answer) {
  const Settlement& settlement = answer.settlement;
  out.put(answer.token.bits);
  out.put(settlement.now);
  out.put(std::uint64_t{settlement.refused ? 1U : 0U});
  out.put(std::uint64_t{settlement.readings.size()});
  for (const Reading& reading : settlement.readings) {
    out.put_signed(reading.used);
    out.put(std::uint64_t{reading.over ? 1U : 0U});
    out.put(reading.clears_at, settlement.now);
    out.put(reading.resets_at, settlement.now);
  }
}

JournalAnswer read_answer(PackedReader& in) {
  JournalAnswer answer{};
  answer.token.bits = in.number();
  Settlement& settlement = answer.settlement;
  settlement.now = in.time();
  settlement.refused = in.number() != 0;
  settlement.readings.resize(in.count());
  for (Reading& reading : settlement.readings) {
    reading.used = in.signed_number();
    reading.over = in.number() != 0;
    reading.clears_at = in.optional_time(settlement.now);
    reading.resets_at = in.optional_time(settlement.now);
    if (!in.is_good()) break;
  }
  return answer;
}

void put_fixed(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    out += static_cast<char>(value >> shift);
}

std::uint32_t fixed_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(bytes[offset + i])} << (8 * i);
  }
  return value;
}

std::uint32_t checksum(std::string_view length, std::string_view content) {
  boost::crc_32_type crc;
  crc.process_bytes(length.data(), length.size());
  crc.process_bytes(content.data(), content.size());
  return crc.checksum();
}

std::optional<Frame> frame_at(std::string_view journal, std::size_t begin) {
  if (journal.size() - begin < kFrameHead) return {};
  const std::uint32_t length = fixed_at(journal, begin + 4);
  if (length > journal.size() - begin - kFrameHead) return {};
  const std::string_view content = journal.substr(begin + kFrameHead, length);
  if (checksum(journal.substr(begin + 4, 4), content) != fixed_at(journal, begin + 8)) return {};
  return Frame{begin, begin + kFrameHead + length, content};
}

}  // namespace

std::string encode(const JournalRecord& record) {
  PackedWriter out;
  out.put(record.sequence);
  out.put(record.subject);
  put_portions(out, record.portions);
  out.put(std::uint64_t{record.answer ? 1U : 0U});
  if (record.answer) put_answer(out, *record.answer);
  return std::move(out).take();
}

std::optional<JournalRecord> decode_record(std::string_view content) {
  PackedReader in(content);
  JournalRecord record;
  record.sequence = in.number();
  record.subject = in.text();
  record.portions = read_portions(in);
  if (in.number() != 0) record.answer = read_answer(in);
  if (!in.is_done()) return {};
  return record;
}

void append_frame(std::string& out, std::string_view content) {
  std::string length;
  put_fixed(length, static_cast<std::uint32_t>(content.size()));
  out.append(kMarker).append(length);
  put_fixed(out, checksum(length, content));
  out.append(content);
}

std::optional<Frame> next_frame(std::string_view journal, std::uint64_t offset) {
  for (auto begin = journal.find(kMarker, static_cast<std::size_t>(offset));
       begin != std::string_view::npos; begin = journal.find(kMarker, begin + 1)) {
    if (auto frame = frame_at(journal, begin)) return frame;
  }
  return {};
}

}  // namespace gatepost::store
