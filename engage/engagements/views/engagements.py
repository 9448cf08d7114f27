"""The public page of an engagement (R10), its papers, and how people say it was (R09)."""

from flask import Blueprint, Response, abort, make_response, redirect, url_for
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions.standards import say_how_it_was
from engage.engagements.forms.standards import PeopleForm
from engage.engagements.queries import file, standards
from engage.engagements.queries.events import events_of
from engage.engagements.queries.place_standard import exercises_seen
from engage.engagements.rules.about import FORMATS, LANGUAGES, STAGES, STATES, state_of
from engage.engagements.rules.planning import LEVELS, public_path
from engage.engagements.rules.standards import ASSESSORS, STANDARDS, StandardsRefused, chart
from engage.engagements.rules.standards_words import FOR_PEOPLE
from engage.extensions import A_BUILDING, db, limiter
from engage.places.models import Locality
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("engagement_public", __name__)


@bp.get("/engagements/<slug>/")
@public
def engagement(slug: str) -> Response:
    """What an engagement is for, what can change, who runs it, what to read, how it went."""
    found = file.opened_by_slug(slug) or abort(404)
    at = clock.now()
    rows = standards.profiles_of([found.id])[found.id] if found.closed_at else []
    return page(
        "engagements/engagement.html",
        engagement=found,
        state=state_of(found.opened_at, found.closed_at, found.opens_at, found.closes_at, at),
        states=STATES,
        stages=STAGES,
        levels=LEVELS,
        place=db.session.get(Locality, found.locality_id) if found.locality_id else None,
        lead=file.lead_of(found),
        partners=file.other_partners(found.id),
        packs=[p for p in file.packs_of(found.id) if p.published_on <= clock.today()],
        sizes=file.pack_sizes(found.id),
        formats=FORMATS,
        tongues=LANGUAGES,
        path="" if found.kind == "event" else public_path(found.kind, found.slug),
        rows=rows,
        drawn=chart(rows),
        standards=STANDARDS,
        assessors=ASSESSORS,
        reached=standards.levels_reached([found.id])[found.id] if found.closed_at else None,
        events=events_of(found.id),
        exercises=exercises_seen(found.id),
    )


@bp.get("/engagements/<slug>/packs/<int:number>.pdf")
@public
def pack(slug: str, number: int) -> Response:
    """A file of an information pack, from the day on which it is published."""
    found = file.opened_by_slug(slug) or abort(404)
    one = file.pack_of(found.id, number)
    if one is None or one.file_pdf is None or one.published_on > clock.today():
        abort(404)
    response = make_response(one.file_pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{number}.pdf"'
    return response


@bp.route("/engagements/<slug>/how-it-was/<code>/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def how_it_was(slug: str, code: str) -> Response | Answer:
    """How somebody who took part found it: no name, no time, no words are kept."""
    found = standards.engagement_by_view_code(slug, code) or abort(404)
    at = clock.now()
    form = PeopleForm()
    if at < found.opens_at or found.closed_at is not None:
        return page("engagements/views_shut.html", engagement=found, early=at < found.opens_at)
    if form.validate_on_submit():
        try:
            say_how_it_was(found, form.scores, form.felt.data or "", at=at)
            db.session.commit()
            return redirect(url_for(".thanks", slug=slug, code=code))
        except StandardsRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return page("engagements/how_it_was.html", form=form, engagement=found, questions=FOR_PEOPLE)


@bp.get("/engagements/<slug>/how-it-was/<code>/thanks/")
@public
def thanks(slug: str, code: str) -> Response:
    """Thanks, and what becomes of it."""
    found = standards.engagement_by_view_code(slug, code) or abort(404)
    return page("engagements/thanks.html", engagement=found)
