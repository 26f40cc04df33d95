#include "config/whitelist_parts.hpp"

namespace gatepost::config {

void load_whitelist(const YamlNode& root, const ZoneCalendar& calendar, Time now, Report& report,
                    Settings& out) {
  const Section section(&root, keys::whitelist(), "", report);
  const WhitelistReading reading{calendar, now, report, out};
  load_accounts(section, reading);
  load_machines(section, reading);
  load_sender_rights(section, reading);
  load_mail_origins(section, reading);
}

}  // namespace gatepost::config
