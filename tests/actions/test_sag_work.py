"""The work on a sag: papers in versions, drafts, comments with mentions, followers, related sager, copies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kdflow.actions.change_papers import File, change_papers
from kdflow.actions.copy_sag import copy_sag
from kdflow.actions.delete_comment import delete_comment
from kdflow.actions.edit_comment import edit_comment
from kdflow.actions.follow_sag import follow_sag
from kdflow.actions.keep_draft import drop_draft, keep_draft
from kdflow.actions.keep_house import DRAFTS_KEPT, keep_house
from kdflow.actions.relate_sager import relate_sager
from kdflow.actions.revise_sag import add_paper, revise_sag
from kdflow.actions.write_comment import write_comment
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, Frozen, NotAllowed, NotFound, Unreadable
from kdflow.domain.papers import Change
from kdflow.domain.revision import Revision
from kdflow.domain.sag import SagId
from kdflow.queries.sag_page import plain_sag, sag_page
from kdflow.queries.sag_work import SagWork, paper, sag_and_work
from kdflow.store import outbox
from tests.make import IDA, JENS, KARIN, LARS, House


def opened(house: House, *, closed: bool = False) -> SagId:
    """A sag of Ida's on the ordinary route."""
    return house.on("2020-01-06").open("standard@1", "Budget 2020", closed=closed)


def work(house: House, sag: SagId, who: PersonId) -> SagWork:
    """What somebody sees of the work on a sag."""
    return sag_and_work(house.db, plain_sag(house.db, sag).number, who, house.now)[1]


def told(house: House, who: PersonId) -> list[str]:
    """The kinds of notices that somebody has got, oldest first."""
    with house.db.read() as tx:
        return [one.notice.kind for one in outbox.for_person(tx, who, limit=100)][::-1]


# --- papers ------------------------------------------------------------------------------------------------------


def with_papers(house: House, sag: SagId, *texts: str) -> list[str]:
    """Add a paper for each text; their digests."""
    for text in texts:
        add_paper(
            house.db, sag, text, f"{text}.txt", text.encode(), version=None, key=house.key(), by=IDA, now=house.now
        )
    return [one.digest for one in plain_sag(house.db, sag).papers]


def change(house: House, sag: SagId, change: Change, file: File | None = None, **more: object) -> None:
    """Change a paper as Ida."""
    values = {"version": None, "key": house.key(), "by": IDA, "now": house.now, **more}
    change_papers(house.db, sag, change, file, **values)  # type: ignore[arg-type]


def test_a_new_version_is_shown_and_the_old_one_stays_reachable(house: House) -> None:
    sag = opened(house)
    (old,) = with_papers(house, sag, "Notat")
    change(house, sag, Change(digest=old, what="replace"), File("ny.txt", b"Nyt"))
    (shown,) = plain_sag(house.db, sag).papers
    assert (shown.title, shown.filename, shown.version) == ("Notat", "ny.txt", 2)
    number = plain_sag(house.db, sag).number
    assert paper(house.db, number, old, IDA, house.now)[2] == b"Notat"
    assert paper(house.db, number, shown.digest, IDA, house.now)[2] == b"Nyt"


def test_a_paper_is_renamed_moved_and_taken_away_with_its_trace(house: House) -> None:
    sag = opened(house)
    first, second = with_papers(house, sag, "A", "B")
    change(house, sag, Change(digest=first, what="rename", title=" Et  nyt navn "))
    change(house, sag, Change(digest=second, what="up"))
    change(house, sag, Change(digest=second, what="up"))  # it is first already
    assert [one.title for one in plain_sag(house.db, sag).papers] == ["B", "Et nyt navn"]
    change(house, sag, Change(digest=second, what="remove"))
    assert [one.digest for one in plain_sag(house.db, sag).papers] == [first]
    assert paper(house.db, plain_sag(house.db, sag).number, second, LARS, house.now)[0] == "B.txt"


@pytest.mark.parametrize(
    ("wanted", "file", "error"),
    [
        (Change(digest="0" * 64, what="remove"), None, NotFound),
        (Change(digest="first", what="rename", title=" "), None, Unreadable),
        (Change(digest="first", what="replace"), File("b.txt", b"B"), Unreadable),
        (Change(digest="first", what="replace"), File("b.exe", b"MZ\x90\x00"), Unreadable),
    ],
    ids=["not there", "no title", "the same file", "a program"],
)
def test_what_cannot_be_done_with_a_paper(
    house: House, wanted: Change, file: File | None, error: type[Exception]
) -> None:
    sag = opened(house)
    first, _ = with_papers(house, sag, "A", "B")
    before = plain_sag(house.db, sag)
    digest = first if wanted.digest == "first" else wanted.digest
    with pytest.raises(error):
        change(house, sag, Change(digest=digest, what=wanted.what), file)
    assert plain_sag(house.db, sag) == before


def test_papers_are_changed_by_those_who_may_and_on_the_version_they_saw(house: House) -> None:
    sag = opened(house)
    (digest,) = with_papers(house, sag, "A")
    with pytest.raises(NotAllowed):
        change(house, sag, Change(digest=digest, what="remove"), by=LARS)
    with pytest.raises(Conflict):
        change(house, sag, Change(digest=digest, what="remove"), version=1)


def test_another_version_of_a_paper_lets_a_consent_lapse(house: House) -> None:
    sag = opened(house)
    (digest,) = with_papers(house, sag, "A")
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet").do(sag, "gruppe", "approve", "formand-dassos")
    step = plain_sag(house.db, sag).at("gruppe")
    assert step
    assert step.standing_approvals
    keep_draft(house.db, sag, "tekst", {"case_text": "Helt andet"}, version=1, key="k", by=IDA, now=house.now)
    step = plain_sag(house.db, sag).at("gruppe")
    assert step
    assert step.standing_approvals  # a draft changes nothing
    change(house, sag, Change(digest=digest, what="replace"), File("a.txt", b"Andet"))
    step = plain_sag(house.db, sag).at("gruppe")
    assert step
    assert not step.standing_approvals


# --- drafts ------------------------------------------------------------------------------------------------------


def test_a_draft_is_its_authors_alone_and_gone_when_its_form_is_saved(house: House) -> None:
    sag = opened(house)
    before = plain_sag(house.db, sag)
    keep_draft(
        house.db, sag, "tekst", {"case_text": "Et", "title": "To"}, version=1, key="k", by=IDA, now=house.now
    )
    keep_draft(house.db, sag, "tekst", {"case_text": "Tre"}, version=1, key="k", by=IDA, now=house.now)
    keep_draft(house.db, sag, "kommentar", {"text": "Hej"}, version=0, key="k", by=IDA, now=house.now)
    assert plain_sag(house.db, sag) == before
    assert work(house, sag, IDA).drafts["tekst"].texts == {"case_text": "Tre"}
    assert work(house, sag, KARIN).drafts == {}
    revise_sag(
        house.db,
        sag,
        None,
        Revision(case_text="Tre"),
        draft="tekst",
        version=None,
        key=house.key(),
        by=IDA,
        now=house.now,
    )
    assert set(work(house, sag, IDA).drafts) == {"kommentar"}
    drop_draft(house.db, sag, "kommentar", by=IDA)
    assert work(house, sag, IDA).drafts == {}


# --- comments ----------------------------------------------------------------------------------------------------


def say(house: House, sag: SagId, text: str, who: PersonId = KARIN) -> int:
    """Write a comment."""
    return write_comment(house.db, sag, text, key=house.key(), by=who, now=house.now).comment


def name(house: House, who: PersonId) -> str:
    """What somebody is called."""
    page = sag_page(house.db, plain_sag(house.db, opened(house)).number, None, house.now)
    return page.world.names[who]


def test_who_is_mentioned_and_who_owns_the_sag_is_told_once(house: House) -> None:
    sag, jens = opened(house), name(house, JENS)
    before = len(told(house, IDA)), len(told(house, JENS))
    say(house, sag, f"Kan du se på det, @{jens.upper()}? Skriv til a@b.dk. @{jens}.")
    assert told(house, JENS)[before[1] :] == ["mentioned"]
    assert told(house, IDA)[before[0] :] == ["commented"]
    assert work(house, sag, LARS).remarks[0].comment.text.startswith("Kan du se")


def test_somebody_who_may_not_see_the_sag_cannot_be_mentioned(house: House) -> None:
    sag = opened(house, closed=True)
    lars = name(house, LARS)
    with pytest.raises(Unreadable) as refused:
        say(house, sag, f"Hvad siger @{lars}?")
    assert (refused.value.code, refused.value.name) == ("mention-blind", lars)
    with pytest.raises(Unreadable) as unknown:
        say(house, sag, "Hvad siger @Ingen Som Hedder?")
    assert unknown.value.code == "mention-unknown"
    assert work(house, sag, IDA).remarks == ()
    assert "mentioned" not in told(house, LARS)


def test_comments_are_changed_and_deleted_by_their_author_with_a_trace(house: House) -> None:
    sag = opened(house)
    number = say(house, sag, "Første")
    with pytest.raises(NotAllowed):
        edit_comment(house.db, sag, number, "Andet", key=house.key(), by=IDA, now=house.now)
    with pytest.raises(NotAllowed):
        delete_comment(house.db, sag, number, key=house.key(), by=IDA, now=house.now)
    edit_comment(house.db, sag, number, "Anden", key=house.key(), by=KARIN, now=house.now)
    late = house.now + timedelta(hours=25)
    with pytest.raises(Frozen):
        edit_comment(house.db, sag, number, "Tredje", key=house.key(), by=KARIN, now=late)
    delete_comment(house.db, sag, number, key=house.key(), by=KARIN, now=late)
    (left,) = work(house, sag, IDA).remarks
    assert (left.comment.text, left.comment.deleted_at) == ("", late)
    page = sag_page(house.db, plain_sag(house.db, sag).number, IDA, house.now)
    moves = [one.event.move for one in page.history if "comment" in one.event.move]
    assert moves == ["comment", "edit-comment", "delete-comment"]
    with pytest.raises(Frozen):
        delete_comment(house.db, sag, number, key=house.key(), by=KARIN, now=late)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 5001])
def test_a_comment_says_something(house: House, text: str) -> None:
    sag = opened(house)
    with pytest.raises(Unreadable):
        say(house, sag, text)


# --- followers ---------------------------------------------------------------------------------------------------


def follow(house: House, sag: SagId, who: PersonId, *, follows: bool = True) -> None:
    """Follow a sag, or not."""
    follow_sag(house.db, sag, follows=follows, key=house.key(), by=who, now=house.now)


def test_who_follows_hears_what_the_owner_hears(house: House) -> None:
    sag = opened(house)
    follow(house, sag, LARS)
    follow(house, sag, LARS)
    assert work(house, sag, LARS).follows
    before = len(told(house, LARS))
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    heard = told(house, LARS)[before:]
    assert "decided" in heard
    assert "consent-wanted" not in heard
    assert len(heard) == len({*heard})
    say(house, sag, "Så er den behandlet.")
    assert told(house, LARS)[-1] == "commented"
    follow(house, sag, LARS, follows=False)
    before = len(told(house, LARS))
    say(house, sag, "Mere.")
    assert len(told(house, LARS)) == before


def test_losing_sight_of_a_sag_ends_it_in_silence(house: House) -> None:
    sag = opened(house)
    follow(house, sag, LARS)
    with house.db.write() as tx:
        tx.run("update sag set closed = ? where id = ?", (True, sag))
    before = len(told(house, LARS))
    house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
    say(house, sag, "Fortroligt.")
    assert len(told(house, LARS)) == before


# --- related sager, and copies -----------------------------------------------------------------------------------


def relate(house: House, sag: SagId, other: SagId, who: PersonId = IDA, *, is_related: bool = True) -> None:
    """Relate two sager, or not."""
    number = plain_sag(house.db, other).number
    relate_sager(house.db, sag, number, is_related=is_related, key=house.key(), by=who, now=house.now)


def numbers(house: House, sag: SagId, who: PersonId) -> list[str]:
    """The numbers of the related sager that somebody sees."""
    return [one.number for one in work(house, sag, who).related]


def test_related_sager_are_seen_from_both_and_only_by_those_who_may(house: House) -> None:
    one, other, closed = opened(house), opened(house), opened(house, closed=True)
    relate(house, one, other)
    relate(house, other, one)
    relate(house, one, closed)
    assert numbers(house, other, LARS) == [plain_sag(house.db, one).number]
    assert len(numbers(house, one, IDA)) == 2
    assert numbers(house, one, LARS) == [plain_sag(house.db, other).number]
    page = sag_page(house.db, plain_sag(house.db, one).number, LARS, house.now)
    said = [one.event for one in page.history if one.event.move == "relate"]
    assert len(said) == 2
    assert all(not event.data and not event.new for event in said)
    relate(house, closed, one, is_related=False)
    assert len(numbers(house, one, IDA)) == 1


def test_a_sag_that_one_may_not_see_cannot_be_related_nor_can_itself(house: House) -> None:
    closed = opened(house, closed=True)
    own = opened(house)
    with house.db.write() as tx:
        tx.run("update sag set owner = ? where id = ?", (LARS, own))
    for number in (plain_sag(house.db, closed).number, "SAG-1999-0001"):
        with pytest.raises(Unreadable) as refused:
            relate_sager(house.db, own, number, key=house.key(), by=LARS, now=house.now)
        assert refused.value.code == "related-unknown"
    with pytest.raises(Unreadable) as same:
        relate(house, own, own, LARS)
    assert same.value.code == "related-same"
    with pytest.raises(NotAllowed):
        relate(house, own, closed, JENS)


def test_a_copy_is_a_draft_on_the_newest_route_with_what_was_chosen(house: House) -> None:
    sag = opened(house)
    first, _ = with_papers(house, sag, "A", "B")
    receipt = copy_sag(house.db, sag, "Budget 2021", papers=[first], key=house.key(), by=KARIN, now=house.now)
    copy, old = plain_sag(house.db, receipt.sag), plain_sag(house.db, sag)
    assert (copy.title, copy.owner, copy.life, copy.fills) == ("Budget 2021", KARIN, "draft", old.fills)
    assert copy.route.startswith("standard@")
    assert [one.digest for one in copy.papers] == [first]
    assert copy.case_text == old.case_text
    assert numbers(house, copy.id, KARIN) == [old.number]


# --- a closed sag ------------------------------------------------------------------------------------------------

TRIES: dict[str, Callable[[House, SagId], object]] = {
    "a comment": lambda h, sag: say(h, sag, "x", LARS),
    "a change of one": lambda h, sag: edit_comment(h.db, sag, 1, "x", key=h.key(), by=LARS, now=h.now),
    "a deletion": lambda h, sag: delete_comment(h.db, sag, 1, key=h.key(), by=LARS, now=h.now),
    "a draft": lambda h, sag: keep_draft(h.db, sag, "tekst", {}, version=1, key="k", by=LARS, now=h.now),
    "following": lambda h, sag: follow(h, sag, LARS),
    "a relation": lambda h, sag: relate_sager(h.db, sag, "SAG-1", key=h.key(), by=LARS, now=h.now),
    "a copy": lambda h, sag: copy_sag(h.db, sag, "x", key=h.key(), by=LARS, now=h.now),
    "a paper": lambda h, sag: change(h, sag, Change(digest="0" * 64, what="remove"), by=LARS),
}


@pytest.mark.parametrize("what", TRIES)
def test_a_closed_sag_is_to_lars_as_if_it_were_not_there(house: House, what: str) -> None:
    sag = opened(house, closed=True)
    say(house, sag, "Fortroligt")
    with pytest.raises(NotFound):
        TRIES[what](house, sag)


def test_a_draft_that_nobody_comes_back_to_is_forgotten(house: House) -> None:
    sag = opened(house)
    keep_draft(house.db, sag, "tekst", {"case_text": "x"}, version=1, key="k", by=IDA, now=house.now)
    keep_house(house.db, now=house.now + DRAFTS_KEPT - timedelta(hours=1))
    assert work(house, sag, IDA).drafts
    keep_house(house.db, now=house.now + DRAFTS_KEPT + timedelta(hours=1))
    assert not work(house, sag, IDA).drafts
