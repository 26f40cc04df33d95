#pragma once

#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "admin/cli/run_program.hpp"
#include "admin/server.hpp"
#include "fakes.hpp"

namespace gatepost::test {

/// A command line's words, by blanks.
inline std::vector<std::string> words_of(const std::string& line) {
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), {}};
}

/// The program `gatepost` as a process, and a server for it to ask.
class CliTest : public testing::Test {
protected:
  CliTest() {
    config_ =
        folder_.write("gatepost.yaml", "admin: unix:" + (folder_ / "admin.sock").string() +
                                           "\nstate_dir: " + folder_.path().string() +
                                           "\nsite: { domains: [example.com], time_zone: UTC }\n");
  }

  void start() {
    admin::ServerSettings settings;
    settings.admin_socket = folder_ / "admin.sock";
    settings.support_socket = folder_ / "support.sock";
    server_ = std::make_unique<admin::Server>(settings, daemon_, [](const std::string&) {});
  }

  // The test touches daemon_ only while no server does.
  void stop() { server_.reset(); }

  // Output and errors together, with `environment` (NAME=VALUE) added.
  admin::ProgramResult run(std::vector<std::string> words,
                           const std::string& environment = "LC_ALL=C") {
    std::vector<std::string> command = {
        "/usr/bin/env",   environment, "/bin/sh",       "-c", "exec \"$@\" 2>&1", "sh",
        GATEPOST_PROGRAM, "--config",  config_.string()};
    command.insert(command.end(), words.begin(), words.end());
    return admin::run_program(command, std::chrono::seconds(60))
        .value_or(admin::ProgramResult{-1, "no start"});
  }

  TemporaryFolder folder_;
  std::filesystem::path config_;
  FakeDaemon daemon_;
  std::unique_ptr<admin::Server> server_;
};

}  // namespace gatepost::test
