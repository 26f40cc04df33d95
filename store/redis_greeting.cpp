#include "store/redis_greeting.hpp"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "store/redis_scripts.hpp"

namespace gatepost::store {
namespace {

using Judge = std::function<void(const RedisReply&, Welcome&)>;

struct Step {
  std::vector<std::string> words;
  Judge judge;
};

constexpr const char* kTestWrite = "a test write";

// An error that the settings can mend names them.
std::string explained(const std::string& what, const std::string& error) {
  if (error.starts_with("NOAUTH"))
    return error + " Write it in store.password_file, or in store.url";
  if (what == "AUTH") return what + ": " + error + " (store.url, store.password_file)";
  if (what == kTestWrite && error.find("syntax error") != std::string::npos)
    return "it is too old: Gatepost needs Redis 7.0 or newer";
  if (what == "SELECT") return what + ": " + error + " (the database in store.url)";
  return what + ": " + error;
}

Judge needed(std::string what) {
  return [what = std::move(what)](const RedisReply& reply, Welcome& welcome) {
    if (reply.is_error()) welcome.refused = explained(what, reply.text);
  };
}

void ignore(const RedisReply& /*reply*/, Welcome& /*welcome*/) {}

void warn(Welcome& welcome, const std::string& text) {
  if (!welcome.warning.empty()) welcome.warning += "; ";
  welcome.warning += text;
}

void judge_role(const RedisReply& reply, Welcome& welcome) {
  if (reply.elements.empty() || reply.elements.front().text != "slave") return;
  welcome.refused = "it is a replica: store.url must name its master, or the Sentinels";
}

void judge_life(const RedisReply& reply, Welcome& welcome) {
  if (reply.is_error()) return needed("a test script")(reply, welcome);
  welcome.life = reply.text;
}

void judge_policy(const RedisReply& reply, Welcome& welcome) {
  if (reply.is_error() || reply.elements.size() != 2) {
    return warn(welcome, "it could not be checked that maxmemory-policy is noeviction: " +
                             (reply.is_error() ? reply.text : "the server does not tell"));
  }
  const std::string& policy = reply.elements[1].text;
  if (policy == "noeviction") return;
  warn(welcome, "maxmemory-policy is " + policy +
                    ": when memory runs out this server forgets counters, and limits with them; "
                    "set it to noeviction");
}

void log_in(const RedisAddress& address, const Judge& judge, std::vector<Step>& out) {
  if (address.password.empty()) return;
  std::vector<std::string> words = {"AUTH"};
  if (!address.user.empty()) words.push_back(address.user);
  words.push_back(address.password);
  out.push_back({std::move(words), judge});
}

std::vector<Step> server_steps(const RedisAddress& address, std::string_view tag) {
  const std::string end = tag.empty() ? std::string() : fmt::format(":{{{}}}", tag);
  std::vector<Step> out;
  log_in(address, needed("AUTH"), out);
  if (address.database != 0) {
    out.push_back({{"SELECT", std::to_string(address.database)}, needed("SELECT")});
  }
  out.push_back({{"CLIENT", "SETNAME", "gatepost"}, ignore});
  out.push_back({{"ROLE"}, judge_role});
  // A write, not a PING: a server that is full, read-only or cannot save answers PING too.
  // NX with GET is what settle.lua needs, and Redis before 7.0 lacks.
  out.push_back(
      {{"SET", "gatepost:probe" + end, "1", "NX", "GET", "PX", "60000"}, needed(kTestWrite)});
  for (const RedisScript script : kRedisScripts) {
    out.push_back({{"SCRIPT", "LOAD", std::string(source_of(script))}, needed("SCRIPT LOAD")});
  }
  out.push_back({{"EVALSHA", std::string(sha_of(RedisScript::life)), "1", "gatepost:life" + end},
                 judge_life});
  out.push_back({{"CONFIG", "GET", "maxmemory-policy"}, judge_policy});
  return out;
}

RedisGreeting greeting_of(const std::vector<Step>& steps) {
  RedisGreeting out;
  std::vector<Judge> judges;
  for (const Step& step : steps) {
    const std::vector<std::string_view> words(step.words.begin(), step.words.end());
    out.commands.add(words);
    judges.push_back(step.judge);
  }
  out.judge = [judges = std::move(judges)](const std::vector<RedisReply>& replies) {
    Welcome welcome;
    for (std::size_t i = 0; i < judges.size() && i < replies.size(); ++i) {
      judges[i](replies[i], welcome);
      if (!welcome.refused.empty()) return welcome;
    }
    if (replies.size() != judges.size()) welcome.refused = "the greeting was not answered in full";
    return welcome;
  };
  return out;
}

}  // namespace

RedisGreeting server_greeting(const RedisAddress& address, std::string_view tag) {
  RedisGreeting out = greeting_of(server_steps(address, tag));
  out.is_node = !tag.empty();
  return out;
}

RedisGreeting asking_greeting(const RedisAddress& address) {
  std::vector<Step> steps;
  // Of no weight where the server asks for none; its reason where PING is refused.
  log_in(
      address,
      [](const RedisReply& reply, Welcome& welcome) {
        if (reply.is_error()) welcome.warning = explained("AUTH", reply.text);
      },
      steps);
  steps.push_back({{"PING"}, [](const RedisReply& reply, Welcome& welcome) {
                     const std::string why = std::exchange(welcome.warning, {});
                     if (!reply.is_error()) return;
                     welcome.refused = why.empty() ? explained("PING", reply.text) : why;
                   }});
  RedisGreeting out = greeting_of(steps);
  out.is_node = true;
  return out;
}

std::string text_of(const RedisAddress& address) {
  const std::string database = "/" + std::to_string(address.database);
  if (address.host.empty()) return address.unix_path + database;
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port) +
         database + (address.tls ? " (TLS)" : "");
}

}  // namespace gatepost::store
