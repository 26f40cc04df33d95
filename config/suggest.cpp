#include "config/suggest.hpp"

#include <algorithm>

#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

constexpr std::size_t kLongestTyped = 64;

// Optimal string alignment: three rows of the table are alive at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

// The one name that goes on after `typed`, as password_file after password.
std::string_view begun(std::string_view typed, const std::vector<std::string_view>& known) {
  std::string_view only;
  for (const std::string_view name : known) {
    const bool goes_on =
        name.size() > typed.size() && name.starts_with(typed) && name[typed.size()] == '_';
    if (!goes_on) continue;
    if (!only.empty()) return {};
    only = name;
  }
  return only;
}

}  // namespace

std::string_view nearest(std::string_view typed, const std::vector<std::string_view>& known) {
  if (typed.empty() || typed.size() > kLongestTyped) return {};
  const std::string folded = ascii::lower(typed);
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string_view name : known) {
    const std::size_t d = distance(folded, ascii::lower(name));
    if (d < best_distance) {
      best = name;
      best_distance = d;
    }
  }
  return best.empty() ? begun(folded, known) : best;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& known) {
  const std::string_view name = nearest(typed, known);
  return name.empty() ? "" : " (did you mean '" + std::string(name) + "'?)";
}

}  // namespace gatepost::config
