# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many SMS a text takes (contract page, limits of the gateway; character set: GSM 03.38)."""

from __future__ import annotations

import math

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = set("\f^{}\\[~]|€")
ONE_GSM, PART_GSM = 160, 134
ONE_UCS2, PART_UCS2 = 70, 67


def count_parts(text: str) -> int:
    """Return the number of SMS, at least 1."""
    characters = set(text)
    if characters <= GSM | GSM_DOUBLE:
        size = len(text) + sum(character in GSM_DOUBLE for character in text)
        return 1 if size <= ONE_GSM else math.ceil(size / PART_GSM)
    size = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return 1 if size <= ONE_UCS2 else math.ceil(size / PART_UCS2)
