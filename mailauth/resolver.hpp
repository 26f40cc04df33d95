#pragma once

#include <functional>

#include "mailauth/dns.hpp"

namespace gatepost::mailauth {

/// Port: the DNS. Implementations are thread-safe and outlive every question.
class Resolver {
public:
  using Done = std::function<void(const DnsQuestion&, SharedAnswer)>;

  Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  virtual ~Resolver() = default;

  /// The answer where it is known at once; `done` is not called then. Otherwise null, and `done`
  /// is called exactly once, with the answer or a failure, by a thread of the resolver; at the
  /// latest when the question's deadline has passed. `done` must be quick and must not throw; it
  /// may ask again.
  virtual SharedAnswer ask(const DnsQuestion& question, Done done) = 0;
};

}  // namespace gatepost::mailauth
