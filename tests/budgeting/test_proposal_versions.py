"""Changing what was sent: versions, co-authors, and what the database keeps as it was."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage.accounts.models import Account
from engage.budgeting.models import (
    CoAuthor,
    DraftPicture,
    Proposal,
    ProposalDraft,
    ProposalVersion,
    RoundQuestion,
    VersionPicture,
)
from engage.messages.models import Message
from tests.conftest import Site
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.pictures import make_picture
from tests.makers.proposing import (
    ROUND,
    START,
    add_photograph,
    begin,
    draft_path,
    make_area,
    propose,
    reference_on,
    write_draft,
)
from tests.makers.screening import accept


@pytest.fixture(autouse=True)
def area(session: Any) -> int:
    """Strathlyle with its postcodes."""
    return make_area(session).harbour_id


def own_path(session: Any) -> str:
    session.expire_all()
    return f"{ROUND}proposals/{session.scalars(select(Proposal.public_id)).one()}/"


def begin_to_change(site: Site, path: str) -> str:
    page = site.open(path)
    site.send_on(page, path, form=f"{path}change/")
    return draft_path(site)


def change(site: Site, path: str, **answers: str) -> str:
    """Change a proposal that was sent; return what the page then says."""
    draft = begin_to_change(site, path)
    site.send(f"{draft}idea/", answers)
    return site.send(f"{draft}check/").text


def test_a_change_is_a_version_and_both_stand_in_the_history(
    site: Site, session: Any, as_person: Any, carys: Account
) -> None:
    make_round(session, "proposals")
    propose(site)
    path = own_path(session)
    draft = begin_to_change(site, path)
    site.send(f"{draft}idea/", {"summary": "A wide ramp for young people"})
    assert session.scalars(select(Proposal)).one().summary == "A ramp for young people"
    add_photograph(site, draft, alt="The place")
    site.send(f"{draft}check/")
    session.expire_all()
    assert session.scalars(select(Proposal)).one().summary == "A wide ramp for young people"
    assert session.scalars(select(ProposalDraft)).all() == []
    for page in (
        site.open(f"{path}history/"),
        as_person(carys).open(f"/desk{path}history/"),
    ):
        assert "removed:" not in page.select_one("main ins").text
        assert page.select_one("main ins").text.startswith("added: wide")
        assert "The place" in page.text
        assert "Version 2" in page.text


def test_nothing_is_shown_of_it_to_anybody_else_before_the_checks(
    site: Site, app: Any, session: Any
) -> None:
    make_round(session, "proposals")
    propose(site)
    path = own_path(session)
    dev = Site(app.test_client())
    for page in (path, f"{path}history/", f"{path}authors/"):
        dev.open(page, 404)
    assert dev.client.post(f"{path}change/").status_code in (400, 404)
    assert "Only you" in site.open(path).text


def test_an_accepted_proposal_that_is_changed_is_checked_again(
    site: Site, session: Any, carys: Account
) -> None:
    make_round(session, "proposals")
    propose(site)
    path = own_path(session)
    proposal = session.scalars(select(Proposal)).one()
    accept(proposal, carys)
    change(site, path, title="Ramp and bowl")
    session.expire_all()
    assert (proposal.stage, proposal.title) == ("submitted", "Ramp and bowl")


def test_a_change_that_changes_nothing_is_no_version(site: Site, session: Any) -> None:
    make_round(session, "proposals")
    propose(site)
    draft = begin_to_change(site, own_path(session))
    page = site.send(f"{draft}check/", status=422)
    assert "Change something first" in page.text


def test_what_came_before_there_were_versions_gets_its_first_one_when_it_is_changed(
    site: Site, session: Any
) -> None:
    round_ = make_round(session, "proposals")
    reference = "AAAA-BBBB-CCCC-DDDD"
    make_proposal(session, round_, reference=reference)
    site.send(f"{START}return/", {"reference": reference})
    path = own_path(session)
    draft = begin_to_change(site, path)
    site.send(f"{draft}money/", {"items-what-0": "Shelter", "items-pounds-0": "3000",
                                 "takes_less": "no"})  # fmt: skip
    site.send(f"{draft}place/", {"where": "whole"})
    site.send(f"{draft}idea/", {"beneficiaries": "Cyclists"})
    site.send(f"{draft}check/")
    numbers = session.scalars(select(ProposalVersion.number).order_by(ProposalVersion.number))
    assert list(numbers) == [1, 2]


def test_after_the_close_nothing_can_be_changed(
    site: Site, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_round(session, "proposals")
    propose(site)
    path = own_path(session)
    page, closed = site.open(path), round_.proposals_close_at
    draft = begin_to_change(site, path)
    monkeypatch.setattr("engage.clock.now", lambda: closed)
    site.send_on(page, path, form=f"{path}change/", status=410)
    site.open(f"{draft}check/", 410)
    assert site.open(path).select("form[action$='/change/']") == []


# Co-authors --------------------------------------------------------------------------------------


def test_a_co_author_without_email_writes_with_a_reference_that_is_shown_once(
    site: Site, app: Any, session: Any
) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    page = site.send(f"{path}authors/")
    reference = reference_on(page)
    assert site.open(f"{path}authors/").select(".engage-reference") == []
    friend = Site(app.test_client())
    friend.send(f"{START}return/", {"reference": reference})
    friend.send(f"{path}idea/", {"title": "Our ramp"})
    assert "The person who started it sends it" in friend.open(f"{path}check/").text
    friend.open(f"{path}about/", 404)
    friend.open(f"{path}authors/", 404)
    friend.open(f"{path}discard/", 404)
    site.send(f"{path}check/")
    session.expire_all()
    assert session.scalars(select(Proposal)).one().title == "Our ramp"
    text = change(friend, own_path(session), title="Our ramp and bowl")
    assert "Your changes are saved" in text
    assert session.scalars(select(ProposalVersion.made_by).order_by(
        ProposalVersion.number)).all() == ["author", "coauthor"]  # fmt: skip
    told = session.scalars(select(Message).where(Message.channel == "notice")).all()
    assert {m.address for m in told} == {
        session.scalars(select(Proposal.reference_hash)).one(),
        session.scalars(select(CoAuthor.reference_hash)).one(),
    }
    assert "Our ramp" in friend.send("/follow/", {"reference": reference}).text


def test_a_co_author_is_asked_by_email_and_the_address_is_kept_nowhere(
    site: Site, app: Any, session: Any
) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    site.send(f"{path}authors/", {"email": "friend@example.org"})
    [letter] = app.extensions["mailer"].sent
    assert letter.address == "friend@example.org"
    assert f"{START}return/" in letter.body
    session.expire_all()
    message = session.scalars(select(Message)).one()
    assert (message.address, message.body) == ("", "")


def test_the_author_lets_a_co_author_write_no_more(site: Site, app: Any, session: Any) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    page = site.send(f"{path}authors/")
    friend = Site(app.test_client())
    friend.send(f"{START}return/", {"reference": reference_on(page)})
    site.send(f"{path}authors/", form=f"{path}authors/1/remove/")
    friend.open(f"{path}idea/", 404)


def test_no_more_than_five_write_with_the_author(site: Site, session: Any) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    page = site.open(f"{path}authors/")
    for _ in range(5):
        site.send_on(page, f"{path}authors/")
    site.send_on(page, f"{path}authors/", status=422)
    assert len(session.scalars(select(CoAuthor)).all()) == 5


# What the database itself refuses ----------------------------------------------------------------


@pytest.mark.parametrize("table", [ProposalVersion, VersionPicture])
def test_a_version_is_never_changed_deleted_or_replaced(
    site: Site, session: Any, table: Any
) -> None:
    make_round(session, "proposals")
    path = write_draft(site)
    add_photograph(site, path)
    site.send(f"{path}check/")
    [row] = session.execute(select(table.__table__)).mappings()
    column = "content" if table is ProposalVersion else "picture_id"
    statements: list[Any] = [
        sa.update(table).values({column: sa.literal_column(column)}),
        sa.delete(table),
    ]
    if session.get_bind().dialect.name == "sqlite":
        statements.append(sa.insert(table).values(**row).prefix_with("OR REPLACE"))
    for statement in statements:
        with pytest.raises(IntegrityError):
            session.execute(statement)
        session.rollback()


def test_the_questions_of_a_round_are_fixed_once_proposals_open(session: Any) -> None:
    round_ = make_round(session, "proposals")
    preparing = make_round(session, "preparing", title="Other")
    row = {"round_id": preparing.id, "position": 1, "prompt": "Who?", "kind": "short",
           "is_needed": False}  # fmt: skip
    session.execute(sa.insert(RoundQuestion).values(**row))
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(RoundQuestion).values(**row | {"round_id": round_.id}))
    session.rollback()
    with pytest.raises(IntegrityError):
        session.execute(sa.update(RoundQuestion).values(round_id=round_.id))
    session.rollback()
    session.execute(
        sa.update(type(preparing))
        .where(type(preparing).id == preparing.id)
        .values(stage="proposals")
    )
    session.commit()
    for statement in (sa.update(RoundQuestion).values(prompt="?"), sa.delete(RoundQuestion)):
        with pytest.raises(IntegrityError):
            session.execute(statement)
        session.rollback()


@pytest.mark.parametrize(
    "wrong",
    [
        {"match_pence": 5},
        {"match_pence": -1, "match_from": "Us"},
        {"latitude": 57.0},
        {"latitude": 97.0, "longitude": 1.0},
        {"channel": "post"},
    ],
)
def test_a_proposal_that_does_not_fit_together_is_refused(
    session: Any, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        make_proposal(session, make_round(session, "proposals"), **wrong)


def test_there_is_room_for_three_photographs_and_five_co_authors(site: Site, session: Any) -> None:
    make_round(session, "proposals")
    begin(site)
    draft_id = session.scalars(select(ProposalDraft.id)).one()
    picture = make_picture(session)
    for statement in (
        sa.insert(DraftPicture).values(draft_id=draft_id, position=4, picture_id=picture.id),
        sa.insert(CoAuthor).values(draft_id=draft_id, number=6, reference_hash="x"),
        sa.insert(CoAuthor).values(number=1, reference_hash="x"),
        sa.insert(CoAuthor).values(draft_id=draft_id, number=0, reference_hash="x"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            session.execute(statement)
        session.rollback()
