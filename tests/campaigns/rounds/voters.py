"""People who vote: on the pages, and many at once through the same actions."""

import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.codes import hand_over, issue_codes, open_code
from engage.budgeting.actions.registering import register_voter, use_code
from engage.budgeting.actions.voting import begin_writing, cast_ballot
from engage.budgeting.models import Round
from engage.budgeting.rules.ballots import ChoicesRefused, Submission, keyed
from engage.budgeting.rules.codes import MOST_CODES, Code
from engage.extensions import db
from tests.campaigns.rounds.officers import POSTCODE, SOMEWHERE, Held
from tests.conftest import Site
from tests.makers.budgeting import make_round

#: How many times longer than the trial everything may take before the vote is over.
SLACK = 2.0
#: How many seconds of a processor the officers of five rounds take on their pages.
AT_THE_DESK = 10


def make_codes(round_: Round, number: int, by: int) -> list[Code]:
    """Issue voter codes in batches and hand each over, as the desk does for cards and letters."""
    codes: list[Code] = []
    for start in range(0, number, MOST_CODES):
        who: dict[str, Any] = {"at": clock.now(), "by": by, "role": "officer"}
        batch = issue_codes(round_, min(MOST_CODES, number - start), **who)
        codes += hand_over(round_, batch, **who)
        db.session.commit()
    return codes


def voter_with(code: Code) -> bytes:
    """Return the uid of somebody who came with a code, registered at its first use."""
    found = open_code(code, "the school", at=clock.now())
    uid = use_code(found, SOMEWHERE, at=clock.now())
    db.session.commit()
    return uid


def join(held: Held, number: int) -> list[bytes]:
    """Register so many voters, as a link does that somebody follows; return their uids."""
    uids = []
    begin_writing()
    for n in range(number):
        identity = keyed(b"campaign", "voter", held.slug, n)
        uids.append(register_voter(held.round_id, identity, SOMEWHERE, at=clock.now()))
    db.session.commit()
    return uids


def vote(
    held: Held,
    uid: bytes,
    choices: Sequence[int],
    points: Sequence[int] | None = None,
    *,
    version: int = 0,
) -> None:
    """Cast one vote, or change the one of ``version``, as the page of the ballot does."""
    hash_ = held.round_.ballot_hash or ""
    sent = Submission(str(uuid.uuid4()), version, hash_, list(choices), points)
    cast_ballot(held.round_id, uid, sent, at=clock.now())
    db.session.commit()


def refuses_ballot(
    held: Held, uid: bytes, choices: Sequence[int], points: Sequence[int] | None = None
) -> bool:
    """Say whether a vote is refused because it breaks the limits."""
    try:
        vote(held, uid, choices, points)
    except ChoicesRefused:
        db.session.rollback()
        return True
    return False


def open_ballot(held: Held, code: str) -> tuple[BeautifulSoup, "BallotPage"]:
    """Go to the ballot with a code, as its holder does: without the tick nobody gets there."""
    site = held.office.visitor()
    page = site.send("/vote", {"code": code})
    asked = page.find("label", attrs={"for": "may_vote"}).text.strip()
    assert asked == f"I am {held.round_.min_age} or older, and I may vote here"
    typed = {"postcode": POSTCODE}
    if page.select_one("[name=link]"):
        typed["link"] = "live"
    site.send_on(page, "/vote", typed, status=422)
    page = site.send_on(page, "/vote", {**typed, "may_vote": "y"})
    return page, BallotPage(held, site, page)


class BallotPage:
    """The open page of a ballot."""

    def __init__(self, held: Held, site: Site, page: BeautifulSoup) -> None:
        self.held, self.site, self.page = held, site, page
        self.path = f"{held.public}ballot/"

    def send(self, titles: Sequence[str], boosted: str = "", *, status: int = 200) -> BeautifulSoup:
        """Tick projects by their titles, and send the vote; return the page that answers."""
        ids = self.held.ids
        typed = {"projects": [str(ids[title]) for title in titles]}
        if boosted:
            typed["boost"] = str(ids[boosted])
        return self.site.send_on(self.page, self.path, typed, status=status)


def window_for(officer: Account, codes: int, coming: int, votes: int) -> timedelta:
    """Try on a round of its own how fast codes and votes go here; return how long it all may take.

    ``codes`` are made, ``coming`` people use theirs, and ``votes`` are cast.
    """
    trial = make_round(db.session, title="How fast it goes here")
    held = Held(None, trial.engagement.slug, trial.id)  # type: ignore[arg-type]
    ids = list(held.ids.values())[:1]
    began, worked = time.monotonic(), time.process_time()
    made = make_codes(trial, 8, officer.id)
    issued = time.monotonic()
    uids = [voter_with(code) for code in made]
    opened = time.monotonic()
    for uid in uids:
        vote(held, uid, ids)
    cast = time.monotonic()
    seconds = codes * (issued - began) + coming * (opened - issued) + votes * (cast - opened)
    busy = max(1.0, (cast - began) / (time.process_time() - worked))
    return timedelta(seconds=SLACK * (seconds / len(made) + AT_THE_DESK * busy))
