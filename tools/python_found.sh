#!/bin/sh
# Usage: python_found.sh PYTHON. Makes sure that Python is new enough and can make virtual environments.
set -eu
sh "$(dirname "$0")/package_found.sh" "$1" python3
if ! "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Ventanilla needs Python 3.11 or later, and $1 is $("$1" --version). Name another one: make PYTHON=/path/to/python3.12 …" >&2
    exit 1
fi
"$1" -c 'import ensurepip, venv' 2>/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "→ system package python3-venv"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends python3-venv >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; }
    "$1" -c 'import ensurepip, venv' 2>/dev/null && exit 0
fi
echo "Missing: Python's own venv module. Install the package 'python3-venv' (Debian, Ubuntu: apt-get install python3-venv) and repeat." >&2
exit 1
