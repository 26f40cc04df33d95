#include "policy/read_header.hpp"

#include <algorithm>

#include "policy/mail/encoded_word.hpp"
#include "policy/mail/list_id.hpp"
#include "policy/mail/readable_text.hpp"
#include "policy/sender_rights.hpp"

namespace gatepost {
namespace {

MailboxField no_mailbox(MailboxFault fault) {
  return NoMailbox{fault, {}};
}

// What stands in a field that may stand there once, where it stands there more often.
std::string all_values(const HeaderFields& fields) {
  std::string out;
  for (const std::string& value : fields.values)
    out.append(out.empty() ? "" : ", ").append(value);
  return out;
}

// The one field that may stand there once.
MailboxField only_field(const HeaderFields& fields) {
  constexpr std::size_t kShown = 100;  // octets
  if (fields.count > 1) {
    return NoMailbox{MailboxFault::repeated, readable_text(all_values(fields), kShown)};
  }
  if (fields.overlong) return no_mailbox(MailboxFault::unreadable);
  return parse_mailbox_field(fields.values.front());
}

MailboxField from_field(const MessageHeader& header) {
  if (header.count() == 0) return no_mailbox(MailboxFault::hidden);
  if (header.from().count == 0) return no_mailbox(MailboxFault::missing);
  return only_field(header.from());
}

// Redirects put theirs on top (RFC 5322 3.6.6), so several are everyday.
std::optional<MailboxField> resent_field(const HeaderFields& fields) {
  if (fields.count == 0) return {};
  return parse_mailbox_field(fields.values.front());
}

std::optional<MailboxField> optional_field(const HeaderFields& fields) {
  if (fields.count == 0) return {};
  return only_field(fields);
}

// Every address that some reader could see in the fields.
constexpr std::size_t kMostAddresses = 1000;  // of one field

std::vector<Address> addresses_in(const HeaderFields& fields) {
  std::vector<Address> out;
  for (const std::string& value : fields.values) {
    for (Address& address : addresses_shown(decode_encoded_words(value), kMostAddresses))
      out.push_back(std::move(address));
  }
  return out;
}

class Reader {
public:
  Reader(const Settings& settings, const Connection& connection, const Envelope& envelope, Time now,
         const Authentication* found)
      : settings_(settings),
        connection_(connection),
        envelope_(envelope),
        now_(now),
        found_(found) {
    if (envelope.channel == Channel::server) server_ = server_of(settings, connection.client, now);
  }

  NamedMailbox named(MailboxField field, const HeaderFields& fields) const {
    NamedMailbox out{.mailbox = std::move(field), .shows_ours = {}, .right = {}, .site_domain = {}};
    if (const Mailbox* mailbox = out.one()) {
      out.right = right_to(mailbox->address);
      out.site_domain = site_domain_of(settings_.site, mailbox->address.domain());
    } else {
      out.shows_ours = ours_in(fields);
    }
    return out;
  }

  std::optional<NamedMailbox> named(std::optional<MailboxField> field,
                                    const HeaderFields& fields) const {
    if (!field) return {};
    return named(std::move(*field), fields);
  }

  // An address that is shown beside itself deceives nobody.
  std::vector<ShownAddress> shown(const NamedMailbox& from) const {
    std::vector<ShownAddress> out;
    const Mailbox* mailbox = from.one();
    if (mailbox == nullptr || mailbox->name.empty()) return out;
    for (Address& address : addresses_shown(mailbox->name)) {
      if (address.base() == mailbox->address.base()) continue;
      const bool ours = site_domain_of(settings_.site, address.domain()).has_value();
      const bool allowed = static_cast<bool>(right_to(address));
      out.push_back({std::move(address), ours, allowed});
    }
    return out;
  }

  std::optional<Place> forwarder() const {
    const Forwarder* found = forwarder_of(settings_, connection_.client, now_);
    if (found == nullptr) return {};
    return found->info.place;
  }

private:
  // Who cannot tell which address is meant asks whether any reader could see one of ours.
  std::optional<Address> ours_in(const HeaderFields& fields) const {
    for (Address& address : addresses_in(fields)) {
      if (site_domain_of(settings_.site, address.domain())) return std::move(address);
    }
    return {};
  }

  Right right_to(const Address& address) const {
    if (envelope_.login) return right_of_login(settings_, *envelope_.login, address, now_);
    if (server_ != nullptr) return right_of_server(settings_, *server_, address, now_);
    return right_of_envelope(settings_, connection_.client, envelope_.sender, address, now_,
                             found_);
  }

  const Settings& settings_;
  const Connection& connection_;
  const Envelope& envelope_;
  Time now_;
  const Authentication* found_;
  const Server* server_ = nullptr;
};

}  // namespace

HeaderFacts read_header(const Settings& settings, const Connection& connection,
                        const Envelope& envelope, const MessageHeader& header, Time now,
                        const Authentication* found) {
  const Reader reader(settings, connection, envelope, now, found);
  HeaderFacts out{
      .from = reader.named(from_field(header), header.from()),
      .sender = reader.named(optional_field(header.sender()), header.sender()),
      .resent_from = reader.named(resent_field(header.resent_from()), header.resent_from()),
      .reply_to = optional_field(header.reply_to()),
      .shown = {},
      .list = header.has_list_traits(),
      .list_id = list_id_of(header),
      .forwarder = {}};
  out.shown = reader.shown(out.from);
  if (envelope.channel == Channel::inbound) out.forwarder = reader.forwarder();
  return out;
}

std::string list_id_of(const MessageHeader& header) {
  const HeaderFields& fields = header.list_id();
  if (fields.count != 1 || fields.overlong) return {};
  return parse_list_id(fields.values.front()).value_or("");
}

AuthorDomains author_domains(const MessageHeader& header) {
  constexpr std::size_t kMost = 4;
  const MailboxField from = from_field(header);
  if (const auto* mailbox = std::get_if<Mailbox>(&from)) return {{mailbox->address.domain()}, true};
  const HeaderFields& fields = header.from();
  const auto addresses = addresses_in(fields);
  AuthorDomains out;
  out.complete =
      !fields.overlong && fields.count == fields.values.size() && addresses.size() < kMostAddresses;
  for (const Address& address : addresses) {
    const auto& known = out.domains;
    if (std::find(known.begin(), known.end(), address.domain()) != known.end()) continue;
    if (known.size() == kMost) {
      out.complete = false;
      break;
    }
    out.domains.push_back(address.domain());
  }
  return out;
}

}  // namespace gatepost
