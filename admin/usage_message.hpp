#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/freeze_book.hpp"
#include "policy/ledger.hpp"

/// What `gatepost simulate` asks a running daemon (POST /v1/usage), and what it is told.
namespace gatepost::admin {

struct UsageQuestion {
  std::string subject;  ///< Subject::text()
  std::vector<Charge> charges;
  std::vector<std::string> accounts;  ///< canonical logins; which of them are frozen by command?

  friend bool operator==(const UsageQuestion&, const UsageQuestion&) = default;
};

struct UsageAnswer {
  Settlement settlement;  ///< readings in the order of the charges
  std::vector<FrozenAccount> frozen;

  friend bool operator==(const UsageAnswer&, const UsageAnswer&) = default;
};

/// At most this many charges and accounts in one question.
inline constexpr std::size_t kUsageMost = 200;

std::string usage_question_text(const UsageQuestion& question);
/// Nothing where the text is no such question.
std::optional<UsageQuestion> parse_usage_question(std::string_view text);

std::string usage_answer_text(const UsageAnswer& answer);
/// Nothing where the text is no such answer.
std::optional<UsageAnswer> parse_usage_answer(std::string_view text);

}  // namespace gatepost::admin
