#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Postfix' configuration as `postconf` tells it.
namespace gatepost::admin {

/// One line of master.cf.
struct MtaService {
  std::string name;                              ///< `smtp`, `submission`, `127.0.0.1:10025`
  std::string type;                              ///< `inet`, `unix`, `pass`
  std::string chroot;                            ///< `y`, `n`, `-`
  std::string program;                           ///< `smtpd`
  std::map<std::string, std::string> overrides;  ///< its `-o name=value`

  /// `submission/inet`, as postconf -P writes it.
  std::string title() const { return name + '/' + type; }
};

/// What Postfix runs by.
class MtaSettings {
public:
  /// `postconf`: main.cf and defaults, one `name = value` a line (postconf(1)). `postconf_m`: the
  /// services (postconf -M). What is no such line is skipped.
  static MtaSettings parse(std::string_view postconf, std::string_view postconf_m);

  /// The value for all services, with `$name` replaced (postconf(5)); empty where there is none.
  std::string value(std::string_view name) const;
  /// The value for one service.
  std::string value(const MtaService& service, std::string_view name) const;

  const std::vector<MtaService>& services() const { return services_; }

  /// The services that take SMTP from the network.
  std::vector<MtaService> smtp_listeners() const;

private:
  std::string expanded(std::string_view text, const MtaService* service, int depth) const;
  std::string raw(std::string_view name, const MtaService* service) const;

  std::map<std::string, std::string, std::less<>> main_;
  std::vector<MtaService> services_;
};

/// Reads them by running `postconf` (a program's name or path), of the configuration folder
/// `postfix` where that is not empty; or says why that did not work.
std::variant<MtaSettings, std::string> read_mta(const std::string& postconf,
                                                const std::string& postfix);

/// `text` cut at commas and white space; what stands in braces stays together, without them.
std::vector<std::string> list_of(std::string_view text);

}  // namespace gatepost::admin
