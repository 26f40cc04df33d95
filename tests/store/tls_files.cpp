#include "tests/store/tls_files.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace gatepost::test {
namespace {

// Quick to make, and good enough for every version of TLS.
constexpr const char* kNewKey = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

}  // namespace

TlsFiles::TlsFiles() {
  run("openssl req -x509 -days 30 -subj /CN=authority -keyout ca.key -out ca.pem" +
      std::string(kNewKey));
}

void TlsFiles::sign(const std::string& name, const std::string& names, int days) const {
  write_file(path(name + ".ext"), "subjectAltName=" + names + "\n");
  run("openssl req -subj /CN=" + name + " -keyout " + name + ".key -out " + name + ".csr" +
      kNewKey);
  run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days " +
      std::to_string(days) + " -extfile " + name + ".ext -out " + name + ".pem");
}

void TlsFiles::replace(const std::string& file, const std::string& other) const {
  const std::string copy = path(file + ".new");
  std::filesystem::copy_file(other, copy);
  std::filesystem::rename(copy, path(file));
}

void TlsFiles::run(const std::string& command) const {
  const std::string whole = "cd '" + folder_.path().string() + "' && " + command + " 2>log";
  if (std::system(whole.c_str()) != 0) throw std::runtime_error("this failed: " + whole);
}

}  // namespace gatepost::test
