"""What officers type to keep a round safe: a sheet's lines, why it is printed again, witnesses."""

from flask_babel import lazy_gettext as _l

from engage.web.fields import Email, LongText, Needed, Text
from engage.web.forms import Form


class PrintForm(Form):
    """Printing a recovery sheet. Why is asked only from the second time on."""

    reason = Text(_l("Why do you print it again?"), most=500)


class SheetForm(Form):
    """The lines of a recovery sheet, as somebody reads them from paper."""

    lines = LongText(
        _l("The lines of the sheet"), [Needed(_l("Type the lines of the sheet"))], most=600, rows=8
    )


class ScrutineerForm(Form):
    """Somebody outside who gets each seal."""

    name = Text(_l("Their name"), [Needed(_l("Enter their name"))], most=100)
    email = Email(_l("Email address"), [Needed(_l("Enter their email address"))], most=254)
