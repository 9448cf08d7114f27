"""Rounds and proposals; the voters on one side, the ballots on the other, and no way between.

The named side (voter, voter_identity, voter_code, voter_link, voting_pass, voter_review, and the
codes and lists made before) knows who may vote. The ballot side (ballot, seal, vote_removal)
knows what was chosen, and the papers (paper_batch, paper_entry) what stood on paper. Only a key
kept outside the database leads from one to the other. No ballot has a time, an address or a
serial number, and nothing that names a voter is written while a vote is cast.
"""

from engage.budgeting.models.approvals import (
    Approval,
    RoundScrutineer,
    VoteRemoval,
    VoterReview,
)
from engage.budgeting.models.ballots import Ballot, Seal
from engage.budgeting.models.charter import CharterAnswer, CharterDraft
from engage.budgeting.models.delivery import (
    Award,
    AwardBank,
    AwardCheck,
    AwardMilestone,
    AwardPayment,
    AwardPhoto,
    AwardSpending,
)
from engage.budgeting.models.discussion import DiscussionPost, ModerationDecision
from engage.budgeting.models.evaluation import Evaluation, EvaluationForm
from engage.budgeting.models.events import RoundEvent
from engage.budgeting.models.hall import HallNight, Pitch
from engage.budgeting.models.keeping import (
    GapAcknowledged,
    KeyRemoval,
    RecoverySheet,
    Scrutineer,
)
from engage.budgeting.models.merging import Merge, MergePart
from engage.budgeting.models.papers import PaperBatch, PaperEntry
from engage.budgeting.models.pots import Pot
from engage.budgeting.models.proposals import Proposal
from engage.budgeting.models.proposing import (
    CoAuthor,
    DraftPicture,
    ProposalDraft,
    ProposalVersion,
    RoundQuestion,
    VersionPicture,
)
from engage.budgeting.models.rounds import Project, Result, Round, RoundCount, RuleVersion
from engage.budgeting.models.runs import CountRun
from engage.budgeting.models.screening import (
    CheckAnswer,
    Criterion,
    Interest,
    ProposalCheck,
    Recommendation,
    Reply,
    RoundReviewer,
)
from engage.budgeting.models.voters import Voter, VoterCode, VoterIdentity, VoterLink, VotingPass
from engage.budgeting.models.ways import CodeBatch, ListedVoter, VoterList
from engage.budgeting.models.withdrawing import Withdrawal
from engage.budgeting.models.wordings import ProposalWording, RoundTheme
from engage.web.kept_pictures import Picture

__all__ = [
    "Approval",
    "Award",
    "AwardBank",
    "AwardCheck",
    "AwardMilestone",
    "AwardPayment",
    "AwardPhoto",
    "AwardSpending",
    "Ballot",
    "CharterAnswer",
    "CharterDraft",
    "CheckAnswer",
    "CoAuthor",
    "CodeBatch",
    "CountRun",
    "Criterion",
    "DiscussionPost",
    "DraftPicture",
    "Evaluation",
    "EvaluationForm",
    "GapAcknowledged",
    "HallNight",
    "Interest",
    "KeyRemoval",
    "ListedVoter",
    "Merge",
    "MergePart",
    "ModerationDecision",
    "PaperBatch",
    "PaperEntry",
    "Picture",
    "Pitch",
    "Pot",
    "Project",
    "Proposal",
    "ProposalCheck",
    "ProposalDraft",
    "ProposalVersion",
    "ProposalWording",
    "Recommendation",
    "RecoverySheet",
    "Reply",
    "Result",
    "Round",
    "RoundCount",
    "RoundEvent",
    "RoundQuestion",
    "RoundReviewer",
    "RoundScrutineer",
    "RoundTheme",
    "RuleVersion",
    "Scrutineer",
    "Seal",
    "VersionPicture",
    "VoteRemoval",
    "Voter",
    "VoterCode",
    "VoterIdentity",
    "VoterLink",
    "VoterList",
    "VoterReview",
    "VotingPass",
    "Withdrawal",
]
