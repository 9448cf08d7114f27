"""Rounds and proposals; the voters on one side, the ballots on the other, and no way between.

The named side (voter, voter_identity, voter_code, voter_link, voting_pass, and the codes and lists
made before) knows who may vote.
The ballot side (ballot, seal) knows what was chosen. Only a key kept outside the database leads
from one to the other. No ballot has a time, an address or a serial number, and nothing that
names a voter is written while a vote is cast.
"""

from engage.budgeting.models.ballots import Ballot, Seal
from engage.budgeting.models.proposals import Proposal
from engage.budgeting.models.rounds import Project, Result, Round, RoundCount
from engage.budgeting.models.voters import Voter, VoterCode, VoterIdentity, VoterLink, VotingPass
from engage.budgeting.models.ways import CodeBatch, ListedVoter, VoterList

__all__ = [
    "Ballot",
    "CodeBatch",
    "ListedVoter",
    "Project",
    "Proposal",
    "Result",
    "Round",
    "RoundCount",
    "Seal",
    "Voter",
    "VoterCode",
    "VoterIdentity",
    "VoterLink",
    "VoterList",
    "VotingPass",
]
