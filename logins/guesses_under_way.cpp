#include "logins/guesses_under_way.hpp"

namespace gatepost::logins {
namespace {

// Without a password that can be told apart each attempt is a guess of its own, which its report
// does not name: any of the login's will do.
std::string guess_of(const LoginAttempt& attempt) {
  return attempt.login.text + '\n' + attempt.guess;
}

}  // namespace

void GuessesUnderWay::age(Client& client, Time now) {
  std::erase_if(client.begun, [&](const auto& each) { return each.second + kForgotten <= now; });
}

void GuessesUnderWay::keep_in_bounds(Time now) {
  if (clients_.size() < kMostNetworks) return;
  for (auto& [network, client] : clients_)
    age(client, now);
  std::erase_if(clients_, [](const auto& each) { return each.second.begun.empty(); });
}

bool GuessesUnderWay::must_wait(const LoginAttempt& attempt, const LockoutTerms& terms, Time now) {
  if (!terms.failures) return false;
  const auto found = clients_.find(terms.network.text());
  if (found == clients_.end()) return false;
  Client& client = found->second;
  age(client, now);
  if (client.begun.empty()) return false;  // all that could be known is known
  if (!attempt.guess.empty() && client.begun.count(guess_of(attempt)) != 0) return false;
  const std::int64_t counted = client.counted_at + terms.within > now ? client.counted : 0;
  return counted + static_cast<std::int64_t>(client.begun.size()) >= *terms.failures;
}

void GuessesUnderWay::begun(const LoginAttempt& attempt, const LockoutTerms& terms, Time now) {
  if (!terms.failures) return;
  keep_in_bounds(now);
  const std::string network = terms.network.text();
  if (clients_.size() >= kMostNetworks && clients_.count(network) == 0) return;
  Client& client = clients_[network];
  if (client.begun.size() >= kMostGuesses) return;
  std::string guess = guess_of(attempt);
  while (attempt.guess.empty() && client.begun.count(guess) != 0)
    guess += '+';
  client.begun.insert_or_assign(std::move(guess), now);
}

void GuessesUnderWay::ended(const LoginAttempt& attempt, const LockoutTerms& terms,
                            std::int64_t counted, Time now) {
  const auto found = clients_.find(terms.network.text());
  if (found == clients_.end()) return;
  Client& client = found->second;
  std::string guess = guess_of(attempt);
  if (attempt.guess.empty() && counted == 0) {
    // Dovecot asks twice about a login that succeeds, and reports once.
    std::erase_if(client.begun, [&](const auto& each) {
      return each.first.starts_with(guess) &&
             each.first.find_first_not_of('+', guess.size()) == std::string::npos;
    });
  }
  while (attempt.guess.empty() && client.begun.count(guess + '+') != 0)
    guess += '+';
  client.begun.erase(guess);
  age(client, now);
  client.counted = counted;
  client.counted_at = now;
  if (client.begun.empty() && counted == 0) clients_.erase(found);
}

}  // namespace gatepost::logins
