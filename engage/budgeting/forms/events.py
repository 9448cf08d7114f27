"""What officers say of an event, why it is cancelled, and how many came."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.models import RoundEvent
from engage.budgeting.rules.events import (
    KINDS,
    MOST_PEOPLE,
    EventFacts,
    EventRefused,
)
from engage.engagements.rules.access import ACCESS, SUPPORT, unpack
from engage.web.fields import Choice, Choices, Instant, LongText, Needed, Text, Whole
from engage.web.forms import Form


def event_words(event: RoundEvent) -> list[tuple[str, str]]:
    """Return what the place has and what support is offered, as pairs of heading and words."""
    access = [_(ACCESS[key]) for key in unpack(event.access)] + [event.access_note]
    support = [_(SUPPORT[key]) for key in unpack(event.support)]
    told = [
        (_("Getting in and taking part"), "; ".join(filter(None, access))),
        (_("Support we offer"), "; ".join(support)),
        (_("How to ask for support"), event.ask_for_support),
    ]
    return [(heading, words) for heading, words in told if words]


class EventForm(Form):
    """An event; ``version`` tells whether somebody changed it meanwhile."""

    kind = Choice(
        _l("What kind of event is it?"),
        [Needed(_l("Choose what kind of event it is"))],
        choices=[(key, _l(words)) for key, words in KINDS.items()],
        default="pitches",
    )
    title = Text(_l("What is it called?"), [Needed(_l("Enter what it is called"))], most=120)
    starts_at = Instant(_l("When does it start?"), [Needed(_l("Enter when it starts"))])
    ends_at = Instant(_l("When does it end?"), [Needed(_l("Enter when it ends"))])
    place = LongText(_l("Where is it?"), [Needed(_l("Enter where it is"))], most=300, rows=3)
    access = Choices(
        _l("What does the place have?"), choices=[(key, _l(w)) for key, w in ACCESS.items()]
    )
    access_note = LongText(_l("What else should people know about getting in?"), most=500, rows=3)
    support = Choices(
        _l("What support do you offer?"), choices=[(key, _l(w)) for key, w in SUPPORT.items()]
    )
    ask_for_support = LongText(_l("How do people ask for support?"), most=500, rows=3)
    version = HiddenField()

    @property
    def facts(self) -> EventFacts:
        """The answers as values."""
        return EventFacts(
            kind=self.kind.data,
            title=self.title.data,
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            place=self.place.data,
            access=tuple(self.access.data or ()),
            access_note=self.access_note.data or "",
            support=tuple(self.support.data or ()),
            ask_for_support=self.ask_for_support.data or "",
        )

    def refuse_event(self, refusal: EventRefused) -> None:
        """Put a refusal on the field that it concerns."""
        self.refuse(refusal, next((f for f in self if f.name == refusal.about), None))


def event_answers(event: RoundEvent) -> dict[str, Any]:
    """Return what a form shows of an event that is being changed."""
    same = ("kind", "title", "starts_at", "ends_at", "place", "access_note", "ask_for_support")
    return {name: getattr(event, name) for name in same} | {
        "access": unpack(event.access),
        "support": unpack(event.support),
        "version": str(event.version),
    }


class CancelForm(Form):
    """Why an event does not take place."""

    reason = LongText(
        _l("Why is it cancelled?"), [Needed(_l("Enter why it is cancelled"))], most=500, rows=3
    )
    version = HiddenField()


class AttendanceForm(Form):
    """How many people came."""

    attended = Whole(
        _l("How many people came?"),
        [Needed(_l("Enter how many people came"))],
        least=0,
        most=MOST_PEOPLE,
    )
    version = HiddenField()
