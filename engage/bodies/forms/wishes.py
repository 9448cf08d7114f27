"""What a group is asked about one topic or one stage of the work."""

from flask_babel import lazy_gettext as _l

from engage.bodies.forms.register import worded
from engage.bodies.rules.register import WISHES
from engage.bodies.rules.wishes import STAGES
from engage.web.fields import Choice, Dropdown, Needed, Text
from engage.web.forms import Form


class TopicWishForm(Form):
    """How far a group wishes to take part, in general or where it wishes otherwise (R03)."""

    topic = Text(_l("For which topic?"), most=100)
    stage = Dropdown(
        _l("For which stage of the work?"), choices=[("", _l("Every stage")), *worded(STAGES)]
    )
    wish = Choice(
        _l("How involved does your group want to be?"),
        [Needed(_l("Choose how involved your group wants to be"))],
        choices=worded(WISHES),
    )


class ToldTopicWishForm(TopicWishForm):
    """The same, as a group told it to an officer."""

    wish = Choice(
        _l("How involved does the group want to be?"),
        [Needed(_l("Choose how involved the group wants to be"))],
        choices=worded(WISHES),
    )
