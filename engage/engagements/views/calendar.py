"""The shared calendar for everybody: by month, as a list, and as a feed (R12)."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, current_app, make_response, request
from flask_babel import gettext as _

from engage import clock
from engage.engagements.exports import calendar_feed
from engage.engagements.forms.calendar import CalendarFilterForm
from engage.engagements.queries.calendar import CalendarFilter, calendar_items, feed_items
from engage.engagements.rules.calendar import bounds, month_after, read_month
from engage.engagements.rules.planning import KINDS
from engage.partners.queries import partner_choices, partnership
from engage.places.queries import locality_choices
from engage.web.access import public
from engage.web.pages import absolute_url, page

bp = Blueprint("engagement_calendar", __name__)
PAGE_SIZE = 50
#: How far back the feed goes: a calendar that follows it keeps what it has.
FEED_BACK = timedelta(days=183)


@dataclass(frozen=True)
class Asked:
    """What somebody asked of the calendar, and the form that says so.

    ``areas`` and ``leads`` are the names of localities and of partners, by id.
    """

    find: CalendarFilterForm
    month: date
    wanted: CalendarFilter
    areas: dict[int, str]
    leads: dict[int, str]

    @property
    def kept(self) -> dict[str, str]:
        """What stays in the addresses of other months."""
        chosen = {name: getattr(self.find, name).data for name in ("partner", "area", "kind")}
        return {name: value for name, value in chosen.items() if value}


def calendar_asked(today: date) -> Asked:
    """Read what the address asks; what is not on a list is left out."""
    leads, areas = partner_choices(), locality_choices(partnership().council_code)
    find = CalendarFilterForm(request.args, partners=leads, areas=areas)
    find.validate()
    for field in (find.partner, find.area, find.kind):
        if field.errors:
            field.data = ""
    wanted = CalendarFilter(
        partner=int(find.partner.data) if find.partner.data else None,
        place=int(find.area.data) if find.area.data else None,
        kind=find.kind.data or "",
    )
    return Asked(
        find,
        read_month(request.args.get("month"), today),
        wanted,
        {int(number): name for number, name in areas},
        {int(number): name for number, name in leads},
    )


@bp.get("/calendar/")
@public
def calendar() -> Response:
    """What everybody can take part in, in one month, or all that comes."""
    today = clock.today()
    asked = calendar_asked(today)
    as_list = request.args.get("view") == "list"
    if as_list:
        first, last = clock.now(), None
    else:
        first, last = bounds(asked.month, month_after(asked.month))
    items = calendar_items(first, last, asked.wanted, public_only=True)
    pages = max(1, -(-len(items) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return page(
        "engagements/calendar.html",
        asked=asked,
        as_list=as_list,
        items=items[(number - 1) * PAGE_SIZE :][:PAGE_SIZE],
        count=len(items),
        earlier=month_after(asked.month, -1),
        later=month_after(asked.month),
        feed=absolute_url("engagement_calendar.feed", **asked.kept),
        kinds=KINDS,
        number=number,
        last=pages,
        areas=asked.areas,
        leads=asked.leads,
    )


@bp.get("/calendar/engagements.ics")
@public
def feed() -> Response:
    """The public calendar as a feed that other calendars follow."""
    asked = calendar_asked(clock.today())
    body = calendar_feed(
        feed_items(clock.now() - FEED_BACK, asked.wanted),
        name=_("Take part: %(whose)s", whose=partnership().name),
        base=current_app.config["BASE_URL"],
        places=asked.areas,
        whole=_("The whole area"),
    )
    response = make_response(body)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="engagements.ics"'
    return response
