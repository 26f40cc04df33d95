#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/store/temp_dir.hpp"

namespace gatepost::test {

/// Certificates made for one test by the program openssl: an authority, and what it signs.
class TlsFiles {
public:
  TlsFiles() {
    run("openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=authority -keyout ca.key "
        "-out "
        "ca.pem");
  }

  /// NAME.pem and NAME.key for these names, as `DNS:redis.test,IP:127.0.0.1`; `days` may be
  /// negative: expired.
  void sign(const std::string& name, const std::string& names, int days = 30) const {
    std::ofstream(path(name + ".ext")) << "subjectAltName=" << names << '\n';
    run("openssl req -newkey rsa:2048 -nodes -subj /CN=" + name + " -keyout " + name +
        ".key -out " + name + ".csr");
    run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days " +
        std::to_string(days) + " -extfile " + name + ".ext -out " + name + ".pem");
  }

  std::string path(const std::string& file) const { return (folder_.path() / file).string(); }

private:
  void run(const std::string& command) const {
    const std::string whole = "cd '" + folder_.path().string() + "' && " + command + " 2>log";
    if (std::system(whole.c_str()) != 0) throw std::runtime_error("this failed: " + whole);
  }

  TempDir folder_;
};

}  // namespace gatepost::test
