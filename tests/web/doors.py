"""Who gets what at every address: the one table of expectations, and what is sent where something is sent."""

from collections.abc import Collection, Mapping

from kdflow.web import administration_forms as administration
from kdflow.web.pages import dagsordener, moeder, personer, referater

OPEN = """
GET  /                                               -ooooooo
GET  /SAG-{number}                                   -ooooooo
GET  /Sag-{number}                                   -ooooooo
GET  /aarshjul                                       -ooooooo
GET  /abonnement/{secret}.ics                        oooooooo
GET  /abonnementer                                   -ooooooo
POST /abonnementer                                   -ooooooo
POST /abonnementer/{handle}/slet                     -o??????
GET  /administration                                 -xxxxoxo
GET  /administration/historik                        -xxxxoxo
GET  /administration/lukkedage                       -xxxxoxo
POST /administration/lukkedage/ny                    -xxxxxxo
POST /administration/lukkedage/slut                  -xxxxxxo
GET  /administration/organer/ny                      -xxxxoxo
POST /administration/organer/ny                      -xxxxxxo
GET  /administration/organer/{organ}                 -xxxxoxo
POST /administration/organer/{organ}/{what}          -xxxxxxo
GET  /administration/personer                        -xxxxoxo
POST /administration/personer/ny                     -xxxxoxo
GET  /administration/personer/{who}                  -xxxxoxo
POST /administration/personer/{who}/{what}           -xxxxxxo
GET  /api/health                                     oooooooo
GET  /api/openapi.json                               oooooooo
GET  /api/sager                                      -ooooooo
GET  /api/sager/{number}                             -ooooooo
GET  /api/sager/{number}/history                     -ooooooo
POST /api/sager/{number}/moves                       -xxoxxxx
GET  /api/sager/{number}/plan                        -ooooooo
GET  /bekraeft                                       -ooooooo
POST /bekraeft                                       -ooooooo
GET  /bekraeft/hos/{provider}                        -???????
GET  /beskeder                                       -ooooooo
GET  /beskeder/afmeld/{token}                        oooooooo
POST /beskeder/afmeld/{token}                        oooooooo
GET  /beskeder/valg                                  -ooooooo
POST /beskeder/valg                                  -ooooooo
GET  /bord                                           -ooooooo
POST /demo/ur                                        -ooooooo
GET  /flaskehalse                                    -ooooooo
GET  /forbindelser                                   -ooooooo
GET  /forbindelser.json                              -ooooooo
GET  /godkendelser                                   -ooooooo
GET  /godkendelser/samlet                            -ooooooo
POST /godkendelser/samlet                            -xxoxxxx
GET  /healthz                                        oooooooo
GET  /hjaelp                                         -ooooooo
GET  /hjaelp/{role}                                  -ooooooo
GET  /konto                                          -ooooooo
GET  /konto/autentifikator                           -ooooooo
POST /konto/autentifikator                           -???????
POST /konto/autentifikator/fjern                     -ooooooo
POST /konto/autentifikator/ny                        -???????
GET  /konto/fravaer                                  -ooooooo
POST /konto/fravaer                                  -oxxxxxo
POST /konto/fravaer/slut                             -oxxxxxo
POST /konto/identiteter/{handle}/fjern               -ooooooo
POST /konto/sessioner/andre                          -ooooooo
POST /konto/sessioner/{handle}/afslut                -ooooooo
GET  /log-ind                                        oooooooo
POST /log-ind                                        oooooooo
GET  /log-ind/hos/{provider}                         ????????
GET  /log-ind/hos/{provider}/retur                   ????????
GET  /log-ind/kode                                   ????????
POST /log-ind/kode                                   ????????
GET  /log-ind/{link}                                 oooooooo
POST /log-ind/{link}                                 ????????
POST /log-ud                                         -ooooooo
GET  /moeder                                         -ooooooo
GET  /moeder/indlaes                                 -xxoxoxo
POST /moeder/indlaes                                 -xxoxoxo
GET  /moeder/nyt                                     -xxoxoxo
POST /moeder/nyt                                     -xxoxoxo
GET  /moeder/{meeting}                               -ooooooo
POST /moeder/{meeting}/afbud                         -xxooxxx
GET  /moeder/{meeting}/dagsorden                     -xxoxoxo
GET  /moeder/{meeting}/dagsorden/udsend              -xxoxoxo
POST /moeder/{meeting}/dagsorden/udsend              -xxoxoxo
GET  /moeder/{meeting}/dagsorden/nyeste              -ooooooo
GET  /moeder/{meeting}/dagsorden/{version}           -ooooooo
POST /moeder/{meeting}/dagsorden/{what}              -xxoxoxo
POST /moeder/{meeting}/plads                         -xxoxoxx
GET  /moeder/{meeting}/referat                       -xxoxoxo
GET  /moeder/{meeting}/referat/beslut                -xxoxoxo
GET  /moeder/{meeting}/referat/godkend               -xxoxxxx
POST /moeder/{meeting}/referat/godkend               -xxoxxxx
POST /moeder/{meeting}/referat/send-tilbage          -xxoxxxx
POST /moeder/{meeting}/referat/beslut-alle           -xxoxoxo
POST /moeder/{meeting}/referat/skriv                 -xxoxoxo
GET  /moeder/{meeting}/referat/udsend                -xxoxoxo
POST /moeder/{meeting}/referat/udsend                -xxoxoxo
GET  /moeder/{meeting}/referat/nyeste                -ooooooo
GET  /moeder/{meeting}/referat/{version}             -ooooooo
POST /moeder/{meeting}/referat/{what}                -xxoxoxo
POST /moeder/{meeting}/{what}                        -xxoxoxo
GET  /offentligt                                     oooooooo
GET  /offentligt/{body}                              oooooooo
GET  /offentligt/{body}.atom                         oooooooo
GET  /offentligt/{body}.ics                          oooooooo
GET  /offentligt/{body}/{meeting}/bilag/{digest}     oooooooo
GET  /offentligt/{body}/{meeting}/{kind}             oooooooo
GET  /offentligt/{body}/{meeting}/{kind}/{number}    oooooooo
GET  /opgaver                                        -ooooooo
POST /opgaver/{task}                                 -o??????
GET  /organer                                        -ooooooo
GET  /organer/{body}                                 -ooooooo
GET  /organer/{body}/bord                            -xxoxoxo
GET  /papirer/{number}/{digest}                      -ooooooo
GET  /planer                                         -ooooooo
GET  /post                                           -ooooooo
GET  /post/{number}                                  -ooooooo
GET  /post/{number}/html                             -ooooooo
GET  /privatliv                                      oooooooo
GET  /robots.txt                                     oooooooo
GET  /ruter                                          -ooooooo
GET  /ruter/{ref}.svg                                -ooooooo
GET  /sag-{number}                                   -ooooooo
GET  /sager                                          -ooooooo
GET  /sager.csv                                      -ooooooo
GET  /sager.xlsx                                     -ooooooo
GET  /sager/ny                                       -ooooooo
POST /sager/ny                                       -ooooooo
POST /sager/ny/kladde                                -ooooooo
GET  /sager/{number}                                 -ooooooo
POST /sager/{number}/adgang                          -oxxxoxo
GET  /sager/{number}/ejer                            -oxxxoxo
POST /sager/{number}/ejer                            -oxxxoxo
POST /sager/{number}/foelg                           -ooooooo
POST /sager/{number}/forud/{station}                 -oxxxxxx
POST /sager/{number}/fremstilling/{station}          -oxxxoxo
POST /sager/{number}/kladde                          -ooooooo
POST /sager/{number}/kommentarer                     -ooooooo
POST /sager/{number}/kommentarer/{comment}           -oxxxxxx
GET  /sager/{number}/kopi                            -ooooooo
POST /sager/{number}/kopi                            -ooooooo
GET  /sager/{number}/laesninger                      -oxxxoxo
POST /sager/{number}/led/{seq}                       -xxoxxxx
POST /sager/{number}/led/{seq}/indstilling           -oxxxoxo
POST /sager/{number}/led/{seq}/rettelse              -xxoxoxo
POST /sager/{number}/led/{seq}/videre                -oxxxoxo
POST /sager/{number}/liv                             -oxxxxxo
GET  /sager/{number}/modtagere                       -oxxxoxo
POST /sager/{number}/papirer                         -oxxxoxo
POST /sager/{number}/papirer/{digest}                -oxxxoxo
GET  /sager/{number}/plan                            -ooooooo
POST /sager/{number}/relaterede                      -oxxxoxo
GET  /sager/{number}/rute.svg                        -ooooooo
POST /sager/{number}/tekst                           -oxxxoxo
POST /sager/{number}/vis                             -ooooooo
GET  /soeg                                           -ooooooo
GET  /sprog/{language}                               oooooooo
GET  /static/{path}                                  oooooooo
GET  /svar                                           -??o????
GET  /svar/{secret}                                  oooooooo
GET  /tilgaengelighed                                oooooooo
GET  /udsendelser                                    -xxxxoxo
POST /udsendelser/{letter}/igen                      -????o?o
GET  /was                                            oooooooo
"""
"""What each gets, in the order of `ROLES` (nobody, owner, other owner, chair, vice-chair, secretary, member
elsewhere, administrator): `o` what was asked for, `x` "not you", `?` "there is no such thing", `-` "sign in
first"."""

CLOSED = """
GET  /SAG-{number}                                   -ooooooo
GET  /Sag-{number}                                   -ooooooo
GET  /api/sager/{number}                             -o?ooo?o
GET  /api/sager/{number}/history                     -o?ooo?o
POST /api/sager/{number}/moves                       -x?oxo?x
GET  /api/sager/{number}/plan                        -o?ooo?o
GET  /papirer/{number}/{digest}                      -o?ooo?o
GET  /sag-{number}                                   -ooooooo
GET  /sager/{number}                                 -o?ooo?o
POST /sager/{number}/adgang                          -o?xxo?o
GET  /sager/{number}/ejer                            -o?xxo?o
POST /sager/{number}/ejer                            -o?xxo?o
POST /sager/{number}/foelg                           -o?ooo?o
POST /sager/{number}/forud/{station}                 -o?xxx?x
POST /sager/{number}/fremstilling/{station}          -o?xxo?o
POST /sager/{number}/kladde                          -o?ooo?o
POST /sager/{number}/kommentarer                     -o?ooo?o
POST /sager/{number}/kommentarer/{comment}           -x?oxx?x
GET  /sager/{number}/kopi                            -o?ooo?o
POST /sager/{number}/kopi                            -o?ooo?o
GET  /sager/{number}/laesninger                      -o?xxo?o
POST /sager/{number}/led/{seq}                       -x?oxo?x
POST /sager/{number}/led/{seq}/indstilling           -o?xxo?o
POST /sager/{number}/led/{seq}/rettelse              -x?oxo?o
POST /sager/{number}/led/{seq}/videre                -o?xxo?o
POST /sager/{number}/liv                             -o?xxx?o
GET  /sager/{number}/modtagere                       -o?xxo?o
POST /sager/{number}/papirer                         -o?xxo?o
POST /sager/{number}/papirer/{digest}                -o?xxo?o
GET  /sager/{number}/plan                            -o?ooo?o
POST /sager/{number}/relaterede                      -o?xxo?o
GET  /sager/{number}/rute.svg                        -o?ooo?o
POST /sager/{number}/tekst                           -o?xxo?o
POST /sager/{number}/vis                             -o?ooo?o
"""
"""The same where the address is that of a closed sag."""

IN_EARNEST = """
POST /demo/ur                                        -???????
GET  /konto/autentifikator                           -ooooooo
POST /konto/autentifikator                           -ooooooo
POST /konto/autentifikator/fjern                     -ooooooo
POST /konto/autentifikator/ny                        -ooooooo
GET  /log-ind                                        oooooooo
POST /log-ind                                        oooooooo
GET  /log-ind/kode                                   oooooooo
POST /log-ind/kode                                   oooooooo
GET  /log-ind/{link}                                 oooooooo
POST /log-ind/{link}                                 oooooooo
GET  /post                                           -???????
GET  /post/{number}                                  -???????
GET  /post/{number}/html                             -???????
"""
"""The same in a real installation, where that is not as in a demo."""

ELSEWHERE = {
    "/bekraeft/hos/{provider}": "test_sign_in_proof",
    "/log-ind/hos/{provider}": "test_sign_in_elsewhere",
    "/log-ind/hos/{provider}/retur": "test_sign_in_elsewhere",
}
"""What there is only with a provider outside the house: the tests that go there, with one that runs."""

FORMS: Mapping[str, Collection[str]] = {
    "/administration/organer/{organ}/{what}": administration.FORMS | {"fortryd"},
    "/administration/personer/{who}/{what}": tuple(vars(personer)["_VERBS"]),
    "/moeder/{meeting}/dagsorden/{what}": dagsordener.FORMS,
    "/moeder/{meeting}/referat/{what}": referater.FORMS,
    "/moeder/{meeting}/{what}": moeder.KINDS,
}
"""The forms that share an address."""

OTHERWISE = {
    "/administration/organer/{organ}/fortryd": "-xxxxxxo",
    "/administration/personer/{who}/post": "-xxxxoxo",
    "/administration/personer/{who}/sager": "-oxxxxxo",
    "/administration/personer/{who}/slut": "-xxxxoxo",
    "/moeder/{meeting}/dagsorden/naeste-moede": "-xxoxoxx",
    "/moeder/{meeting}/dagsorden/tag-af": "-xxoxoxx",
    "/moeder/{meeting}/referat/aabn": "-xxxxoxo",
    "/moeder/{meeting}/genopret": "-???????",  # it was not cancelled
}
"""What each gets of those of them that are not as their row has it."""

SAID_ON_THE_PAGE = ("/godkendelser/samlet",)
"""What answers for each of several things on its page: who may do none of them changes nothing."""

HALFWAY: Collection[str] = (
    "/konto/autentifikator",
    "/log-ind/kode",
    "/moeder/indlaes",
    "/moeder/{meeting}/dagsorden/afvis",
    "/moeder/{meeting}/dagsorden/flyt",
    "/moeder/{meeting}/dagsorden/saet-paa",
    "/moeder/{meeting}/dagsorden/udsend",
    "/moeder/{meeting}/plads",
    "/moeder/{meeting}/referat/beslut",
    "/moeder/{meeting}/referat/beslut-alle",
    "/moeder/{meeting}/referat/deltager-vaek",
    "/moeder/{meeting}/referat/godkend",
    "/moeder/{meeting}/referat/send-tilbage",
    "/moeder/{meeting}/referat/udsend",
    "/sager/ny",
)
"""Where those who may get a refusal that tells what is missing. Others get none: they may not, and are told so."""

POINT = "standing:eventuelt"
TYPED = {"at": POINT, f"{POINT}.shown": "before", f"{POINT}.text": "Intet.", f"{POINT}.version": "0"}
"""A point of the minutes at which something was typed."""

SENT: Mapping[str, Mapping[str, str]] = {
    "/abonnementer": {"about": "person"},
    "/administration/lukkedage/ny": {"day": "2020-06-05", "name": "Lukket", "trin": "gem"},
    "/administration/lukkedage/slut": {"organ": "*", "day": "1"},
    "/opgaver/{task}": {"done": "1"},
    "/log-ind": {"email": "ida@kdflow.example"},
    "/log-ind/kode": {"code": "123456"},
    "/administration/organer/ny": {"name": "Nyt", "key_of": "nyt", "kind": "forum", "like": "kd-net"},
    "/administration/organer/{organ}/fortryd": {"change": "1"},
    "/administration/organer/{organ}/frister": {"days-submission": "9", "trin": "gem"},
    "/administration/organer/{organ}/ophor": {"valid_to": "2035-01-01", "trin": "gem"},
    "/administration/organer/{organ}/stamdata": {"short": "KD-Nettet", "trin": "gem"},
    "/administration/organer/{organ}/pladser": {"most_items": "9", "trin": "gem"},
    "/administration/organer/{organ}/rykkere": {"kind": "consent"},
    "/administration/personer/ny": {"name": "Ny Person", "email": "ny@kdflow.example"},
    "/administration/personer/{who}/post": {"office": "member", "body": "kd-net", "from": "2020-02-01"},
    "/administration/personer/{who}/ret": {"name": "Ida Omdøbt", "trin": "gem"},
    "/administration/personer/{who}/sager": {"to": "otto"},
    "/administration/personer/{who}/slut": {"office": "1", "last": "2020-06-30", "version": "1", "trin": "gem"},
    "/administration/personer/{who}/stop": {"last": "2020-06-30", "version": "1", "trin": "gem"},
    "/administration/personer/{who}/tilbage": {"version": "2"},
    "/demo/ur": {"skridt": "dag", "videre": "/"},
    "/konto/fravaer/slut": {"who": "ida", "away": "1"},
    "/konto/fravaer": {"who": "ida", "valid_from": "2020-02-03", "valid_to": "2020-02-05"},
    "/moeder/nyt": {"organ": "kd-net", "on": "2020-09-01", "reason": "Ekstra", "trin": "gem"},
    "/moeder/{meeting}/dagsorden/afvis": {"reason": "Nej."},
    "/moeder/{meeting}/dagsorden/flyt": {"point": "free:1", "way": "up"},
    "/moeder/{meeting}/dagsorden/fjern": {"point": "free:1"},
    "/moeder/{meeting}/dagsorden/nyt": {"title": "Nyt punkt"},
    "/moeder/{meeting}/dagsorden/ret": {"point": "free:1", "title": "Andet punkt", "version": "2"},
    "/moeder/{meeting}/dagsorden/tag-af": {"reason": "Nej."},
    "/moeder/{meeting}/dagsorden/vis": {"name": "eventuelt"},
    "/moeder/{meeting}/plads": {"sag": "3", "word": "in", "trin": "gem"},
    "/moeder/{meeting}/aflys": {"reason": "Ingen punkter", "trin": "gem"},
    "/moeder/{meeting}/genopret": {"reason": "Alligevel", "version": "2", "trin": "gem"},
    "/moeder/{meeting}/flyt": {"on": "2020-03-16", "reason": "Ekstra", "trin": "gem"},
    "/moeder/{meeting}/ret": {"place": "Stuen", "trin": "gem"},
    "/moeder/{meeting}/referat/aabn": {"reason": "Noget mangler."},
    "/moeder/{meeting}/referat/bemaerkning": {
        **TYPED,
        f"{POINT}.remark-body": "DASSOS",
        f"{POINT}.remark-text": "Husk.",
    },
    "/moeder/{meeting}/referat/bemaerkning-vaek": {"remark": "1"},
    "/moeder/{meeting}/referat/deltager": {"name": "Gunnar Gæst", "part": "guest", "version": "0"},
    "/moeder/{meeting}/referat/deltagere": {"version": "0"},
    "/moeder/{meeting}/referat/opgave": {
        **TYPED,
        f"{POINT}.task-person": "Ida Sagsejer",
        f"{POINT}.task-text": "Skriv et notat.",
    },
    "/moeder/{meeting}/referat/opgave-vaek": {"task": "2"},
    "/moeder/{meeting}/referat/skriv": {**TYPED},
    "/moeder/{meeting}/referat/videre": {**TYPED, "to": "udsend"},
    "/moeder/{meeting}/referat/send-tilbage": {"reason": "Ret det."},
    "/sager/{number}/adgang": {"reason": "Navne."},
    "/sager/{number}/ejer": {"to": "otto"},
    "/sager/{number}/forud/{station}": {"meeting": "kontaktudvalg-2020-06-17", "part-1": "Godkendes."},
    "/sager/{number}/fremstilling/{station}": {"case_text": "Noget særligt."},
    "/sager/{number}/kladde": {"form": "tekst", "case_text": "Kladde."},
    "/sager/{number}/kommentarer": {"text": "Hør her."},
    "/sager/{number}/kommentarer/{comment}": {"text": "Rettet."},
    "/sager/{number}/led/{seq}": {"move": "take-off", "take-off.reason": "Nej."},
    "/sager/{number}/led/{seq}/indstilling": {"part-1": "Noget andet."},
    "/sager/{number}/led/{seq}/rettelse": {
        "outcome": "godkendt",
        "reason": "Fejl.",
        "confirmed": "1",
        "note": "Fejl.",
    },
    "/sager/{number}/led/{seq}/videre": {"part-1": "Noget andet."},
    "/sager/{number}/liv": {"move": "rest", "rest.reason": "Venter."},
    "/sager/{number}/papirer/{digest}": {"what": "rename", "title": "Nyt navn"},
    "/sager/{number}/relaterede": {"other": "{fresh}"},
    "/sager/{number}/papirer": {"title": "Notat"},
    "/sager/{number}/tekst": {"title": "Ny titel"},
    "/sager/{number}/vis": {"form": "tekst", "case_text": "Kladde."},
}
"""What is sent beside what stands in the form already; in braces, what stands for it in an address."""

FILES = {"/sager/{number}/papirer": {"file": ("notat.pdf", b"%PDF-1.4 notat")}}

MOVES = {"/sager/{number}/led/{seq}": {"move": "approve"}}
"""What is sent instead where the sag is open: it stands elsewhere on its way than the closed one."""
