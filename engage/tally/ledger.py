"""The story of a count while it is told: the money left, and what became of each project."""

from fractions import Fraction

from engage.tally.election import Count, Decision, Election, Project, Why
from engage.tally.money import major_text

#: What a reason adds where the project before stood equal, or another that one was excluded for.
_TIES = {
    "": "",
    "cost": " It tied with {other}, which costs less.",
    "votes": " It tied with {other}, which had more votes.",
    "lot": " It tied with {other}, which a drawn lot put first.",
    "file": " It tied with {other}, which stands first on the ballot.",
}

_REASONS = {
    Why.FITS: "Funded: it cost no more than the money left.",
    Why.SUPPORTERS_PAID: "Funded: {payers:,} of its supporters paid for it, at most {share} each.",
    Why.COMPLETED: "Funded from what the first part of the count left over.",
    Why.PART_FUNDED: "Funded in part: it gets the money that was left, as its proposer accepted.",
    Why.BEST_SET: "Funded: it is one of the projects that got the most out of the pot together.",
    Why.NO_VOTES: "Not funded: nobody voted for it.",
    Why.BELOW_THRESHOLD: "Not funded: it needed at least {threshold:,} votes.",
    Why.BELOW_SUPPORT: "Not funded: it needed more supporters for what it cost.",
    Why.TOO_DEAR: "Not funded: it cost more than the money left.",
    Why.AFTER_STOP: "Not funded: the count ended at the first one that cost more than was left.",
    Why.SITE_TAKEN: "Not funded: another project for the same site was funded.",
    Why.SUPPORTERS_SHORT: "Not funded: its supporters had {held} left between them.",
    Why.EXCLUDED: "Not funded: it had the least support, and its votes went to their next choices.",
    Why.NOT_BEST_SET: "Not funded: other projects got more out of the pot together.",
}


class Ledger:
    """The money left and the decisions so far. A site that is taken stays taken."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.left = election.pot
        self.decisions: list[Decision] = []
        self._taken: set[str] = set()

    def is_taken(self, project: Project) -> bool:
        """Whether another project was funded that this one can't stand beside."""
        return project.site in self._taken

    def fund(
        self,
        project: Project,
        why: Why,
        *,
        award: int | None = None,
        settled_by: str = "",
        payers: int | None = None,
        share: Fraction | None = None,
    ) -> None:
        """Fund a project with ``award`` minor units; None: with what it costs."""
        award = project.cost if award is None else award
        told = {"payers": payers or 0, "share": major_text(_rounded_up(share))}
        reason = _REASONS[why].format(**told) + _tie_words(why, settled_by)
        self.decisions.append(
            Decision(
                project=project.id,
                cost=project.cost,
                votes=self.election.votes[project.id],
                funded=True,
                left_before=self.left,
                why=why,
                settled_by=settled_by,
                reason=reason,
                award=award,
                payers=payers,
                share=share,
            )
        )
        self.left -= award
        if project.site:
            self._taken.add(project.site)

    def refuse(
        self, project: Project, why: Why, *, settled_by: str = "", held: int | None = None
    ) -> None:
        """Leave a project unfunded."""
        told = {"threshold": self.election.threshold, "held": major_text(held or 0)}
        self.decisions.append(
            Decision(
                project=project.id,
                cost=project.cost,
                votes=self.election.votes[project.id],
                funded=False,
                left_before=self.left,
                why=why,
                settled_by=settled_by,
                reason=_REASONS[why].format(**told) + _tie_words(why, settled_by),
                held=held,
            )
        )

    def close(self, rule: str) -> Count:
        """Return the count that the decisions, in the order considered, come to."""
        return Count(
            rule=rule,
            winners=tuple(d.project for d in self.decisions if d.funded),
            cost=self.election.pot - self.left,
            unspent=self.left,
            ballots=self.election.voters,
            decisions=tuple(self.decisions),
        )


def reason_for(why: Why) -> str:
    """Return the words for a reason that names no figures."""
    return _REASONS[why]


def _tie_words(why: Why, settled_by: str) -> str:
    other = "another project" if why is Why.EXCLUDED else "the project before it"
    return _TIES[settled_by].format(other=other)


def _rounded_up(share: Fraction | None) -> int:
    return 0 if share is None else -(-share.numerator // share.denominator)
