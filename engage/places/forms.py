"""What the pages of places ask."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from engage.places.rules import Placing
from engage.places.rules.postcodes import tidy_postcode
from engage.web.fields import Choice, Needed, Text, Upload, Whole
from engage.web.forms import Form


class PostcodeForm(Form):
    """One box; what is typed is looked up and forgotten."""

    postcode = Text(
        _l("Your postcode"), [Needed(_l("Enter your postcode, like AB10 1AB"))], most=20
    )


class PlacedForm(Form):
    """A form with a postcode that is asked about once where the directory doesn't hold it.

    New houses come before their entry in the directory, so the same postcode sent again goes on.
    """

    postcode = Text(
        _l("Your postcode"), [Needed(_l("Enter your postcode, like AB10 1AB"))], most=12
    )
    unknown = HiddenField()

    def takes(self, placing: Placing) -> bool:
        """False, with the question on the form, where the postcode is not known and was not sent
        before."""
        typed = tidy_postcode(self.postcode.data or "")
        if placing.place != "unmatched" or self.unknown.data == typed:
            return True
        self.unknown.data = typed
        words = _(
            "We do not know this postcode. If it is mistyped, correct it. If it is right, press "
            "the button again: new houses are missing from our list."
        )
        self.refuse(words, self.postcode)
        return False


def _sensible_year(form: Form, field: Whole) -> None:
    if field.data is not None and not 1991 <= field.data <= 2100:
        raise ValidationError(str(_l("Enter a year from 1991 to 2100, like 2020")))


class FileForm(Form):
    """A file to load."""

    file = Upload(_l("The file (CSV)"), [Needed(_l("Choose the file to load"))])


class IndexForm(FileForm):
    """An index's look-up, and what its columns call it."""

    name = Text(
        _l("Name of the index"),
        [Needed(_l("Enter the name of the index"))],
        most=40,
        default="SIMD",
    )
    version = Text(_l("Version"), [Needed(_l("Enter the version of the index"))], most=20)
    zones = Choice(
        _l("Which data zones does it rank?"),
        [Needed(_l("Choose which data zones it ranks"))],
        choices=[
            ("2011", _l("The zones of 2011")),
            ("2022", _l("The zones of 2022")),
            ("2001", _l("The zones of 2001")),
        ],
    )


class PopulationForm(FileForm):
    """Population estimates of one year."""

    year = Whole(
        _l("Mid-year of the estimate"),
        [Needed(_l("Enter the year of the estimate")), _sensible_year],
        wrong=_l("Enter a year from 1991 to 2100, like 2020"),
    )
    source = Text(_l("Who published it?"), most=200)
