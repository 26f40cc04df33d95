#include <chrono>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "config/config.hpp"
#include "daemon/process.hpp"
#include "daemon/version.hpp"

namespace {

namespace config = gatepost::config;
namespace daemon = gatepost::daemon;

void print(const config::Diagnostics& diagnostics) {
  for (const auto& diagnostic : diagnostics)
    std::cerr << diagnostic.text() << '\n';
}

int check(const std::string& file) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const config::LoadResult result = config::load(file, now);
  if (const auto* mistakes = std::get_if<config::Diagnostics>(&result)) {
    print(*mistakes);
    return 1;
  }
  print(std::get<config::Loaded>(result).warnings);
  std::cout << file << ": ok\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "gatepostd: the policy milter. It stays in the foreground and logs to standard "
      "error.\nSIGUSR1 reloads, SIGUSR2 drains and stops, SIGTERM stops.");
  std::string file = "/etc/gatepost/gatepost.yaml";
  bool only_check = false;
  app.add_option("--config", file, "the configuration")->capture_default_str();
  app.add_flag("--check", only_check, "check the configuration and exit: 0 right, 1 mistakes");
  app.set_version_flag("--version", std::string("gatepostd ") + daemon::kVersion);
  CLI11_PARSE(app, argc, argv);
  try {
    return only_check ? check(file) : daemon::run(file);
  } catch (const std::exception& error) {
    std::cerr << "gatepostd: " << error.what() << '\n';
    return 1;
  }
}
