#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/milter_client/socket.hpp"

namespace gatepost::bench {

/// What the load is made of; the defaults are those of the speed table.
struct LoadOptions {
  std::vector<test::FilterAddress> filters;  ///< connections are dealt to them in turn
  std::size_t connections = 64;
  std::size_t messages = 0;  ///< 0: as many as fit into `seconds`
  double seconds = 10;
  double rate = 0;  ///< messages a second, of one connection; 0: as fast as they are answered
  std::size_t recipients = 3;
  std::size_t headers = 25;
  std::size_t body_size = 8192;
  std::size_t users = 1000;
  std::size_t messages_per_session = 10;
  std::string login = "user%@example.test";  ///< `%` stands for the user's number
  bool in_turn = false;                      ///< users one after the other, not at random
  std::uint64_t seed = 1;
};

}  // namespace gatepost::bench
