"""Talks with the market before a tender: who was spoken to and what was learnt."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.calendars.calculations.working_days import london_date
from nearhome.tendering.actions.moving import lock_procurement
from nearhome.tendering.actions.preparing import note_change
from nearhome.tendering.models import MarketEngagement, Procurement
from nearhome.tendering.permissions.cases import require_can_lead


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk with the market: day, how, with whom, what was learnt, whether bidders read it with the tender."""

    on: date
    how: str
    who: str
    learnt: str
    is_published: bool = False


@transaction.atomic
def record_engagement(*, procurement: Procurement, talk: Talk, by: Any, now: datetime) -> MarketEngagement:
    """Write down a talk. The same sent twice is written once; a day to come is refused."""
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    if talk.on > london_date(now):
        raise ValidationError("A talk is written down when it has been: enter a day that is not to come.")
    same = locked.engagements.filter(**asdict(talk)).first()
    if same:
        return same
    row = MarketEngagement.objects.create(procurement=locked, at=now, by_name=str(by), **asdict(talk))
    note_change(locked, "engagement.recorded", "A talk with the market was written down.", by=by, now=now)
    return row


@transaction.atomic
def publish_engagement(*, engagement: MarketEngagement, is_published: bool, by: Any, now: datetime) -> None:
    """Let bidders read it with the tender, or keep it with the buyers again."""
    require_can_lead(by, engagement.procurement)
    locked = lock_procurement(engagement.procurement)
    if locked.engagements.filter(pk=engagement.pk).exclude(is_published=is_published).update(is_published=is_published):
        words = (
            "A talk with the market is published with the tender."
            if is_published
            else "A talk with the market is kept with the buyers."
        )
        note_change(locked, "engagement.published", words, by=by, now=now)
