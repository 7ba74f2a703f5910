#!/bin/sh
# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Print what failed in each of these outputs, at the end of make test: failures.sh FILE...
# Lines of pytest, ansible-test, ansible-playbook and molecule, or the last lines.

for output in "$@"; do
    echo "Failed: $(basename "$output")"
    grep -E '^ *(FAILED|ERROR|fatal|CRITICAL|E  )' "$output" | tail -n 20 | cut -c 1-300 | grep . || tail -n 20 "$output"
done
