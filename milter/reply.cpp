#include "milter/reply.hpp"

namespace gatepost::milter {

std::string escaped_text(const SmtpReply& reply) {
  std::string out;
  for (const char c : reply.text()) {
    if (c == '%') out += '%';
    out += c;
  }
  return out;
}

}  // namespace gatepost::milter
