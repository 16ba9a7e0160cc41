#!/bin/sh
# Usage: package_found.sh COMMAND DEBIAN_PACKAGE. Finds the command, installs its package as root, or says what to install.
set -eu
command -v "$1" >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "→ system package $2"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "$2" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2" >/dev/null; }
    command -v "$1" >/dev/null 2>&1 && exit 0
fi
echo "Missing: the command '$1'. Install the package '$2' (Debian, Ubuntu: apt-get install $2) and repeat." >&2
exit 1
