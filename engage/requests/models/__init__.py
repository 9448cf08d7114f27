"""Participation requests, how each was decided, what process followed, and the yearly report."""

from engage.requests.models.processes import OutcomeProcess, ProcessStep, RequestReport, YearReport
from engage.requests.models.requests import (
    DecisionGround,
    OtherAuthority,
    ParticipationRequest,
    RequestDecision,
    RequestExtension,
    RequestQuestion,
)

__all__ = [
    "DecisionGround",
    "OtherAuthority",
    "OutcomeProcess",
    "ParticipationRequest",
    "ProcessStep",
    "RequestDecision",
    "RequestExtension",
    "RequestQuestion",
    "RequestReport",
    "YearReport",
]
