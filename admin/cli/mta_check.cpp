#include "admin/cli/mta_check.hpp"

#include "admin/cli/mta_parts.hpp"

namespace gatepost::admin {

std::vector<MtaRemark> check_mta(const MtaSettings& mta, const config::Loaded& loaded) {
  MtaRemarks remarks(mta, loaded);
  check_milters(remarks);
  check_blind_mail(remarks);
  check_networks(remarks);
  check_logins(remarks);
  check_general(remarks);
  return std::move(remarks).list();
}

}  // namespace gatepost::admin
