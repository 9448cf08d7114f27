"""What officers say of a round, what a proposer tells us, and how a proposal is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.actions.proposals import Draft
from engage.budgeting.actions.rounds import ABOUT
from engage.budgeting.rules.rounds import VOTING_AGES, ProposalRefused, RoundRules, RulesRefused
from engage.budgeting.rules.trial import Trial
from engage.budgeting.rules.ways import USUAL_WAYS, Connection, Way, in_order
from engage.engagements.forms import EngagementForm
from engage.web.fields import (
    Choice,
    Choices,
    Dropdown,
    Email,
    Instant,
    LongText,
    Needed,
    Pounds,
    Text,
    Whole,
)
from engage.web.forms import Form

WAY_WORDS = {
    Way.EMAIL: _l("A link by email"),
    Way.ACCOUNT: _l("An account on this site"),
    Way.CODES: _l("A code on a letter or card"),
    Way.LIST: _l("Two facts that are on a list, like a card number and a date of birth"),
    Way.DESK: _l("An officer at a desk checks who they are"),
    Way.ASSISTED: _l("An officer votes for them, beside them or on the telephone"),
}
CONNECTION_WORDS = {
    Connection.LIVE: _l("They live there"),
    Connection.WORK: _l("They work there"),
    Connection.STUDY: _l("They go to school, college or university there"),
    Connection.VOLUNTEER: _l("They volunteer there"),
}


class RoundForm(EngagementForm):
    """A round and its rules; ``version`` tells whether somebody changed it meanwhile."""

    pot_pence = Pounds(
        _l("How much is in the fund?"), [Needed(_l("Enter how much is in the fund"))]
    )
    min_award_pence = Pounds(_l("Smallest award"), [Needed(_l("Enter the smallest award"))])
    max_award_pence = Pounds(_l("Largest award"), [Needed(_l("Enter the largest award"))])
    who_may_vote = LongText(
        _l("Who may vote?"), [Needed(_l("Enter who may vote"))], most=500, rows=3
    )
    min_age = Dropdown(
        _l("Voting age"),
        [Needed(_l("Choose the voting age"))],
        choices=[("", _l("Choose an age"))]
        + [(str(age), _l("%(age)s and over", age=age)) for age in VOTING_AGES],
    )
    connection = Choices(
        _l("What links people with the area, so that they may vote?"),
        [Needed(_l("Choose at least one link with the area"))],
        choices=[(word.value, words) for word, words in CONNECTION_WORDS.items()],
        default=[Connection.LIVE.value],
    )
    ways = Choices(
        _l("How can people vote?"),
        [Needed(_l("Choose at least one way to vote"))],
        choices=[(way.value, words) for way, words in WAY_WORDS.items()],
        default=USUAL_WAYS.split(","),
    )
    min_choices = Whole(
        _l("Fewest projects a voter must choose"),
        [Needed(_l("Enter the fewest projects a voter must choose"))],
        least=1,
        most=100,
        default=1,
    )
    max_choices = Whole(
        _l("Most projects a voter may choose"),
        [Needed(_l("Enter the most projects a voter may choose"))],
        least=1,
        most=100,
    )
    allow_change = Choice(
        _l("May people change their vote until voting closes?"),
        [Needed(_l("Choose whether people may change their vote"))],
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
        default="yes",
    )
    rule = Choice(
        _l("How are votes counted?"),
        choices=[
            ("greedy", _l("The most votes first; what costs too much is passed over")),
            ("greedy-stop", _l("The most votes first; stop at the first that costs too much")),
            ("greedy-per-cost", _l("The most votes for each pound first")),
            ("equal-shares", _l("Equal shares: each voter decides on the same part of the fund")),
        ],
        default="greedy",
    )
    completion = Choice(
        _l("With equal shares: what happens to money that is left?"),
        choices=[
            ("add1-utilitarian", _l("Give every voter a little more, then go by most votes")),
            ("add1", _l("Give every voter a little more")),
            ("utilitarian", _l("Go by most votes")),
            ("none", _l("Keep it for the next fund")),
        ],
        default="add1-utilitarian",
    )
    comparison = Choice(
        _l("With equal shares: take the most votes first instead, if more voters gain by it?"),
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
        default="no",
    )
    threshold = Whole(
        _l("Fewest votes that a project needs"),
        least=0,
        most=100_000,
        default=0,
    )
    proposals_open_at = Instant(
        _l("When do proposals open?"), [Needed(_l("Enter when proposals open"))]
    )
    proposals_close_at = Instant(
        _l("When do proposals close?"), [Needed(_l("Enter when proposals close"))]
    )
    voting_opens_at = Instant(_l("When does voting open?"), [Needed(_l("Enter when voting opens"))])
    voting_closes_at = Instant(
        _l("When does voting close?"), [Needed(_l("Enter when voting closes"))]
    )
    version = HiddenField()

    @property
    def about(self) -> dict[str, Any]:
        """What the engagement keeps of the answers."""
        return {
            name: self.locality_id if name == "locality_id" else self[name].data for name in ABOUT
        }

    @property
    def rules(self) -> RoundRules:
        """The answers as rules; ties by cost, votes and a drawn lot.

        What belongs to equal shares counts for nothing under another rule.
        """
        names = [field.name for field in fields_of(RoundRules) if field.name in self]
        typed = {name: self[name].data for name in names}
        typed["min_age"] = int(typed["min_age"])
        typed["ways"] = in_order(typed["ways"], Way)
        typed["connection"] = in_order(typed["connection"], Connection)
        typed["allow_change"] = typed["allow_change"] == "yes"
        typed["rule"], typed["threshold"] = typed["rule"] or "greedy", typed["threshold"] or 0
        shares = typed["rule"] == "equal-shares"
        typed["completion"] = (typed["completion"] or "none") if shares else "none"
        typed["comparison"] = shares and typed["comparison"] == "yes"
        return RoundRules(**typed, tie_order="cost,votes,lot")

    def refuse_rules(self, refusal: RulesRefused) -> None:
        """Put each fault on the field that it concerns."""
        for name, message in refusal.faults.items():
            self.refuse(_(message), self[name])

    @property
    def more_is_open(self) -> bool:
        """Whether the rules that need no answer show at once: one is unusual or at fault."""
        more = (self.rule, self.completion, self.comparison, self.threshold)
        return any(field.errors for field in more) or self.rule.data not in (None, "greedy")


class TrialForm(Form):
    """How large an invented vote to try the rules on. It is sent by GET and changes nothing."""

    class Meta:
        csrf = False

    voters = Whole(_l("Invented voters"), least=1, most=2000)
    projects = Whole(_l("Invented projects"), least=1, most=100)
    number = Whole(_l("Which invented vote"), least=1, most=1000)

    @property
    def trial(self) -> Trial:
        """The answers; what is missing or wrong is as it is unless asked for."""
        answers = {field.name: field.data for field in self if field.data and not field.errors}
        return replace(Trial(), **answers)


def round_answers(rules: RoundRules, about: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return what a form shows of a round that is being changed."""
    shown = {field.name: getattr(rules, field.name) for field in fields_of(RoundRules)}
    locality_id = about["locality_id"]
    return {
        **about,
        **shown,
        "locality": str(locality_id) if locality_id else "",
        "min_age": str(rules.min_age),
        "ways": rules.ways.split(","),
        "connection": rules.connection.split(","),
        "allow_change": "yes" if rules.allow_change else "no",
        "comparison": "yes" if rules.comparison else "no",
        "completion": rules.completion if rules.rule == "equal-shares" else "add1-utilitarian",
        "version": str(version),
    }


class ProposalForm(Form):
    """A proposal, by anybody. ``bodies`` are pairs of slug and name of the sender's own groups.

    ``reference`` was made with the page, so that sending it twice gives one proposal.
    """

    title = Text(
        _l("What is your project called?"),
        [Needed(_l("Enter what your project is called"))],
        most=120,
    )
    summary = LongText(
        _l("What will it do, and for whom?"),
        [Needed(_l("Enter what it will do, and for whom"))],
        most=2000,
    )
    cost_pence = Pounds(
        _l("How much money does it need?"), [Needed(_l("Enter how much money it needs"))]
    )
    postcode = Text(
        _l("Your postcode"), [Needed(_l("Enter your postcode, like AB10 1AB"))], most=12
    )
    body = Choice(_l("Who is it from?"), default="")
    name = Text(_l("Your name"), most=100)
    email = Email(_l("Your email address"), most=254)
    reference = HiddenField()

    def __init__(self, *args: Any, bodies: Sequence[tuple[str, str]] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.body.choices = [("", _l("From me")), *bodies]

    def draft(self, body_id: int | None, account_id: int | None) -> Draft:
        """Return the answers as a draft, for a body or for its sender."""
        return Draft(
            title=self.title.data or "",
            summary=self.summary.data or "",
            cost_pence=self.cost_pence.data,
            name=self.name.data or "",
            email=self.email.data or "",
            body_id=body_id,
            account_id=account_id,
        )

    def refuse_proposal(self, refusal: ProposalRefused) -> None:
        """Put a refusal on the field that it concerns."""
        self.refuse(_(str(refusal)), self[refusal.about] if refusal.about else None)


class ScreeningForm(Form):
    """The check of one proposal; ``version`` tells whether somebody decided it meanwhile."""

    decision = Choice(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[("accept", _l("Put it on the ballot")), ("leave_out", _l("Leave it out"))],
    )
    cost_pence = Pounds(_l("Cost that you checked"))
    cost_reason = LongText(_l("Why did the cost change?"), most=1000, rows=3)
    reason = LongText(_l("Why is it left out?"), most=1000, rows=3)
    version = HiddenField()

    def refuse_proposal(self, refusal: ProposalRefused) -> None:
        """Put a refusal on the field that it concerns."""
        self.refuse(_(str(refusal)), self[refusal.about] if refusal.about else None)
