"""Which section of the guide is about which page."""

import re

ROLES = ("sagsejer", "formand", "sekretariat", "administrator")
"""The guides there are, beside the one for all."""

ABOUT = (
    (r"/sager/ny", "sagsejer#opret-en-sag"),
    (r"/sager/[^/]+/(plan|rute\.svg)", "sagsejer#planen-og-hvad-nu-hvis"),
    (r"/sager/[^/]+/ejer", "sagsejer#giv-sagen-en-anden-ejer"),
    (r"/sager/[^/]+/modtagere", "sagsejer#luk-sagen-for-andre"),
    (r"/sager/[^/]+/laesninger", "administrator#hvem-har-laest-en-lukket-sag"),
    (r"/sager/.+|/papirer/.+", "sagsejer#sagens-side"),
    (r"/planer", "sagsejer#planen-og-hvad-nu-hvis"),
    (r"/opgaver", "sagsejer#opgaver"),
    (r"/godkendelser.*", "formand#alt-der-venter-paa-dig"),
    (r"/svar.*", "formand#fra-mail-til-svar"),
    (r"/konto/fravaer", "formand#naar-du-er-vaek"),
    (r"/moeder/[^/]+/referat/godkend", "formand#godkend-et-referat"),
    (r"/moeder/[^/]+/referat.*", "sekretariat#skriv-referatet"),
    (r"/moeder/[^/]+/dagsorden/.+", "sekretariat#udsend-dagsordenen"),
    (r"/moeder/[^/]+/dagsorden", "sekretariat#byg-dagsordenen"),
    (r"/moeder.*", "sekretariat#kalenderen"),
    (r"/bord|/organer/[^/]+/bord", "sekretariat#bordet"),
    (r"/udsendelser.*", "sekretariat#mails-der-ikke-naaede-frem"),
    (r"/administration/personer.*", "administrator#personer-og-poster"),
    (r"/administration/lukkedage.*", "administrator#lukkedage"),
    (r"/administration/historik", "administrator#historik"),
    (r"/administration.*", "administrator#organer"),
    (r"/", "sagsejer#dit-overblik"),
    (r"/sager.*|/soeg|/SAG-.+", "#find-en-sag"),
    (r"/beskeder.*|/post.*", "#beskeder-og-mails"),
    (r"/konto.*|/bekraeft.*|/log-ind.*", "#din-konto"),
    (r"/(aarshjul|forbindelser|flaskehalse|abonnement).*", "#kalender"),
    (r"/(ruter|organer).*", "#organer-ruter-og-moeder"),
    (r"/hjaelp.*", ""),
)
"""Addresses, the closest first, each with its section: a role's, or one of those for all."""


def help_at(path: str) -> str:
    """The address of the section about a page; the front of the guide where none is about it."""
    section = next((found for about, found in ABOUT if re.fullmatch(about, path, re.IGNORECASE)), "")
    return "/hjaelp" + (section if section[:1] in ("", "#") else f"/{section}")
