"""What groups asked to take part in, and what came of it."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engage.bodies.models import CommunityBody
from engage.clock import UK
from engage.demo.rules import requested as told
from engage.demo.rules.requested import Asked
from engage.demo.rules.story import Story, on_day
from engage.extensions import db
from engage.partners.models import Partner
from engage.requests.actions import deciding, requests, years
from engage.requests.models import ParticipationRequest
from engage.requests.rules.deadlines import report_year_of
from engage.requests.rules.requests import Decision, RequestText


def ask_to_take_part(story: Story) -> None:
    """Let groups make requests over the last reporting year and now, and report on that year."""
    this = report_year_of(story.today)
    last = this.before()
    _repair_the_homes(story, last.first + timedelta(days=20))
    refused = _whole(story, told.POLICE_CARS, last.first + timedelta(days=150))
    decision = Decision(
        agreed=False, reasons=told.POLICE_REFUSED, weighed=told.POLICE_CARS.weighing
    )
    deciding.decide_request(refused, decision, **_who(story, last.first + timedelta(days=180)))
    if story.today > last.last:
        for name in (told.REPAIRS.authority, told.POLICE_CARS.authority):
            years.publish_year(
                _partner(name), last, promoted=told.PROMOTED, supported=told.SUPPORTED, reason="",
                **_who(story, min(this.first + timedelta(days=60), story.today)),
            )  # fmt: skip
    _ask_now(story)


def _repair_the_homes(story: Story, came: date) -> None:
    """Tell the request that was agreed, carried out and reported."""
    asked = _whole(story, told.REPAIRS, came)
    health = asked.others[0].partner_id
    requests.answer_for_other(asked, health, "yes", "", **_who(story, came + timedelta(days=12)))
    decision = Decision(
        agreed=True,
        reasons=told.REPAIRS_AGREED,
        weighed=told.REPAIRS.weighing,
        operation=told.REPAIRS_RUN,
        group_part=told.REPAIRS_PART,
        others_part=told.REPAIRS_OTHERS,
    )
    decided = came + timedelta(days=45)
    deciding.decide_request(asked, decision, **_who(story, decided))
    deciding.comment_on_process(
        asked, told.REPAIRS_COMMENT, **{**_who(story, decided), "role": "representative"}
    )

    def after(days: int) -> dict[str, Any]:
        return _who(story, decided + timedelta(days=days))

    deciding.confirm_process(asked, told.REPAIRS_NOTICE, **after(14))
    deciding.start_process(asked, decided + timedelta(days=30), **after(30))
    for days, kind, what, consulted in told.REPAIRS_STEPS:
        day = decided + timedelta(days=days)
        deciding.add_step(asked, kind, what, consulted, day, **after(days))
    deciding.end_process(asked, decided + timedelta(days=200), **after(200))
    deciding.draft_report(asked, told.REPAIRS_TOLD, **after(210))
    deciding.give_view(asked, told.REPAIRS_VIEW, **{**after(220), "role": "representative"})
    facts = after(240)
    facts.pop("today")
    deciding.publish_report(asked, **facts)


def _ask_now(story: Story) -> None:
    """Leave one request to decide, one that needs more, and one draft."""
    _whole(story, told.KIRKTON, story.today - timedelta(days=50))
    came = story.today - timedelta(days=9)
    paper = requests.enter_request(
        _body(story, told.ISLANDS), _text(told.ISLANDS), received_on=came, **_who(story, came)
    )
    requests.ask_for_more(paper, told.MORE, **_who(story, came + timedelta(days=2)))
    at = on_day(story.today - timedelta(days=1), 20)
    requests.begin_request(_body(story, told.HARBOUR), _text(told.HARBOUR), at=at)


def _whole(story: Story, what: Asked, came: date) -> ParticipationRequest:
    """Let a group send a whole request, and an officer find it whole two days later."""
    asked = requests.begin_request(_body(story, what), _text(what), at=on_day(came, 19))
    requests.send_request(asked, **{**_who(story, came), "role": "representative"})
    requests.validate_request(asked, came, **_who(story, came + timedelta(days=2)))
    return asked


def _body(story: Story, what: Asked) -> CommunityBody:
    return db.session.get_one(CommunityBody, story.groups[what.group])


def _partner(name: str) -> Partner:
    return db.session.scalars(select(Partner).where(Partner.name == name)).one()


def _text(what: Asked) -> RequestText:
    return RequestText(
        title=what.title,
        maker=what.maker,
        authority_id=_partner(what.authority).id,
        other_ids=tuple(_partner(name).id for name in what.others),
        outcome=what.outcome,
        reasons=what.reasons,
        knowledge=what.knowledge,
        improvement=what.improvement,
    )


def _who(story: Story, day: date) -> dict[str, Any]:
    at: datetime = on_day(day, 15)
    return {"at": min(at, story.now), "today": at.astimezone(UK).date(), "by": story.officer}
