"""The first hundred ballots of Wieliczka 2023, cast through the pages, as in the whole campaign."""

from datetime import timedelta

import pytest
from flask import Flask

from engage import clock
from engage.budgeting.jobs import close_due_rounds
from engage.tally.pabulib import read_pabulib
from tests.campaigns import wieliczka
from tests.makers.browsers import Answer, Browser
from tests.makers.voting import let_voting_end, move_dates

pytestmark = pytest.mark.requirement("R76")
BALLOTS = 100


class ClientBrowser(Browser):
    """A voter's browser that asks the application itself, without a server in between."""

    def __init__(self, app: Flask, slug: str, token: str) -> None:
        super().__init__(0, slug, token)
        self.client = app.test_client(use_cookies=False)

    def ask(self, method: str, path: str, form: object = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.client.open(path, method=method, data=form, headers={"Cookie": cookies})
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status_code, answer.text, answer.headers.get("Location", ""))


def test_a_hundred_ballots_from_the_page_to_the_bundle(app, carys, shared_data, tmp_path):
    with (shared_data / "pabulib" / wieliczka.NAME).open("rb") as stream:
        file = read_pabulib(stream)
    # Most votes first: what equal shares adds for each voter would take long with so few of them.
    closes_at, counted_by = clock.now() + timedelta(hours=1), {"rule": "greedy"}
    round_ = wieliczka.prepare(file, closes_at, carys.id, counted_by)
    people, slug = wieliczka.register(round_, file, BALLOTS), round_.engagement.slug
    for number, person in enumerate(people):
        wieliczka.cast(number, person, ClientBrowser(app, slug, person.token))
    let_voting_end(round_)
    assert close_due_rounds() == [round_.id]
    move_dates(round_, closes_at - round_.voting_closes_at)  # back to the dates that its rules say
    outcome = wieliczka.certify(round_, carys.id)
    told = wieliczka.check(round_, outcome, people, tmp_path / "bundle")
    assert told["faults"] == []
    assert (told["ballots"], told["receipts found"]) == (BALLOTS, BALLOTS)
    assert told["recount.py"]
