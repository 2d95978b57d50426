"""What the steps of procurements are told from, read for many at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from nearhome.tendering.models import (
    Award,
    AwardCriterion,
    Bid,
    Clarification,
    CompletedAppraisal,
    Lot,
    OptionsAppraisal,
    Procurement,
    QualityLock,
)
from nearhome.tendering.states import ProcurementState as State


@dataclass(frozen=True, slots=True)
class Standing:
    """What the steps are told from, read once."""

    procurement: Procurement
    now: datetime
    completed: CompletedAppraisal | None
    has_draft: bool
    decisions: tuple[Any, ...]
    lots: int
    criteria: int
    locked: int
    unanswered: int
    bids: int
    award: Award | None

    @property
    def state(self) -> State:
        return State(self.procurement.state)

    @property
    def is_open(self) -> bool:
        deadline_at = self.procurement.deadline_at
        return self.state == State.PUBLISHED and deadline_at is not None and deadline_at > self.now


def standing_of(procurement: Procurement, *, now: datetime) -> Standing:
    """Read how far it has come, as far as whoever acts may know it."""
    return standings_of([procurement], now=now)[0]


def standings_of(procurements: Sequence[Procurement], *, now: datetime) -> list[Standing]:
    """The same for many, in as few questions to the database as for one."""
    mine = {"procurement__in": procurements}
    done = CompletedAppraisal.objects.filter(appraisal__procurement__in=procurements).select_related("appraisal")
    completed = {
        row.appraisal.procurement_id: row for row in done.defer("content", "result").order_by("appraisal__number")
    }
    drafts = set(
        OptionsAppraisal.objects.filter(**mine, completed__isnull=True).values_list("procurement_id", flat=True)
    )
    lots, criteria = _counted(Lot.objects.filter(**mine)), _counted(AwardCriterion.objects.filter(**mine))
    locked = _counted(QualityLock.objects.filter(lot__procurement__in=procurements), "lot__procurement_id")
    unanswered = _counted(Clarification.objects.filter(**mine, answered_at__isnull=True))
    bids = _counted(Bid.objects.filter(**mine, submitted_at__isnull=False, withdrawn_at__isnull=True))
    awards = {row.procurement_id: row for row in Award.objects.filter(**mine).order_by("recommended_at", "pk")}
    return [
        Standing(
            procurement=one, now=now, completed=completed.get(one.pk), has_draft=one.pk in drafts,
            decisions=_decisions_about(one), lots=lots[one.pk], criteria=criteria[one.pk], locked=locked[one.pk],
            unanswered=unanswered[one.pk], bids=bids[one.pk], award=awards.get(one.pk),
        )
        for one in procurements
    ]  # fmt: skip


def _counted(rows: Any, key: str = "procurement_id") -> Counter[int]:
    """How many rows each procurement has."""
    return Counter(rows.order_by().values_list(key, flat=True))


def _decisions_about(procurement: Procurement) -> tuple[Any, ...]:
    """Decisions recorded about it, newest first, where the partnership stage keeps any."""
    try:
        kept = import_module("nearhome.partnership.queries.decisions")
    except ModuleNotFoundError:
        return ()
    return tuple(kept.decisions_about(procurement.key))
