# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Headers of exported address books, and their fields. Data only.

The headers have the form of ``folded``: lower case, only letters and digits.
"""

from __future__ import annotations

import re
import unicodedata

from .._model.resources import CONTACT

PREVIOUS_NUMBER = "previous_phone_number"  # not a field of the service

FIELDS = (CONTACT.id, *(field.name for field in CONTACT.writable), PREVIOUS_NUMBER)

# Norwegian and Danish, Swedish, Finnish, German, English; then the exports of Google Contacts and Outlook.
MOBILE = frozenset(
    re.findall(
        r"\w+",
        """
    mobil mobilnr mobilnummer mobiltelefon mobiltelefonnummer mobiltlf mobiltelefonnr mobilenummer
    matkapuhelin matkapuhelinnumero kännykkä matkapuhelinnro handy handynummer handynr mobilfunknummer mobilrufnummer
    mobile mobilephone mobilenumber mobilephonenumber mobileno cell cellphone cellnumber gsm
        """,
    )
)
PHONE = frozenset(
    re.findall(
        r"\w+",
        """
    telefon telefonnummer telefonnr tlf tlfnr tlfnummer phone phoneno telephone telephonenumber
    puhelin puhelinnumero puhelinnro telefonnumer rufnummer
        """,
    )
)
SYNONYMS = {
    "first_name": "fornavn förnamn etunimi vorname givenname forename",
    "last_name": "etternavn efternamn efternavn sukunimi nachname familienname familyname surname slektsnavn",
    "email": """
        epost epostadresse epostadress epostaddress epostadr mail mailadresse mailadress mejl mejladress
        emailadresse emailaddress emailadress emailadr sähköposti sähköpostiosoite emailosoite
        """,
}
# A phone and an e-mail of Google Contacts: "Phone 1 - Value", with its kind in "Phone 1 - Label" (once "Type"). A
# spreadsheet or a translated page can have the words in another language, as in "Telefon 1 - Verdi".
_PHONES, _EMAILS = "phone|telefon|tlf|puhelin", "email|epost|mail|sähköposti"
_VALUES, _LABELS = (
    "value|verdi|värde|værdi|arvo|wert",
    "label|type|etikett|etiket|mærkat|tyyppi|typ|tunniste|bezeichnung",
)
NUMBERED = re.compile(rf"(?:(?P<phone>{_PHONES})|(?:{_EMAILS}))(?P<number>[1-9][0-9]?)(?:{_VALUES})")
LABEL = re.compile(rf"(?:(?P<phone>{_PHONES})|(?:{_EMAILS}))(?P<number>[1-9][0-9]?)(?:{_LABELS})")
# Parts of the kinds of a phone in these languages, as in "Work mobile", "Jobbmobil" or "Mobil (privat)". An SMS cannot
# reach a fax or a pager.
MOBILE_KIND = re.compile("mobi[il]|cell|handy|matkapuhelin|känny|gsm|iphone")
NO_PHONE_KIND = re.compile("fax|faks|pager|personsø[kg]|personsök|hakulaite")
SEPARATOR = " ::: "  # between the values of one cell of Google Contacts

# A table with at least this number of columns is treated as an export with many unneeded columns.
EXPORT_FROM = 20


def folded(header: str) -> str:
    """A header without differences in case, blanks, hyphens, underscores and other marks."""
    text = unicodedata.normalize("NFC", header).casefold()
    return "".join(character for character in text if character.isalnum())


def _known() -> dict[str, tuple[str, int]]:
    """The field of each known header, and its rank. A header with a lower rank is preferred."""
    known = {name: (field, 2) for field, names in SYNONYMS.items() for name in names.split()}
    known.update({name: ("phone_number", 2) for name in MOBILE})
    known.update({name: ("phone_number", 3) for name in PHONE})
    known.update({folded(field): (field, 1) for field in FIELDS})
    return known


KNOWN = _known()
