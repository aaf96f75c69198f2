"""Which Danish words find each other, and which must not."""

import pytest

from kdflow.domain.danish_words import is_answer, question, stem

FORMS = """
barn barnet børn børns børnene børnenes boern
trivsel trivslen trivslens trivsels
cykel cykler cyklen cyklerne cyklens
artikel artiklen artikler artiklerne
middel midlet midler midlerne
handel handlen handels
kapitel kapitlet kapitler
fængsel fængslet fængsler
fødsel fødslen fødsler
gammel gamle gammelt
hotel hotellet hoteller
sommer sommeren somre somrene
vinter vinteren vintre
nummer nummeret numre numrene
center centret centeret centre centrene centrets
minister ministeren ministre ministrenes
borgmester borgmesteren borgmestre borgmestrene
kalender kalenderen kalendre
teater teatret teateret teatre
hånd hånden hænder hænderne haender
fod foden fødder
nat natten nætter
stad staden stæder
mand manden mænd mændene mændenes
bog bogen bøger bøgernes
tand tanden tænder
far faren fædre
mor moren mødre mødrene
bror broren brødre
datter datteren døtre døtrene
and anden ænder
kraft kraften kræfter kræfterne
øje øjet øjne øjnene
sted stedet steder
åben åbent åbne
"""

APART = """
regel regne
model modne
sender and
hændelse hånd
bekræfter kraft
forældre fædre
forældre forældet
falder alder
beklager lager
central center
samler sommer
brænder and
bøger bøgetræ
borgen bog
Bornholm barn
administrere minister
"""


@pytest.mark.parametrize("forms", FORMS.strip().splitlines())
def test_the_forms_of_a_word_are_one(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1, {form: stem(form) for form in forms.split()}


@pytest.mark.parametrize("words", APART.strip().splitlines())
def test_words_that_look_alike_are_not_one(words: str) -> None:
    one, other = words.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("barn", "skolebørnene"),
        ("børn", "plejebarn"),
        ("børn", "børnehave"),
        ("barn", "børnehaven"),
        ("barnets", "Barnets lov"),
        ("børnenes", "barnepige"),
        ("cykel", "cykelstier"),
        ("cykler", "cykelstier"),
        ("cyklen", "elcykler"),
        ("cykel", "elcyklen"),
        ("midler", "hjælpemiddel"),
        ("middel", "hjælpemidlerne"),
        ("midler", "middelklassen"),
        ("handel", "handelsaftaler"),
        ("samhandlen", "handel"),
        ("udvikle", "udviklingsplan"),
        ("fordel", "fordelingen"),
        ("deling", "fordelingen"),
        ("trivslen", "trivselsplaner"),
        ("fødsel", "fødselsmåneden"),
        ("sommer", "sommerferien"),
        ("centre", "sundhedscenter"),
        ("center", "sundhedscentrene"),
        ("centret", "centerlederen"),
        ("mand", "nordmænd"),
        ("mænd", "formandskabet"),
        ("hånd", "håndværk"),
        ("mødre", "mødrehjælpen"),
        ("artikler", "artikelsamling"),
    ],
)
def test_a_word_is_found_in_compounds_whatever_its_form(asked: str, there: str) -> None:
    assert is_answer(there, question(asked))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("regne", "regler"),
        ("modne", "modeller"),
        ("centre", "centralt"),
        ("hænder", "hændelser"),
        ("far", "farvand"),
        ("handel", "handlingsplan"),
        ("middel", "midlertidigt"),
    ],
)
def test_a_word_is_not_found_in_what_only_looks_like_it(asked: str, there: str) -> None:
    assert not is_answer(there, question(asked))
