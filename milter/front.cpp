#include "milter/front.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <exception>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <pthread.h>

#include "milter/agreements.hpp"
#include "milter/reply.hpp"

namespace gatepost::milter {
namespace {

using session::Session;

// libmilter's callbacks carry no user data but the connection's, and one process has one filter:
// so this one pointer, set before the first callback and never changed after.
const Front* the_front = nullptr;

// libmilter's workers outlive smfi_main: once the gate is closed no callback touches the front.
class Gate {
public:
  bool enter() {
    inside_.fetch_add(1);
    if (!closed_.load()) return true;
    leave();
    return false;
  }

  void leave() { inside_.fetch_sub(1); }

  // Returns when nobody is inside. Callbacks are bounded by the store's deadline.
  void close() {
    closed_.store(true);
    while (inside_.load() != 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

private:
  std::atomic<int> inside_{0};
  std::atomic<bool> closed_{false};
};

Gate gate;

class Inside {
public:
  Inside() : entered_(gate.enter()) {}

  ~Inside() {
    if (entered_) gate.leave();
  }

  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  explicit operator bool() const { return entered_; }

private:
  bool entered_;
};

Agreements agreements;

// One SMTP session of the MTA.
struct Conversation {
  explicit Conversation(const Agreement& agreement)
      : agreed(agreement), session(the_front->services) {
    session.gives_body(agreed.body);
    the_front->sessions_open(+1);
  }

  ~Conversation() { the_front->sessions_open(-1); }

  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  const Agreement agreed;
  Session session;
};

// A peer may send MAIL without CONNECT; it gets a session that knows nothing of its client.
Conversation& conversation_of(SMFICTX* ctx) {
  auto* found = static_cast<Conversation*>(smfi_getpriv(ctx));
  if (found == nullptr) {
    auto fresh = std::make_unique<Conversation>(agreements.of(ctx));
    found = fresh.get();
    if (smfi_setpriv(ctx, fresh.get()) != MI_SUCCESS) throw std::bad_alloc();
    (void)fresh.release();  // now the connection's, until on_close
  }
  return *found;
}

Session& session_of(SMFICTX* ctx) {
  return conversation_of(ctx).session;
}

// Exceptions are bugs; none crosses into C. The MTA is told to try again.
template <typename Step>
sfsistat shielded(Step&& step) noexcept {
  const Inside inside;
  if (!inside) return SMFIS_TEMPFAIL;
  try {
    return step();
  } catch (const std::exception& error) {
    the_front->log_bug(error.what());
  } catch (...) {
    the_front->log_bug("unknown exception");
  }
  return SMFIS_TEMPFAIL;
}

std::string macro(SMFICTX* ctx, const char* name) {
  std::array<char, 64> symbol{};
  std::strncpy(symbol.data(), name, symbol.size() - 1);
  const char* value = smfi_getsymval(ctx, symbol.data());
  return value == nullptr ? std::string() : std::string(value);
}

sfsistat refuse(SMFICTX* ctx, const SmtpReply& reply) {
  std::string code = std::to_string(reply.code());
  std::string enhanced = reply.enhanced();
  std::string text = escaped_text(reply);
  if (smfi_setreply(ctx, code.data(), enhanced.data(), text.data()) != MI_SUCCESS) {
    the_front->log_bug("libmilter does not take the reply: " + reply.line());
  }
  return reply.is_permanent() ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}

sfsistat answer(SMFICTX* ctx, const session::Response& response) {
  if (const auto* reply = std::get_if<SmtpReply>(&response)) return refuse(ctx, *reply);
  return SMFIS_CONTINUE;
}

bool apply(SMFICTX* ctx, session::HeaderEdit edit, bool leading_space) {
  if (!edit.value) {
    const int index = static_cast<int>(edit.index);
    return smfi_chgheader(ctx, edit.name.data(), index, nullptr) == MI_SUCCESS;
  }
  if (leading_space) edit.value->insert(0, 1, ' ');
  const int done = edit.on_top ? smfi_insheader(ctx, 0, edit.name.data(), edit.value->data())
                               : smfi_addheader(ctx, edit.name.data(), edit.value->data());
  return done == MI_SUCCESS;
}

// A message whose mark or hold the MTA does not take must not pass as if nothing had been found.
sfsistat deliver(SMFICTX* ctx, session::Deliver deliver) {
  const bool leading_space = conversation_of(ctx).agreed.leading_space;
  for (session::HeaderEdit& edit : deliver.edits) {
    if (apply(ctx, std::move(edit), leading_space)) continue;
    the_front->log_bug("the MTA does not take a change of header fields");
    return SMFIS_TEMPFAIL;
  }
  if (deliver.hold_reason && smfi_quarantine(ctx, deliver.hold_reason->data()) != MI_SUCCESS) {
    the_front->log_bug("the MTA does not take a message into its hold queue");
    return SMFIS_TEMPFAIL;
  }
  return SMFIS_CONTINUE;
}

// Client port 0, or no IP address at all, is the MTA's own pickup (MTA-independent: Postfix says
// port 0, `sendmail -bs` gives no address).
Connection connection_of(const char* host, const _SOCK_ADDR* address) {
  Connection out{
      .client = {}, .pickup = true, .client_name = host == nullptr ? "" : host, .daemon_name = {}};
  if (address == nullptr) return out;
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    out.client = IpAddress::v4(bytes);
    out.pickup = in.sin_port == 0;
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address, sizeof in6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
    out.client = IpAddress::v6(bytes);
    out.pickup = in6.sin6_port == 0;
  }
  return out;
}

sfsistat on_connect(SMFICTX* ctx, char* host, _SOCK_ADDR* address) {
  return shielded([&] {
    Connection connection = connection_of(host, address);
    // Kept from here on: later stages come from another program of the MTA with another name.
    connection.daemon_name = macro(ctx, "{daemon_name}");
    connection.mta_name = macro(ctx, "j");
    session_of(ctx).connect(std::move(connection));
    return SMFIS_NOREPLY;
  });
}

sfsistat on_hello(SMFICTX* ctx, char* name) {
  return shielded([&] { return answer(ctx, session_of(ctx).hello(name == nullptr ? "" : name)); });
}

sfsistat on_mail(SMFICTX* ctx, char** arguments) {
  return shielded([&] {
    session::MailCommand command{.path = arguments[0] == nullptr ? "" : arguments[0],
                                 .parameters = {},
                                 .login = macro(ctx, "{auth_authen}"),
                                 .queue_id = macro(ctx, "i")};
    for (char** next = arguments; *next != nullptr; ++next) {
      if (next != arguments) command.parameters.emplace_back(*next);
    }
    return answer(ctx, session_of(ctx).mail(command));
  });
}

sfsistat on_recipient(SMFICTX* ctx, char** arguments) {
  return shielded([&] {
    return answer(ctx, session_of(ctx).recipient(
                           {arguments[0] == nullptr ? "" : arguments[0], macro(ctx, "i")}));
  });
}

sfsistat on_data(SMFICTX* ctx) {
  return shielded([&] { return answer(ctx, session_of(ctx).data()); });
}

sfsistat on_header(SMFICTX* ctx, char* name, char* value) {
  return shielded([&] {
    Conversation& conversation = conversation_of(ctx);
    if (conversation.agreed.leading_space) {
      conversation.session.header(name, value);
    } else {  // the MTA has taken one space away
      conversation.session.header(name, std::string(" ") + value);
    }
    return SMFIS_NOREPLY;
  });
}

sfsistat on_end_of_header(SMFICTX* ctx) {
  return shielded([&] {
    session_of(ctx).end_of_header();
    return SMFIS_NOREPLY;
  });
}

// Answered, because only an answer can say that no more is wanted.
sfsistat on_body(SMFICTX* ctx, unsigned char* chunk, std::size_t size) {
  return shielded([&] {
    Conversation& conversation = conversation_of(ctx);
    const std::string_view octets(reinterpret_cast<const char*>(chunk), size);
    const bool wanted = conversation.session.body(octets);
    return wanted || !conversation.agreed.skip ? SMFIS_CONTINUE : SMFIS_SKIP;
  });
}

sfsistat on_end_of_message(SMFICTX* ctx) {
  return shielded([&] {
    session::EndResponse response = session_of(ctx).end_of_message(macro(ctx, "i"));
    if (const auto* reply = std::get_if<SmtpReply>(&response)) return refuse(ctx, *reply);
    return deliver(ctx, std::get<session::Deliver>(std::move(response)));
  });
}

sfsistat on_abort(SMFICTX* ctx) {
  return shielded([&] {
    session_of(ctx).abort();
    return SMFIS_CONTINUE;
  });
}

sfsistat on_close(SMFICTX* ctx) {
  return shielded([&] {
    const std::unique_ptr<Conversation> closed(static_cast<Conversation*>(smfi_getpriv(ctx)));
    smfi_setpriv(ctx, nullptr);
    return SMFIS_CONTINUE;
  });
}

void ask_macros(SMFICTX* ctx, int stage, const char* names) {
  std::string list = names;
  smfi_setsymlist(ctx, stage, list.data());
}

constexpr unsigned long kActions =
    SMFIF_QUARANTINE | SMFIF_SETSYMLIST | SMFIF_ADDHDRS | SMFIF_CHGHDRS;

// Asks for the steps that the rules need and no others: each costs a round trip. Where header
// fields are wanted, so is their end: libmilter ignores an end of message that follows DATA at
// once, as it would for a message without any field, and the MTA would wait in vain.
sfsistat on_negotiate(SMFICTX* ctx, unsigned long actions, unsigned long steps, unsigned long,
                      unsigned long, unsigned long* wanted_actions, unsigned long* wanted_steps,
                      unsigned long* reserved2, unsigned long* reserved3) {
  return shielded([&] {
    constexpr unsigned long kUnneeded = SMFIP_NOUNKNOWN | SMFIP_NR_CONN;
    constexpr unsigned long kUnansweredHeader = SMFIP_NR_HDR | SMFIP_NR_EOH;
    constexpr unsigned long kNoHeader = SMFIP_NOHDRS | SMFIP_NOEOH;
    // A field is signed as it stands, and a body only looked at where it is signed.
    constexpr unsigned long kSigned = SMFIP_HDR_LEADSPC | SMFIP_SKIP;
    // The settings may be others by the time of a message: one that could be verified then but did
    // not come with its body is not verified, until the MTA connects anew.
    const auto settings = the_front->services.settings();
    const bool body = session::verifies(the_front->services, *settings);
    const bool headers = body || needs_headers(*settings);
    *wanted_actions = actions & kActions;
    *wanted_steps = steps & (kUnneeded | (body ? kSigned : SMFIP_NOBODY) |
                             (headers ? kUnansweredHeader : kNoHeader));
    agreements.note(ctx, {.body = body,
                          .leading_space = (*wanted_steps & SMFIP_HDR_LEADSPC) != 0,
                          .skip = (*wanted_steps & SMFIP_SKIP) != 0});
    *reserved2 = 0;
    *reserved3 = 0;
    if ((actions & SMFIF_SETSYMLIST) != 0) {
      ask_macros(ctx, SMFIM_CONNECT, "j {daemon_name}");
      ask_macros(ctx, SMFIM_ENVFROM, "i {auth_authen}");
      ask_macros(ctx, SMFIM_ENVRCPT, "i");
      ask_macros(ctx, SMFIM_EOM, "i");
    }
    return SMFIS_CONTINUE;
  });
}

smfiDesc description() {
  static std::array<char, 9> name = {'g', 'a', 't', 'e', 'p', 'o', 's', 't', '\0'};
  smfiDesc filter{};
  filter.xxfi_name = name.data();
  filter.xxfi_version = SMFI_VERSION;
  filter.xxfi_flags = kActions;
  filter.xxfi_connect = on_connect;
  filter.xxfi_helo = on_hello;
  filter.xxfi_envfrom = on_mail;
  filter.xxfi_envrcpt = on_recipient;
  filter.xxfi_data = on_data;
  filter.xxfi_header = on_header;
  filter.xxfi_eoh = on_end_of_header;
  filter.xxfi_body = on_body;
  filter.xxfi_eom = on_end_of_message;
  filter.xxfi_abort = on_abort;
  filter.xxfi_close = on_close;
  filter.xxfi_negotiate = on_negotiate;
  return filter;
}

// libmilter starts and ends a thread for every callback that waits while others are busy. The C
// library keeps 40 MiB of stacks for the next ones, which of the usual 8 MiB are five. The thread
// sanitizer keeps more than that much of its own in each stack.
void keep_many_stacks() {
#ifndef __SANITIZE_THREAD__
  constexpr std::size_t kStack = std::size_t{512} * 1024;
  pthread_attr_t attributes;
  if (pthread_getattr_default_np(&attributes) != 0) return;
  pthread_attr_setstacksize(&attributes, kStack);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
#endif
}

}  // namespace

bool run(int listen_fd, const Front& front) {
  // A peer that stops inside a packet holds a worker so long; below the 30 seconds that Postfix
  // waits.
  constexpr int kStuckPeerSeconds = 5;
  constexpr int kBacklog = 512;
  the_front = &front;
  keep_many_stacks();
  std::string where = "fd:" + std::to_string(listen_fd);
  if (smfi_register(description()) != MI_SUCCESS) return false;
  if (smfi_setconn(where.data()) != MI_SUCCESS) return false;
  if (smfi_settimeout(kStuckPeerSeconds) != MI_SUCCESS) return false;
  if (smfi_setbacklog(kBacklog) != MI_SUCCESS) return false;
  const bool served = smfi_main() == MI_SUCCESS;
  gate.close();
  return served;
}

void stop() {
  smfi_stop();
}

}  // namespace gatepost::milter
