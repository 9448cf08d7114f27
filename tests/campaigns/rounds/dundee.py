"""Dundee Decides 2018, Strathmartine: £150,000 to spend, aged 11 and over, changeable to the end.

911 votes for £30,000, 742 for £65,000, 609 for £35,000 and 403 for £20,000: all four were funded,
and nothing was left. A fifth project with fewer votes is ours, so that something could be refused.
"""

from pathlib import Path

from tests.campaigns.rounds.officers import (
    Held,
    Office,
    certify,
    check_bundle,
    funded,
    published_rules,
    refuses_cost,
    set_up,
    settle,
)
from tests.campaigns.rounds.voters import (
    join,
    open_ballot,
    order_codes,
    refuses_ballot,
    vote,
)

PARK, PATHS, LIGHTS, BINS, SQUARE = "Play park", "Paths", "Lights", "Dog bins", "Market square"
PROJECTS = {PARK: 3_000_000, PATHS: 6_500_000, LIGHTS: 3_500_000, BINS: 2_000_000}
OURS = {SQUARE: 4_500_000}
VOTES = {PARK: 911, PATHS: 742, LIGHTS: 609, BINS: 403}
#: Ballots that give exactly these votes, none of them above £150,000: choices, and how many.
BALLOTS = (
    ((PARK, PATHS, LIGHTS, BINS), 300),
    ((PARK, PATHS, SQUARE), 120),
    ((PARK, LIGHTS, BINS, SQUARE), 60),
    ((PATHS, LIGHTS, SQUARE), 50),
    ((PARK, PATHS), 172),
    ((PARK, LIGHTS), 99),
    ((PARK,), 160),
    ((PATHS, LIGHTS), 100),
    ((BINS,), 43),
)
VOTERS = sum(number for _choices, number in BALLOTS)
#: Every so manyeth voter thought better of it, and changed their vote.
CHANGES = 100


def hold(office: Office) -> Held:
    """Set it up and let everybody vote."""
    held = set_up(
        office,
        "ward-vote",
        title="Dundee Decides: Strathmartine",
        pot_pence="150,000",
        who_may_vote="Everybody who lives in Strathmartine",
        ballot_type="spend",
        max_choices="",
    )
    assert refuses_cost(held, 499_999, 15_000_001)
    settle(held, PROJECTS | OURS)
    ids = held.ids
    sheets = [[ids[title] for title in choices] for choices, n in BALLOTS for _ in range(n)]
    _first_voter(held)
    uids = join(held, VOTERS - 1)
    assert refuses_ballot(held, uids[0], list(ids.values())), "all five cost £195,000"
    assert refuses_ballot(held, uids[0], [])
    for number, (uid, choices) in enumerate(zip(uids, sheets[1:], strict=True)):
        is_changed = number % CHANGES == 0
        if is_changed:
            vote(held, uid, [ids[SQUARE]])
        vote(held, uid, choices, version=int(is_changed))
    return held


def _first_voter(held: Held) -> None:
    """Vote on the page: too much at first, then within the fund, and then once more."""
    (code,) = order_codes(held, 1)
    page, ballot = open_ballot(held, code.text)
    assert "The fund is £150,000" in page.main.text
    answer = ballot.send([*PROJECTS, SQUARE], status=422)
    assert "£195,000" in answer.main.text
    assert ballot.send([SQUARE]).h1.text.strip() == "Your vote is in"
    ballot.page = ballot.site.open(ballot.path)
    assert ballot.send(list(PROJECTS)).h1.text.strip() == "Your vote is in"


def check(held: Held, folder: Path) -> dict[str, object]:
    """Declare the result, and hold it against what Dundee's was."""
    rules = published_rules(held)
    assert rules["Fund"] == "£150,000"
    assert rules["One project can get"] == "£5,000 to £150,000"
    assert rules["Voting age"] == "11 and over"
    assert rules["Ballot"] == "Spend the fund"
    assert rules["You may choose"] == (
        "Any number of projects that cost no more than £150,000 together"
    )
    assert rules["Changing your vote"] == "You can change your vote until voting closes"
    outcome = certify(held)
    assert funded(held, outcome) == {
        title: (VOTES[title], pence) for title, pence in PROJECTS.items()
    }
    assert (outcome.cost_pence, outcome.unspent_pence) == (15_000_000, 0)
    assert outcome.ballots == VOTERS == check_bundle(held, folder)
    return {"voters": VOTERS, "votes": list(VOTES.values()), "left": outcome.unspent_pence}
