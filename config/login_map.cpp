#include "config/login_map.hpp"

#include <optional>
#include <string>

#include <fmt/format.h>

#include "config/source_text.hpp"
#include "config/values.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::config {
namespace {

constexpr std::string_view kBlank = " \t\r";

// Takes the physical lines of a text together to logical ones.
class LogicalLines {
public:
  explicit LogicalLines(std::string_view text) : rest_(text) {}

  // The next one and where it begins; nothing at the end.
  std::optional<std::pair<std::string, int>> next() {
    std::string line;
    int begins = 0;
    while (!rest_.empty()) {
      const auto end = rest_.find('\n');
      const std::string_view physical = rest_.substr(0, end);
      const bool nothing = is_comment(physical);
      const bool continues = !nothing && kBlank.find(physical.front()) != std::string_view::npos;
      if (!nothing && !continues && begins != 0) break;
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++line_;
      if (nothing) continue;
      if (begins == 0) begins = line_;
      line.append(physical).append(" ");
    }
    if (begins == 0) return {};
    return std::pair{std::move(line), begins};
  }

private:
  static bool is_comment(std::string_view line) {
    const auto first = line.find_first_not_of(kBlank);
    return first == std::string_view::npos || line[first] == '#';
  }

  std::string_view rest_;
  int line_ = 0;
};

class Reader {
public:
  Reader(const LoginRules& rules, Report& report) : rules_(rules), report_(report) {}

  void read(std::string_view line, int number, LoginMap& out) const {
    const Mark mark{number, 1};
    const std::string_view text = ascii::trim(line);
    const auto end = text.find_first_of(" \t");
    const std::string_view left = text.substr(0, end);
    auto key = key_of(left);
    if (!key) {
      report_.error(
          mark, fmt::format("{} is neither an address nor @domain{}", in_quotes(left), hint(left)));
      return;
    }
    auto logins = logins_of(end == std::string_view::npos ? "" : text.substr(end), mark);
    if (logins.empty()) return;
    if (out.insert(*key, {std::move(logins), number})) return;
    report_.warning(mark, fmt::format("{} stands in line {} already, which counts", in_quotes(left),
                                      out.find(*key)->line));
  }

private:
  static std::string_view hint(std::string_view text) {
    if (text.starts_with("*@")) return ": write @domain for all of it";
    if (text.ends_with(':')) return ": no colon stands behind it";
    return "";
  }

  std::optional<std::string> key_of(std::string_view text) const {
    if (text.find('*') != std::string_view::npos) return {};
    if (text.starts_with('@')) {
      const auto domain = Domain::parse(text.substr(1));
      if (!domain) return {};
      return '@' + domain->ascii();
    }
    std::string full(text);
    if (text.find('@') == std::string_view::npos && rules_.bare_domain) {
      full += '@' + rules_.bare_domain->ascii();
    }
    const auto address = Address::parse(full);
    if (!address) return {};
    return address->text();
  }

  std::vector<std::string> logins_of(std::string_view text, const Mark& mark) const {
    constexpr std::string_view kBetween = ", \t\r";
    std::vector<std::string> out;
    while (true) {
      const auto first = text.find_first_not_of(kBetween);
      if (first == std::string_view::npos) break;
      text.remove_prefix(first);
      const std::string_view word = text.substr(0, text.find_first_of(kBetween));
      text.remove_prefix(word.size());
      auto login = Login::parse(word, rules_);
      if (login && !is_odd(word)) {
        out.push_back(login->text());
        continue;
      }
      report_.error(mark, fmt::format("{} is no login: logins are divided by commas or blanks, and "
                                      "a comment is a line of its own",
                                      in_quotes(word)));
      return {};
    }
    if (out.empty()) report_.error(mark, "names no login: write an address, a space, its logins");
    return out;
  }

  // What is most likely meant for something else than a part of a login.
  static bool is_odd(std::string_view word) {
    return holds_separator(word) || word.find_first_of("#=:\"'") != std::string_view::npos ||
           word.starts_with('@') || word.ends_with('@') || word == "*";
  }

  const LoginRules& rules_;
  Report& report_;
};

}  // namespace

LoginMap read_login_map(std::string_view text, const LoginRules& rules, Report& report) {
  LoginMap out(report.file());
  const Reader reader(rules, report);
  LogicalLines lines(text);
  while (const auto line = lines.next()) {
    if (report.full()) break;
    reader.read(line->first, line->second, out);
  }
  return out;
}

}  // namespace gatepost::config
