"""What a group is asked about itself, and what an officer is asked about a group."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from engage.bodies.models import CommunityBody
from engage.bodies.rules.register import BASES, KINDS, WISHES, BodyDetails, name_key
from engage.web.fields import (
    Choice,
    Choices,
    Dropdown,
    Email,
    LongText,
    Needed,
    Text,
    Whole,
)
from engage.web.forms import Form

YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]


def worded(words: dict[str, str]) -> list[tuple[str, Any]]:
    """Return the choices of a field from a table of words that the catalogues know."""
    return [(value, _l(text)) for value, text in words.items()]


class BodyForm(Form):
    """What a group says of itself. ``localities`` are pairs of id (as text) and name."""

    name = Text(_l("Name of the group"), [Needed(_l("Enter the name of the group"))], most=150)
    kind = Choice(
        _l("What kind of group is it?"),
        [Needed(_l("Choose what kind of group it is"))],
        choices=worded(KINDS),
    )
    basis = Choice(
        _l("Is it about a place or an interest?"),
        [Needed(_l("Choose whether the group is about a place or an interest"))],
        choices=worded(BASES),
    )
    is_constituted = Choice(
        _l("Does it have a constitution or written rules?"),
        [Needed(_l("Choose whether the group has a constitution"))],
        choices=YES_NO,
    )
    purpose = LongText(
        _l("What is the group for?"), [Needed(_l("Enter what the group is for"))], most=1000, rows=4
    )
    areas = Choices(_l("Which areas does it cover?"))
    interests = Text(_l("Which interests does it speak for?"), most=300)
    represents_disadvantage = Choice(
        _l("Does it speak for people who face disadvantage?"),
        [Needed(_l("Choose whether the group speaks for people who face disadvantage"))],
        choices=YES_NO,
    )
    evidence = LongText(_l("Who are they, and how do you hear from them?"), most=2000, rows=4)
    contact_role = Text(_l("Your part in the group"), most=60)
    contact_email = Email(_l("Email address"), most=254)

    def __init__(
        self,
        *args: Any,
        localities: list[tuple[str, str]],
        body: CommunityBody | None = None,
        **kw: Any,
    ) -> None:
        data = {**_stored(body), **kw.pop("data", {})} if body is not None else kw.pop("data", None)
        super().__init__(*args, data=data, **kw)
        self.areas.choices = localities

    def validate_name(self, field: Any) -> None:
        """Refuse a name without a single letter or number."""
        if field.data and not name_key(field.data):
            raise ValidationError(str(_l("Enter a name with letters or numbers")))

    def validate_evidence(self, field: Any) -> None:
        """Ask for the evidence of a group that speaks for people who face disadvantage."""
        if self.represents_disadvantage.data == "yes" and not field.data:
            raise ValidationError(str(_l("Enter who they are and how you hear from them")))

    def details(self) -> BodyDetails:
        """Return what was answered. Evidence is kept only where it belongs to something."""
        speaks = self.represents_disadvantage.data == "yes"
        return BodyDetails(
            name=self.name.data or "",
            kind=self.kind.data,
            basis=self.basis.data,
            is_constituted=self.is_constituted.data == "yes",
            purpose=self.purpose.data or "",
            locality_ids=tuple(sorted(int(number) for number in self.areas.data or ())),
            interests=self.interests.data or "",
            represents_disadvantage=speaks,
            evidence=(self.evidence.data or "") if speaks else "",
            contact_role=self.contact_role.data or "",
            contact_email=self.contact_email.data or "",
        )


class ProposalForm(BodyForm):
    """Registering a group: what it is, and how far it wishes to take part (R03).

    ``reference`` was made with the page, so that sending it twice registers one group.
    """

    reference = HiddenField()
    wish = Choice(
        _l("How involved does the group want to be?"),
        [Needed(_l("Choose how involved the group wants to be"))],
        choices=worded(WISHES),
    )


class OfficerBodyForm(BodyForm):
    """A group that an officer registers; it may not have been asked for its wish yet."""

    contact_role = Text(_l("Who is the contact in the group?"), most=60)
    wish = Choice(
        _l("How involved does the group want to be?"),
        choices=[("", _l("We have not asked yet")), *worded(WISHES)],
        default="",
    )


class ChangeBodyForm(BodyForm):
    """Changing what stands of a group. ``version`` is the one that the page was opened on."""

    version = Whole(_l("Version"))


class WishForm(Form):
    """How far a group wishes to take part."""

    wish = Choice(
        _l("How involved does your group want to be?"),
        [Needed(_l("Choose how involved your group wants to be"))],
        choices=worded(WISHES),
    )


class ToldWishForm(WishForm):
    """What a group told an officer, who is no part of it."""

    wish = Choice(
        _l("How involved does the group want to be?"),
        [Needed(_l("Choose how involved the group wants to be"))],
        choices=worded(WISHES),
    )


class DeclineForm(Form):
    """Why a group is not accepted, in the words that it will read."""

    reason = LongText(
        _l("Reason, as the group will read it"), [Needed(_l("Enter the reason"))], most=1000, rows=4
    )


class RegardForm(Form):
    """Whether the partnership sees a group as one that it must hear from (R02)."""

    represents = Choice(
        _l("Does the group speak for people who face disadvantage?"),
        [Needed(_l("Choose whether the group speaks for people who face disadvantage"))],
        choices=YES_NO,
    )
    evidence = LongText(_l("How do you know?"), most=2000, rows=4)

    def validate_evidence(self, field: Any) -> None:
        """Ask how it is known that a group speaks for them."""
        if self.represents.data == "yes" and not field.data:
            raise ValidationError(str(_l("Enter how you know that the group speaks for them")))


class RegisterFilterForm(Form):
    """Finding a group on the register; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    words = Text(_l("Name"), most=100)
    basis = Dropdown(
        _l("Place or interest"),
        choices=[
            ("", _l("Both")),
            ("place", _l("Local groups")),
            ("interest", _l("Shared-interest groups")),
        ],
    )
    kind = Dropdown(_l("Kind of group"), choices=[("", _l("Every kind")), *worded(KINDS)])
    area = Dropdown(_l("Area"))
    interest = Text(_l("Interest"), most=60)
    wish = Dropdown(
        _l("How involved it wants to be"), choices=[("", _l("Any answer")), *worded(WISHES)]
    )

    def __init__(self, *args: Any, localities: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.area.choices = [("", _l("Every area")), *localities]


def _stored(body: CommunityBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "kind": body.kind,
        "basis": body.basis,
        "is_constituted": "yes" if body.is_constituted else "no",
        "purpose": body.purpose,
        "areas": [str(area.locality_id) for area in body.localities],
        "interests": body.interests,
        "represents_disadvantage": "yes" if body.represents_disadvantage else "no",
        "evidence": body.evidence,
        "contact_role": body.contact_role,
        "contact_email": body.contact_email,
        "version": body.version,
    }
