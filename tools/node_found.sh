#!/bin/sh
# Makes sure that Node.js is there and new enough (the accessibility checks and the look's build run on it).
set -eu
sh "$(dirname "$0")/package_found.sh" node nodejs
sh "$(dirname "$0")/package_found.sh" npm npm
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)'; then
    echo "Ventanilla's tests need Node.js 20 or later, and node is $(node --version)." >&2
    exit 1
fi
