#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/channel.hpp"
#include "policy/finding.hpp"
#include "policy/reference.hpp"
#include "policy/subject.hpp"
#include "policy/time.hpp"

namespace gatepost {

/// The record of a refusal, for the support staff who are given its reference. No subject line
/// and no body ever. Refusals of the same subject, rule and code within ten minutes share one.
struct Case {
  Reference reference;
  Subject subject;
  Channel channel = Channel::inbound;
  Time first;              ///< of the first refusal
  Time last;               ///< of the newest one
  std::int64_t count = 1;  ///< how many share this record
  std::string verdict;     ///< name(Verdict)
  std::string reply;       ///< the whole reply line, as the client got it
  std::string client;      ///< address; empty: local
  std::string client_name;
  std::string daemon_name;
  std::string login;
  std::string server;
  std::string sender;          ///< envelope sender as typed, without brackets
  std::string recipient;       ///< the one that was refused; empty where the whole message was
  std::string queue_id;        ///< where the MTA had one
  std::string host;            ///< of the daemon
  Finding decisive;            ///< what the refusal rests on
  std::vector<Finding> trace;  ///< the last thing that each rule had to say of the message

  friend bool operator==(const Case&, const Case&) = default;
};

/// A case as text, for stores: one `name=value` a line, `\`, CR and LF in values escaped. Unknown
/// names are skipped when read, so that versions can live beside each other.
std::string encode(const Case& record);
/// Nothing where the text is no case.
std::optional<Case> decode_case(std::string_view text);

}  // namespace gatepost
