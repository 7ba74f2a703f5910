# Copyright (c) 2026, the community.linkengage contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: it may change in any release. Other collections and playbooks must not import it.

"""Headers of exported address books, and the fields that they mean. Pure.

The headers have the form that ``folded`` returns: lower case, only letters and digits.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches

from .._model.resources import CONTACT
from .entries import PREVIOUS_NUMBER

FIELDS = (CONTACT.id, *(field.name for field in CONTACT.writable), PREVIOUS_NUMBER)

# Headers in Norwegian and Danish, Swedish, Finnish, German and English; then headers of Google Contacts and Outlook.
MOBILE = frozenset(
    re.findall(
        r"\w+",
        """
    mobil mobilnr mobilnummer mobiltelefon mobiltelefonnummer mobiltlf mobiltelefonnr mobilenummer
    matkapuhelin matkapuhelinnumero kännykkä matkapuhelinnro handy handynummer handynr mobilfunknummer mobilrufnummer
    mobile mobilephone mobilenumber mobilephonenumber mobileno cell cellphone cellnumber gsm msisdn mob mobnr mobilfunk
    telefonmobil tlfmobil gsmnumero gsmnummer
        """,
    )
)
PHONE = frozenset(
    re.findall(
        r"\w+",
        """
    telefon telefonnummer telefonnr tlf tlfnr tlfnummer tel telnr puh puhnro phone phoneno telephone telephonenumber
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
    "description": "beskrivelse beskrivning kuvaus beschreibung",
}
# Words of headers of Google Contacts and Outlook that have no field here, in English, Norwegian, Swedish, Danish,
# Finnish and German. A column is not read if its header consists only of these words and numbers. None of the words
# means a mobile phone.
UNREAD = frozenset(
    re.findall(
        r"\w+",
        """
    title på leders følsomhed bruger nummer www initialen visningsnamn first middle last name suffix prefix
    nickname initials given yomi surname family additional phonetic maiden short file as company department job
    office location profession occupation organization organisation organizational business home other work
    personal private street city state province postal zip code country region address po box extended formatted
    assistant s manager phone fax callback car main isdn primary pager radio telex tty tdd e mail email type
    display im imaddress web page website account anniversary birthday billing information categories children
    spouse partner directory server gender government id number hobby internet free busy keywords language
    mileage notes priority referred by sensitivity user schools subject photo labels label group membership
    relation event custom field value service symbol description principal username userid

    tittel mellomnavn suffiks prefiks kallenavn initialer firma bedrift avdeling stilling yrke kontor kontorsted
    gateadresse gate adresse poststed sted by stat fylke postnummer land postboks arbeid jobb privat hjem hjemme
    annen annet andre telefon assistentens leder lederens overordnet navn faks telefaks tilbakeringing bil
    biltelefon hovedtelefon hoved personsøker primær radiotelefon tekst teksttelefon teleks konto merkedag
    jubileum bursdag fødselsdag faktureringsinformasjon kategorier barn ektefelle katalogserver kjønn
    personnummer fødselsnummer hobbyer internett ledig opptatt nøkkelord språk kjørelengde notater merknader
    prioritet referert av henvist følsomhet bruker assistent for offentlig internett organisasjonsnummer webside
    nettside hjemmeside epost epostadresse post posttype visningsnavn organisasjon

    titel mellannamn smeknamn företag avdelning befattning gatuadress gata adress ort stad postort delstat län
    box postbox arbete arb hem bostad annan övrig chef chefens namn motringning återuppringning företagets
    huvudtelefon personsökare texttelefon årsdag födelsedag faktureringsinformation make maka katalogserver kön
    upptagen nyckelord plats reseersättning anteckningar refererad känslighet användare webbsida hemsida
    postadress typ primär för posttyp organisationsnummer

    mellemnavn præfiks kaldenavn øgenavn virksomhed afdeling erhverv kontorplacering vej område arbejde anden
    andet assistents overordnedes tilbagekald personsøger mærkedag fødselsdag faktureringsoplysninger børn
    ægtefælle gade firmaets hovednummer internettet i organisationen cpr den mappeserver køn cprnummer optaget
    nøgleord sprog placering afstand noter af vist mailadresse mailtype til

    titteli otsikko toinen nimi keskimmäinen suffiksi jälkiliite etuliite lempinimi nimikirjaimet yritys osasto
    tehtävänimike ammatti toimipaikka toimisto katuosoite katu osoite kaupunki postitoimipaikka osavaltio lääni
    alue postinumero maa postilokero työ työpaikka koti muu puhelin avustaja avustajan esimies esimiehen faksi
    takaisinsoitto auto autopuhelin yrityksen päänumero hakulaite ensisijainen radiopuhelin tekstipuhelin tili
    vuosipäivä syntymäpäivä laskutustiedot luokat lapset puoliso hakemistopalvelin sukupuoli henkilötunnus
    harrastus harrastukset vapaa varattu avainsanat kieli sijainti huomautukset muistiinpanot tärkeys
    prioriteetti suosittelija sähköpostin tiedot tunnus organisaatiotunnus kilometrikorvaus luottamuksellisuus
    käyttäjä sivu verkkosivu kotisivu sähköposti sähköpostiosoite tyyppi näyttönimi yksityinen

    anrede weitere vornamen zweiter weiterer namenszusatz spitzname abteilung position beruf büro strasse
    bundesland kanton postleitzahl plz postfach geschäftlich weiteres der des name assistenten vorgesetzter
    vorgesetzten faxnummer rückmeldung rückruf autotelefon haupttelefon hauptnummer zentrale funktelefon
    jahrestag hochzeitstag geburtstag abrechnungsinformation abrechnungsinformationen kategorien kinder
    partnerin ehepartner verzeichnisserver geschlecht regierungsnr hobbys frei gebucht stichwörter sprache
    standort entfernung notizen priorität empfohlen von r für hörbehinderte organisations regierungs
    reisekilometer angezeigter vertraulichkeit benutzer benutzerfeld webseite anzeigename mailtyp nr
    """,
    )
)
# Headers that only these programs write.
OF_PROGRAMS = frozenset(
    ("mobilephone", "emailaddress", "epostadresse", "epostadress", "emailadresse", "sähköpostiosoite")
)
# The headers of phones and e-mail addresses in Google Contacts: "Phone 1 - Value" has the value, and "Phone 1 - Label"
# (formerly "Type") has its kind. A spreadsheet or a translated page can use another language, as in "Telefon 1 -
# Verdi".
_PHONES, _EMAILS = "phone|telefon|tlf|puhelin", "email|epost|mail|sähköposti"
_VALUES, _LABELS = (
    "value|verdi|värde|værdi|arvo|wert",
    "label|type|etikett|etiket|mærkat|tyyppi|typ|tunniste|bezeichnung",
)
NUMBERED = re.compile(rf"(?:(?P<phone>{_PHONES})|(?:{_EMAILS}))(?P<number>[1-9][0-9]?)(?:{_VALUES})")
LABEL = re.compile(rf"(?:(?P<phone>{_PHONES})|(?:{_EMAILS}))(?P<number>[1-9][0-9]?)(?:{_LABELS})")
# Parts of words for kinds of phones in these languages, as in "Work mobile", "Jobbmobil" or "Mobil (privat)". An SMS
# cannot reach a fax or a pager.
MOBILE_KIND = re.compile("mobi[il]|cell|handy|matkapuhelin|känny|gsm|iphone")
NO_PHONE_KIND = re.compile("fax|faks|pager|personsø[kg]|personsök|hakulaite")
SEPARATOR = " ::: "  # separates several values in one cell of Google Contacts

# A table with at least this number of columns counts as an export in which most columns are not needed.
EXPORT_FROM = 20
LONGEST = 100  # number of characters of a header that are compared
LIKENESS = 0.7  # how alike a misspelt header and a known header must be, from 0 to 1
# Parts of compound words, as in "Jobbmobil" or "Arbeidstelefon".
COMPOUNDS = {
    "phone_number": ("mobil", "telefon", "phone", "puhelin", "handynummer"),
    "email": ("email", "epost", "sähköposti"),
}


def folded(header: str) -> str:
    """Return a header in lower case, without blanks, hyphens, underscores and other marks."""
    text = unicodedata.normalize("NFC", header).casefold()
    return "".join(character for character in text if character.isalnum())


def words_of(header: str) -> list[str]:
    """Return the words of a header, without numbers."""
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", header).casefold())


def is_unread(header: str) -> bool:
    """Return whether Google Contacts or Outlook writes this header, and no field is read from it."""
    words = words_of(header)
    return bool(words) and all(word in UNREAD for word in words)


def nearest_field(header: str) -> str:
    """Return the field that a person probably meant with an unknown header; empty if no field is similar.

    A known word in the header takes precedence over a similar header: ``Mobil privat`` is a phone number.
    """
    header = header[:LONGEST]
    words = words_of(header)
    runs = ["".join(words[start:end]) for end in range(len(words) + 1) for start in range(end)]
    inside = {KNOWN[run][0] for run in runs if run in KNOWN}
    inside |= {field for field, parts in COMPOUNDS.items() for word in words if any(part in word for part in parts)}
    if len(words) == 1 and words[0] in ("number", "nummer", "numero"):
        return "phone_number"
    for field in ("phone_number", "email", "first_name", "last_name"):
        if field in inside:
            return field
    if is_unread(header):
        return ""
    near = get_close_matches(folded(header), KNOWN, n=1, cutoff=LIKENESS)
    return KNOWN[near[0]][0] if near else ""


def _known() -> dict[str, tuple[str, int]]:
    """Return the field of each known header, and the rank of the header. A header with a lower rank is preferred."""
    known = {name: (field, 2) for field, names in SYNONYMS.items() for name in names.split()}
    known.update({name: ("phone_number", 2) for name in MOBILE})
    known.update({name: ("phone_number", 3) for name in PHONE})
    known.update({folded(field): (field, 1) for field in FIELDS})
    return known


KNOWN = _known()
