"""What is asked when a file of groups is taken."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.web.fields import Choices, Needed, Upload
from engage.web.forms import Form


class ImportForm(Form):
    """A file of groups."""

    file = Upload(_l("The file (CSV)"), [Needed(_l("Choose the file to load"))])


class ConfirmForm(Form):
    """Which look-alikes are groups of their own. ``shown`` is the digest of what was looked at."""

    own = Choices(_l("Which of these are groups of their own?"))
    shown = HiddenField()
