#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/ledger.hpp"
#include "store/window_counters.hpp"

/// What stands in the journal, and how it is framed there.
///
/// A journal is the line `gatepost journal 1` and then frames. A frame is a marker of four octets,
/// the length of the content and the CRC-32 of length and content (32 bits each, little endian),
/// and the content: one record. The marker lets a reader find the next frame behind a damaged one.
namespace gatepost::store {

/// The first line of a journal of this version.
inline constexpr std::string_view kJournalHeader = "gatepost journal 1\n";

/// What a message was answered, for the one that asks again.
struct JournalAnswer {
  Token token;
  Settlement settlement;

  friend bool operator==(const JournalAnswer&, const JournalAnswer&) = default;
};

/// One settle that charged; or, in a rewritten journal, all that a subject holds, or one answer
/// that is still remembered. Portions are added when the record's sequence is higher than that of
/// the subject's last one: a rewritten journal may hold a charge twice.
struct JournalRecord {
  std::uint64_t sequence = 0;  ///< from 1, ascending by subject; 0: no portions
  std::string subject;
  std::vector<Portion> portions;
  std::optional<JournalAnswer> answer;

  friend bool operator==(const JournalRecord&, const JournalRecord&) = default;
};

std::string encode(const JournalRecord& record);
/// Nothing where it is no record.
std::optional<JournalRecord> decode_record(std::string_view content);

/// Appends the frame of `content` to `out`.
void append_frame(std::string& out, std::string_view content);

/// A frame as found in a journal.
struct Frame {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string_view content;
};

/// The first whole frame at `offset` or behind it; nothing where there is none.
std::optional<Frame> next_frame(std::string_view journal, std::uint64_t offset);

}  // namespace gatepost::store
