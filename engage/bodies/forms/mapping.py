"""Where a locality stands on the map of groups."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.places.rules.maps import PointRefused, read_place
from engage.web.fields import Needed, Text
from engage.web.forms import Form


class PointForm(Form):
    """One point, as telephones and maps write it."""

    point = Text(
        _l("Latitude and longitude"), [Needed(_l("Enter latitude and longitude"))], most=60
    )

    def validate_point(self, field: Any) -> None:
        """Refuse what is no point in Scotland."""
        try:
            read_place(field.data or "")
        except PointRefused as refusal:
            raise ValidationError(_(str(refusal))) from refusal
