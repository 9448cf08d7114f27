"""Finding something on the shared calendar, entering it, and saying when elections are (R12)."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.engagements.forms.file import words_of
from engage.engagements.rules.about import TOPICS, is_web_address
from engage.engagements.rules.calendar import ENTRY_KINDS
from engage.engagements.rules.planning import KINDS
from engage.web.fields import Choice, Day, Dropdown, Instant, LongText, Needed, Text
from engage.web.forms import Form


class CalendarFilterForm(Form):
    """What to show; sent by GET, so it has no token. Pairs of id (as text) and name."""

    class Meta(Form.Meta):
        csrf = False

    partner = Dropdown(_l("Who leads or helps"))
    area = Dropdown(_l("Where"))
    kind = Dropdown(
        _l("Kind"),
        choices=[*words_of(KINDS, _l("Every kind")), ("partner", _l("Run by a partner elsewhere"))],
    )

    def __init__(
        self,
        *args: Any,
        partners: list[tuple[str, str]],
        areas: list[tuple[str, str]],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.partner.choices = [("", _l("Every partner")), *partners]
        self.area.choices = [("", _l("Everywhere")), *areas]


class EntryForm(Form):
    """A partner's own engagement that is not run on this site."""

    title = Text(_l("Title"), [Needed(_l("Enter a title"))], most=150)
    partner = Dropdown(_l("Which partner runs it?"), [Needed(_l("Choose the partner"))])
    kind = Dropdown(
        _l("Kind"),
        [Needed(_l("Choose a kind"))],
        choices=words_of(ENTRY_KINDS, _l("Choose a kind")),
    )
    about = LongText(_l("What is it for, and for whom?"), most=2000, rows=4)
    locality = Dropdown(_l("Where is it for?"))
    opens_at = Instant(_l("When does it start?"), [Needed(_l("Enter when it starts"))])
    closes_at = Instant(_l("When does it end?"), [Needed(_l("Enter when it ends"))])
    topic = Dropdown(_l("What is it about?"), choices=words_of(TOPICS, _l("Choose a subject")))
    changed_since = LongText(_l("What changed since people were last asked?"), most=2000, rows=4)
    link = Text(_l("Link"), most=500)
    is_public = Choice(
        _l("May everybody see it?"),
        choices=[("yes", _l("Yes, on the public calendar")), ("no", _l("No, partners only"))],
        default="yes",
    )

    def __init__(
        self,
        *args: Any,
        partners: list[tuple[str, str]],
        localities: list[tuple[str, str]],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.partner.choices = [("", _l("Choose a partner")), *partners]
        self.locality.choices = [("", _l("The whole area")), *localities]

    def validate_link(self, field: Any) -> None:
        """Refuse what is not the address of a page."""
        if field.data and not is_web_address(field.data):
            raise ValidationError(str(_l("Enter a link that starts with https://")))

    def validate_closes_at(self, field: Any) -> None:
        """Refuse an end before the start."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(str(_l("It must end after it starts")))

    @property
    def columns(self) -> dict[str, Any]:
        """What was entered, by column of an entry."""
        return {
            "title": self.title.data,
            "partner_id": int(self.partner.data),
            "kind": self.kind.data,
            "about": self.about.data or "",
            "locality_id": int(self.locality.data) if self.locality.data else None,
            "opens_at": self.opens_at.data,
            "closes_at": self.closes_at.data,
            "topic": self.topic.data or "",
            "changed_since": self.changed_since.data or "",
            "link": self.link.data or "",
            "is_public": self.is_public.data != "no",
        }


class ElectionForm(Form):
    """An election and the time before it in which a council says little."""

    title = Text(_l("Which election?"), [Needed(_l("Enter which election"))], most=150)
    poll_on = Day(_l("Day of the poll"), [Needed(_l("Enter the day of the poll"))])
    quiet_from = Day(
        _l("First day of the quiet time"), [Needed(_l("Enter the first day of the quiet time"))]
    )
    source = LongText(
        _l("Where do the dates come from?"),
        [Needed(_l("Enter where the dates come from"))],
        most=2000,
        rows=4,
    )

    def validate_quiet_from(self, field: Any) -> None:
        """Refuse a quiet time that begins after the poll."""
        if field.data and self.poll_on.data and field.data > self.poll_on.data:
            raise ValidationError(str(_l("The quiet time must begin before the poll")))
