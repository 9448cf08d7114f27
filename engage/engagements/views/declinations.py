"""The reasons that everybody may read, and a group's own, which it may reply to (R04)."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import body_for, part_in
from engage.bodies.rules.register import EDITORS, PARTS, WISHES
from engage.disclosure.rules import THRESHOLD, hold_back
from engage.engagements.actions.declinations import reply_to
from engage.engagements.forms.declinations import ReplyForm
from engage.engagements.queries import declinations as queries
from engage.engagements.rules.declinations import CHANNELS, KINDS, REASONS, DeclinationRefused
from engage.engagements.rules.planning import LEVELS
from engage.extensions import db, limiter
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.pages import csv_download, page

bp = Blueprint("declinations", __name__)
PAGE_SIZE, MOST_PAGES = 50, 100_000
WORDS = {
    "kinds": KINDS,
    "codes": REASONS,
    "channels": CHANNELS,
    "levels": LEVELS,
    "wishes": WISHES,
}


@bp.get("/groups/reasons/")
@public
def log() -> AnyResponse:
    """The reasons that groups were given: for how many, never which."""
    number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
    found, count = queries.public_reasons(offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    if not found and number > 1:
        return redirect(url_for("declinations.log"))
    return page(
        "engagements/reasons_log.html",
        found=[(row, hold_back(row.groups)) for row in found],
        count=count,
        number=number,
        last=max(1, -(-count // PAGE_SIZE)),
        threshold=THRESHOLD,
        **WORDS,
    )


@bp.get("/groups/reasons/reasons.csv")
@public
def log_csv() -> Response:
    """The same as a file for a spreadsheet."""
    header = (
        "decided_on", "about", "kind", "groups_wanted", "we_offered", "reason_kind", "reason",
        "decided_by", "groups",
    )  # fmt: skip
    rows = [
        (
            row.decided_on, row.about, row.kind, row.wish, row.offer, row.code, row.text,
            row.decided_by, str(hold_back(row.groups)),
        )
        for row in queries.public_reasons()[0]
    ]  # fmt: skip
    return csv_download("reasons.csv", header, rows)


@bp.get("/group/<slug>/reasons/")
@requires(Permission.REPRESENT_BODIES)
def own(slug: str) -> Response:
    """Where a group got less than it wanted, why, and its reply."""
    body = _body(slug, tuple(PARTS))
    return page(
        "engagements/reasons_own.html",
        body=body,
        reasons=queries.reasons_of_body(body.id),
        may_reply=part_in(body, current_user.id) in EDITORS,
        **WORDS,
    )


@bp.route("/group/<slug>/reasons/<int:number>/reply/", methods=["GET", "POST"])
@requires(Permission.REPRESENT_BODIES)
@limiter.limit("30 per hour", methods=["POST"])
def reply(slug: str, number: int) -> AnyResponse:
    """Take a group's reply to one reason."""
    body = _body(slug, EDITORS)
    found = next((one for one in queries.reasons_of_body(body.id) if one[0].id == number), None)
    if found is None or not found[0].reason:
        abort(404)
    row, _group, engagement = found
    form = ReplyForm(data={"reply": row.reply})
    if form.validate_on_submit():
        at, who = clock.now(), current_user
        try:
            reply_to(row, form.reply.data or "", at=at, by=who.id, role=who.role)
        except DeclinationRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.reply)
        else:
            db.session.commit()
            flash(_("We have your reply. The team that decided will read it."))
            return redirect(url_for("declinations.own", slug=slug))
    about = engagement.title if engagement else row.ask
    return page("engagements/reason_reply.html", form=form, body=body, row=row, about=about)


def _body(slug: str, parts: tuple[str, ...]) -> CommunityBody:
    found = body_for(current_user.id, slug, parts)
    if found is None:
        abort(404)
    return found
