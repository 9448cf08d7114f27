"""What officers say of an event: what it is, who came, what was said, which photographs."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from engage.engagements.models import EngagementEvent
from engage.engagements.rules.access import ACCESS, SUPPORT, unpack
from engage.engagements.rules.events import (
    CONSENTS,
    MOST_PEOPLE,
    EventFacts,
    EventRefused,
    Method,
    read_postcodes,
)
from engage.web.fields import (
    Agreement,
    AltText,
    Choice,
    Choices,
    Day,
    Dropdown,
    Instant,
    LongText,
    Needed,
    Photograph,
    Text,
    Whole,
)
from engage.web.forms import Form


def event_words(event: EngagementEvent) -> list[tuple[str, str]]:
    """Return what the place has and what support is offered, as pairs of heading and words."""
    access = [_(ACCESS[key]) for key in unpack(event.access)] + [event.access_note]
    support = [_(SUPPORT[key]) for key in unpack(event.support)]
    room = _("For %(people)s people", people=event.capacity) if event.capacity else ""
    told = [
        (_("Getting in and taking part"), "; ".join(filter(None, access))),
        (_("Support we offer"), "; ".join(support)),
        (_("How to ask for support"), event.ask_for_support),
        (_("Room"), room),
    ]
    return [(heading, words) for heading, words in told if words]


class RefusingForm(Form):
    """A form that puts a refusal on the field that it is about.

    ``status`` is what its page is answered with: 409 where somebody was faster.
    """

    status = 200

    def refuse_stale(self) -> None:
        """Say that what is changed here was changed meanwhile."""
        self.status = 409
        self.refuse(
            _("Somebody changed this before you. Load the page again and check what is there.")
        )

    def refuse_about(self, refusal: Any) -> None:
        """Put a refusal with an ``about`` on the field of that name, or at the head."""
        self.refuse(refusal, next((f for f in self if f.name == refusal.about), None))


class EventForm(RefusingForm):
    """An event; ``version`` tells whether somebody changed it meanwhile.

    ``engagements`` are pairs of id (as text) and title, None for an event that has its engagement;
    ``localities`` are pairs of id (as text) and name.
    """

    engagement = Dropdown(
        _l("Which consultation, vote or other engagement is it part of?"),
        [Needed(_l("Choose what it is part of"))],
    )
    title = Text(_l("What is it called?"), [Needed(_l("Enter what it is called"))], most=120)
    method = Dropdown(_l("What kind of event is it?"), [Needed(_l("Choose what kind it is"))])
    starts_at = Instant(_l("When does it start?"), [Needed(_l("Enter when it starts"))])
    ends_at = Instant(_l("When does it end?"), [Needed(_l("Enter when it ends"))])
    place = LongText(_l("Where is it?"), [Needed(_l("Enter where it is"))], most=300, rows=3)
    locality = Dropdown(_l("Which area is it in?"))
    capacity = Whole(_l("How many people is there room for?"), least=1, most=MOST_PEOPLE)
    access = Choices(
        _l("What does the place have?"), choices=[(key, _l(w)) for key, w in ACCESS.items()]
    )
    access_note = LongText(_l("What else should people know about getting in?"), most=500, rows=3)
    support = Choices(
        _l("What support do you offer?"), choices=[(key, _l(w)) for key, w in SUPPORT.items()]
    )
    ask_for_support = LongText(_l("How do people ask for support?"), most=500, rows=3)
    version = HiddenField()

    def __init__(
        self,
        *args: Any,
        methods: Sequence[Method],
        localities: Sequence[tuple[str, str]],
        engagements: Sequence[tuple[str, str]] | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.method.choices = [("", _("Choose"))] + [
            (m.key, _(m.name)) for m in methods if m.is_offered or m.key == self.method.data
        ]
        self.locality.choices = [("", _("Not in one area of ours")), *localities]
        if engagements is None:
            del self.engagement
        else:
            self.engagement.choices = [("", _("Choose")), *engagements]

    @property
    def facts(self) -> EventFacts:
        """The answers as values."""
        return EventFacts(
            title=self.title.data,
            method=self.method.data,
            starts_at=self.starts_at.data,
            ends_at=self.ends_at.data,
            place=self.place.data,
            locality_id=int(self.locality.data) if self.locality.data else None,
            capacity=self.capacity.data,
            access=tuple(self.access.data or ()),
            access_note=self.access_note.data or "",
            support=tuple(self.support.data or ()),
            ask_for_support=self.ask_for_support.data or "",
        )


def event_answers(event: EngagementEvent) -> dict[str, Any]:
    """Return what a form shows of an event that is being changed."""
    same = ("title", "starts_at", "ends_at", "place", "capacity", "access_note", "ask_for_support")
    return {name: getattr(event, name) for name in same} | {
        "method": event.method_key,
        "locality": str(event.locality_id or ""),
        "access": unpack(event.access),
        "support": unpack(event.support),
        "version": str(event.version),
    }


class CancelForm(RefusingForm):
    """Why an event does not take place."""

    reason = LongText(
        _l("Why is it cancelled?"), [Needed(_l("Enter why it is cancelled"))], most=500, rows=3
    )
    version = HiddenField()


class AttendanceForm(RefusingForm):
    """How many people came, from where, and which groups.

    ``placed`` is how many an earlier count placed by postcode; of those postcodes none was kept.
    """

    people = Whole(
        _l("How many people came?"),
        [Needed(_l("Enter how many people came"))],
        least=0,
        most=MOST_PEOPLE,
    )
    postcodes = LongText(_l("Postcodes of those who gave one"), most=20_000, rows=8)
    forget = Agreement(_l("Take out the postcodes that were counted before"))
    bodies = LongText(_l("Groups that came"), most=5000, rows=4)
    version = HiddenField()

    def __init__(self, *args: Any, placed: int, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.found: dict[str, int] = {}
        if not placed:
            del self.forget

    def validate_postcodes(self, field: LongText) -> None:
        """Read the list, or say which entries are no postcodes."""
        try:
            self.found = read_postcodes(field.data or "")
        except EventRefused as refusal:
            raise ValidationError(str(refusal)) from refusal

    @property
    def names(self) -> list[str]:
        """The names of groups, as they were typed."""
        return [name.strip() for name in (self.bodies.data or "").split("\n") if name.strip()]

    @property
    def keeps_placed(self) -> bool:
        """Whether the places of an earlier count stand: no postcodes were typed anew."""
        has_forget = "forget" in self
        return has_forget and not self.found and not self.forget.data


def attendance_form(
    localities: Sequence[tuple[str, str]], placed: int, data: dict[str, Any]
) -> AttendanceForm:
    """Return the form with a box for how many came from each locality (``area_<id>``)."""
    boxes = {f"area_{key}": Whole(name, least=0, most=MOST_PEOPLE) for key, name in localities}
    form: AttendanceForm = type("AreasForm", (AttendanceForm,), boxes)(placed=placed, data=data)
    return form


class NotesForm(RefusingForm):
    """What was said at an event, twice: as it was taken down, and as everybody may read it."""

    rough_notes = LongText(_l("Notes as they were taken down"), most=20_000, rows=8)
    notes = LongText(_l("What was said, for everybody to read"), most=20_000, rows=10)
    version = HiddenField()


class EventPhotographForm(RefusingForm):
    """A photograph of an event, described, with how those on it agreed."""

    photograph = Photograph(_l("Photograph"), [Needed(_l("Choose a photograph"))])
    alt = AltText(_l("What is on the photograph?"))
    consent = Choice(
        _l("May it be shown?"),
        [Needed(_l("Say how those who can be recognised agreed"))],
        choices=[(key, _l(words)) for key, words in CONSENTS.items()],
    )
    consent_on = Day(_l("On which day did they agree?"), [Needed(_l("Enter the day"))])


class MethodForm(RefusingForm):
    """A method of the catalogue."""

    name = Text(_l("Name of the method"), [Needed(_l("Enter a name"))], most=60)
    words = Text(_l("What is it good for?"), most=200)
    is_offered = Agreement(_l("Offer it when an event is planned"), default=True)


class EventFilterForm(Form):
    """Finding an event; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    words = Text(_l("Title or place"), most=100)
    area = Dropdown(_l("Area"))

    def __init__(self, *args: Any, localities: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.area.choices = [("", _("All areas")), *localities]

    @property
    def locality_id(self) -> int | None:
        """The chosen locality's id; None for all."""
        return int(self.area.data) if self.area.data and not self.area.errors else None
