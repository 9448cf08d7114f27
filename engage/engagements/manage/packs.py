"""What people are given to read about an engagement, for officers (R10)."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions.details import add_pack, remove_pack
from engage.engagements.forms.file import PackForm
from engage.engagements.manage.file import found
from engage.engagements.models import Engagement
from engage.engagements.queries.file import pack_of, pack_sizes, packs_of
from engage.engagements.rules.about import FORMATS, LANGUAGES, PackRefused, is_in_time
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("engagement_packs", __name__)


@bp.route("/desk/engagements/<slug>/packs/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def packs(slug: str) -> Response | Answer:
    """The packs of an engagement, and adding one."""
    engagement = found(slug)
    form = PackForm()
    if form.validate_on_submit() and _add(engagement, form):
        flash(_("The information pack is added."))
        return redirect(url_for(".packs", slug=slug))
    if request.method == "POST":
        engagement = found(slug)
    listed = packs_of(engagement.id)
    return page(
        "engagements/packs.html",
        form=form,
        engagement=engagement,
        packs=listed,
        sizes=pack_sizes(engagement.id),
        in_time={p.id for p in listed if is_in_time(p.published_on, engagement.opens_at)},
        formats=FORMATS,
        tongues=LANGUAGES,
    )


def _add(engagement: Engagement, form: PackForm) -> bool:
    """Keep the pack and commit; False, with the reason on the form, where it can't be."""
    try:
        add_pack(
            engagement,
            title=form.title.data or "",
            version=form.version.data or "",
            format_=form.format_.data,
            language=form.language.data or "en",
            link=form.link.data or "",
            file_pdf=form.pdf,
            published_on=form.published_on.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
    except PackRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, None if form.link.data or form.pdf else form.link)
        return False
    db.session.commit()
    return True


@bp.post("/desk/engagements/<slug>/packs/<int:number>/remove/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def remove(slug: str, number: int) -> Answer:
    """Take away a pack that nobody was given yet."""
    engagement = found(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    pack = pack_of(engagement.id, number) or abort(404)
    try:
        remove_pack(engagement, pack, at=clock.now(), by=current_user.id, role=current_user.role)
        db.session.commit()
        flash(_("The information pack is taken away."))
    except PackRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".packs", slug=slug))
