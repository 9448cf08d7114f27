"""Seats, meetings, assessments, and what some groups want to hear and how."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engage.demo.rules import voiced as told
from engage.demo.rules.story import Story, on_day
from engage.engagements.actions import assessments, seats
from engage.engagements.models import Engagement, PartnershipGroup
from engage.extensions import db
from engage.messages.actions import choose
from engage.messages.rules import Wish, body_holder
from engage.plans.models import Plan


def give_voices(story: Story) -> None:
    """Give communities seats, hold two meetings, and note how two groups want to hear from us."""
    began = story.today - timedelta(days=500)
    who: dict[str, Any] = {"at": on_day(began, 11), "by": story.officer}
    seats.keep_group(
        None, name=told.STAFF, level="theme", locality_id=None, has_seats=False,
        no_seat_reason=told.NO_SEAT, **who,
    )  # fmt: skip
    for name, level, held in told.GROUPS:
        group = seats.keep_group(
            None, name=name, level=level, locality_id=None, has_seats=True, no_seat_reason="", **who
        )
        for body, votes in held:
            seats.give_seat(
                group, story.groups[body], votes=votes, from_on=began, until_on=None, **who
            )
        if level == "board":
            _meet(story, group, [story.groups[body] for body, _votes in held])
    body, postal = told.LETTERS
    letters = Wish(way="post", form="large_print", postal=postal)
    choose(body_holder(story.groups[body]), letters, at=who["at"])
    choose(body_holder(story.groups[told.SIGNED]), Wish(form="bsl"), at=who["at"])


def assess_impacts(story: Story) -> None:
    """Assess the plan that people were asked about, and screen the funds."""
    plan = db.session.scalars(select(Plan).order_by(Plan.id)).first()
    at = on_day(story.today - timedelta(days=60), 10)
    who: dict[str, Any] = {"at": at, "by": story.officer}
    today = story.today - timedelta(days=60)
    if plan is not None:
        row = assessments.screen("equality", told.EQUALITY, today=today, plan_id=plan.id, **who)
        assessments.sign_off(row, told.SIGNER, **who)
        assessments.publish(row, today=today, **who)
        assessments.screen("islands", told.ISLANDS, today=today, plan_id=plan.id, **who)
    funds = select(Engagement).where(Engagement.kind == "round").order_by(Engagement.id)
    for engagement in db.session.scalars(funds):
        row = assessments.screen(
            "equality", told.FUND, today=today, engagement_id=engagement.id, **who
        )
        assessments.sign_off(row, told.SIGNER, **who)
        assessments.publish(row, today=today, **who)


def _meet(story: Story, group: PartnershipGroup, body_ids: list[int]) -> None:
    for days, people, challenge in ((-200, 4, ""), (-80, 6, told.CHALLENGE)):
        day = story.today + timedelta(days=days)
        who: dict[str, Any] = {"at": on_day(day, 16), "by": story.officer}
        meeting = seats.record_meeting(
            group, on_day=day, body_ids=body_ids, people=people, is_monitoring=bool(challenge),
            challenge=challenge, answer=told.ANSWER if challenge else "", today=day, **who,
        )  # fmt: skip
        for brought in told.ITEMS if challenge else ():
            item = seats.bring_item(meeting, story.groups[brought.by], brought.what)
            seats.settle_item(item, brought.fate, brought.became)
