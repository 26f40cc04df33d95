# What Gatepost needs of Debian, in one place. Sourced by tools/install.sh, never run.
# shellcheck shell=bash disable=SC2034
#
# `a|b` means: a, or where this release has none, b.

# To build: compiler, libraries, nothing that runs by itself.
GATEPOST_BUILD_PACKAGES=(
  g++ cmake ninja-build pkg-config
  libmilter-dev libhiredis-dev libyaml-cpp-dev libspdlog-dev libfmt-dev
  libhowardhinnant-date-dev libcli11-dev "libboost1.81-dev|libboost-dev" libsystemd-dev
  libsqlite3-dev libssl-dev libidn2-dev libunbound-dev
  libgtest-dev libgmock-dev   # the build tree holds the tests too
  python3 tzdata
)

# What a private mail server beside Gatepost is made of (tools/quickstart, the end-to-end tests).
# Postfix is not in the list: install_postfix decides how it comes to this machine.
GATEPOST_LAB_PACKAGES=(
  dovecot-core openssl util-linux
)

# Fetched and unpacked, never installed: Sendmail conflicts with Postfix (see unpack_sendmail).
GATEPOST_SENDMAIL_PACKAGES=(
  sendmail-bin sendmail-cf m4
)

# What the tests need beyond that.
GATEPOST_TEST_PACKAGES=(
  dovecot-imapd               # logins over IMAP
  redis-server
  libsasl2-modules            # Sendmail's PLAIN and LOGIN
  systemd                     # systemd-analyze, systemd-sysusers, systemd-tmpfiles; offline
  clang clang-tidy clang-format "libclang-rt-14-dev|libclang-rt-dev"
  shellcheck
  python3-jsonschema python3-yaml   # the schemas of the two YAML files
)

# Units that come with these packages. Where tools/install.sh brings a package to a machine that
# did not have it, its unit is also kept from starting at the next boot.
GATEPOST_PACKAGE_UNITS=(
  "postfix postfix.service"
  "dovecot-core dovecot.service"
  "redis-server redis-server.service"
)
