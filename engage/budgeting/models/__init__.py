"""Rounds and proposals; the voters on one side, the ballots on the other, and no way between.

The named side (voter, voter_identity, voter_code, voter_link, voting_pass, voter_review) knows
who may vote. The ballot side (ballot, seal, vote_removal) knows what was chosen. Only a key kept
outside the database leads from one to the other. No ballot has a time, an address or a serial
number, and nothing that names a voter is written while a vote is cast.
"""

from engage.budgeting.models.approvals import (
    Approval,
    RoundScrutineer,
    VoteRemoval,
    VoterReview,
)
from engage.budgeting.models.ballots import Ballot, Seal
from engage.budgeting.models.proposals import Proposal
from engage.budgeting.models.rounds import Project, Result, Round, RoundCount
from engage.budgeting.models.voters import Voter, VoterCode, VoterIdentity, VoterLink, VotingPass

__all__ = [
    "Approval",
    "Ballot",
    "Project",
    "Proposal",
    "Result",
    "Round",
    "RoundCount",
    "RoundScrutineer",
    "Seal",
    "VoteRemoval",
    "Voter",
    "VoterCode",
    "VoterIdentity",
    "VoterLink",
    "VoterReview",
    "VotingPass",
]
