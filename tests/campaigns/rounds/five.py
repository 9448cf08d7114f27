"""All five rounds in one window of the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flask import Flask

from engage import clock
from engage.permissions import Role
from tests.campaigns.rounds import dundee, halls, leith, north_ayrshire
from tests.campaigns.rounds.officers import Held, open_office, wait_for_close, whole_second
from tests.campaigns.rounds.voters import window_for
from tests.conftest import make_account


@dataclass(frozen=True)
class Sizes:
    """How large the two rounds are that take long in full.

    ``slack`` is how many times longer than a trial of this machine the vote may take.
    """

    north_ayrshire: north_ayrshire.Size
    moray: int
    slack: float

    def youth_window(self) -> timedelta:
        """How long the youth vote must be open here."""
        voters = self.north_ayrshire.voters
        return window_for(make_account("Ken", Role.OFFICER), voters, voters, self.slack)

    def other_window(self) -> timedelta:
        """How long the others must be open here, after the youth vote was cast."""
        votes = dundee.VOTERS + leith.ONLINE + leith.IN_PERSON
        return window_for(make_account("Kim", Role.OFFICER), 2, votes, self.slack)


#: In full, officers let people vote for longer where it takes longer than the trial says.
FULL = Sizes(north_ayrshire.FULL, halls.FULL, 1.2)
SHORT = Sizes(north_ayrshire.SHORT, halls.SHORT, 2.0)

#: What declares a round and checks it, by its name, once the clock has closed it.
Check = Callable[[Path], dict[str, object]]


def hold_all(
    app: Flask, sizes: Sizes, tell: Callable[[str], object] = lambda words: None
) -> dict[str, Check]:
    """Hold the five rounds until the clock has closed them; return what declares each of them.

    ``tell`` is told how long what takes longest took.

    North Ayrshire's codes are made before anything is published: they take longest.
    """
    before = open_office(app, timedelta(days=1))
    size, papers = sizes.north_ayrshire, sizes.moray
    began = time.monotonic()
    youth, codes = north_ayrshire.print_codes(before, size)
    tell(f"{size.codes:,} codes made and downloaded in {time.monotonic() - began:,.0f} seconds")
    office = replace(before, closes_at=whole_second(clock.now() + sizes.youth_window()))
    youth = replace(youth, office=office)
    began = time.monotonic()
    north_ayrshire.hold(youth, size, codes)
    tell(f"{size.voters:,} people voted in {time.monotonic() - began:,.0f} seconds")
    office = replace(office, closes_at=whole_second(clock.now() + sizes.other_window()))
    ward, moray = dundee.hold(office), halls.hold_moray(office, papers)
    night, contests = halls.hold_night(office), leith.hold(office)
    held: tuple[Held, ...] = (ward, moray, contests, youth, night)
    wait_for_close(max(each.round_.voting_closes_at for each in held))
    assert {each.round_.stage for each in held} == {"closed"}
    return {
        "Dundee": lambda folder: dundee.check(ward, folder),
        "Moray": lambda folder: halls.check_moray(moray, papers, folder),
        "Leith": lambda folder: leith.check(contests, folder),
        "North Ayrshire": lambda folder: north_ayrshire.check(youth, size, folder),
        "Hall night": lambda folder: halls.check_night(night, folder),
    }
