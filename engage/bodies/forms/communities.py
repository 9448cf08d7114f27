"""What an officer is asked about a community whose outcomes may be poorer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.bodies.forms.register import YES_NO, worded
from engage.bodies.models import Community
from engage.bodies.rules.communities import KINDS, CommunityDetails, ZoneRefused, zone_codes
from engage.bodies.rules.register import name_key
from engage.web.fields import Choice, Choices, Day, LongText, Needed, Text, Whole
from engage.web.forms import Form


class CommunityForm(Form):
    """Who belongs to a community. ``localities`` are pairs of id (as text) and name."""

    name = Text(_l("Name of the community"), [Needed(_l("Enter a name"))], most=150)
    kind = Choice(
        _l("Is it about a place or about something that people share?"),
        [Needed(_l("Choose whether it is about a place"))],
        choices=worded(KINDS),
    )
    definition = LongText(
        _l("Who belongs to it?"), [Needed(_l("Enter who belongs to it"))], most=1000, rows=3
    )
    areas = Choices(_l("Localities"))
    zones = LongText(_l("Data zones"), most=5000, rows=3)
    disadvantaged = Choice(
        _l("Are its outcomes poorer because of disadvantage?"),
        [Needed(_l("Choose whether its outcomes are poorer"))],
        choices=YES_NO,
    )
    evidence = LongText(_l("How do you know?"), most=2000, rows=4)
    version = Whole(_l("Version"))

    def __init__(
        self,
        *args: Any,
        localities: list[tuple[str, str]],
        community: Community | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, data=_stored(community) if community else None, **kw)
        self.areas.choices = localities

    def validate_name(self, field: Any) -> None:
        """Refuse a name without a single letter or number."""
        if field.data and not name_key(field.data):
            raise ValidationError(str(_l("Enter a name with letters or numbers")))

    def validate_zones(self, field: Any) -> None:
        """Refuse what is no code, and a community of place without a place."""
        try:
            codes = zone_codes(field.data or "")
        except ZoneRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        if self.kind.data == "place" and not codes and not self.areas.data:
            raise ValidationError(str(_l("Choose a locality above, or enter data zones here")))

    def validate_evidence(self, field: Any) -> None:
        """Ask how it is known that outcomes are poorer."""
        if self.disadvantaged.data == "yes" and not field.data:
            raise ValidationError(str(_l("Enter how you know that its outcomes are poorer")))

    def details(self) -> CommunityDetails:
        """Return what was answered."""
        poorer = self.disadvantaged.data == "yes"
        return CommunityDetails(
            name=self.name.data or "",
            kind=self.kind.data,
            definition=self.definition.data or "",
            locality_ids=tuple(sorted(int(number) for number in self.areas.data or ())),
            zone_codes=zone_codes(self.zones.data or ""),
            disadvantaged=poorer,
            evidence=(self.evidence.data or "") if poorer else "",
        )


class VoiceForm(Form):
    """Which group speaks for a community, and how that is known."""

    body = Text(_l("Name of the group"), [Needed(_l("Enter the name of the group"))], most=150)
    why = LongText(
        _l("How do you know that it speaks for them?"),
        [Needed(_l("Enter how you know that it speaks for them"))],
        most=2000,
        rows=3,
    )


class PlanForm(Form):
    """What will be done to hear from a community."""

    what = LongText(_l("What will be done?"), [Needed(_l("Enter what will be done"))], 500, 2)
    who = Text(_l("Who does it?"), [Needed(_l("Enter who does it"))], most=100)
    due_on = Day(_l("By when?"), [Needed(_l("Enter the day"))])


class OutcomeForm(Form):
    """What came of an action."""

    outcome = LongText(
        _l("What came of it?"), [Needed(_l("Enter what came of it"))], most=1000, rows=3
    )


def _stored(community: Community) -> dict[str, Any]:
    return {
        "name": community.name,
        "kind": community.kind,
        "definition": community.definition,
        "areas": [str(row.locality_id) for row in community.localities],
        "zones": " ".join(row.zone_code for row in community.zones),
        "disadvantaged": "yes" if community.disadvantaged else "no",
        "evidence": community.evidence,
        "version": community.version,
    }
