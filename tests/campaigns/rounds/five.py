"""All five rounds in one window of the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask

from engage.permissions import Role
from tests.campaigns.rounds import dundee, halls, leith, north_ayrshire
from tests.campaigns.rounds.officers import Held, open_office, wait_for_close
from tests.campaigns.rounds.voters import window_for
from tests.conftest import make_account


@dataclass(frozen=True)
class Sizes:
    """How large the two rounds are that take long in full."""

    north_ayrshire: north_ayrshire.Size
    moray: int

    @property
    def window(self) -> timedelta:
        """How long voting must be open here for all of it."""
        size = self.north_ayrshire
        votes = size.voters + dundee.VOTERS + leith.ONLINE + leith.IN_PERSON
        return window_for(make_account("Ken", Role.OFFICER), size.codes, size.voters, votes)


FULL = Sizes(north_ayrshire.FULL, halls.FULL)
SHORT = Sizes(north_ayrshire.SHORT, halls.SHORT)

#: What declares a round and checks it, by its name, once the clock has closed it.
Check = Callable[[Path], dict[str, object]]


def hold_all(app: Flask, sizes: Sizes) -> dict[str, Check]:
    """Hold the five rounds until the clock has closed them; return what declares each of them."""
    office = open_office(app, sizes.window)
    size, papers = sizes.north_ayrshire, sizes.moray
    youth = north_ayrshire.hold(office, size)
    ward, moray = dundee.hold(office), halls.hold_moray(office, papers)
    night, contests = halls.hold_night(office), leith.hold(office)
    held: tuple[Held, ...] = (ward, moray, contests, youth, night)
    wait_for_close(office.closes_at)
    assert {each.round_.stage for each in held} == {"closed"}
    return {
        "Dundee": lambda folder: dundee.check(ward, folder),
        "Moray": lambda folder: halls.check_moray(moray, papers, folder),
        "Leith": lambda folder: leith.check(contests, folder),
        "North Ayrshire": lambda folder: north_ayrshire.check(youth, size, folder),
        "Hall night": lambda folder: halls.check_night(night, folder),
    }
