#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/mailauth/dkim_run.hpp"
#include "tests/mailauth/signing.hpp"

namespace gatepost::mailauth::testing {

/// A message of a test with as many signatures on top as it was given.
class SignedMessage {
public:
  SignedMessage() {
    message_.fields = {{"From", " Anna <anna@example.com>"},
                       {"To", " bob@example.net"},
                       {"Subject", " Lunch"},
                       {"Date", " Mon, 1 Dec 2025 12:00:00 +0000"}};
    message_.body = "See  you \r\nat noon.\r\n\r\n";
  }

  /// Signs what is there by now.
  SignedMessage& sign(const SigningKey& key, const Signing& signing = {}) {
    RawHeader header;
    for (const auto& [name, value] : message_.fields)
      header.add(name, value);
    return field_on_top(signing.field_name, signature_value(header, message_.body, signing, key));
  }

  SignedMessage& field_on_top(std::string name, std::string value) {
    message_.fields.emplace(message_.fields.begin(), std::move(name), std::move(value));
    return *this;
  }

  SplitMessage& message() { return message_; }

  std::vector<DkimOutcome> check(const Zone& zone, const std::vector<Domain>& authors = {}) const {
    return check_dkim(message_, zone, authors);
  }

private:
  SplitMessage message_;
};

}  // namespace gatepost::mailauth::testing
