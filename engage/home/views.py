"""Front page, desks, and pages about the site."""

from flask import Blueprint, Response, abort, make_response, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.budgeting.queries.award_work import award_work
from engage.budgeting.queries.discussion import posts_waiting
from engage.budgeting.queries.key_work import key_work
from engage.engagements.rules.planning import LEVELS
from engage.extensions import db, limiter
from engage.home.forms import FollowForm, PostcodeForm
from engage.home.queries.desk import desk_state
from engage.home.queries.follow import followed
from engage.home.queries.groups import group_desks, own_writing
from engage.home.queries.openings import openings, recent_decisions
from engage.messages.queries import notices_for
from engage.messages.rules import read_reference
from engage.partners.models import Partner
from engage.partners.queries import partnership
from engage.partners.rules import theme_css
from engage.permissions import Permission, may
from engage.places.models import Locality
from engage.places.queries import find_place, localities_of
from engage.places.rules import PostcodeRefused
from engage.requests.queries.requests import due_work
from engage.requests.queries.years import unreported
from engage.requests.rules.deadlines import ReportYear, report_year_of
from engage.web.access import public, requires
from engage.web.pages import page
from engage.web.rules import clean_text

bp = Blueprint("home", __name__)
#: Where a browser keeps the reference that was entered, and for how long.
FOLLOWS, FOLLOWS_SECONDS = "follows", 600


@bp.route("/", methods=["GET", "POST"])
@public
def front() -> Response:
    """What is open now, a box for a postcode, and what was decided."""
    form = PostcodeForm()
    if form.validate_on_submit():
        locality = _locality_of(form)
        if locality is not None:
            return redirect(url_for("home.have_your_say", area=locality.code))  # type: ignore[return-value]
    now, coming = openings(clock.now())
    return page(
        "home/front.html", form=form, open_now=now, coming=coming, decisions=recent_decisions()
    )


@bp.get("/have-your-say/")
@public
def have_your_say() -> Response:
    """Everything that is open now or comes, for one area if asked."""
    localities = localities_of(partnership().council_code)
    asked = clean_text(request.args.get("area"))
    area = next((known for known in localities if known.code == asked), None)
    now, coming = openings(clock.now(), area.id if area else None)
    return page(
        "home/have_your_say.html",
        localities=localities,
        area=area,
        unknown_area=bool(asked) and area is None,
        open_now=now,
        coming=coming,
    )


@bp.route("/follow/", methods=["GET", "POST"])
@public
@limiter.limit("30 per 5 minutes", methods=["POST"])
def follow() -> AnyResponse:
    """Ask for the reference that somebody was given for what they sent.

    It never stands in an address: the browser keeps it for ten minutes, or until this page opens.
    """
    form = FollowForm()
    if not form.validate_on_submit():
        session.pop(FOLLOWS, None)
        return page("home/follow.html", form=form)
    reference = read_reference(form.reference.data)
    if reference is None:
        form.refuse(_("Enter the 16 letters and numbers of your reference"), form.reference)
    elif followed(reference, clock.now()) is None and not notices_for(reference):
        form.refuse(_("Check your reference: we do not know this one"), form.reference)
    if reference is None or form.errors:
        return page("home/follow.html", form=form)
    session[FOLLOWS] = [reference, int(clock.now().timestamp()) + FOLLOWS_SECONDS]
    return redirect(url_for("home.followed_up"), 303)


@bp.get("/follow/yours/")
@public
def followed_up() -> AnyResponse:
    """What became of what somebody sent, by the reference that they entered just now."""
    at = clock.now()
    reference, until = session.get(FOLLOWS, ("", 0))
    if until <= at.timestamp():
        session.pop(FOLLOWS, None)
        return redirect(url_for("home.follow"))
    found, notices = followed(reference, at), notices_for(reference)
    return page("home/followed.html", reference=reference, found=found, notices=notices)


@bp.get("/desk/")
@requires(Permission.VIEW_DESK)
def desk() -> Response:
    """What waits for an officer, in the order of the story."""
    at = clock.now()
    state = desk_state(partnership().council_code, current_user.id, at)
    role = current_user.role
    doors = {permission for permission in Permission if may(role, permission, reading=True)}
    return page(
        "home/desk.html",
        state=state,
        at=at,
        doors=doors,
        posts=posts_waiting() if Permission.MANAGE_BUDGETING in doors else [],
        award_work=award_work(at, clock.today()) if Permission.MANAGE_BUDGETING in doors else [],
        request_work=due_work() if Permission.MANAGE_ENGAGEMENTS in doors else [],
        year_missing=_unreported() if Permission.MANAGE_ENGAGEMENTS in doors else [],
        today=clock.today(),
        key_work=key_work(at) if Permission.MANAGE_BUDGETING in doors else [],
    )


@bp.get("/group/")
@requires(Permission.OWN_ACCOUNT)
def group_desk() -> Response:
    """The groups that somebody speaks for, and what they wrote themselves."""
    at = clock.now()
    return page(
        "home/group_desk.html",
        desks=group_desks(current_user.id, at),
        own=own_writing(current_user.id, at),
        at=at,
        levels=LEVELS,
    )


@bp.get("/accessibility/")
@public
def accessibility() -> Response:
    """What we do so that everybody can use the site, and how to tell us where we fail."""
    return page("home/accessibility.html")


@bp.get("/privacy/")
@public
def privacy() -> Response:
    """What the site keeps about people, and what it never keeps."""
    return page("home/privacy.html")


@bp.get("/contact/")
@public
def contact() -> Response:
    """How to reach a person."""
    return page("home/contact.html")


@bp.get("/theme.css")
@public
def theme() -> Response:
    """The partnership's colour. Its address changes with the colour, so it may be kept."""
    response = make_response(theme_css(partnership().colour))
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/logo.png")
@public
def logo() -> Response:
    """The partnership's logo, where it has one. Its address changes with it, so it may be kept."""
    png = partnership().logo_png
    if not png:
        abort(404)
    response = make_response(png)
    response.headers["Content-Type"] = "image/png"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process answers."""
    return _plain("ok")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Say whether the database answers too; 503 if it doesn't."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return _plain("the database does not answer", 503)
    return _plain("ready")


def _plain(words: str, status: int = 200) -> Response:
    response = make_response(words + "\n", status)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response


def _locality_of(form: PostcodeForm) -> Locality | None:
    """Return the locality of the postcode that was typed; otherwise say on the form why not."""
    try:
        placing = find_place(form.postcode.data, partnership().council_code)
    except PostcodeRefused as refusal:
        form.refuse(refusal, form.postcode)
        return None
    if placing.place == "outside":
        form.refuse(_("Enter a postcode in our area: this one is outside it"), form.postcode)
    elif placing.locality_id is None:
        form.refuse(
            _("Choose your area from the list: we do not know this postcode"), form.postcode
        )
    else:
        return db.session.get(Locality, placing.locality_id)
    return None


def _unreported() -> list[tuple[Partner, ReportYear]]:
    """Who has to report on last year's participation requests, and by when (section 32)."""
    last = report_year_of(clock.today()).before()
    return [(partner, last) for partner in unreported(last)]
