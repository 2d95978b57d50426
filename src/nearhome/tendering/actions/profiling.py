"""A provider's profile: what every tender asks, saved once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.models import ProviderProfile
from nearhome.tendering.permissions.bidding import require_can_bid


@transaction.atomic
def save_profile(*, answers: Mapping[str, Any], by: Any, now: datetime, seen: str = "") -> ProviderProfile:
    """Keep the organisation's profile; bids keep the copy they were confirmed with.

    `seen` is the moment of saving that the person saw. Raises ChangedMeanwhile if somebody saved another since.
    """
    provider = require_can_bid(by)
    if not answers.get("legal_name"):
        raise ValidationError("Enter the legal name.")
    row = ProviderProfile.objects.select_for_update().filter(provider=provider).first()
    if row is None:
        row, made = ProviderProfile.objects.get_or_create(
            provider=provider, defaults={"answers": dict(answers), "saved_at": now, "saved_by": str(by)}
        )
        if not made:
            raise ChangedMeanwhile("The profile")
    elif row.answers == dict(answers):
        return row
    elif row.saved_at.isoformat() != seen:
        raise ChangedMeanwhile("The profile")
    else:
        row.answers, row.saved_at, row.saved_by = dict(answers), now, str(by)
        row.save(update_fields=["answers", "saved_at", "saved_by"])
    record("profile.saved", "The provider’s profile for tenders was saved.", about=row, by=by, at=now)
    return row
