"""The trail, to be read: what happened, and whether the chain holds."""

from itertools import islice

from flask import Blueprint, Response, request

from engage.audit.forms import TrailForm
from engage.audit.queries import Wanted, actions_seen, count_entries, entries, faults, head
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page

bp = Blueprint("audit", __name__)

ON_A_PAGE = 50
#: Up to so many entries the chain is checked whenever the page is opened; beyond, on demand.
CHECKED_AT_ONCE = 2000
#: What a link on the page keeps of its own address.
KEPT = ("action", "object", "day-day", "day-month", "day-year", "check")
COLUMNS = (
    *("seq", "at", "actor_id", "actor_role", "action", "object", "detail"),
    *("prev_hash", "hash"),
)
#: Faults shown; the command lists all of them.
MOST_FAULTS = 20


@bp.get("/trail/")
@requires(Permission.READ_TRAIL)
def trail() -> Response:
    """Show the entries, newest first, and whether the chain holds."""
    form, wanted = _search()
    count, (seq, digest) = count_entries(wanted), head()
    last = max(1, -(-count // ON_A_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    checked = seq <= CHECKED_AT_ONCE or "check" in request.args
    return page(
        "audit/trail.html",
        form=form,
        events=entries(wanted, (number - 1) * ON_A_PAGE, ON_A_PAGE),
        count=count,
        number=number,
        last=last,
        query={name: request.args[name] for name in KEPT if name in request.args},
        seq=seq,
        digest=digest,
        checked=checked,
        faults=list(islice(faults(), MOST_FAULTS)) if checked else [],
    )


@bp.get("/trail/trail.csv")
@requires(Permission.READ_TRAIL)
def download() -> Response:
    """Give the entries that match as CSV, with every field that the hash is made of."""
    _form, wanted = _search()
    rows = (
        [event.at.isoformat() if name == "at" else getattr(event, name) for name in COLUMNS]
        for event in entries(wanted)
    )
    return csv_download("trail.csv", COLUMNS, rows)


def _search() -> tuple[TrailForm, Wanted]:
    """Return the filter and what it asks for; what can't be read is shown as an error, not used."""
    form = TrailForm(request.args, actions=actions_seen())
    form.validate()
    day = None if form.day.errors else form.day.data
    action = "" if form.action.errors else form.action.data or ""
    return form, Wanted(action=action, object=form.object.data or "", day=day)
