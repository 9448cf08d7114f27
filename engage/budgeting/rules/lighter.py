"""What a lighter set-up of a round leaves weaker, in words, before anybody relies on its rules."""

from engage.budgeting.rules.rounds import RoundRules
from engage.budgeting.rules.ways import Way, uses
from engage.web.rules import N_

#: Up to when a court can be asked, which the usual days after the close cover.
USUAL_CHALLENGE = 95


def weaker(rules: RoundRules, *, lacks_second: bool, has_scrutineer: bool) -> list[str]:
    """Return what is weaker by these rules than it could be, and why somebody may want it so."""
    checks = [
        (
            lacks_second,
            N_("There is no second person yet, so no result could be confirmed."),
        ),
        (
            has_scrutineer,
            N_("The second person may be from outside, and this site cannot tell whether they are "
               "independent."),
        ),
        (
            uses(rules.ways, Way.EMAIL) or uses(rules.ways, Way.ACCOUNT),
            N_("Somebody with two email addresses could vote twice. The list of doubtful voters "
               "helps you to find it."),
        ),
        (
            uses(rules.ways, Way.CODES) and (uses(rules.ways, Way.EMAIL)
                                             or uses(rules.ways, Way.ACCOUNT)),
            N_("Nobody can see that a code and an email address belong to one person."),
        ),
        (
            not rules.ways,
            N_("Nobody is marked on a list: whoever gives out the papers makes sure that each "
               "person gets one."),
        ),
        (
            rules.separate_contests,
            N_("One person can vote once online and once on paper, and both count."),
        ),
        (
            not rules.allow_change and rules.ways != "",
            N_("A vote cannot be changed. So somebody who was made to vote cannot put it right "
               "later."),
        ),
        (
            rules.discussion_opens_at is None and rules.has_proposals,
            N_("People cannot ask about the proposals on this site before they vote."),
        ),
        (
            not rules.has_proposals,
            N_("Residents cannot propose anything: you choose what stands on the ballot."),
        ),
        (
            rules.has_proposals and not rules.reply_days,
            N_("You can make the ballot final before somebody who was left out has replied."),
        ),
        (
            rules.challenge_days < USUAL_CHALLENGE,
            N_("The key of the vote is destroyed early. After that not even a court can find a "
               "false vote."),
        ),
    ]  # fmt: skip
    return [words for is_so, words in checks if is_so]
