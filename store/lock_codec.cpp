#include "store/lock_codec.hpp"

namespace gatepost::store {
namespace {

constexpr std::uint64_t kVersion = 1;

}  // namespace

void put(PackedWriter& out, const LoginName& login) {
  out.put(std::string_view(login.text));
  out.put(std::uint64_t{login.masked ? 1U : 0U});
}

LoginName read_login(PackedReader& in) {
  LoginName login;
  login.text = in.text();
  login.masked = in.number() != 0;
  return login;
}

std::string encode(const ClientLock& lock) {
  PackedWriter out;
  out.put(kVersion);
  out.put(std::string_view(lock.network.text()));
  out.put(std::string_view(lock.reference.text()));
  out.put(lock.since);
  out.put_signed((lock.until - lock.since).count());
  out.put(std::string_view(lock.actor));
  out.put(std::string_view(lock.reason));
  out.put_signed(lock.failures);
  out.put_signed(lock.within.count());
  out.put(std::uint64_t{lock.logins.size()});
  for (const LoginName& login : lock.logins)
    put(out, login);
  out.put_signed(lock.offence);
  return std::move(out).take();
}

std::optional<ClientLock> decode_lock(std::string_view bytes) {
  PackedReader in(bytes);
  if (in.number() != kVersion) return {};
  const auto network = Network::parse(in.text());
  const auto reference = Reference::parse(in.text());
  if (!network || !reference) return {};
  const Time since = in.time();
  ClientLock lock{.network = *network,
                  .reference = *reference,
                  .since = since,
                  .until = since + std::chrono::milliseconds(in.signed_number()),
                  .actor = in.text(),
                  .reason = in.text(),
                  .failures = in.signed_number(),
                  .within = std::chrono::seconds(in.signed_number()),
                  .logins = {},
                  .offence = 1};
  const std::size_t logins = in.count();
  while (lock.logins.size() < logins && in.is_good())
    lock.logins.push_back(read_login(in));
  lock.offence = in.signed_number();
  if (!in.is_done()) return {};
  return lock;
}

}  // namespace gatepost::store
