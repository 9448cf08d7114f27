"""What the officers of a round do, on their pages: from setting it up to the declared result."""

import io
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from engage import clock
from engage.accounts.models import Account, SignInSession
from engage.budgeting.actions.proposals import Draft, submit_proposal
from engage.budgeting.actions.rounds import open_proposals
from engage.budgeting.exports import bundle_of
from engage.budgeting.jobs import close_due_rounds
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.approvals import waiting_of
from engage.budgeting.queries.rounds import latest_count, round_by_slug
from engage.budgeting.queries.screening import criteria_of
from engage.budgeting.rules.approvals import What
from engage.budgeting.rules.ballots import CLOSING_WAIT
from engage.budgeting.rules.charter import FEATURES
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.results import Outcome, read_outcome
from engage.budgeting.rules.unpacking import read_bundle
from engage.budgeting.rules.verifying import verify
from engage.extensions import db
from engage.messages.rules import new_reference
from engage.permissions import Role
from engage.places.rules import Placing
from engage.web.rules import UK
from tests.campaigns.wieliczka import recounted
from tests.conftest import Site, make_account, sign_in
from tests.makers.keeping import keep_sheets
from tests.makers.screening import accept, drop

#: Everybody's postcode here: the directory doesn't know it, so it may vote and propose.
POSTCODE, SOMEWHERE = "XY8 8ZZ", Placing("unmatched")


#: The days of a round in their order.
DAYS = ("proposals_open_at", "proposals_close_at", "voting_opens_at", "voting_closes_at")


@dataclass(frozen=True)
class Office:
    """Two officers and the pages that each of them sees, and when voting closes in all rounds."""

    app: Flask
    carys: Account
    olive: Account
    first: Site
    second: Site
    closes_at: datetime

    def visitor(self) -> Site:
        """The site as somebody sees it who has not signed in, in a browser of their own."""
        return Site(self.app.test_client())


def open_office(app: Flask, window: timedelta) -> Office:
    """Let two officers sign in; voting closes a ``window`` from now, on a whole second."""
    carys, olive = make_account("Carys", Role.OFFICER), make_account("Olive", Role.OFFICER)
    first, second = sign_in(app, carys), sign_in(app, olive)
    # Making thousands of codes and letting thousands vote outlasts a test's session of an hour.
    db.session.execute(update(SignInSession).values(expires_at=clock.now() + timedelta(days=1)))
    db.session.commit()
    return Office(app, carys, olive, first, second, whole_second(clock.now() + window))


def whole_second(at: datetime) -> datetime:
    """Return the next whole second after an instant, as forms take them."""
    return at.replace(microsecond=0) + timedelta(seconds=1)


@dataclass(frozen=True)
class Held:
    """A round that is being held."""

    office: Office
    slug: str
    round_id: int

    @property
    def round_(self) -> Round:
        """The round as it is now."""
        return db.session.get_one(Round, self.round_id)

    @property
    def ids(self) -> dict[str, int]:
        """The id of each project on the ballot, by its title."""
        return {project.title: project.id for project in self.round_.projects}

    @property
    def desk(self) -> str:
        """Where its officers work."""
        return f"/desk/rounds/{self.slug}/"

    @property
    def public(self) -> str:
        """Where everybody reads about it."""
        return f"/rounds/{self.slug}/"


# Before the vote ----------------------------------------------------------------------------------


def set_up(office: Office, preset: str, **answers: str) -> Held:
    """Set a round up from a preset, on the form that officers use, and publish it."""
    held = prepare(office, preset, **answers)
    publish(held)
    return held


def prepare(office: Office, preset: str, **answers: str) -> Held:
    """Set a round up from a preset, on the form that officers use; nobody else sees it yet."""
    now = clock.now().replace(microsecond=0)
    # The form takes no day that is past: what came before the vote is moved there afterwards.
    dates = {name: now + timedelta(days=1 + 7 * n) for n, name in enumerate(DAYS)}
    boxes = {box: typed for name, when in dates.items() for box, typed in _boxes(name, when)}
    typed = {"reply_days": "0", **answers, **boxes}
    page = office.first.send(f"/desk/rounds/new/?start={preset}", typed)
    assert page.h1.text == answers["title"], page.select_one(".ds_error-summary")
    round_ = round_by_slug(office.first.response.request.path.split("/")[3])
    assert round_ is not None
    return Held(office, round_.engagement.slug, round_.id)


def publish(held: Held) -> None:
    """Move the days so that the vote is open until the office closes it, and publish the rules."""
    round_, now = held.round_, clock.now().replace(microsecond=0)
    before = (now - timedelta(days=21), now - timedelta(days=7), now)
    for name, at in zip(DAYS, (*before, held.office.closes_at), strict=True):
        setattr(round_, name, at)
    # What the public sees of the dates follows them, as it does where a form changes them.
    round_.engagement.opens_at, round_.engagement.closes_at = before[0], held.office.closes_at
    db.session.commit()
    open_proposals(round_, at=round_.proposals_open_at, by=held.office.carys.id)
    db.session.commit()


def keep_open(held: Held, until: datetime, why: str) -> None:
    """Let people vote for longer: one officer asks for it, and another agrees."""
    office = held.office
    typed = {**dict(_boxes("until", until)), "reason": why}
    office.first.send(f"{held.desk}extend/", typed)
    asked = waiting_of(held.round_id, What.EXTEND)
    assert asked is not None, office.first.response and office.first.response.text
    office.second.send(f"/second-person/{asked.id}/", form=f"/second-person/{asked.id}/agree/")
    assert held.round_.voting_closes_at == until


def _boxes(name: str, when: datetime) -> Iterable[tuple[str, str]]:
    local = when.astimezone(UK)
    yield from (
        (f"{name}-day", str(local.day)),
        (f"{name}-month", str(local.month)),
        (f"{name}-year", str(local.year)),
        (f"{name}-time", local.strftime("%H:%M:%S")),
    )


def propose(held: Held, title: str, pence: int) -> Proposal:
    """Send a proposal while proposals were open."""
    draft = Draft(title, f"{title}, for everybody who wants it.", pence)
    at = held.round_.proposals_open_at + timedelta(days=1)
    return submit_proposal(held.round_, draft, SOMEWHERE, new_reference(), at=at)


def refuses_cost(held: Held, *amounts: int) -> bool:
    """Say whether every one of these costs is refused to a proposer."""
    refused = 0
    for pence in amounts:
        try:
            propose(held, "Beyond the awards", pence)
        except ProposalRefused:
            refused += 1
    db.session.commit()
    return refused == len(amounts)


def settle(
    held: Held, projects: Mapping[str, int], left_out: Mapping[str, int] | None = None
) -> None:
    """Take the proposals (title: pence) through the checks, and make the ballot final.

    The first one is checked on its page, and so are all later steps.
    """
    office = held.office
    first, *others = [propose(held, title, pence) for title, pence in projects.items()]
    for proposal in others:
        accept(proposal, office.carys)
    for title, pence in (left_out or {}).items():
        drop(propose(held, title, pence), office.carys, "It is outside the fund's rules.")
    db.session.commit()
    site, desk = office.first, held.desk
    _check_on_its_page(site, f"{desk}proposals/{first.public_id}/", first)
    site.send(f"{desk}close_proposals/")
    shown = {f"{feature}_shown": "An evening in the hall" for feature in FEATURES}
    site.send(f"{desk}charter/before/", {**dict.fromkeys(FEATURES, "partly"), **shown})
    keep_sheets(held.round_, office.carys)
    site.send(f"{desk}settle_ballot/")
    assert held.round_.stage == "voting", site.response and site.response.text
    assert set(held.ids) == set(projects)


def _check_on_its_page(site: Site, page: str, proposal: Proposal) -> None:
    site.send(f"{page}interest/", {"has_conflict": "no"})
    met = {f"answer_{criterion.id}": "met" for criterion in criteria_of(proposal.round_id)}
    site.send(page, {"decision": "accept", **met})


def published_rules(held: Held) -> dict[str, str]:
    """Return what the round's page says of its rules, by heading."""
    page = held.office.visitor().open(held.public)
    return {
        term.text.strip(): " ".join(term.find_next("dd").text.split())
        for term in page.select("main dt")
    }


# Papers -------------------------------------------------------------------------------------------


def open_station(held: Held, name: str, papers: int) -> str:
    """Add a station that gave out so many papers and found them all; return its page."""
    number = str(papers)
    site = held.office.first
    site.send(f"{held.desk}paper/", {"station": name, "issued": number, "declared": number})
    return str(site.response.request.path)


def enter_papers(site: Site, station: str, lines: Sequence[str], at_once: int = 100) -> None:
    """Type the papers of a station on its page, some at a time, and finish."""
    for start in range(0, len(lines), at_once):
        site.send(f"{station}enter/", {"papers": "\n".join(lines[start : start + at_once])})
    site.send(f"{station}enter/", form=f"{station}finish/")


# After the vote -----------------------------------------------------------------------------------


def wait_for_close(closes_at: datetime) -> list[int]:
    """Wait for the real clock, and let the closer do its work; return the rounds it closed."""
    due = closes_at + CLOSING_WAIT + timedelta(seconds=1)
    time.sleep(max(0.0, (due - clock.now()).total_seconds()))
    return close_due_rounds()


def certify(held: Held) -> Outcome:
    """Count on the officer's page, ask for the second person, who agrees; return the result."""
    office, desk = held.office, held.desk
    office.first.send(f"{desk}count/")
    count = latest_count(held.round_id)
    assert count is not None, office.first.response and office.first.response.text
    office.first.send(f"{desk}declare/")
    asked = waiting_of(held.round_id, What.CERTIFY, f"count:{count.id}")
    assert asked is not None, office.first.response and office.first.response.text
    agree = f"/second-person/{asked.id}/agree/"
    office.second.send(f"/second-person/{asked.id}/", form=agree)
    assert held.round_.stage == "declared"
    return read_outcome(count.outcome)


def check_bundle(held: Held, folder: Path) -> int:
    """Verify what was published, count it again by its own program; return its ballots."""
    answer = held.office.app.test_client().get(f"{held.public}bundle.zip")
    assert answer.data == bundle_of(held.round_)
    bundle = read_bundle(io.BytesIO(answer.data))
    faults = [found.fault for found in verify(bundle) if found.fault]
    assert faults == []
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(folder)
    assert recounted(folder) == (folder / "result.json").read_bytes()
    return len(bundle.leaves)


def funded(held: Held, outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Return the votes and the award (pence) of each funded project, by its title."""
    titles = {str(id_): title for title, id_ in held.ids.items()}
    return {
        titles[fate.project]: (fate.votes, fate.given_pence)
        for fate in outcome.fates
        if fate.funded
    }
