"""Writing a version of the agreement, and accepting it, each authority for itself."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import date as in_words
from nearhome.partnership.calculations.escalation import Level
from nearhome.partnership.models import (
    AgreementAcceptance,
    Membership,
    Partnership,
    PartnershipAgreement,
    usual_ladder,
)
from nearhome.partnership.permissions import require_can_accept, require_can_lead
from nearhome.partnership.queries.partnerships import party_ids

MOST_LEVELS = 6


@dataclass(frozen=True)
class Terms:
    """Everything a version of the agreement says; `escalation` is levels in order: name, working_days."""

    empty_bearer: str = "nominated"
    grace_nights: int = 0
    first_refusal_days: int = 5
    words: str = ""
    votes_by: str = "each"
    quorum_percent: int = 50
    majority: str = "simple"
    abstentions_make_quorum: bool = True
    escalation: list[dict[str, Any]] = field(default_factory=usual_ladder)


@transaction.atomic
def agree_on_beds(
    *,
    partnership: Partnership,
    starts_on: date,
    empty_bearer: str,
    grace_nights: int,
    first_refusal_days: int,
    by: Any,
    now: datetime,
) -> PartnershipAgreement:
    """A new version about shared beds from a date, with the usual voting rule and ladder; earlier versions stay."""
    terms = Terms(empty_bearer=empty_bearer, grace_nights=grace_nights, first_refusal_days=first_refusal_days)
    return write_agreement(partnership=partnership, starts_on=starts_on, terms=terms, by=by, now=now)


@transaction.atomic
def write_agreement(
    *, partnership: Partnership, starts_on: date, terms: Terms, by: Any, now: datetime
) -> PartnershipAgreement:
    """Write a new version that applies from a date, once each authority has accepted it for itself.

    The same terms from the same date again make no second version. Raises PermissionDenied, and ValidationError with the
    mend.
    """
    require_can_lead(by, partnership)
    kept = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    _check(terms)
    newest = kept.agreements.order_by("-version").first()
    if newest is not None:
        if newest.starts_on == starts_on and _same(newest, terms):
            return newest
        if starts_on < newest.starts_on:
            raise ValidationError(
                f"Version {newest.version} applies from {in_words(newest.starts_on)}. A newer one applies from that day or later."
            )
    version = newest.version + 1 if newest else 1
    agreement = PartnershipAgreement.objects.create(
        partnership=kept, version=version, starts_on=starts_on, **asdict(terms)
    )
    words = f"Version {version} of the agreement was written; it applies from {in_words(starts_on)}."
    record("partnership.agreed", words, about=kept, by=by, at=now)
    return agreement


@transaction.atomic
def accept_agreement(*, agreement: PartnershipAgreement, by: Any, now: datetime) -> AgreementAcceptance:
    """Accept a version for one's own authority. Harmless when it has been accepted already."""
    require_can_accept(by)
    partnership = agreement.partnership
    if not Membership.objects.filter(partnership=partnership, organisation_id=by.organisation_id).exists():
        raise ValidationError(f"{by.organisation} does not take part in {partnership}, so there is nothing to accept.")
    accepted, is_new = AgreementAcceptance.objects.get_or_create(
        agreement=agreement,
        organisation_id=by.organisation_id,
        defaults={"person_id": by.pk, "person_name": str(by), "at": now},
    )
    if is_new:
        words = f"{by.organisation} accepted version {agreement.version} of the agreement of {partnership}."
        told = party_ids(partnership, max(agreement.starts_on, london_date(now)))
        record("partnership.agreement_accepted", words, about=partnership, by=by, at=now, seen_by=told)
    return accepted


def _check(terms: Terms) -> None:
    if not 1 <= len(terms.escalation) <= MOST_LEVELS:
        raise ValidationError(f"Give 1 to {MOST_LEVELS} levels of escalation.")
    try:
        for level in terms.escalation:
            Level(level["name"], level["working_days"])
    except ValueError as refused:
        raise ValidationError(f"{refused}.") from None
    if not 0 <= terms.quorum_percent <= 100:
        raise ValidationError("The quorum must be between 0% and 100%.")


def _same(agreement: PartnershipAgreement, terms: Terms) -> bool:
    return all(getattr(agreement, name) == value for name, value in asdict(terms).items())
