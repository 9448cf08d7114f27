"""Leith Chooses: 3 votes and one boost, aged 8 and over, once online and once in person.

Whoever lives, works, studies or volunteers in Leith may vote. £16,461.66 went to 15 projects in one
of its years; here the same sum is asked for by the 15 that are liked most.
"""

from pathlib import Path

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.actions.accepting import mark_voter
from engage.budgeting.models import PaperBatch
from engage.budgeting.rules.ballots import OnPaperRefused, VotedRefused
from engage.engagements.models import ParticipationFact
from engage.extensions import db
from tests.campaigns.rounds.officers import (
    POSTCODE,
    Held,
    Office,
    certify,
    check_bundle,
    enter_papers,
    funded,
    open_station,
    published_rules,
    refuses_cost,
    set_up,
    settle,
)
from tests.campaigns.rounds.voters import (
    BallotPage,
    join,
    open_ballot,
    order_codes,
    refuses_ballot,
    vote,
)
from tests.makers.papers import mark_on_page

WINNERS = {f"Leith project {n}": 110_000 for n in range(1, 15)} | {"Leith project 15": 106_166}
OTHERS = {f"Leith project {n}": 100_000 for n in range(16, 21)}
ONLINE, IN_PERSON, BOTH = 60, 31, 20
BOOST = 2


def hold(office: Office) -> Held:
    """Set it up; some vote online, some at an event, and twenty in both ways."""
    held = set_up(
        office,
        "small-grants",
        title="Leith Chooses",
        pot_pence="16,461.66",
        max_award_pence="1,500",
        who_may_vote="Everybody who lives, works, studies or volunteers in Leith",
        min_age="8",
        ballot_type="boost",
        boost_worth=str(BOOST),
        takes_paper="yes",
        separate_contests="yes",
        allow_change="no",
    )
    assert refuses_cost(held, 9_999, 150_001)
    settle(held, WINNERS | OTHERS)
    station = open_station(held, "Leith Community Centre", IN_PERSON)
    _in_both_ways(held, station)
    uids = join(held, ONLINE - 1 + IN_PERSON - BOTH)
    _online(held, uids[: ONLINE - 1])
    _in_person(held, station, uids[-(IN_PERSON - 1) :])
    return held


def _in_both_ways(held: Held, station: str) -> None:
    """A child of eight with a code votes online, and then at the event; nowhere a second time."""
    (code,) = order_codes(held, 1)
    titles = list(WINNERS)
    page, ballot = open_ballot(held, code.text)
    assert "You may vote once online, and once on paper at a station." in page.main.text
    assert ballot.send(titles[:4], status=422).select_one(".ds_error-summary")
    assert ballot.send(titles[:3], titles[3], status=422).select_one(".ds_error-summary")
    answer = ballot.send(titles[:3], titles[0])
    assert answer.h1.text.strip() == "Your vote is in"
    site, typed = held.office.first, {"who": code.text, "postcode": POSTCODE}
    mark_on_page(site, f"{station}mark/", typed)
    again = mark_on_page(site, f"{station}mark/", typed, status=422)
    assert "give out no second paper" in again.main.text
    _no_second_vote(ballot)


def _no_second_vote(ballot: BallotPage) -> None:
    page = ballot.site.open(ballot.path)
    assert page.h1.text.strip() == "Your vote is in", "the receipt, and no new ballot"


def _online(held: Held, uids: list[bytes]) -> None:
    ids = list(held.ids.values())
    points = [BOOST, 1, 1]
    assert refuses_ballot(held, uids[0], ids[:4], [BOOST, 1, 1, 1])
    assert refuses_ballot(held, uids[0], ids[:3], [BOOST, BOOST, 1])
    for n, uid in enumerate(uids, 1):
        mine = [ids[(n + k) % len(WINNERS)] for k in range(3)]
        if n % 12 == 0:
            mine[2] = ids[len(WINNERS) + n // 12 - 1]
        vote(held, uid, mine, points)
    with pytest.raises(VotedRefused):
        vote(held, uids[0], ids[:1], [1], version=1)
    db.session.rollback()


def _in_person(held: Held, station: str, uids: list[bytes]) -> None:
    """Mark people at the event, give each a paper, and enter the papers twice."""
    office, batch_id = held.office, int(station.rstrip("/").split("/")[-1])
    for uid in (*uids, uids[0]):
        batch = db.session.get_one(PaperBatch, batch_id)
        who = {"at": clock.now(), "by": office.carys.id, "role": "officer"}
        try:
            mark_voter(batch, uid, **who)
            db.session.commit()
        except OnPaperRefused:
            db.session.rollback()
            assert batch.marks == IN_PERSON, "only the second time"
    numbers = [project.number for project in held.round_.projects][: len(WINNERS)]
    lines = [
        " ".join(f"{numbers[(n + k) % len(numbers)]}{'' if k else '*'}" for k in range(3))
        for n in range(IN_PERSON - 1)
    ]
    lines.append("S many")
    for site in (office.first, office.second):
        enter_papers(site, station, lines)
    office.second.send(f"{station}accept/")


def check(held: Held, folder: Path) -> dict[str, object]:
    """Declare the result of both contests together."""
    rules = published_rules(held)
    assert rules["Who may vote"] == "Everybody who lives, works, studies or volunteers in Leith"
    assert rules["Voting age"] == "8 and over"
    assert rules["Ballot"] == "Votes and a boost"
    assert rules["You may choose"] == "Up to 3 projects, and you can boost one of them"
    assert rules["How you can vote"] == (
        "Once online and once on paper at a station: you may do both, and both count"
    )
    outcome = certify(held)
    assert funded(held, outcome).keys() == WINNERS.keys()
    assert (outcome.cost_pence, outcome.unspent_pence) == (1_646_166, 0)
    assert dict(outcome.by_source) == {"online": ONLINE, "paper": IN_PERSON - 1}
    counted = ONLINE + IN_PERSON - 1
    assert outcome.ballots == counted == check_bundle(held, folder)
    assert sum(fate.votes for fate in outcome.fates) == counted * (BOOST + 2)
    assert _took_part(held) == {"online": ONLINE, "desk": IN_PERSON}
    page = held.office.visitor().open(f"{held.public}results/").main.text
    assert "there may be fewer people than votes" in page
    assert "It adds up." in page
    return {"online": ONLINE, "in person": IN_PERSON, "in both ways": BOTH, "funded": len(WINNERS)}


def _took_part(held: Held) -> dict[str, int]:
    facts = sa.select(ParticipationFact.channel, sa.func.sum(ParticipationFact.people)).where(
        ParticipationFact.engagement_id == held.round_.engagement_id,
        ParticipationFact.act == "ballot",
    )
    return dict(db.session.execute(facts.group_by(ParticipationFact.channel)).all())
