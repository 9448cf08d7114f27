"""North Ayrshire's youth vote of 2018: 17,000 temporary numbers, up to 3 votes each.

6,468 young people made 16,365 choices. Awards of up to £1,000 out of £43,000, and the voting age
of 11, are those of its other rounds and ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engage import clock
from engage.budgeting.actions.codes import open_code
from engage.budgeting.queries.voters import codes_issued
from engage.budgeting.rules.codes import Code, CodeRefused
from engage.extensions import db
from tests.campaigns.rounds.officers import (
    Held,
    Office,
    certify,
    check_bundle,
    funded,
    keep_open,
    prepare,
    publish,
    published_rules,
    refuses_cost,
    settle,
    whole_second,
)
from tests.campaigns.rounds.voters import open_ballot, order_codes, refuses_ballot, vote, voter_with

#: Sixty projects of young people; each costs £1,000, £750 or £500.
PROJECTS = {f"Youth project {n}": (100_000, 75_000, 50_000)[n % 3] for n in range(60)}


@dataclass(frozen=True)
class Size:
    """How many codes are printed, how many people use theirs, and how many choices they make."""

    codes: int
    voters: int
    choices: int

    @property
    def sheets(self) -> list[int]:
        """How many projects each voter chooses: one, two or three, as many as were chosen."""
        ones = self.voters * 15 // 100
        threes = self.choices - self.voters - (self.voters - ones)
        return [3] * threes + [2] * (self.voters - ones - threes) + [1] * ones


#: After how many voters the officers look whether the time will do.
LOOKED_AT = 100
FULL, SHORT = Size(17_000, 6_468, 16_365), Size(170, 65, 164)


def print_codes(office: Office, size: Size) -> tuple[Held, list[Code]]:
    """Set it up and order the codes, weeks before anybody can vote with one."""
    held = prepare(
        office,
        "small-grants",
        title="North Ayrshire youth vote",
        pot_pence="43,000",
        min_award_pence="50",
        max_award_pence="1,000",
        min_age="11",
        who_may_vote="Young people who live, learn or work in North Ayrshire",
        max_choices="3",
        allow_change="no",
    )
    codes = order_codes(held, size.codes)
    assert len({code.text for code in codes}) == size.codes == codes_issued(held.round_id)
    return held, codes


def hold(held: Held, size: Size, codes: list[Code]) -> None:
    """Publish it, make the ballot final, and let everybody vote who came with a code."""
    publish(held)
    assert refuses_cost(held, 4_999, 100_001)
    settle(held, PROJECTS)
    _vote(held, size, codes)


def _keep_open(held: Held, came: int, size: Size, began: datetime) -> None:
    """Let people vote for longer where the others would come too late at the pace so far."""
    at = clock.now()
    needed = (at - began) / came * (size.voters - came) * 1.3 + timedelta(seconds=30)
    if at + needed > held.round_.voting_closes_at:
        keep_open(held, whole_second(at + needed), "Schools are slower than we thought.")


def _vote(held: Held, size: Size, codes: list[Code]) -> None:
    began = clock.now()
    titles, ids = list(held.ids), list(held.ids.values())
    guess = Code(codes[0].locator, codes[1].secret)
    with pytest.raises(CodeRefused):
        open_code(guess, "a guess", at=clock.now())
    db.session.commit()
    for n, number in enumerate(size.sheets):
        # The middle of the list is liked most: who votes takes neighbours of a place near it.
        places = [(n * n + k) % (20 + n % 41) for k in range(number)]
        if n % LOOKED_AT == LOOKED_AT - 1:
            _keep_open(held, n, size, began)
        if n < 3:
            _page, ballot = open_ballot(held, codes[n].text)
            four = [titles[place] for place in range(4)]
            assert "Choose" in ballot.send(four, status=422).select_one(".ds_error-summary").text
            answer = ballot.send([titles[place] for place in places])
            assert answer.h1.text.strip() == "Your vote is in"
            continue
        uid = voter_with(codes[n])
        if n == 3:
            assert refuses_ballot(held, uid, ids[:4])
            assert refuses_ballot(held, uid, [])
        vote(held, uid, [ids[place] for place in places])


def check(held: Held, size: Size, folder: Path) -> dict[str, object]:
    """Declare the result, and hold it against what the round promised."""
    rules = published_rules(held)
    assert rules["You may choose"] == "Up to 3 projects"
    assert rules["Voting age"] == "11 and over"
    assert rules["One project can get"] == "£50 to £1,000"
    assert rules["How you can vote"] == "Online"
    assert rules["Changing your vote"] == "You cannot change your vote once you have sent it"
    outcome = certify(held)
    assert outcome.ballots == size.voters
    assert sum(fate.votes for fate in outcome.fates) == size.choices
    assert dict(outcome.by_source) == {"online": size.voters}
    won = funded(held, outcome)
    assert outcome.cost_pence == sum(pence for _votes, pence in won.values())
    assert outcome.cost_pence + outcome.unspent_pence == 4_300_000
    wanted = [fate.cost_pence for fate in outcome.fates if fate.votes and not fate.funded]
    assert outcome.unspent_pence < min(wanted, default=4_300_000), "nothing more could be paid for"
    assert check_bundle(held, folder) == size.voters
    return {"codes": size.codes, "voters": size.voters, "choices": size.choices, "funded": len(won)}
