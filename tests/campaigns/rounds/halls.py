"""Two evenings in a hall: Money for Moray 2016, and a hall night of 120 people.

Money for Moray: £120,000 in awards of £200 to £5,000, age 14 and over, 10 choices, on paper after
all pitches. 83 applications came, worth £317,600, of which about 20 were not eligible; 34 won.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from engage import clock
from engage.budgeting.models import HallNight
from engage.budgeting.rules.hall import result_due
from engage.extensions import db
from engage.permissions import Role
from tests.campaigns.rounds.officers import (
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
from tests.campaigns.rounds.voters import join, refuses_ballot
from tests.conftest import make_account, sign_in

WINNERS = {
    "Men's shed": 20_000,
    "Village bus": 500_000,
    **{f"Moray project {n}": 355_000 for n in range(3, 35)},
}
OTHERS = {f"Moray project {n}": 500_000 for n in range(35, 64)}
NOT_ELIGIBLE = {f"Outside the rules {n}": 269_000 for n in range(1, 21)}
APPLICATIONS = WINNERS | OTHERS | NOT_ELIGIBLE
#: How many papers the hall of Moray gives out, in full and in short.
FULL, SHORT = 300, 80
STALLS = {f"Stall {n}": 90_000 + 10_000 * n for n in range(1, 9)}
CAME, WITH_PAPER = 120, 118


def _evening(held: Held, people: int, papers: int) -> None:
    """Count people in, hear the pitches, and give out a paper to each who stayed."""
    site, desk = held.office.first, f"{held.desk}hall/"
    site.send(desk, {"number": str(people), "way": "more"}, form=f"{desk}people/")
    early = site.send(desk, {"number": "1", "way": "more"}, form=f"{desk}papers/", status=422)
    assert "People must hear every pitch first" in early.text
    site.send(desk, form=f"{desk}draw/")
    last = held.office.visitor().open(f"{held.public}pitches/{len(held.ids)}/")
    assert "This is the last pitch." in last.text
    site.send(desk, form=f"{desk}end/")
    site.send(desk, {"number": str(papers), "way": "more"}, form=f"{desk}papers/")
    night = db.session.get_one(HallNight, held.round_id)
    assert (night.came, night.papers) == (people, papers)


def _refuses_line(held: Held, station: str, line: str) -> bool:
    page = held.office.first.send(f"{station}enter/", {"papers": line}, status=422)
    return bool(page.select(".ds_error-summary li"))


# Money for Moray ---------------------------------------------------------------------------------


def hold_moray(office: Office, papers: int) -> Held:
    """Set it up, hear 63 pitches, and read the papers back to a witness."""
    held = set_up(
        office,
        "hall-night",
        title="Money for Moray",
        pot_pence="120,000",
        who_may_vote="Everybody who lives in Moray and stays for all pitches",
    )
    assert (len(APPLICATIONS), sum(APPLICATIONS.values())) == (83, 31_760_000)
    assert refuses_cost(held, 19_999, 500_001)
    settle(held, WINNERS | OTHERS, NOT_ELIGIBLE)
    (uid,) = join(held, 1)
    assert refuses_ballot(held, uid, list(held.ids.values())[:11])
    _evening(held, papers, papers)
    station = open_station(held, "Elgin Town Hall", papers)
    numbers = {project.title: project.number for project in held.round_.projects}
    liked, others = [numbers[t] for t in WINNERS], [numbers[t] for t in OTHERS]
    lines = [_ten(liked, others, n) for n in range(papers - 2)]
    assert _refuses_line(held, station, " ".join(map(str, [*liked[:11]])))
    enter_papers(office.first, station, [*lines, "S many", "S blank"])
    page = office.first.send(f"{station}read-back/", {"witness": "Morag Reid"})
    assert "Accept these papers" in page.main.text
    office.first.send(f"{station}accept/")
    return held


def _ten(liked: Sequence[int], others: Sequence[int], n: int) -> str:
    """Ten projects of one paper: nine that many like, and one of the others."""
    chosen = [liked[(9 * n + k) % len(liked)] for k in range(9)]
    return " ".join(map(str, [*chosen, others[n % len(others)]]))


def check_moray(held: Held, papers: int, folder: Path) -> dict[str, object]:
    """Declare the result, and hold it against what the evening was."""
    rules = published_rules(held)
    assert rules["Fund"] == "£120,000"
    assert rules["One project can get"] == "£200 to £5,000"
    assert rules["Voting age"] == "14 and over"
    assert rules["You may choose"] == "Up to 10 projects"
    assert rules["How you can vote"] == "On paper in the hall, or at a station: nobody votes online"
    assert rules["Pitches"] == "You must hear every pitch before you vote"
    page = held.office.visitor().open(held.public)
    assert page.main.text.count("It is outside the fund's rules.") == len(NOT_ELIGIBLE)
    outcome = certify(held)
    assert set(funded(held, outcome)) == set(WINNERS)
    assert (outcome.cost_pence, outcome.unspent_pence) == (11_880_000, 120_000)
    assert sum(fate.votes for fate in outcome.fates) == 10 * (papers - 2)
    assert dict(outcome.by_source) == {"paper": papers - 2}
    assert "Read back to a witness." in _results(held)
    assert check_bundle(held, folder) == papers - 2
    return {"papers": papers, "pitches": 63, "funded": len(WINNERS), "left": outcome.unspent_pence}


# A hall night of 120 people ----------------------------------------------------------------------


def hold_night(office: Office) -> Held:
    """Set it up; 120 people come, 118 stay to vote, two officers enter the papers, and a third one
    looks where they differ."""
    held = set_up(
        office,
        "hall-night",
        title="Garthdee hall night",
        pot_pence="6,000",
        min_award_pence="200",
        max_award_pence="2,000",
        max_choices="3",
        who_may_vote="Everybody who lives in Garthdee and comes to the hall",
    )
    assert refuses_cost(held, 19_999, 200_001)
    settle(held, STALLS)
    _evening(held, CAME, WITH_PAPER)
    station = open_station(held, "Community centre", WITH_PAPER)
    assert _refuses_line(held, station, "1 2 3 4")
    assert _refuses_line(held, station, "9")
    lines = [f"{1 + n % 3} {4 + n % 2} {6 + n % 3}" for n in range(WITH_PAPER - 3)]
    lines += ["S blank", "S named", "S unclear"]
    enter_papers(office.first, station, lines)
    enter_papers(office.second, station, ["1 4 7", *lines[1:]])
    third = sign_in(office.app, make_account("Una", Role.OFFICER))
    page = third.send(f"{station}differences/", {"paper_1": lines[0]})
    assert "The papers can be accepted now" in page.main.text
    office.first.send(f"{station}accept/")
    return held


def check_night(held: Held, folder: Path) -> dict[str, object]:
    """Declare the result the same evening, and check it."""
    night = db.session.get_one(HallNight, held.round_id)
    outcome = certify(held)
    over = night.pitches_over_at
    assert over is not None
    assert clock.now() < result_due(over) == over + timedelta(minutes=30)
    votes = {title: votes for title, (votes, _pence) in funded(held, outcome).items()}
    assert votes == {"Stall 4": 58, "Stall 5": 57, "Stall 1": 39, "Stall 6": 39}
    assert outcome.ballots == 115 == check_bundle(held, folder)
    assert (outcome.cost_pence, outcome.unspent_pence) == (520_000, 80_000)
    text = _results(held)
    assert "Entered by two people." in text
    assert "It adds up." in text
    return {"people": CAME, "papers": WITH_PAPER, "spoilt": 3, "funded": len(votes)}


def _results(held: Held) -> str:
    return str(held.office.visitor().open(f"{held.public}results/").main.text)
