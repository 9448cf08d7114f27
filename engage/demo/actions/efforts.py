"""A chapter beside the others: wishes by topic, outreach, support, reasons, what partners gave."""

from datetime import date, timedelta

from sqlalchemy import select

from engage.bodies.actions.register import record_wish
from engage.bodies.models import CommunityBody
from engage.clock import UK
from engage.demo.rules import efforts as texts
from engage.demo.rules.story import Story
from engage.engagements.actions.declinations import decline, note_told, reply_to, tell_reason
from engage.engagements.actions.efforts import note_attempt, raise_need, settle_need
from engage.engagements.actions.together import link_peers, start_together
from engage.engagements.rules.declinations import Why
from engage.engagements.rules.together import Terms
from engage.evidence.actions import note_publication, take_reply
from engage.evidence.models import Publication
from engage.extensions import db
from engage.partners.actions import enter_contribution, enter_nil
from engage.partners.models import Partner
from engage.web.years import ReportingYear, reporting_year


def take_part(story: Story) -> None:
    """Tell what was done in two years so that people could take part (R03 to R07, R17, R20)."""
    partners = {p.name: p for p in db.session.scalars(select(Partner))}
    _wish_otherwise(story)
    _reach_out(story, partners)
    _support(story, partners)
    _give_reasons(story)
    now = reporting_year(story.today)
    for year in (now.before(), now):
        _contribute(story, partners, year)
    _make_together(story, partners)
    _tell_the_year(story, now.before())


def _wish_otherwise(story: Story) -> None:
    for group, days, level, topic, stage in texts.OTHERWISE:
        record_wish(
            _body(story, group), level, topic=topic, stage=stage, source="told an officer",
            at=story.at(-days), by=story.officer, role="officer",
        )  # fmt: skip
    db.session.flush()


def _reach_out(story: Story, partners: dict[str, Partner]) -> None:
    wrote = [
        texts.Try(group, 310 - place, "email", texts.SEAT, "none" if place % 4 == 3 else "yes")
        for place, group in enumerate(texts.WROTE_TO)
    ]
    for one in sorted([*wrote, *texts.TRIED], key=lambda one: -one.days):
        day = _day(story, one.days)
        note_attempt(
            body_id=story.groups[one.group],
            community_id=None,
            on_day=day,
            channel=one.channel,
            partner_id=partners[one.partner].id if one.partner else None,
            offered=one.offered,
            response=one.response,
            next_step=one.next_step,
            next_on=day + timedelta(days=one.next_days) if one.next_step else None,
            today=story.today,
            at=story.at(-one.days),
            by=story.officer,
        )


def _support(story: Story, partners: dict[str, Partner]) -> None:
    for one in texts.BARRIERS:
        heard = story.at(-one.days)
        need = raise_need(
            one.barrier, body_id=story.groups[one.group], engagement_id=None, wanted=one.wanted,
            raised_on=_day(story, one.days), raised_by="group" if not one.outcome else "officer",
            at=heard, by=story.officer, role="officer",
        )  # fmt: skip
        if one.outcome:
            settle_need(
                need, one.outcome, support=one.support, reason=one.reason,
                partner_id=partners[one.partner].id if one.partner else None,
                cost_pence=one.pounds * 100, minutes=one.minutes,
                today=_day(story, one.days - 8), at=heard + timedelta(days=8), by=story.officer,
            )  # fmt: skip


def _give_reasons(story: Story) -> None:
    for one in texts.ASKS:
        body, at = _body(story, one.group), story.at(-one.days)
        why = Why(one.code, one.reason, one.by, _day(story, one.days))
        row = decline(
            body, "ask", engagement=None, wish="", ask=one.ask, why=why, at=at, by=story.officer
        )
        told = at + timedelta(days=4)
        if one.told == "email":
            tell_reason(row, body, one.ask, at=told, by=story.officer)
        elif one.told:
            note_told(row, one.told, told.astimezone(UK).date(), at=told, by=story.officer)
        if one.reply:
            who = next(r.account_id for r in body.representatives)
            reply_to(row, one.reply, at=told + timedelta(days=9), by=who, role="representative")


def _contribute(story: Story, partners: dict[str, Partner], year: ReportingYear) -> None:
    """Enter what each partner gave; in the year that runs two are still to be asked."""
    running = year == reporting_year(story.today)
    at = min(story.now, story.at((year.last - story.today).days))
    for name, gave in texts.GIVEN.items():
        if running and name in ("Police Scotland", "Lyle College"):
            continue
        if isinstance(gave, str):
            enter_nil(partners[name], year.first, gave, at=at, by=story.officer)
            continue
        for kind, amount, unit, pounds, purpose in gave:
            part = 2 if running else 1  # the year is about half over
            enter_contribution(
                partners[name], year.first, kind, amount=max(1, amount // part), unit=unit,
                value_pence=pounds * 100 // part, purpose=purpose, decision=texts.DECISION,
                at=at, by=story.officer,
            )  # fmt: skip


def _make_together(story: Story, partners: dict[str, Partner]) -> None:
    at, today = story.at(-130), _day(story, 130)
    for group, service, stage, decides, holder, state, capacity in texts.TOGETHER:
        start_together(
            story.groups[group], Terms(service, stage, decides, holder, capacity, state),
            partner_id=partners[holder].id, at=at, today=today, by=story.officer,
        )  # fmt: skip
    for teacher, learner, days, activity, lesson in texts.LEARNED:
        link_peers(
            story.groups[teacher], story.groups[learner], on_day=_day(story, days),
            activity=activity, lesson=lesson, today=story.today, at=story.at(-days),
            by=story.officer,
        )  # fmt: skip


def _tell_the_year(story: Story, year: ReportingYear) -> None:
    for kind, title, form, language, days, audience, reach in texts.TOLD:
        told = Publication(
            kind=kind, title=title, format=form, language=language, audience=audience, reach=reach,
            published_on=_day(story, days),
        )  # fmt: skip
        note_publication(year, told, at=story.at(-days), by=story.officer)
    for understood, useful, wanted in texts.REPLIES:
        take_reply(year, understood=understood, useful=useful, wanted=wanted, today=_day(story, 20))


def _body(story: Story, name: str) -> CommunityBody:
    return db.session.get_one(CommunityBody, story.groups[name])


def _day(story: Story, days: int) -> date:
    return story.today - timedelta(days=days)
