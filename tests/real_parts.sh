#!/bin/sh
# Install the real parts that tests drive, where this machine lets us: as root on Debian.
# Elsewhere it says how to get them; their tests are then skipped (with CI=true they fail).
set -eu

# command:Debian package
parts="chromium:chromium redis-server:redis-server influxd:influxdb"

missing=""
for part in $parts; do
  command -v "${part%%:*}" >/dev/null 2>&1 || missing="$missing ${part##*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # one word per package
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } \
    </dev/null >/dev/null || echo "could not install:$missing; their tests are skipped" >&2
else
  echo "not installed, so their tests are skipped:$missing (Debian: sudo apt-get install$missing)"
fi
