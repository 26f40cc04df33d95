#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "mailauth/dns.hpp"

namespace gatepost::mailauth {

/// What is known of the DNS while one message is verified. The checks are plain functions of it:
/// what they miss they note here and come back when it is known, from the start. So none of them
/// waits, and each can be tested without a network. Not thread-safe.
class Answers {
public:
  /// More different questions about one message fail unasked: no sender can make us ask more.
  static constexpr std::size_t kMostQuestions = 200;

  /// The answer, or null: then the question is noted, and the caller has to come back.
  const DnsAnswer* find(const DnsQuestion& question);

  const DnsAnswer* find(std::string_view name, DnsType type) { return find(ask_for(name, type)); }

  void put(const DnsQuestion& question, SharedAnswer answer);

  /// The questions noted since the last call, to be asked.
  std::vector<DnsQuestion> take_missing();

  /// From now on what is not known has failed, for the reason `why`; nothing is noted any more.
  void give_up(std::string why);

private:
  std::map<DnsQuestion, SharedAnswer> known_;
  std::set<DnsQuestion> noted_;
  std::vector<DnsQuestion> missing_;
  SharedAnswer failure_;  // what is not known, once given up
  SharedAnswer too_many_;
};

}  // namespace gatepost::mailauth
