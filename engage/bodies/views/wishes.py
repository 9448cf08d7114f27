"""What a group wishes, for those who represent it: in general, by topic and by stage."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.actions.register import record_wish
from engage.bodies.forms.wishes import TopicWishForm
from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import part_in
from engage.bodies.queries.wishes import topics_known, wishes_of_body
from engage.bodies.rules.register import EDITORS, PARTS, WISHES
from engage.bodies.rules.wishes import SOURCES, STAGES, is_old, standing, wish_for
from engage.bodies.views.register import own_body
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import page
from engage.web.rules import UK

bp = Blueprint("wishes", __name__)


@bp.route("/group/<slug>/wishes/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def own(slug: str) -> AnyResponse:
    """How involved a group wants to be, and where it wants otherwise than in general."""
    form = TopicWishForm()
    found = own_body(slug, EDITORS if form.is_submitted() else tuple(PARTS))
    if form.validate_on_submit():
        save_wish(found, form, "the group")
        flash(_("We have noted how involved you want to be."))
        return redirect(url_for("wishes.own", slug=slug))
    may_answer = part_in(found, current_user.id) in EDITORS
    return page("bodies/wishes.html", form=form, may_answer=may_answer, **shown_wishes(found))


def save_wish(found: CommunityBody, form: TopicWishForm, source: str) -> None:
    """Record what was answered, and commit."""
    record_wish(
        found,
        form.wish.data,
        topic=form.topic.data or "",
        stage=form.stage.data or "",
        source=source,
        at=clock.now(),
        by=current_user.id,
        role=current_user.role,
    )
    db.session.commit()


def shown_wishes(found: CommunityBody) -> dict[str, object]:
    """Return what a page of a group's wishes shows."""
    wishes = wishes_of_body(found.id)
    general = wish_for(wishes)
    today = clock.today()
    return {
        "body": found,
        "general": general,
        "standing": standing(wishes),
        "history": list(reversed(wishes)),
        "old": general is not None and is_old(general.recorded_at.astimezone(UK).date(), today),
        "topics": topics_known(),
        "levels": WISHES,
        "stages": STAGES,
        "sources": SOURCES,
    }
