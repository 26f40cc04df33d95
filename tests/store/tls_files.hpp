#pragma once

#include <string>

#include "tests/store/temp_dir.hpp"

namespace gatepost::test {

/// Certificates made for one test by the program openssl: an authority, and what it signs. They
/// lie in a temporary folder that goes with the object. What cannot be made throws.
class TlsFiles {
public:
  /// The authority's own: ca.pem and ca.key.
  TlsFiles();

  /// Makes NAME.pem and NAME.key, or makes them anew, for these names: `DNS:a.test,IP:127.0.0.1`.
  /// With negative `days` the certificate has expired.
  void sign(const std::string& name, const std::string& names, int days = 30) const;
  /// Makes FILE what `other` is now, in one step.
  void replace(const std::string& file, const std::string& other) const;

  /// Where a file is, or would be.
  std::string path(const std::string& file) const { return (folder_.path() / file).string(); }

  /// Runs a command in their folder.
  void run(const std::string& command) const;

private:
  TempDir folder_;
};

}  // namespace gatepost::test
