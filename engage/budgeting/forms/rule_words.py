"""The rules of a round in words: what its page shows, and what changed between two versions."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from engage.budgeting.forms.rounds import CONNECTION_WORDS, WAY_WORDS
from engage.budgeting.models import RuleVersion
from engage.budgeting.rules.ballot_types import ANY_NUMBER, BallotKind, HasTerms
from engage.budgeting.rules.pots import EachVoter, PotRule
from engage.budgeting.rules.rounds import RoundRules
from engage.budgeting.rules.ways import Connection, Way
from engage.web.filters import long_date, long_instant, money


def rule_facts(rules: RoundRules) -> list[tuple[str, str]]:
    """Return what a round declares as pairs of heading and words, in the order of its life.

    A rule that is not used is left out.
    """
    return [pair for _name, part in rule_sections(rules)[:-1] for pair in part]


def rule_sections(rules: RoundRules) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all that a round declares, part by part: “money” to “vote”, then “more”.

    “more” is what the public page tells in sentences of its own, here in a line for each.
    """
    return [
        ("money", _money_facts(rules)),
        ("proposals", [*_proposal_facts(rules), *_discussion_facts(rules)]),
        ("vote", _vote_facts(rules)),
        ("more", more_facts(rules)),
    ]


def more_facts(rules: RoundRules) -> list[tuple[str, str]]:
    """Return who is let in and how, and how votes are counted, in a line for each."""
    links = [str(CONNECTION_WORDS[Connection(link)]) for link in rules.connection.split(",")]
    ways = [str(WAY_WORDS[Way(way)]) for way in rules.ways.split(",") if way]
    found = [
        (_("What links people with the area"), _one_is_enough(links)),
        (_("How people are let in online"), "; ".join(ways) or _("Nobody votes online")),
        (_("How votes are counted"), counted_by(rules)),
        (_("When projects stand equal"), _tie_words(rules)),
        (_("Money that is left at the end"), _leftovers()[rules.leftover]),
    ]
    if rules.ballot_type == BallotKind.BOOST:
        found.append((_("A boosted vote counts as"),
                      ngettext("%(num)d vote", "%(num)d votes", rules.boost_worth)))  # fmt: skip
    return found


def _one_is_enough(links: list[str]) -> str:
    words = "; ".join(links)
    return words if len(links) < 2 else _("One of these is enough: %(links)s", links=words)


def _tie_words(rules: RoundRules) -> str:
    """What decides between equal projects; votes can't, where projects are equal by votes."""
    by_votes = rules.rule in ("greedy", "greedy-stop")
    parts = [
        _ties()[part] for part in rules.tie_order.split(",") if part != "votes" or not by_votes
    ]
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _ties() -> dict[str, str]:
    return {
        "cost": _("the one that costs less goes first"),
        "votes": _("then the one with more votes"),
        "lot": _("then a lot decides, drawn before the vote"),
        "file": _("then the order of the ballot paper decides"),
    }


def _leftovers() -> dict[str, str]:
    return {
        "keep": _("Kept for the next fund"),
        "smaller_award": _("Offered as a smaller award to the next project that takes it"),
    }


def _money_facts(rules: RoundRules) -> list[tuple[str, str]]:
    found = [
        (_("Fund"), money(rules.pot_pence)),
        *_pot_facts(rules),
        (
            _("One project can get"),
            _(
                "%(least)s to %(most)s",
                least=money(rules.min_award_pence),
                most=money(rules.max_award_pence),
            ),
        ),
        (_("The money is for"), _kinds()[rules.money_kind]),
        (_("The money comes from"), _sources()[rules.money_source]),
    ]
    if rules.deliver_by is not None:
        found.append((_("Projects must be finished by"), long_date(rules.deliver_by)))
    return found


def _pot_facts(rules: RoundRules) -> list[tuple[str, str]]:
    if not rules.pots:
        return []
    parts = [
        _("%(amount)s for %(part)s", amount=money(pot.pence), part=pot_words(pot))
        for pot in rules.pots
    ]
    return [
        (_("Parts of the fund"), "; ".join(parts)),
        (_("In how many parts you vote"), each_voter_words(rules.pots_each_voter)),
    ]


def pot_words(pot: PotRule) -> str:
    """Return what a part of a fund is called, and its theme where the name does not say it."""
    said = pot.theme.casefold() in ("", pot.name.casefold())
    return pot.name if said else _("%(part)s: %(theme)s", part=pot.name, theme=pot.theme)


def each_voter_words(each_voter: str) -> str:
    """Return in how many parts of a fund one person votes."""
    if each_voter == EachVoter.ONE:
        return _("In one part, which you pick")
    return _("In every part, if you wish")


def _proposal_facts(rules: RoundRules) -> list[tuple[str, str]]:
    if not rules.has_proposals:
        return [(_("Who may propose"), _("Nobody: we put the projects on the ballot ourselves"))]
    return [
        (_("Who may propose"), _proposers()[rules.who_may_propose]),
        (_("Proposals open"), long_instant(rules.proposals_open_at)),
        (_("Proposals close"), long_instant(rules.proposals_close_at)),
        (_("If your proposal is left out"), _reply_words(rules.reply_days)),
    ]


def _discussion_facts(rules: RoundRules) -> list[tuple[str, str]]:
    if rules.discussion_opens_at is None or rules.discussion_closes_at is None:
        return []
    opens = long_instant(rules.discussion_opens_at)
    closes = long_instant(rules.discussion_closes_at)
    return [
        (
            _("Asking about the proposals"),
            _("From %(opens)s until %(closes)s", opens=opens, closes=closes),
        )
    ]


def _reply_words(days: int) -> str:
    if not days:
        return _("You can reply once, before we make the ballot")
    return ngettext(
        "You can reply once, within %(num)d day", "You can reply once, within %(num)d days", days
    )


def _vote_facts(rules: RoundRules) -> list[tuple[str, str]]:
    found = [
        (_("Who may vote"), rules.who_may_vote),
        (_("Voting age"), _("%(age)s and over", age=rules.min_age)),
        (_("Ballot"), _ballots()[rules.ballot_type]),
        (_("You may choose"), choose_words(rules)),
        (_("How you can vote"), _ways(rules)),
        (
            _("Changing your vote"),
            _("You can change your vote until voting closes")
            if rules.allow_change and rules.ways
            else _("You cannot change your vote once your paper is in the box")
            if not rules.ways
            else _("You cannot change your vote once you have sent it"),
        ),
    ]
    if rules.must_hear_pitches:
        found.append((_("Pitches"), _("You must hear every pitch before you vote")))
    return [
        *found,
        (_("Voting opens"), long_instant(rules.voting_opens_at)),
        (_("Voting closes"), long_instant(rules.voting_closes_at)),
        (_("Challenging the result"), _challenge_words(rules.challenge_days)),
    ]


def _challenge_words(days: int) -> str:
    if not days:
        return _("Until the result is confirmed")
    return ngettext(
        "For %(num)d day after voting closes", "For %(num)d days after voting closes", days
    )


def _ways(rules: RoundRules) -> str:
    if not rules.ways:
        return _("On paper in the hall, or at a station: nobody votes online")
    if rules.separate_contests:
        return _("Once online and once on paper at a station: you may do both, and both count")
    return _("Online, or on paper at a station") if rules.takes_paper else _("Online")


def changed_facts(before: RoundRules, after: RoundRules) -> list[tuple[str, str, str]]:
    """Return what changed between two versions of rules: heading, words before, words after."""
    old, new = (
        dict(pair for _name, part in rule_sections(rules) for pair in part)
        for rules in (before, after)
    )
    return [
        (name, old.get(name, _("Not said")), new.get(name, _("Not said")))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def worded_changes(
    changes: Sequence[tuple[RuleVersion, RoundRules, RoundRules]],
) -> list[tuple[RuleVersion, list[tuple[str, str, str]]]]:
    """Return each later version of rules with what it changed, in words."""
    return [(version, changed_facts(before, after)) for version, before, after in changes]


def counted_by(rules: RoundRules) -> str:
    """Return the counting rule in a line."""
    words = [_counting()[rules.rule]]
    if rules.rule == "equal-shares":
        words += _after_shares(rules)
    if rules.threshold:
        least = rules.threshold
        words.append(ngettext("at least %(num)d vote", "at least %(num)d votes", least))
    return "; ".join(words)


def _after_shares(rules: RoundRules) -> list[str]:
    """What equal shares does with the money it leaves, and what it is held against."""
    step = _("each voter gets %(step)s more, again and again", step=money(rules.increment_pence))
    by_votes = _("then by most votes")
    words = {
        "none": [_("what is left is kept")],
        "utilitarian": [by_votes],
        "add1": [step],
        "add1e": [step],
        "add1-utilitarian": [step, by_votes],
    }[rules.completion]
    compared = _("most votes first instead, if more voters gain by it")
    return [*words, *([compared] if rules.comparison else [])]


def choose_words(rules: HasTerms, projects: int = ANY_NUMBER) -> str:
    """Return what a voter does with the ballot; ``projects`` is how many stand on it, if known."""
    return _choose_in_parts(rules) if rules.pots else _choose_in_all(rules, projects)


def _choose_in_all(rules: HasTerms, projects: int = ANY_NUMBER) -> str:
    kind, any_number = rules.ballot_type, rules.max_choices >= projects
    few = _how_many(rules.min_choices, min(rules.max_choices, projects))
    if kind == BallotKind.SPEND:
        fund = money(rules.pot_pence)
        if any_number:
            return _("Any number of projects that cost no more than %(fund)s together", fund=fund)
        return _("%(few)s, which cost no more than %(fund)s together", few=few, fund=fund)
    if kind == BallotKind.POINTS:
        words = ngettext(
            "Share out up to %(num)d point, no more than %(most)s to one project",
            "Share out up to %(num)d points, no more than %(most)s to one project",
            rules.points,
            most=rules.most_points,
        )
        return words if any_number else f"{words} ({few[:1].lower()}{few[1:]})"
    if kind == BallotKind.RANKING:
        return _("%(few)s, in order, your first choice first", few=few)
    if kind == BallotKind.BOOST:
        return _("%(few)s, and you can boost one of them", few=few)
    return few


def _choose_in_parts(rules: HasTerms) -> str:
    """Return what a voter does in each part; what may be spent differs from part to part."""
    if rules.ballot_type == BallotKind.SPEND:
        words = _("Projects that cost no more than that part of the fund together")
    else:
        words = _choose_in_all(rules)
    if rules.pots_each_voter == EachVoter.ONE:
        return _("In one part of the fund: %(words)s", words=words[:1].lower() + words[1:])
    return _("In each part of the fund: %(words)s", words=words[:1].lower() + words[1:])


def _how_many(least: int, most: int) -> str:
    if least >= most:
        return ngettext("%(num)d project", "%(num)d projects", most)
    if least == 1:
        return ngettext("Up to %(num)d project", "Up to %(num)d projects", most)
    return _("From %(least)s to %(most)s projects", least=least, most=most)


def _ballots() -> dict[str, str]:
    return {
        BallotKind.APPROVAL: _("Votes"),
        BallotKind.SPEND: _("Spend the fund"),
        BallotKind.POINTS: _("Share out points"),
        BallotKind.RANKING: _("Put projects in order"),
        BallotKind.BOOST: _("Votes and a boost"),
    }


def _kinds() -> dict[str, str]:
    return {
        "revenue": _("Running costs and activities"),
        "capital": _("Things that last, like equipment and buildings"),
    }


def _sources() -> dict[str, str]:
    return {
        "grants": _("A grant or a gift"),
        "mainstream": _("The council's own budget, or another public body's"),
    }


def _proposers() -> dict[str, str]:
    return {
        "either": _("Anybody who lives in the area, of any age, and local groups"),
        "resident": _("Anybody who lives in the area, of any age"),
        "body": _("Local groups on the register"),
    }


def _counting() -> dict[str, str]:
    return {
        "greedy": _("Most votes first"),
        "greedy-stop": _("Most votes first, until one costs too much"),
        "greedy-per-cost": _("Most votes for each pound first"),
        "equal-shares": _("Equal shares"),
    }
