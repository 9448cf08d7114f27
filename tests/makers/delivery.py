"""Awards for tests: a declared round with a proposal behind each project, awards at any stage."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from engage import clock
from engage.budgeting.actions.awards import Terms, accept_award, offer_awards
from engage.budgeting.actions.delivery import (
    Movement,
    Purchase,
    Report,
    add_spending,
    record_payment,
    send_report,
)
from engage.budgeting.models import Award, Project, Proposal, Round, RoundCount
from engage.budgeting.queries.award_money import money_of
from engage.budgeting.rules.delivery import CONDITIONS, Dates, Holder
from engage.budgeting.rules.results import Fate, Outcome, write_outcome
from engage.messages.actions import reference_address
from tests.makers.approvals import confirmed
from tests.makers.budgeting import DATES, make_round, settle

#: Title, pence, and why it is funded or not: £4,500 of £6,000 is given by the count.
COUNTED = (
    ("Bike shelter", 300_000, "fits"),
    ("Lunch club", 150_000, "fits"),
    ("Skate ramp", 400_000, "too_dear"),
    ("Notice board", 160_000, "too_dear"),
    ("Bird boxes", 50_000, "no_votes"),
)
#: The reference of the first proposal: Aisha's, who has neither account nor e-mail.
REFERENCE = "7K3M-P2QX-9D4F-TZ6W"
INSTANTS = ("proposals_open_at", "proposals_close_at", "voting_opens_at", "voting_closes_at")


def make_declared(
    session: Any,
    counted: Sequence[tuple[str, int, str]] = COUNTED,
    *,
    rule: str = "greedy",
    proposals: Sequence[dict[str, Any]] = (),
    **columns: Any,
) -> Round:
    """Make a round with a declared result, a proposal behind each project, and commit it.

    ``proposals`` are columns of the proposals, in order.
    """
    days = dict(zip(INSTANTS, DATES["declared"], strict=True))  # type: ignore[index]
    dates = {name: clock.now() + timedelta(days=n) for name, n in days.items()}
    round_ = make_round(session, "screening", **{**dates, "rule": rule, **columns})
    for number, (title, pence, _why) in enumerate(counted, start=1):
        more = proposals[number - 1] if number <= len(proposals) else {}
        proposal = _propose(session, round_, number, title, pence, more)
        round_.projects.append(
            Project(
                number=number, lot=number, title=title, cost_pence=pence, proposal_id=proposal.id
            )
        )
    session.flush()
    settle(round_)
    for stage in ("voting", "closed"):
        round_.stage = stage
        session.flush()
    _declare(session, round_, counted, rule)
    round_.stage = "declared"
    session.commit()
    return round_


def _propose(
    session: Any, round_: Round, number: int, title: str, pence: int, more: dict[str, Any]
) -> Proposal:
    reference = f"{round_.id} {title}" if number > 1 or round_.id > 1 else REFERENCE
    columns: dict[str, Any] = {"summary": f"{title} for all", "cost_pence": pence, **more}
    proposal = Proposal(
        round_id=round_.id,
        title=title,
        stage="accepted",
        reference_hash=reference_address(reference),
        submitted_at=clock.now() - timedelta(days=35),
        **columns,
    )
    session.add(proposal)
    session.flush()
    return proposal


def _declare(
    session: Any, round_: Round, counted: Sequence[tuple[str, int, str]], rule: str
) -> None:
    left, fates = round_.pot_pence, []
    for place, (project, (_title, pence, why)) in enumerate(
        zip(round_.projects, counted, strict=True)
    ):
        funded = why == "fits"
        votes = 40 - place if why != "no_votes" else 0
        fates.append(Fate(str(project.id), votes, pence, funded, left, why, "", why))
        left -= pence if funded else 0
    outcome = Outcome(
        rule=rule,
        tie="cost,votes,lot",
        pot_pence=round_.pot_pence,
        cost_pence=round_.pot_pence - left,
        unspent_pence=left,
        ballots=60,
        by_source={"online": 60},
        winners=tuple(fate.project for fate in fates if fate.funded),
        fates=tuple(fates),
        lots=tuple(fate.project for fate in fates),
        rules_hash="r" * 64,
        ballot_hash="b" * 64,
        seal_hash="s" * 64,
    )
    count = RoundCount(
        round_id=round_.id, at=clock.now(), seal_hash="s" * 64, outcome=write_outcome(outcome)
    )
    session.add(count)
    session.flush()
    confirmed(session, count, clock.now())


def terms(**days: int) -> Terms:
    """The usual terms; ``days`` from today, like ``answer_by=-1``, take the place of the usual."""
    today = clock.today()
    usual = {"answer_by": 21, "deliver_by": 180, "report_by": 200, **days}
    return Terms(CONDITIONS, Dates(**{k: today + timedelta(days=n) for k, n in usual.items()}))


def make_awards(session: Any, round_: Round, by: int | None = None, **days: int) -> list[Award]:
    """Offer the awards of a declared round, and commit."""
    made = offer_awards(round_, terms(**days), at=clock.now(), by=by)
    session.commit()
    return made


def take_to(session: Any, award: Award, stage: str, by: int, pence: int | None = None) -> Award:
    """Take an offered award to “accepted”, “under_way” or “reported” as people would; commit.

    ``pence`` is what is paid; the whole award unless it is said.
    """
    at = clock.now()
    proposal = award.project.proposal
    if proposal is not None and proposal.body_id is not None:
        holder = Holder("host", "Mastrick Youth Trust", agreement_on=clock.today())
    else:
        holder = Holder("adult", "Morag Aitken", is_under_16=True)
    accept_award(award, holder, "Aisha", "I proposed it", at=at, by=None)
    if stage != "accepted":
        paid = Movement("paid", pence or award.amount_pence, clock.today(), "BACS 1")
        record_payment(award, paid, at=at, by=by)
    if stage == "reported":
        make_report(award, "It stands and it is full.")
    session.commit()
    return award


def make_report(award: Award, text: str = "Done", left: int = 0) -> None:
    """Say what was paid was spent, but for ``left`` pence, and send the end report."""
    money = money_of([award.id])[award.id]
    rest = money.net_pence - money.spent_pence - left
    if rest > 0:
        add_spending(award, Purchase("All of it", rest, clock.today()), at=clock.now())
    send_report(award, Report(text, 40, left), at=clock.now(), by=None)
