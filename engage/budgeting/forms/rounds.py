"""What officers say of a round, and trying its rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.actions.rounds import ABOUT
from engage.budgeting.forms.pots import PotRows
from engage.budgeting.rules.ballot_types import ANY_NUMBER, MOST_POINTS, MOST_WORTH, BallotKind
from engage.budgeting.rules.pots import EachVoter
from engage.budgeting.rules.presets import DATES, OPEN_DATES, Preset, dates_of
from engage.budgeting.rules.refusals import RulesRefused
from engage.budgeting.rules.rounds import VOTING_AGES, RoundRules
from engage.budgeting.rules.trial import MOST_PROJECTS, Trial
from engage.budgeting.rules.ways import USUAL_WAYS, Connection, Way, in_order
from engage.engagements.forms.planning import EngagementForm
from engage.web.fields import (
    Choice,
    Choices,
    Day,
    Dropdown,
    Instant,
    LongText,
    Needed,
    Pounds,
    Whole,
)
from engage.web.forms import Form

#: Rules that are asked as yes or no.
YES_OR_NO = (
    "allow_change",
    "has_proposals",
    "must_hear_pitches",
    "takes_paper",
    "separate_contests",
)
#: Where people vote: neither online, nor both, but on paper only. Then no way online is declared.
PAPER_ALONE = "alone"
#: The largest fund, in pence: several times the whole 1% of Scotland's largest council, so that
#: more is a slip.
MOST_FUND_PENCE = 100_000_000_00
#: What an answer that was not sent means, for rules that need none.
USUAL = {"who_may_propose": "either", "money_kind": "revenue", "money_source": "grants"}


def preset_answers(preset: Preset, at: datetime) -> dict[str, Any]:
    """Return what the form shows of a preset: its words translated, its dates from ``at`` on."""
    answers: dict[str, Any] = {**preset.rules, **dates_of(preset, at)}
    for name in YES_OR_NO:
        if name in answers:
            answers[name] = "yes" if answers[name] else "no"
    if answers.get("ways") == "":
        answers["takes_paper"] = PAPER_ALONE
        del answers["ways"]
    for name in ("ways", "connection"):
        if name in answers:
            answers[name] = answers[name].split(",")
    answers["min_age"] = str(answers["min_age"])
    answers["who_may_vote"] = _(answers["who_may_vote"])
    return answers | {name: _(w) if name != "level" else w for name, w in preset.about.items()}


#: The types of ballot that limit themselves, whatever the number of projects on one.
OPEN_ENDED = (BallotKind.SPEND, BallotKind.POINTS)

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
    """A round and its rules; ``version`` tells whether somebody changed it meanwhile.

    What is asked first is all that a preset leaves open; the rest stands under “More rules”,
    filled in. ``partners`` are pairs of id (as text) and name.
    """

    asked_first = (
        "title", "locality", "pot_pence", "who_may_vote", "min_age", "connection", *DATES,
    )  # fmt: skip

    pot_pence = Pounds(
        _l("How much is in the fund?"), [Needed(_l("Enter how much is in the fund"))], some=True
    )
    pots = PotRows(_l("Is the fund split into parts?"))
    pots_each_voter = Choice(
        _l("If the fund has parts: in how many of them does one person vote?"),
        choices=[
            (EachVoter.ALL.value, _l("In every part, if they wish")),
            (EachVoter.ONE.value, _l("In one part that they pick")),
        ],
        default=EachVoter.ALL.value,
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
        _l("How do people show that they can vote online?"),
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
        least=1,
        most=ANY_NUMBER,
    )
    ballot_type = Choice(
        _l("How do people vote?"),
        choices=[
            (BallotKind.APPROVAL.value, _l("They choose projects")),
            (BallotKind.SPEND.value, _l("They choose projects that the fund can pay for together")),
            (BallotKind.POINTS.value, _l("They share out points")),
            (BallotKind.RANKING.value, _l("They put projects in order, their first choice first")),
            (BallotKind.BOOST.value, _l("They choose projects and boost one of them")),
        ],
        default=BallotKind.APPROVAL.value,
    )
    points = Whole(_l("With points: how many has each voter?"), least=1, most=MOST_POINTS)
    most_points = Whole(_l("With points: the most for one project"), least=1, most=MOST_POINTS)
    boost_worth = Whole(
        _l("With a boost: how many votes does a boosted vote count?"),
        least=2,
        most=MOST_WORTH,
        default=2,
    )
    allow_change = Choice(
        _l("May people change their vote until voting closes?"),
        [Needed(_l("Choose whether people may change their vote"))],
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
        default="yes",
    )
    takes_paper = Choice(
        _l("Where can people vote?"),
        choices=[
            ("no", _l("Online")),
            ("yes", _l("Online, and on paper at stations")),
            (PAPER_ALONE, _l("On paper alone, in a hall or at stations")),
        ],
        default="no",
    )
    separate_contests = Choice(
        _l("If people can vote on paper: may one person vote in both ways?"),
        choices=[
            ("no", _l("No, each person has one vote")),
            ("yes", _l("Yes, once online and once on paper")),
        ],
        default="no",
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
    leftover = Choice(
        _l("What happens to money that is left at the end?"),
        choices=[
            ("keep", _l("Keep it for the next fund")),
            ("smaller_award", _l("Offer it as a smaller award to the next project that takes it")),
        ],
        default="keep",
    )
    threshold = Whole(
        _l("Fewest votes that a project needs"),
        least=0,
        most=100_000,
        default=0,
    )
    lead_partner = Dropdown(_l("Who runs it?"))
    has_proposals = Choice(
        _l("Can people send proposals?"),
        choices=[
            ("yes", _l("Yes, between the dates above")),
            ("no", _l("No, we put the projects on the ballot ourselves")),
        ],
        default="yes",
    )
    who_may_propose = Choice(
        _l("Who may send a proposal?"),
        choices=[
            ("either", _l("Residents and local groups")),
            ("resident", _l("Residents only")),
            ("body", _l("Local groups only")),
        ],
        default="either",
    )
    money_kind = Choice(
        _l("What may the money be spent on?"),
        choices=[
            ("revenue", _l("Running costs and activities")),
            ("capital", _l("Things that last, like equipment and buildings")),
        ],
        default="revenue",
    )
    money_source = Choice(
        _l("Where does the money come from?"),
        choices=[
            ("grants", _l("A grant or a gift")),
            ("mainstream", _l("The council's own budget, or another public body's")),
        ],
        default="grants",
    )
    deliver_by = Day(_l("When must the projects be finished?"))
    must_hear_pitches = Choice(
        _l("Must people hear every pitch before they vote?"),
        choices=[("yes", _l("Yes")), ("no", _l("No"))],
        default="no",
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
    discussion_opens_at = Instant(_l("When do questions about the proposals open?"))
    discussion_closes_at = Instant(_l("When do questions close?"))
    reply_days = Whole(
        _l("For how many days may people reply whose proposal is left out?"),
        least=0,
        most=60,
        default=5,
    )
    challenge_days = Whole(
        _l("For how many days after the close can the result be challenged?"),
        least=0,
        most=366,
        default=95,
    )
    version = HiddenField()

    def __init__(self, *args: Any, partners: Sequence[tuple[str, str]] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.pots.places = self.locality.choices[1:]
        self.lead_partner.choices = [("", _l("A group that is not a public body")), *partners]

    @property
    def lead_partner_id(self) -> int | None:
        """The chosen partner's id; None is a group that is none."""
        return int(self.lead_partner.data) if self.lead_partner.data else None

    @property
    def about(self) -> dict[str, Any]:
        """What the engagement keeps of the answers."""
        ids = {"locality_id": self.locality_id, "lead_partner_id": self.lead_partner_id}
        return {name: ids[name] if name in ids else self[name].data for name in ABOUT}

    @property
    def rules(self) -> RoundRules:
        """The answers as rules; ties by cost, votes and a drawn lot.

        What belongs to equal shares counts for nothing under another rule, and what belongs to
        one type of ballot counts for nothing on another. What is missing, which the form says, is
        filled in so that it adds no fault of its own.
        """
        names = [field.name for field in fields_of(RoundRules) if field.name in self]
        typed = _filled({name: self[name].data for name in names})
        typed["min_age"] = int(typed["min_age"])
        alone = typed["takes_paper"] == PAPER_ALONE
        for name in YES_OR_NO:
            typed[name] = typed[name] == "yes"
        typed["takes_paper"] = typed["takes_paper"] or alone
        typed["ways"] = "" if alone else in_order(typed["ways"] or [], Way)
        typed["connection"] = in_order(typed["connection"], Connection)
        for name in USUAL:
            typed[name] = typed[name] or USUAL[name]
        if not typed["has_proposals"] and typed["voting_opens_at"]:
            typed["proposals_close_at"] = typed["voting_opens_at"]
            typed["proposals_open_at"] = typed["voting_opens_at"] - timedelta(days=1)
        typed["rule"], typed["threshold"] = typed["rule"] or "greedy", typed["threshold"] or 0
        if typed["challenge_days"] is None:
            typed.pop("challenge_days")
        typed["reply_days"] = typed["reply_days"] or 0
        typed["leftover"] = typed["leftover"] or "keep"
        each = typed["pots_each_voter"] or EachVoter.ALL.value
        typed["pots_each_voter"] = each if typed["pots"] else ""
        shares = typed["rule"] == "equal-shares"
        typed["completion"] = (typed["completion"] or "none") if shares else "none"
        typed["comparison"] = shares and typed["comparison"] == "yes"
        typed |= self._ballot(typed)
        return RoundRules(**typed, tie_order="cost,votes,lot")

    def _ballot(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        kind = BallotKind(typed["ballot_type"] or "approval")
        with_points, boosts = kind is BallotKind.POINTS, kind is BallotKind.BOOST
        points = (typed["points"] or 0) if with_points else 0
        return {
            "ballot_type": kind.value,
            "max_choices": typed["max_choices"] or ANY_NUMBER,
            "points": points,
            "most_points": (typed["most_points"] or points) if with_points else 0,
            "boost_worth": (typed["boost_worth"] or 2) if boosts else 2,
        }

    def validate_max_choices(self, field: Whole) -> None:
        """Only where something else limits a ballot, the number of projects may stay open."""
        if field.data is None and not field.errors and self.ballot_type.data not in OPEN_ENDED:
            self.refuse(_("Enter the most projects a voter may choose"), field)

    def judge(self, faults_of: Callable[[RoundRules], Mapping[str, str]]) -> None:
        """Say what doesn't fit together beside what single answers lack, so that all is told at
        once. An answer that no page of ours offers leaves nothing to judge."""
        try:
            rules = self.rules
        except ValueError:
            return
        self.refuse_rules(RulesRefused(faults_of(rules)))

    def refuse_rules(self, refusal: RulesRefused) -> None:
        """Put each fault on the field that it concerns, unless something is wrong there already."""
        for name, message in refusal.faults.items():
            if not self[name].errors:
                self.refuse(_(message), self[name])

    def validate_pot_pence(self, field: Pounds) -> None:
        """Refuse a fund that can only be a slip."""
        if field.data and field.data > MOST_FUND_PENCE:
            self.refuse(_("Enter a fund of £100,000,000 or less"), field)

    def cap_awards(self) -> bool:
        """Bring awards that were filled in, and left so, down to the fund; True if any was."""
        pot = self.pot_pence.data
        over = [
            field
            for field in (self.max_award_pence, self.min_award_pence)
            if pot and field.data and field.data == field.object_data and field.data > pot
        ]
        for field in over:
            field.data, field.raw_data = pot, None
        return bool(over)

    @property
    def more_is_open(self) -> bool:
        """Whether the rules that need no answer show at once: one of them is at fault."""
        return any(field.errors for field in self if field.name not in self.asked_first)


def _filled(typed: Mapping[str, Any]) -> dict[str, Any]:
    least = typed["min_award_pence"] or 0
    filled = {
        **typed,
        "min_award_pence": least,
        "max_award_pence": typed["max_award_pence"] or least,
        "pot_pence": typed["pot_pence"] or typed["max_award_pence"] or least or 1,
        "min_choices": typed["min_choices"] or 1,
        "min_age": typed["min_age"] or "0",
    }
    known = [typed[name] for name in DATES if typed[name]]
    last = min(known, default=datetime(2000, 1, 1, tzinfo=UTC)) - timedelta(days=1)
    for name in DATES:
        last = filled[name] = typed[name] or last + timedelta(seconds=1)
    return filled


class RuleChangeForm(RoundForm):
    """New rules for a round that is public, with the reason that everybody reads."""

    asked_first = ("reason", *RoundForm.asked_first)

    reason = LongText(
        _l("Why do the rules change?"), [Needed(_l("Enter why the rules change"))], most=1000
    )

    @property
    def rules(self) -> RoundRules:
        """The answers as rules; a date that was left as it is keeps its parts of a second."""
        typed = super().rules
        kept = {
            name: self[name].object_data
            for name in (*DATES, *OPEN_DATES)
            if getattr(typed, name) is not None
            and self[name].object_data is not None
            and abs(getattr(typed, name) - self[name].object_data) < timedelta(seconds=1)
        }
        return replace(typed, **kept)


class TrialForm(Form):
    """How large an invented vote to try the rules on. It is sent by GET and changes nothing."""

    class Meta:
        csrf = False

    voters = Whole(_l("Invented voters"), least=1, most=2000)
    projects = Whole(_l("Invented projects"), least=1, most=MOST_PROJECTS)
    number = Whole(_l("Which invented vote"), least=1, most=1000)

    @property
    def trial(self) -> Trial:
        """The answers; what is missing or wrong is as it is unless asked for."""
        answers = {field.name: field.data for field in self if field.data and not field.errors}
        return replace(Trial(), **answers)


def round_answers(rules: RoundRules, about: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return what a form shows of a round that is being changed."""
    shown = {field.name: getattr(rules, field.name) for field in fields_of(RoundRules)}
    return {
        **about,
        **shown,
        **{name: "yes" if shown[name] else "no" for name in YES_OR_NO},
        "takes_paper": {"": PAPER_ALONE}.get(rules.ways, "yes" if rules.takes_paper else "no"),
        "ways": (rules.ways or USUAL_WAYS).split(","),
        "connection": rules.connection.split(","),
        "locality": str(about["locality_id"] or ""),
        "lead_partner": str(about["lead_partner_id"] or ""),
        "min_age": str(rules.min_age),
        "pots_each_voter": rules.pots_each_voter or EachVoter.ALL.value,
        "comparison": "yes" if rules.comparison else "no",
        "completion": rules.completion if rules.rule == "equal-shares" else "add1-utilitarian",
        "max_choices": rules.max_choices if rules.max_choices < ANY_NUMBER else None,
        "points": rules.points or None,
        "most_points": rules.most_points or None,
        "version": str(version),
    }
