#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/client_lock.hpp"
#include "store/packed.hpp"

/// A lock as stores keep it: octets, not for people.
namespace gatepost::store {

std::string encode(const ClientLock& lock);
/// Nothing where it is no lock, or one of a version that is not known.
std::optional<ClientLock> decode_lock(std::string_view bytes);

/// A name as part of a record.
void put(PackedWriter& out, const LoginName& login);
LoginName read_login(PackedReader& in);

}  // namespace gatepost::store
