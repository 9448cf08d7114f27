"""Keeping the bank details of a group sealed, and opening them for the officer who pays."""

from datetime import datetime

from engage.audit.rules import Happening
from engage.budgeting.actions.awards import award_trail, tell_officers_of, tell_step
from engage.budgeting.keys import BANK, read_key
from engage.budgeting.models import Award, AwardBank
from engage.budgeting.queries.delivery import bank_of
from engage.budgeting.rules.delivery import AwardRefused, AwardStage, BankDetails
from engage.budgeting.rules.sealing import open_details, seal_details
from engage.extensions import db
from engage.web.rules import N_


def give_bank_details(award: Award, details: BankDetails, *, at: datetime, by: int | None) -> None:
    """Keep where an award is paid to, in place of what was given before, and tell the group.

    Raises AwardRefused unless the award is accepted and runs, KeysRefused without the key.
    """
    if award.stage not in (AwardStage.ACCEPTED, AwardStage.UNDER_WAY):
        raise AwardRefused(N_("Bank details are needed once the award is accepted, until the end"))
    sealed = seal_details(details, read_key(BANK), award.public_id)
    bank = bank_of(award.id)
    if bank is None:
        bank = AwardBank(award_id=award.id)
        db.session.add(bank)
    bank.sealed, bank.last_two, bank.given_at = sealed, details.last_two, at
    db.session.flush()
    tell_step(award, "bank", at=at)
    tell_officers_of(award, "bank", f"{at.timestamp()}", at=at)
    award_trail(Happening.BANK_DETAILS_GIVEN, f"award:{award.id}", at, by, "group")


def see_bank_details(award: Award, *, at: datetime, by: int, role: str = "officer") -> BankDetails:
    """Return the bank details whole, for one officer: the trail says who saw them and when.

    The caller commits before it shows them. Raises AwardRefused without any, KeysRefused.
    """
    bank = bank_of(award.id)
    if bank is None:
        raise AwardRefused(N_("The group has not given its bank details yet"))
    details = open_details(bank.sealed, read_key(BANK), award.public_id)
    award_trail(Happening.BANK_DETAILS_SEEN, f"award:{award.id}", at, by, role)
    return details
