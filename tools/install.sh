# Brings Debian packages to this machine without touching what runs on it. Sourced by tools/test
# and tools/quickstart, never run. Everything here needs root; both scripts see to that.
# shellcheck shell=bash
#
# What holds, whatever is installed:
# - nothing is removed, and nothing that runs is stopped, started or restarted: /usr/sbin/policy-rc.d
#   denies it while dpkg works, and is put back exactly as it was, also after an interruption;
# - a unit that a new package would start at the next boot is disabled;
# - Postfix is installed without a configuration; where another mail server is installed it is not
#   installed at all but unpacked under build/ (the test lab runs it from there);
# - Sendmail, which conflicts with Postfix, is never installed but unpacked under build/;
# - it says what it is going to install before it does.

# shellcheck source=tools/packages.sh
source "$GATEPOST_ROOT/tools/packages.sh"

POLICY_RC=/usr/sbin/policy-rc.d
POLICY_RC_KEPT=/usr/sbin/policy-rc.d.kept-by-gatepost
POLICY_RC_MARK="# Written by Gatepost's tools/install.sh while it installs packages."
INSTALL_LOCK=/run/lock/gatepost-install.lock
POSTFIX_ROOT=$GATEPOST_ROOT/build/postfix-root
SENDMAIL_ROOT=$GATEPOST_ROOT/build/sendmail-root

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# is_installed PACKAGE
is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints the alternative of `a|b` that is installed, else the first that apt knows, else the first.
choose() {
  local alternative alternatives
  IFS='|' read -ra alternatives <<<"$1"
  for alternative in "${alternatives[@]}"; do
    is_installed "$alternative" && { echo "$alternative"; return; }
  done
  for alternative in "${alternatives[@]}"; do
    apt-cache show "$alternative" >/dev/null 2>&1 && { echo "$alternative"; return; }
  done
  echo "${alternatives[0]}"
}

# missing PACKAGE...: prints those that are not installed.
missing() {
  local package
  for package in "$@"; do
    package=$(choose "$package")
    is_installed "$package" || echo "$package"
  done
}

# Prints the installed package that is this machine's mail server, where it is not Postfix.
other_mail_server() {
  dpkg-query -W -f '${db:Status-Status}\t${Package}\t${Provides}\n' 2>/dev/null |
    awk -F '\t' '$1 == "installed" && $2 != "postfix" && $3 ~ /mail-transport-agent/ {print $2; exit}'
}

# ---- starting denied ---------------------------------------------------------------------------

# A run that was killed with SIGKILL left its denial behind: take it away first.
restore_policy_rc() {
  if [ -f "$POLICY_RC" ] && grep -qF "$POLICY_RC_MARK" "$POLICY_RC"; then
    rm -f "$POLICY_RC"
  fi
  if [ -e "$POLICY_RC_KEPT" ] || [ -L "$POLICY_RC_KEPT" ]; then
    [ ! -e "$POLICY_RC" ] || die "both $POLICY_RC and $POLICY_RC_KEPT exist: the second is what the
machine had before an interrupted installation. Keep the one you want as $POLICY_RC and remove the other."
    mv "$POLICY_RC_KEPT" "$POLICY_RC"
  fi
}

# Where no other run installs at this moment.
undo_killed_install() {
  (flock 9 && restore_policy_rc) 9>"$INSTALL_LOCK"
}

# Denies everything. An admin's own policy can only deny or allow, so this is both together.
deny_starts() {
  restore_policy_rc
  if [ -e "$POLICY_RC" ] || [ -L "$POLICY_RC" ]; then mv "$POLICY_RC" "$POLICY_RC_KEPT"; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_RC_MARK" >"$POLICY_RC"
  chmod 755 "$POLICY_RC"
}

# What is new on this machine must not come up at the next boot either.
disable_new_units() {
  local entry package unit new
  for entry in "${GATEPOST_PACKAGE_UNITS[@]}"; do
    read -r package unit <<<"$entry"
    for new in "$@"; do
      [ "$new" = "$package" ] || continue
      if command -v systemctl >/dev/null && systemctl disable --quiet "$unit" 2>/dev/null; then
        say "  $unit is disabled: it is here for private instances only"
      elif command -v update-rc.d >/dev/null; then
        update-rc.d "${unit%.service}" disable >/dev/null 2>&1 || true
      fi
    done
  done
}

# ---- installing --------------------------------------------------------------------------------

apt_quiet() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

# The package lists are fetched once in a run, and only where something has to be installed.
update_lists() {
  [ -z "${GATEPOST_LISTS_FRESH:-}" ] || return 0
  say "apt-get update"
  apt_quiet update >/dev/null ||
    say "  it could not fetch every list (see above); going on with what there is"
  GATEPOST_LISTS_FRESH=yes
}

# install_packages WHAT-FOR PACKAGE...: those that are missing, in one apt run. Quick where none is.
install_packages() {
  local purpose=$1 wanted=() new=() upgraded=() plan
  shift
  mapfile -t wanted < <(missing "$@")
  [ ${#wanted[@]} -gt 0 ] || return 0
  update_lists
  mapfile -t wanted < <(missing "$@")  # the lists may name another alternative
  say "To install, $purpose: ${wanted[*]}"
  plan=$(apt_quiet install --no-install-recommends --no-remove -s "${wanted[@]}" 2>&1) ||
    die "apt cannot install them without removing something:
$plan"
  mapfile -t new < <(sed -n 's/^Inst \([^ ]*\) (.*/\1/p' <<<"$plan")
  mapfile -t upgraded < <(sed -n 's/^Inst \([^ ]*\) \[.*/\1/p' <<<"$plan")
  say "  ${#new[@]} packages with what they depend on: ${new[*]}"
  [ ${#upgraded[@]} -eq 0 ] || say "  to a newer version, because they depend on it: ${upgraded[*]}"
  say "  No service is started, stopped or restarted by this."
  mkdir -p "$GATEPOST_ROOT/build"
  (
    flock 9
    trap restore_policy_rc EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    deny_starts
    apt_quiet install --no-install-recommends --no-remove "${wanted[@]}"
  ) 9>"$INSTALL_LOCK" >"$GATEPOST_ROOT/build/install.log" 2>&1 || {
    tail -20 "$GATEPOST_ROOT/build/install.log" >&2
    die "the installation failed; the whole output is in build/install.log"
  }
  disable_new_units "${new[@]}"
}

# Postfix by whichever way leaves this machine's mail server alone.
install_postfix() {
  local other
  is_installed postfix && return 0
  other=$(other_mail_server)
  if [ -n "$other" ]; then
    unpack_postfix "$other"
    return
  fi
  echo 'postfix postfix/main_mailer_type select No configuration' |
    debconf-set-selections || die "debconf-set-selections failed"
  install_packages "without a configuration, for private instances" postfix
}

# The libraries that a fetched package wants: those of its dependencies that are libraries.
libraries_of() {
  dpkg-deb -f "$1" Pre-Depends Depends | tr ',|' '\n' |
    sed -n 's/^\(.*: \)\? *\(lib[a-z0-9.+-]*\).*/\2/p' | sort -u
}

# unpack ROOT NAME PACKAGE...: fetches these packages and lays them under ROOT, which is there only
# when it is whole. The libraries they want are installed.
unpack() {
  local root=$1 name=$2 deb libraries=()
  shift 2
  update_lists
  rm -rf "$root" "$root.new"
  mkdir -p "$root.new/deb"
  (cd "$root.new/deb" && apt-get -q -o APT::Sandbox::User=root download "$@" >/dev/null) ||
    die "apt-get download $* failed"
  mapfile -t libraries < <(for deb in "$root.new/deb/"*.deb; do libraries_of "$deb"; done | sort -u)
  install_packages "libraries of $name" "${libraries[@]}"
  for deb in "$root.new/deb/"*.deb; do
    dpkg-deb -x "$deb" "$root.new" || die "dpkg-deb cannot unpack $deb"
  done
  mv "$root.new" "$root"
}

# unpack_postfix OTHER: Debian's Postfix under build/postfix-root.
unpack_postfix() {
  if [ -x "$POSTFIX_ROOT/usr/sbin/postfix" ]; then return 0; fi
  say "This machine's mail server is $1, which stays as it is: Postfix is not installed but fetched"
  say "  and unpacked to build/postfix-root; it runs from there, in a mount namespace of its own."
  unpack "$POSTFIX_ROOT" Postfix postfix
}

# Debian's Sendmail under build/sendmail-root, whatever mail server this machine has.
unpack_sendmail() {
  if [ -x "$SENDMAIL_ROOT/usr/libexec/sendmail/sendmail" ]; then return 0; fi
  say "Sendmail is not installed but fetched and unpacked to build/sendmail-root; the tests run it"
  say "  from there, in a mount namespace of its own."
  unpack "$SENDMAIL_ROOT" Sendmail "${GATEPOST_SENDMAIL_PACKAGES[@]}"
}

# Tells the lab where Postfix is: installed, or unpacked.
use_postfix() {
  if ! is_installed postfix; then export GATEPOST_POSTFIX_ROOT=$POSTFIX_ROOT; fi
}

# ---- being root --------------------------------------------------------------------------------

# Starts the calling script again as root where it is not: apt and a private Postfix need it.
be_root() {
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || die "this needs root (apt, and a private Postfix): run it as root, or install sudo"
  say "This needs root (apt, and a private Postfix), so it goes on under sudo."
  exec sudo --preserve-env=GATEPOST_CORPORA,GATEPOST_JOBS,GATEPOST_FUZZ_SECONDS -- "$GATEPOST_ROOT/tools/${0##*/}" "$@"
}

# What root built belongs to whom the source tree belongs.
give_back_build() {
  local owner
  owner=$(stat -c %u:%g "$GATEPOST_ROOT")
  [ "$owner" = 0:0 ] || chown -R "$owner" "$GATEPOST_ROOT/build" 2>/dev/null || true
}
