#include "session/envelope.hpp"

#include <charconv>

#include "policy/channel_of.hpp"
#include "policy/effective_limits.hpp"
#include "policy/mail/ascii.hpp"
#include "policy/mail/smtp_reply.hpp"
#include "policy/sender_rights.hpp"
#include "session/frozen.hpp"

namespace gatepost::session {
namespace {

constexpr std::size_t kLongestLogin = 254;

// SIZE= of RFC 1870; an unreadable one declares nothing.
std::optional<std::int64_t> declared_size(const std::vector<std::string>& parameters) {
  for (const std::string& parameter : parameters) {
    if (ascii::lower(parameter.substr(0, 5)) != "size=") continue;
    const std::string_view digits = std::string_view(parameter).substr(5);
    std::int64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    const bool whole = end == digits.data() + digits.size();
    if (error == std::errc{} && whole && size >= 0) return size;
  }
  return {};
}

// Whoever has logged in is counted, whatever the MTA calls him: a name that is no login is made
// one, without the site's domain, which might make it too long.
Login login_of(const std::string& text, const LoginRules& rules) {
  if (auto login = Login::parse(text, rules)) return std::move(*login);
  return *Login::parse(reply_safe(text, kLongestLogin), {});
}

Subject subject_of_client(const Connection& connection) {
  return connection.client && !connection.pickup ? Subject::client(*connection.client)
                                                 : Subject::local();
}

void add_login(Envelope& envelope, const Settings& settings, const FreezeBook& freezes,
               const std::string& text, Time now) {
  Login login = login_of(text, settings.site.logins);
  envelope.subject = Subject::user(login);
  envelope.limits = limits_of_login(settings, login, now);
  envelope.frozen_sender = find_frozen(settings, freezes, login.text(), now);
  if (envelope.sender.address) {
    envelope.sender_right = right_of_login(settings, login, *envelope.sender.address, now);
  }
  if (!envelope.sender_right) {
    envelope.site_domain =
        login.address() ? site_domain_of(settings.site, login.address()->domain()) : std::nullopt;
  }
  envelope.login = std::move(login);
}

void add_server(Envelope& envelope, const Settings& settings, const Server& server, Time now) {
  envelope.server = server.name;
  envelope.subject = Subject::server(server.name);
  envelope.limits = limits_of_server(settings, server);
  if (envelope.sender.address) {
    envelope.sender_right = right_of_server(settings, server, *envelope.sender.address, now);
  }
}

}  // namespace

Envelope envelope_of(const Settings& settings, const FreezeBook& freezes,
                     const Connection& connection, const MailCommand& command, Time now) {
  Envelope envelope;
  const ChannelChoice choice = channel_of(settings, connection, !command.login.empty(), now);
  envelope.channel = choice.channel;
  envelope.subject = subject_of_client(connection);
  envelope.on_server_listener = is_server_listener(settings, connection);
  if (choice.misplaced != nullptr) envelope.misplaced_server = choice.misplaced->name;
  envelope.sender = parse_envelope_path(command.path, settings.site.logins.bare_domain);
  envelope.declared_size = declared_size(command.parameters);
  if (envelope.sender.address) {
    envelope.site_domain = site_domain_of(settings.site, envelope.sender.address->domain());
  }
  if (choice.channel == Channel::submission) {
    add_login(envelope, settings, freezes, command.login, now);
    return envelope;
  }
  envelope.limits = default_limits(settings);
  if (choice.server != nullptr) add_server(envelope, settings, *choice.server, now);
  if (envelope.sender.address) {
    envelope.frozen_sender = find_frozen(settings, freezes, *envelope.sender.address, now);
  }
  return envelope;
}

Recipient recipient_of(const Settings& settings, const FreezeBook& freezes, const std::string& path,
                       Time now) {
  Recipient out{parse_envelope_path(path, settings.site.logins.bare_domain), {}};
  if (out.path.address) out.frozen = find_frozen(settings, freezes, *out.path.address, now);
  return out;
}

}  // namespace gatepost::session
