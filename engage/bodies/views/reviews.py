"""The yearly review, for groups: one page that says what stands, and one answer."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.actions import reviews as actions
from engage.bodies.forms.reviews import ReviewForm
from engage.bodies.models import CommunityBody
from engage.bodies.queries import register as bodies
from engage.bodies.queries import reviews as queries
from engage.bodies.rules.register import EDITORS, BodyRefused
from engage.bodies.views.register import WORDS, own_body
from engage.extensions import db, limiter
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.pages import page

bp = Blueprint("yearly", __name__)


@bp.route("/groups/reviews/<token>/", methods=["GET", "POST"])
@public
@limiter.limit("60 per hour", methods=["POST"])
def answer(token: str) -> AnyResponse:
    """Answer through the link in a message, without an account; it works once."""
    review = queries.review_by_token(token)
    if review is None:
        return page("bodies/review_gone.html", status=410)
    found = db.session.get_one(CommunityBody, review.body_id)
    form = ReviewForm()
    if form.validate_on_submit() and _take(found, form):
        return redirect(url_for("yearly.thanks"))
    return _page(found, form, own=False)


@bp.get("/groups/reviews/thanks/")
@public
def thanks() -> AnyResponse:
    """What somebody sees who has answered."""
    return page("bodies/review_thanks.html")


@bp.route("/group/<slug>/review/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
def own(slug: str) -> AnyResponse:
    """Answer for one's own group, asked or not."""
    found, form = own_body(slug, EDITORS), ReviewForm()
    if found.stage != "registered":
        return redirect(url_for("bodies.own", slug=slug))
    if form.validate_on_submit() and _take(found, form, current_user.id, current_user.role):
        flash(_("Thank you. We have noted your answer."))
        return redirect(url_for("bodies.own", slug=slug))
    return _page(found, form, own=True)


def _take(
    found: CommunityBody, form: ReviewForm, by: int | None = None, role: str = "public"
) -> bool:
    """Take the answer and commit; False, with the reason on the form, where it can't be."""
    try:
        actions.answer_review(
            found,
            form.answer.data,
            form.note.data or "",
            at=clock.now(),
            today=clock.today(),
            by=by,
            role=role,
        )
    except BodyRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


def _page(found: CommunityBody, form: ReviewForm, *, own: bool) -> AnyResponse:
    return page(
        "bodies/review.html",
        form=form,
        body=found,
        areas=bodies.area_names([found]).get(found.id, []),
        wish=bodies.wish_of(found),
        own=own,
        **WORDS,
    )
