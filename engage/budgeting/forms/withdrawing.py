"""What somebody says who takes back what they proposed: nothing, or why, to the team or to all."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.actions.withdrawing import Why
from engage.budgeting.rules.refusals import ProposalRefused
from engage.web.fields import Choice, LongText
from engage.web.forms import Form


class WithdrawForm(Form):
    """``version`` tells whether the proposal was changed after the page was opened."""

    reason = LongText(_l("Why do you withdraw it?"), most=1000, rows=3)
    is_public = Choice(
        _l("Who may read your reason?"),
        choices=[
            ("no", _l("Only the team that runs the fund")),
            ("yes", _l("Everybody, once the team has read it, on the list of what was left out")),
        ],
        default="no",
    )
    version = HiddenField()

    @property
    def why(self) -> Why:
        """The answers as values."""
        return Why(self.reason.data or "", is_public=self.is_public.data == "yes")

    def refuse_proposal(self, refusal: ProposalRefused) -> None:
        """Put a refusal on the field that it concerns."""
        self.refuse(refusal, self.reason if refusal.about == "reason" else None)
