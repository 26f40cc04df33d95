#include "store/redis_greeting.hpp"

#include <functional>
#include <utility>

#include "store/redis_scripts.hpp"

namespace gatepost::store {
namespace {

using Judge = std::function<void(const RedisReply&, Welcome&)>;

struct Step {
  std::vector<std::string> words;
  Judge judge;
};

Judge needed(std::string what) {
  return [what = std::move(what)](const RedisReply& reply, Welcome& welcome) {
    if (reply.is_error()) welcome.refused = what + ": " + reply.text;
  };
}

void ignore(const RedisReply& /*reply*/, Welcome& /*welcome*/) {}

void judge_policy(const RedisReply& reply, Welcome& welcome) {
  if (reply.is_error() || reply.elements.size() != 2) {
    welcome.warning = "it could not be checked that maxmemory-policy is noeviction: " +
                      (reply.is_error() ? reply.text : std::string("the server does not tell"));
    return;
  }
  const std::string& policy = reply.elements[1].text;
  if (policy == "noeviction") return;
  welcome.warning = "maxmemory-policy is " + policy +
                    ": when memory runs out this server forgets counters, and limits with them; "
                    "set it to noeviction";
}

std::vector<Step> steps(const RedisAddress& address) {
  std::vector<Step> out;
  if (!address.password.empty()) {
    std::vector<std::string> words = {"AUTH"};
    if (!address.user.empty()) words.push_back(address.user);
    words.push_back(address.password);
    out.push_back({std::move(words), needed("AUTH")});
  }
  if (address.database != 0) {
    out.push_back({{"SELECT", std::to_string(address.database)}, needed("SELECT")});
  }
  out.push_back({{"CLIENT", "SETNAME", "gatepost"}, ignore});
  // A write, not a PING: a server that is full, read-only or cannot save answers PING too.
  out.push_back({{"SET", "gatepost:probe", "1", "PX", "60000"}, needed("a test write")});
  for (const RedisScript script : kRedisScripts) {
    out.push_back({{"SCRIPT", "LOAD", std::string(source_of(script))}, needed("SCRIPT LOAD")});
  }
  out.push_back({{"CONFIG", "GET", "maxmemory-policy"}, judge_policy});
  return out;
}

}  // namespace

RedisCommands greeting_for(const RedisAddress& address) {
  RedisCommands out;
  for (const Step& step : steps(address)) {
    const std::vector<std::string_view> words(step.words.begin(), step.words.end());
    out.add(words);
  }
  return out;
}

Welcome judge_greeting(const RedisAddress& address, const std::vector<RedisReply>& replies) {
  const auto asked = steps(address);
  Welcome out;
  for (std::size_t i = 0; i < asked.size() && i < replies.size() && out.refused.empty(); ++i) {
    asked[i].judge(replies[i], out);
  }
  if (out.refused.empty() && replies.size() != asked.size()) {
    out.refused = "the greeting was not answered in full";
  }
  return out;
}

std::string text_of(const RedisAddress& address) {
  const std::string database = "/" + std::to_string(address.database);
  if (address.host.empty()) return address.unix_path + database;
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port) +
         database;
}

}  // namespace gatepost::store
