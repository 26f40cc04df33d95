#pragma once

#include <string>
#include <utility>
#include <vector>

#include "admin/cli/mta_check.hpp"

/// The parts of check_mta, each adding its remarks.
namespace gatepost::admin {

class MtaRemarks {
public:
  MtaRemarks(const MtaSettings& mta, const config::Loaded& loaded) : mta_(mta), loaded_(loaded) {}

  const MtaSettings& mta() const { return mta_; }

  const config::Loaded& loaded() const { return loaded_; }

  void problem(std::string text) { list_.push_back({true, std::move(text)}); }

  void note(std::string text) { list_.push_back({false, std::move(text)}); }

  std::vector<MtaRemark> list() && { return std::move(list_); }

private:
  const MtaSettings& mta_;
  const config::Loaded& loaded_;
  std::vector<MtaRemark> list_;
};

/// smtpd_milters and non_smtpd_milters: whether ours is there, its spelling, its place.
void check_milters(MtaRemarks& remarks);
/// content_filter and smtpd_proxy_filter.
void check_blind_mail(MtaRemarks& remarks);
/// mynetworks against the channels server and relay, and relaying to outside.
void check_networks(MtaRemarks& remarks);
/// Listeners with logins: TLS, and their names against channels.submission.
void check_logins(MtaRemarks& remarks);
/// Default action, size limit, macros.
void check_general(MtaRemarks& remarks);

}  // namespace gatepost::admin
