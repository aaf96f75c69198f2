"""Markdown as people write it: what becomes of it, and what never gets through."""

from __future__ import annotations

import re

import pytest

from kdflow.rendering import markdown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**fed** og *kursiv*", "<strong>fed</strong> og <em>kursiv</em>"),
        ("a\nb", "a<br"),
        ("- et\n- to", "<li>et</li>"),
        ("1. et\n2. to", "<ol>"),
        ("[her](https://x.example/a)", '<a href="https://x.example/a" rel="noopener noreferrer nofollow">her</a>'),
        ("[](https://x.example)", ">https://x.example</a>"),
        ("150.000 kr. & <b>fed</b>", "150.000 kr. &amp; &lt;b&gt;fed&lt;/b&gt;"),
    ],
)
def test_what_is_written_is_shown(text: str, found: str) -> None:
    assert found in markdown.html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](//ondt.example)",
        "![x](https://ondt.example/spor.png)",
        '<https://x.example/"onmouseover=alert(1)>',
        '[x](https://x.example "\\" onclick=alert(1)")',
        "[x]: javascript:alert(1)\n\n[x]",
        "<!-- -->",
        "&lt;script&gt;",
    ],
)
def test_nothing_that_acts_gets_through(text: str) -> None:
    html = markdown.html(text)
    names = r"/?(?:p|a|em|strong|ul|ol|li|code|pre|blockquote|h[3-6])|br|hr"
    allowed = rf"<(?:{names})(?: (?:href|rel|title|start)=\"[^\"<>]*\")*(?: /)?>"
    assert "<" not in re.sub(allowed, "", html), html
    assert not re.search(r'href="(?!https?:|mailto:|/(?!/)|#)', html), html


def test_headings_leave_no_level_out_and_none_is_empty() -> None:
    html = markdown.html("# Et\n\n### Tre\n\n###### Seks\n\n## To\n\n#\n\n# Igen", 3)
    assert re.findall(r"<(h\d)>(\w*)", html) == [
        ("h3", "Et"),
        ("h4", "Tre"),
        ("h5", "Seks"),
        ("h4", "To"),
        ("h3", "Igen"),
    ]
    assert "<h3>Først" in markdown.html("#### Først", 3)
    assert "<h6>" in markdown.html("# a\n## b\n### c", 5)


def test_words_without_their_markup() -> None:
    text = "# Et\n\n**fed** [her](https://x.example)\nny linje\n\n- punkt"
    assert markdown.plain(text) == "Et fed her ny linje punkt"
    assert markdown.plain("```\nkode\n```") == "kode"


@pytest.mark.parametrize(
    "text",
    [
        "To ord.\n\nOg to til, 12. marts - kl. 10: »ja« (måske)!",
        "  Indrykket\n    og mere",
        "1. Først\n2. Så",
        "- Et punkt\n- Et til",
        "# Overskrift\n\n**Fed** og _skrå_ [her](https://kdflow.example/x) <b>ikke</b> &amp; ~slut~",
        "Overskrift\n=====\n\nTekst",
        "Linje\\\nlinje",
        "> citat",
        "```\nkode\n```",
    ],
)
def test_plain_words_are_those_of_markdown_whether_it_is_read_as_that_or_not(text: str) -> None:
    assert markdown.plain_words(text) == " ".join(markdown.plain(text).split())
