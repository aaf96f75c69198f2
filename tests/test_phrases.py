"""Phrases of templates: what one is, and that a template is the same again with other words in it."""

import pytest

from kdflow import rendering
from kdflow.domain.dates import read_date
from kdflow.domain.reasons import sentence
from kdflow.rendering import kept, vocabulary
from kdflow.rendering.phrases import phrases, replaced


def texts(source: str) -> list[str]:
    return [one.text for one in phrases(source)]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("<h1>Overblik</h1>", ["Overblik"]),
        ("<p>Du har {{ tasks|length }} opgaver.</p>", ["Du har {tasks} opgaver."]),
        ("<p>Se <a href='/sager?a={{ n }}'>alle {{ n }}</a> nu.</p>", ["Se <a>alle {n}</a> nu."]),
        ("<b>Møde</b>", ["Møde"]),
        ("<p><b>Møde</b> <span>Frist</span></p>", ["Møde", "Frist"]),
        ("<p>{{ a.name }}, {{ b }}</p>", []),
        ("{{ a.on }} til {{ b.on }}", ["{on} til {on2}"]),
        ('{{ "x" if one else "y" }} til', ["{value} til"]),
        ("<p>A{% if x %} er her{% else %} er væk{% endif %}.</p>", ["A", "er her", "er væk"]),
        ('<input placeholder="Søg" value="Søg">', ["Søg"]),
        ('<a aria-label="Flyt {{ row.title }} op">Op</a>', ["Flyt {title} op", "Op"]),
        ('{{ _("mail") if n == 1 else _("mails") }}', ["mail", "mails"]),
        ("<script>const a = 'Hej';</script><p>Hej</p>", ["Hej"]),
        ("<!-- Hej --><p>2 &nbsp; %</p>", []),
        ("<p>To\n   linjer</p>", ["To linjer"]),
        ('<p{% if a > b %} class="x"{% endif %}>Tekst</p>', ["Tekst"]),
        ("<b>{% if x %}en{% else %}to{% endif %} mere</b>", ["en", "to", "mere"]),
        ("<p>Tryk <kbd>g</kbd> og <kbd>s</kbd></p><kbd>o</kbd>", ["Tryk {kbd} og {kbd2}"]),
        ('<input{% if x %} aria-invalid="true"{% endif %}>', []),
        ('{% if x %} aria-invalid="true" id="{{ id ~ "-fejl" }}"{% endif %}', []),
        ("{# Ikke dette #}<p>Dette</p>", ["Dette"]),
    ],
)
def test_the_phrases_of_a_template(source: str, wanted: list[str]) -> None:
    assert texts(source) == wanted
    assert " ".join(replaced(source, lambda text: text).split()) == " ".join(source.split())


def test_a_phrase_says_its_line() -> None:
    assert [(one.text, one.line) for one in phrases("<p>Et</p>\n<p>\nTo</p>\n\n<p title='x'>Tre</p>")] == [
        ("Et", 1),
        ("To", 2),
        ("Tre", 5),
    ]


def test_other_words_come_in_another_order() -> None:
    source = '<p title="Hej {{ who }}"> Se <a href="/x">alle {{ n|counted("sager") }}</a> i {{ body.short }} </p>'
    english = {"Hej {who}": "Hello {who}", "Se <a>alle {n}</a> i {short}": "In {short}: see <a>all {n}</a>"}
    assert replaced(source, english.__getitem__) == (
        '<p title="Hello {{ who }}"> In {{ body.short }}: see <a href="/x">all {{ n|counted("sager") }}</a> </p>'
    )


def test_words_in_an_expression_are_replaced_where_they_stand() -> None:
    source = '{{ fields.line("title", _("Titel"), _("Fx \\"A\\"")) }}'
    assert replaced(source, lambda text: {"Titel": "Title"}.get(text, text)) == source.replace("Titel", "Title")


@pytest.mark.parametrize("said", ["alle", "{n} og {m}", "{n} {n}", "<b>{n}</b>"])
def test_a_translation_without_its_places_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="places"):
        replaced("<p>alle {{ n }}</p>", lambda _: said)


FACTS = {"body": "KKR", "meeting": "fredag den 13. marts 2020"}


def test_a_reason_is_said_with_its_facts_in_another_order() -> None:
    reason = sentence("Mødet i {body} {meeting} er aflyst. Vælg et andet møde.", FACTS)
    assert reason == "Mødet i KKR fredag den 13. marts 2020 er aflyst. Vælg et andet møde."
    with rendering.speaking("en"):
        said = kept.said(reason)
    assert said != reason
    assert "KKR" in str(said)
    assert "cancelled" in str(said)
    assert "Friday 13 March 2020" in str(said)


@pytest.mark.parametrize(
    ("written", "said", "when"),
    [
        ("2020-03-13", "Friday 13 March 2020", "on Friday 13 March 2020"),
        ("september 2021", "September 2021", "in September 2021"),
        ("ultimo januar 2020", "late January 2020", "in late January 2020"),
        ("2. halvår 2022", "the second half of 2022", "in the second half of 2022"),
        ("efterår 2021", "autumn 2021", "in autumn 2021"),
        ("2022", "2022", "in 2022"),
        ("senest 2020-10-15", "by 15 October 2020", "by 15 October 2020"),
        ("2022-01/2022-06", "1 January 2022 to 30 June 2022", "1 January 2022 to 30 June 2022"),
        ("næste møde", "næste møde", "næste møde"),
    ],
)
def test_dates_in_english(written: str, said: str, when: str) -> None:
    on = read_date(written)
    with rendering.speaking("en"):
        assert (rendering.fuzzy(on), rendering.held(on)) == (said, when)


@pytest.mark.parametrize(
    ("parts", "wanted"), [("den", "it"), ("del 1", "part 1"), ("del 1, 2 og 3", "part 1, 2 and 3")]
)
def test_parts_of_an_indstilling_are_said_in_english(parts: str, wanted: str) -> None:
    pattern = "Vælg en beslutning for hver del af indstillingen ({parts} mangler)."
    with rendering.speaking("en"):
        assert f"missing: {wanted}" in str(kept.said(sentence(pattern, {"parts": parts})))


@pytest.mark.parametrize(("body", "wanted"), [("KD-Net", "KD-Net"), ("", "et organ")])
def test_who_may_do_something_is_a_whole_sentence(body: str, wanted: str) -> None:
    said = vocabulary.actors(["secretary", "administrator"], body)
    assert said == f"sekretariatet for {wanted} eller systemadministratoren"
