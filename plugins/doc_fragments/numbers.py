# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of the filters and tests that read phone numbers without a request."""

    DOCUMENTATION = r"""
options:
  default_country_code:
    description:
      - Country calling code, such as V("47"), for phone numbers without a country code.
      - Quote the country code. Without quotes, YAML reads V(0047) as an octal number with the value 39, which is the
        country code of Italy.
    type: raw
  foreign_numbers:
    description:
      - Accepted formats of foreign phone numbers. A foreign number is a phone number whose country code differs from
        the default country code.
      - V(any) accepts foreign numbers with or without a plus sign, such as V(+46701740605) and V(46701740605). With
        V(any), a foreign number without a plus sign is an error if it is not valid in its country.
      - Digits that look like a mistyped national number are an error. For example, with the default country code 47,
        nine digits are an error, because a Norwegian number has eight digits.
      - V(plus_only) accepts a foreign number only if the number begins with a plus sign or V(00).
    type: str
    choices: [any, plus_only]
    default: any
"""
