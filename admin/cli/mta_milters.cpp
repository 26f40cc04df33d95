// Whether Postfix asks Gatepost, and when.

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "admin/cli/mta_parts.hpp"
#include "policy/mail/ascii.hpp"

namespace gatepost::admin {
namespace {

using config::ListenAddress;

// The address of one entry of smtpd_milters, whose braces may hold parameters behind it.
std::string address_of(const std::string& entry) {
  return entry.substr(0, entry.find_first_of(", \t"));
}

// One spelling for one address: loopback's name and number are the same.
std::string canonical(std::string address) {
  address = ascii::lower(address.substr(0, 5)) == "inet:" ? ascii::lower(address) : address;
  if (address.rfind("local:", 0) == 0) address.replace(0, 6, "unix:");
  constexpr std::string_view kName = "inet:localhost:";
  if (address.rfind(kName, 0) == 0) address.replace(0, kName.size(), "inet:127.0.0.1:");
  return address;
}

// Where Postfix has to look for our socket: behind a chroot, paths start at the queue folder.
std::string spelling_for(const MtaRemarks& remarks, const MtaService& service) {
  const ListenAddress& listen = remarks.loaded().daemon.listen;
  std::string spelling = postfix_spelling(listen);
  if (listen.kind != ListenAddress::Kind::unix_socket || service.chroot != "y") return spelling;
  const std::string queue = remarks.mta().value("queue_directory");
  const std::string path = listen.path.string();
  if (queue.empty() || path.rfind(queue + '/', 0) != 0) return "";
  return "unix:" + path.substr(queue.size());
}

std::optional<std::size_t> position_of(const std::vector<std::string>& milters,
                                       const std::string& spelling) {
  for (std::size_t i = 0; i < milters.size(); ++i) {
    if (canonical(address_of(milters[i])) == canonical(spelling)) return i;
  }
  return {};
}

struct KnownMilter {
  std::string_view mark;  // in its address
  std::string_view what;
  bool before_us;  // it should be asked first
};

// By the names and ports that Debian and the projects' own documentation use.
constexpr std::array<KnownMilter, 12> kKnown = {{
    {"rspamd", "rspamd", true},
    {":11332", "rspamd", true},
    {"clamav", "ClamAV", true},
    {"clmilter", "ClamAV", true},
    {"spamass", "SpamAssassin", true},
    {"amavis", "amavis", true},
    {"milter-regex", "milter-regex", true},
    {"mailscanner", "MailScanner", true},
    {"opendkim", "OpenDKIM", false},
    {"dkim", "a DKIM signer", false},
    {":8891", "OpenDKIM", false},
    {":12301", "OpenDKIM", false},
}};

const KnownMilter* known_milter(const std::string& entry) {
  const auto found = std::find_if(kKnown.begin(), kKnown.end(), [&](const KnownMilter& known) {
    return entry.find(known.mark) != std::string::npos;
  });
  return found == kKnown.end() ? nullptr : &*found;
}

void check_order(MtaRemarks& remarks, const std::string& where,
                 const std::vector<std::string>& milters, std::size_t ours) {
  for (std::size_t i = 0; i < milters.size(); ++i) {
    const KnownMilter* other = known_milter(milters[i]);
    if (other == nullptr || i == ours) continue;
    if (other->before_us && i > ours) {
      remarks.problem(fmt::format(
          "{}: {} ({}) is asked after Gatepost. What it refuses has been charged to the sender "
          "already: put Gatepost behind it",
          where, other->what, milters[i]));
    }
    if (!other->before_us && i < ours) {
      remarks.problem(fmt::format(
          "{}: {} ({}) is asked before Gatepost. Headers that Gatepost adds would not be signed: "
          "put Gatepost before it",
          where, other->what, milters[i]));
    }
  }
}

bool is_loopback_listener(const MtaService& service) {
  for (const std::string_view start : {"127.0.0.1:", "localhost:", "[::1]:"}) {
    if (service.name.rfind(start, 0) == 0) return true;
  }
  return false;
}

void report_missing(MtaRemarks& remarks, const MtaService& service, const std::string& milters,
                    const std::string& spelling) {
  const std::string found = milters.empty() ? "is empty" : "is " + milters;
  if (is_loopback_listener(service)) {
    return remarks.note(fmt::format(
        "{} does not ask Gatepost: smtpd_milters {}. Right where it takes back mail that was "
        "asked about before; wrong where programs send through it",
        service.title(), found));
  }
  remarks.problem(fmt::format("{} does not ask Gatepost: smtpd_milters {}. Add {}", service.title(),
                              found, spelling));
}

// libmilter's spelling, or that of the chroot, where Postfix needs its own.
bool report_misspelt(MtaRemarks& remarks, const MtaService& service,
                     const std::vector<std::string>& milters, const std::string& spelling) {
  const std::string ours = remarks.loaded().daemon.listen.text();
  const std::string plain = postfix_spelling(remarks.loaded().daemon.listen);
  for (const std::string& entry : milters) {
    const std::string address = address_of(entry);
    if (address == ours && ours != plain) {
      remarks.problem(
          fmt::format("{}: smtpd_milters says {}, which is the daemon's spelling. "
                      "Postfix wants {}",
                      service.title(), address, spelling));
      return true;
    }
    if (address == plain && plain != spelling) {
      remarks.problem(fmt::format(
          "{} runs in a chroot (master.cf), where {} is looked for under queue_directory. Write "
          "{}, or take the service out of the chroot",
          service.title(), plain, spelling));
      return true;
    }
  }
  return false;
}

void check_listener(MtaRemarks& remarks, const MtaService& service) {
  const std::string text = remarks.mta().value(service, "smtpd_milters");
  const auto milters = list_of(text);
  const std::string spelling = spelling_for(remarks, service);
  if (spelling.empty()) {
    return remarks.problem(fmt::format(
        "{} runs in a chroot (master.cf) and cannot reach {}. Put the socket under "
        "queue_directory ({}), listen on inet:8899@127.0.0.1, or take the service out of the "
        "chroot",
        service.title(), remarks.loaded().daemon.listen.path.string(),
        remarks.mta().value("queue_directory")));
  }
  const auto ours = position_of(milters, spelling);
  if (ours) return check_order(remarks, service.title(), milters, *ours);
  if (report_misspelt(remarks, service, milters, spelling)) return;
  report_missing(remarks, service, text, spelling);
}

void check_pickup(MtaRemarks& remarks, const std::string& spelling) {
  const auto milters = list_of(remarks.mta().value("non_smtpd_milters"));
  if (position_of(milters, spelling)) return;
  remarks.note(fmt::format(
      "non_smtpd_milters does not name Gatepost: mail of the sendmail command on this machine is "
      "not seen, so frozen accounts can send and be written to that way. Add {}",
      spelling));
}

}  // namespace

std::string postfix_spelling(const ListenAddress& address) {
  switch (address.kind) {
    case ListenAddress::Kind::inet: return fmt::format("inet:{}:{}", address.host, address.port);
    case ListenAddress::Kind::inet6: return fmt::format("inet:[{}]:{}", address.host, address.port);
    case ListenAddress::Kind::unix_socket: return "unix:" + address.path.string();
    case ListenAddress::Kind::systemd: break;
  }
  return "";
}

void check_milters(MtaRemarks& remarks) {
  const ListenAddress& listen = remarks.loaded().daemon.listen;
  if (listen.kind == ListenAddress::Kind::systemd) {
    return remarks.note(
        "Gatepost gets its socket from systemd: compare smtpd_milters with "
        "ListenStream of gatepostd.socket yourself");
  }
  const auto listeners = remarks.mta().smtp_listeners();
  if (listeners.empty()) {
    return remarks.problem("Postfix has no SMTP listener in master.cf: nothing asks Gatepost");
  }
  for (const MtaService& service : listeners)
    check_listener(remarks, service);
  check_pickup(remarks, postfix_spelling(listen));
}

}  // namespace gatepost::admin
