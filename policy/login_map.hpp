#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/mail/address.hpp"
#include "policy/place.hpp"

namespace gatepost {

/// `site.logins.map`: which logins an address belongs to, with the look-up order of Postfix'
/// smtpd_sender_login_maps: the address, without its `+tag`, `@domain`; the first line found
/// decides. Immutable after it is filled; then safe to read from every thread.
class LoginMap {
public:
  struct Line {
    std::vector<std::string> logins;  ///< canonical
    int line = 0;                     ///< in the file
  };

  LoginMap() = default;

  explicit LoginMap(std::string file) : file_(std::move(file)) {}

  /// `key`: an address' canonical text, or `@domain`. False, and nothing changed, where it is
  /// there.
  bool insert(std::string key, Line line) {
    return lines_.emplace(std::move(key), std::move(line)).second;
  }

  /// Null where the key has no line.
  const Line* find(const std::string& key) const {
    const auto found = lines_.find(key);
    return found == lines_.end() ? nullptr : &found->second;
  }

  /// Where the map says that `login` (canonical) may use `address`; nothing where it does not.
  std::optional<Place> grants(const Address& address, std::string_view login) const {
    if (lines_.empty()) return {};
    for (const std::string& key :
         {address.text(), address.base().text(), '@' + address.domain().ascii()}) {
      const Line* line = find(key);
      if (line == nullptr) continue;
      const auto& logins = line->logins;
      if (std::find(logins.begin(), logins.end(), login) == logins.end()) return {};
      return Place{file_, line->line, 1};
    }
    return {};
  }

  bool empty() const { return lines_.empty(); }

  std::size_t size() const { return lines_.size(); }

  const std::string& file() const { return file_; }

  auto begin() const { return lines_.begin(); }

  auto end() const { return lines_.end(); }

private:
  std::string file_;
  std::unordered_map<std::string, Line> lines_;
};

}  // namespace gatepost
