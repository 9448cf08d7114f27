"""What the file of an engagement asks (R10): stage, worth, subject, partners, packs."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.engagements.forms.planning import DatedEngagementForm
from engage.engagements.models import Engagement
from engage.engagements.rules.about import (
    FORMATS,
    LANGUAGES,
    MOST_PACK_BYTES,
    STAGES,
    TOPICS,
    PackRefused,
    is_web_address,
    read_pack,
)
from engage.engagements.rules.reuse import NOTICES
from engage.web.fields import (
    Agreement,
    Choice,
    Choices,
    Day,
    Dropdown,
    LongText,
    Needed,
    Pounds,
    Text,
    Upload,
    Whole,
)
from engage.web.forms import Form

#: The largest value in pence that somebody means, and not a slip of the keyboard.
MOST_PENCE = 100_000_000_000


def words_of(table: Mapping[str, str], first: Any = None) -> list[tuple[str, Any]]:
    """Return the choices of a table of words; ``first`` stands before them for no choice."""
    head = [] if first is None else [("", first)]
    return [*head, *((code, _l(words)) for code, words in table.items())]


class FileForm(Form):
    """What every engagement's file says. ``partners`` are pairs of id (as text) and name."""

    methods = LongText(_l("How do people take part?"), most=2000)
    stage = Dropdown(_l("How far is the decision?"), choices=words_of(STAGES))
    value = Pounds(_l("What is it worth, in pounds?"))
    topic = Dropdown(_l("What is it about?"), choices=words_of(TOPICS, _l("Choose a subject")))
    changed_since = LongText(_l("What changed since people were last asked?"), most=2000, rows=4)
    minutes_asked = Whole(_l("How many minutes does it ask of each group?"), least=1, most=6000)
    is_public = Choice(
        _l("May everybody see it?"),
        choices=[("yes", _l("Yes, on the public calendar")), ("no", _l("No, by invitation only"))],
        default="yes",
    )
    lead = Dropdown(_l("Who leads it?"))
    partners = Choices(_l("Which partners help to run it?"))
    reuse_notice = Choice(
        _l("What are people told about later uses of what they say?"), choices=words_of(NOTICES)
    )
    reuse_words = LongText(_l("In which words are they told?"), most=2000, rows=4)

    def __init__(self, *args: Any, partners: list[tuple[str, str]] = (), **kw: Any) -> None:  # type: ignore[assignment]
        super().__init__(*args, **kw)
        self.lead.choices = [("", _l("Choose a partner")), *partners]
        self.partners.choices = list(partners)

    def validate_value(self, field: Any) -> None:
        """Refuse a value that nobody means."""
        if field.data is not None and field.data > MOST_PENCE:
            raise ValidationError(str(_l("Enter an amount of £1,000,000,000 or less")))

    def validate_reuse_words(self, field: Any) -> None:
        """Ask for the words of a notice that lets others use what people say."""
        if self.reuse_notice.data in ("published", "plans") and not field.data:
            raise ValidationError(str(_l("Enter the words in which people are told")))

    @property
    def file_about(self) -> dict[str, Any]:
        """What was entered, by column of an engagement."""
        return {
            "methods": self.methods.data or "",
            "stage": self.stage.data or "understand",
            "value_pence": self.value.data,
            "topic": self.topic.data or "",
            "changed_since": self.changed_since.data or "",
            "minutes_asked": self.minutes_asked.data,
            "is_public": self.is_public.data != "no",
            "reuse_notice": self.reuse_notice.data or "",
            "reuse_words": self.reuse_words.data or "",
            "lead_partner_id": int(self.lead.data) if self.lead.data else None,
        }

    @property
    def partner_ids(self) -> list[int]:
        """The partners that help, beside the one that leads."""
        return [int(number) for number in self.partners.data or []]


class EventForm(FileForm, DatedEngagementForm):
    """An event, one that is neither a consultation nor a vote, and its file, on one page."""

    asked_first = (
        "title", "purpose", "level", "open_to_change", "fixed", "locality", "opens_at",
        "closes_at", "methods", "support_offered", "topic", "changed_since", "value",
    )  # fmt: skip

    def validate_methods(self, field: Any) -> None:
        """An event says how people take part in it."""
        if not field.data:
            raise ValidationError(str(_l("Enter how people take part")))

    @property
    def about(self) -> dict[str, Any]:
        """What was entered, by column of an engagement."""
        return {
            **self.file_about,
            "title": self.title.data,
            "purpose": self.purpose.data,
            "level": self.level.data,
            "open_to_change": self.open_to_change.data,
            "fixed": self.fixed.data,
            "support_offered": self.support_offered.data or "",
            "locality_id": self.locality_id,
            "opens_at": self.opens_at.data,
            "closes_at": self.closes_at.data,
        }


def file_answers(engagement: Engagement, partner_ids: list[int]) -> dict[str, Any]:
    """Return what an engagement says, as the two forms above ask it."""
    names = (
        "title", "purpose", "level", "open_to_change", "fixed", "support_offered", "opens_at",
        "closes_at", "methods", "stage", "topic", "changed_since", "minutes_asked",
        "reuse_notice", "reuse_words",
    )  # fmt: skip
    return {
        **{name: getattr(engagement, name) for name in names},
        "value": engagement.value_pence,
        "locality": str(engagement.locality_id or ""),
        "lead": str(engagement.lead_partner_id or ""),
        "partners": [str(number) for number in partner_ids],
        "is_public": "yes" if engagement.is_public else "no",
    }


class PackForm(Form):
    """One more thing for people to read."""

    title = Text(_l("Title"), [Needed(_l("Enter a title"))], most=150)
    version = Text(_l("Version"), [Needed(_l("Enter a version, like 1"))], most=20, default="1")
    format_ = Dropdown(
        _l("Form"), [Needed(_l("Choose a form"))], choices=words_of(FORMATS, _l("Choose a form"))
    )
    language = Dropdown(_l("Language"), choices=words_of(LANGUAGES), default="en")
    link = Text(_l("Link"), most=500)
    file = Upload(_l("Or a PDF file"))
    published_on = Day(
        _l("When was it published, or will it be?"), [Needed(_l("Enter when it is published"))]
    )

    #: The file's bytes once it was judged; None where none was sent.
    pdf: bytes | None = None

    def validate_link(self, field: Any) -> None:
        """Refuse what is not the address of a page."""
        if field.data and not is_web_address(field.data):
            raise ValidationError(str(_l("Enter a link that starts with https://")))

    def validate_file(self, field: Any) -> None:
        """Refuse what is not a PDF file of a sensible size."""
        if field.data is not None:
            try:
                self.pdf = read_pack(field.data.stream.read(MOST_PACK_BYTES + 1))
            except PackRefused as refusal:
                raise ValidationError(str(_l(str(refusal)))) from refusal


class RulesForm(Form):
    """From which value on all 38 indicators apply."""

    standards_from = Pounds(
        _l("From how many pounds on do all 38 questions apply?"),
        [Needed(_l("Enter an amount in pounds, like 25,000"))],
    )
    value_always_needed = Agreement(
        _l("Ask for the value of consultations and votes too, before they open")
    )

    validate_standards_from = FileForm.validate_value
