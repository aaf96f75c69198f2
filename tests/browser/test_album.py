"""The album that `make pictures` fills has a place for every page."""

from tests.browser.album import NO_PAGES, pages, without_picture


def test_every_page_has_a_picture() -> None:
    assert without_picture() == frozenset()


def test_what_is_no_page_is_one_of_ours() -> None:
    assert len(pages()) > 60
    assert not NO_PAGES & {*pages()}
