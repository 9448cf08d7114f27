"""What officers say when something needs a second person, and of the voters to check."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engage.budgeting.models import Voter, VoterReview
from engage.budgeting.rules.approvals import REMOVAL_WORDS, ApprovalRefused
from engage.budgeting.rules.plausibility import BY_HAND, REASON_WORDS
from engage.web.fields import Choice, Choices, Email, Instant, LongText, Needed, Text
from engage.web.filters import long_date
from engage.web.forms import Form


class _AskingForm(Form):
    """A form whose refusals name their field."""

    def refuse_request(self, refusal: Exception) -> None:
        """Put a refusal on the field that it concerns, or at the head of the form."""
        about = refusal.about if isinstance(refusal, ApprovalRefused) else ""
        self.refuse(refusal, next((field for field in self if field.name == about), None))


class ExtensionForm(_AskingForm):
    """When voting closes instead, and why: the reason is published."""

    until = Instant(
        _l("When does voting close instead?"), [Needed(_l("Enter when voting closes instead"))]
    )
    reason = LongText(
        _l("Why can people vote for longer?"),
        [Needed(_l("Enter why people can vote for longer"))],
        most=1000,
        rows=3,
    )


class ReviewForm(_AskingForm):
    """What becomes of some lines of the list to check, one by one or a whole group at once.

    Keeping needs no words; a removal needs both a reason from the list and the ground for it.
    """

    lines = Choices(_l("Which voters?"))
    decision = Choice(
        _l("What do you decide?"),
        [Needed(_l("Choose what you decide"))],
        choices=[("keep", _l("Keep their votes")), ("remove", _l("Ask to remove their votes"))],
    )
    code = Choice(_l("Why are they removed?"))
    reason = LongText(_l("How do you know?"), most=1000, rows=3)

    def __init__(self, *args: Any, rows: Sequence[tuple[VoterReview, Voter]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        rows = [(review, voter) for review, voter in rows if review.state == "waiting"]
        self._groups: defaultdict[str, list[str]] = defaultdict(list)
        for review, _voter in rows:
            if review.together:
                self._groups[f"group-{review.together}"].append(review.public_id)
        words = {review.together: _(REASON_WORDS[review.reason]) for review, _voter in rows}
        self.lines.choices = [
            (
                group,
                _(
                    "All %(number)s of group %(group)s: %(why)s",
                    number=len(ids),
                    group=group.removeprefix("group-"),
                    why=words[group.removeprefix("group-")],
                ),
            )
            for group, ids in self._groups.items()
        ] + [(review.public_id, line_words(review, voter)) for review, voter in rows]
        self.code.choices = [(code, _(words)) for code, words in REMOVAL_WORDS.items()]

    @property
    def chosen(self) -> list[str]:
        """The public ids of the chosen lines, each once, those of chosen groups with them."""
        picked = [self._groups.get(value, [value]) for value in self.lines.data or []]
        return list(dict.fromkeys(chain.from_iterable(picked)))

    def validate_code(self, field: Choice) -> None:
        """Ask for the reason of a removal; it is counted in public."""
        if self.decision.data == "remove" and not field.data:
            self.refuse(_("Choose why they are removed"), field)

    def validate_reason(self, field: LongText) -> None:
        """Ask for the ground of a removal: the second person goes by it."""
        if self.decision.data == "remove" and not (field.data or "").strip():
            self.refuse(_("Enter how you know"), field)


class ListingForm(_AskingForm):
    """Whom to put on the list to check, by what they registered with."""

    kind = Choice(
        _l("What do you know of them?"),
        [Needed(_l("Choose what you know of them"))],
        choices=[("email", _l("An email address")), ("code", _l("A voting code"))],
    )
    typed = Text(
        _l("The address or the code"), [Needed(_l("Enter the address or the code"))], most=254
    )
    reason = Choice(_l("Why should we look?"), [Needed(_l("Choose why we should look"))])

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.reason.choices = [(reason, _(REASON_WORDS[reason])) for reason in BY_HAND]


def line_words(review: VoterReview, voter: Voter) -> str:
    """Return one line of the list in words: why, since when, from where; nobody is named."""
    words = _(REASON_WORDS[review.reason])
    group = f" ({_('group')} {review.together})" if review.together else ""
    where = {
        "matched": _("lives in the area"),
        "outside": _("lives outside the area"),
        "unmatched": _("postcode not known"),
        "not_given": _("postcode not given"),
    }[voter.place]
    day = long_date(voter.registered_on)
    return f"{words}{group}: " + _("registered on %(day)s, %(where)s", day=day, where=where)


class ScrutineerForm(_AskingForm):
    """Who from outside may be the second person. The name is public, the address is not."""

    name = Text(_l("Their name"), [Needed(_l("Enter their name"))], most=100)
    email = Email(
        _l("Their email address"),
        [Needed(_l("Enter their email address, like name@example.org"))],
        most=254,
    )
