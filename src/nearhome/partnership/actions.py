"""Forming a partnership, joining it, and agreeing how shared beds are paid for."""

from datetime import date, datetime

from django.db import transaction

from nearhome.audit.record import Nearhome, record
from nearhome.partnership.models import Membership, Partnership, PartnershipAgreement
from nearhome.people.models import Organisation, Person

Actor = Person | Nearhome


@transaction.atomic
def form_partnership(
    *, name: str, lead: Organisation, finance_lead: Organisation, starts_on: date, by: Actor, now: datetime
) -> Partnership:
    """Begin a partnership; acting for its lead."""
    partnership = Partnership.objects.create(name=name, lead=lead, finance_lead=finance_lead, starts_on=starts_on)
    record("partnership.formed", f"{name} was formed, led by {lead}.", about=partnership, by=by, at=now)
    return partnership


@transaction.atomic
def join_partnership(
    *,
    partnership: Partnership,
    organisation: Organisation,
    standing: str,
    weight: int,
    starts_on: date,
    by: Actor,
    now: datetime,
) -> Membership:
    """Take in a member or an ally from a date; acting for the lead."""
    membership = Membership.objects.create(
        partnership=partnership,
        organisation=organisation,
        standing=standing,
        contribution_weight=weight,
        starts_on=starts_on,
    )
    words = f"{organisation} joined {partnership} as {membership.get_standing_display().lower()}."
    record("partnership.joined", words, about=partnership, by=by, at=now)
    return membership


@transaction.atomic
def agree_on_beds(
    *,
    partnership: Partnership,
    starts_on: date,
    empty_bearer: str,
    grace_nights: int,
    first_refusal_days: int,
    by: Actor,
    now: datetime,
) -> PartnershipAgreement:
    """Put a new version of the agreement about shared beds into force from a date; earlier versions stay."""
    version = partnership.agreements.count() + 1
    agreement = PartnershipAgreement.objects.create(
        partnership=partnership,
        version=version,
        starts_on=starts_on,
        empty_bearer=empty_bearer,
        grace_nights=grace_nights,
        first_refusal_days=first_refusal_days,
    )
    words = f"Version {version} of the agreement about shared beds applies from {starts_on:%-d %B %Y}."
    record("partnership.agreed", words, about=partnership, by=by, at=now)
    return agreement
