"""People who vote: on the pages, and many at once through the same actions."""

import csv
import io
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta

from bs4 import BeautifulSoup

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.codes import open_code
from engage.budgeting.actions.registering import register_voter, use_code
from engage.budgeting.actions.voting import begin_writing, cast_ballot
from engage.budgeting.rules.ballots import ChoicesRefused, Submission, keyed
from engage.budgeting.rules.codes import Code, read_code
from engage.extensions import db
from tests.campaigns.rounds.officers import POSTCODE, SOMEWHERE, Held
from tests.conftest import Site
from tests.makers.budgeting import make_round
from tests.makers.voting import make_codes

#: How many people the trial of the machine lets vote, and how often one looks whether codes are
#: made, in seconds.
TRIED, LOOKS = 8, 5.0
#: How many seconds of a processor the officers of five rounds take on their pages.
AT_THE_DESK = 10


def order_codes(held: Held, number: int) -> list[Code]:
    """Order voter codes on the officer's page, wait until they are made, and read their file.

    They are made beside this process where the application may start another.
    """
    site, made = held.office.first, f"{held.desk}codes/made/"
    page = site.send(f"{held.desk}codes/", {"number": str(number)})
    while page.h1.text == "Voting codes are being made":
        time.sleep(LOOKS)
        page = site.open(made)
        assert "stopped" not in page.main.text
    token = page.select_one("main input[name=csrf_token]")["value"]
    answer = site.client.post(made, data={"csrf_token": token, "shape": "csv"})
    rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    return [read_code(row["Voting code"]) for row in rows]


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


def window_for(officer: Account, coming: int, votes: int, slack: float) -> timedelta:
    """Try on a round of its own how fast people vote here; return how long it all may take.

    ``coming`` people use their codes, and ``votes`` are cast. ``slack`` is how many times longer
    than the trial it may take.
    """
    trial = make_round(db.session, title=f"How fast it goes for {officer.name}")
    held = Held(None, trial.engagement.slug, trial.id)  # type: ignore[arg-type]
    ids = list(held.ids.values())[:1]
    began, worked = time.monotonic(), time.process_time()
    made = make_codes(trial, TRIED, officer.id)
    issued = time.monotonic()
    uids = [voter_with(code) for code in made]
    opened = time.monotonic()
    for uid in uids:
        vote(held, uid, ids)
    cast = time.monotonic()
    seconds = coming * (opened - issued) + votes * (cast - opened)
    busy = max(1.0, (cast - began) / (time.process_time() - worked))
    return timedelta(seconds=slack * (seconds / len(made) + AT_THE_DESK * busy))
