#!/bin/sh
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Usage: bootstrap.sh VENV REQUIREMENTS_FILE...
# Create the virtual environment VENV with the newest Python that works on this machine.

set -eu
venv=$1
shift

# Version managers put stubs on PATH that do not run. The real programs are in other folders.
for bin in "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/*/bin; do
    [ -d "$bin" ] && PATH="$bin:$PATH"
done

python=
for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "No Python 3.11 or newer was found. Install Python, for example with the package python3." >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Python $version cannot create virtual environments. Install the package python$version-venv." >&2
    exit 1
fi

"$python" -m venv --clear "$venv"

for file in "$@"; do
    set -- "$@" --requirement "$file"
    shift
done
echo "Installing into $venv ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
touch "$venv/.stamp"
