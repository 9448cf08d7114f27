"""Rounds and proposals; the voters on one side, the ballots on the other, and no way between.

The named side (voter, voter_identity, voter_code, voter_link, voting_pass) knows who may vote.
The ballot side (ballot, seal) knows what was chosen, and the papers (paper_batch, paper_entry)
what stood on paper. Only a key kept outside the database leads
from one to the other. No ballot has a time, an address or a serial number, and nothing that
names a voter is written while a vote is cast.
"""

from engage.budgeting.models.ballots import Ballot, Seal
from engage.budgeting.models.charter import CharterAnswer
from engage.budgeting.models.hall import HallNight, Pitch
from engage.budgeting.models.papers import PaperBatch, PaperEntry
from engage.budgeting.models.proposals import Proposal
from engage.budgeting.models.rounds import Project, Result, Round, RoundCount, RuleVersion
from engage.budgeting.models.voters import Voter, VoterCode, VoterIdentity, VoterLink, VotingPass

__all__ = [
    "Ballot",
    "CharterAnswer",
    "HallNight",
    "PaperBatch",
    "PaperEntry",
    "Pitch",
    "Project",
    "Proposal",
    "Result",
    "Round",
    "RoundCount",
    "RuleVersion",
    "Seal",
    "Voter",
    "VoterCode",
    "VoterIdentity",
    "VoterLink",
    "VotingPass",
]
