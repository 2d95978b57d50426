"""Awarding without a competition, on a ground: to an establishment, or by letting a framework go on. Somebody else approves."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.procurement.models import Framework
from nearhome.tendering.actions.extension_limits import extension_past_its_term
from nearhome.tendering.actions.moving import lock_procurement, move_procurement, require_state
from nearhome.tendering.actions.recommending import MOST_WORDS, partners_of
from nearhome.tendering.calculations.award.dates import extended, months_later
from nearhome.tendering.models import Award, AwardExtension, AwardLine, Procurement
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.direct_awards import added_up, framework_to_extend, grounds_for, registration_named
from nearhome.tendering.states import ProcurementState

MOST_WEEKLY_PENCE = 5_000_000


@dataclass(frozen=True, slots=True)
class DirectReasons:
    """Why there is no competition: a coded ground, the whole story, which lawyer agreed, and what it is worth in all.

    Of an extension also: why it may run past the longest term of its law (empty: it does not), and for how many pence
    the agreement was let where the framework does not say.
    """

    ground: str
    narrative: str
    legal_approver: str
    value_pence: int
    exception: str = ""
    original_value_pence: int | None = None


@dataclass(frozen=True, slots=True)
class DirectTerms:
    """What is bought directly: from which establishment, how many places (None: a framework), at what price, how long."""

    urn: str
    weekly_pence: int
    starts_on: date
    months: int
    places: int | None = None


@transaction.atomic
def award_directly(
    *, procurement: Procurement, reasons: DirectReasons, terms: DirectTerms, by: Any, now: datetime
) -> Award:
    """Recommend a direct award to one establishment. Recommended twice by one person it is done once."""
    locked, same = _begin(procurement, reasons, by)
    if same:
        return same
    _require_reasons(locked, reasons, by, to_extend=False)
    registration = registration_named(locked, terms.urn)
    if not 0 < terms.weekly_pence <= MOST_WEEKLY_PENCE:
        raise ValidationError(f"A weekly price is more than £0.00 and at most {wording.money(MOST_WEEKLY_PENCE)}.")
    if locked.buys == Procurement.Buys.BLOCK and not terms.places:
        raise ValidationError("Say how many places are bought.")
    ends_before = _months_later(terms.starts_on, terms.months)
    sums = added_up(locked, reasons.value_pence, provider_id=registration.provider_id)
    term = {"starts_on": terms.starts_on.isoformat(), "ends_before": ends_before.isoformat()}
    award = _recommend(locked, reasons, by, now, {"term": term, "cumulative": sums.words, "is_over": sums.is_over})
    price = {
        "category": "standard",
        "min_age": 0,
        "before_age": 18,
        "label": "All ages",
        "weekly_pence": terms.weekly_pence,
    }
    AwardLine.objects.create(
        award=award, provider=registration.provider, registration=registration, places=terms.places,
        tier=None if terms.places else 1, prices=[price],
    )  # fmt: skip
    return _move(locked, award, f"A direct award of {locked.ref} was recommended.", by, now)


@transaction.atomic
def extend_directly(
    *, procurement: Procurement, reasons: DirectReasons, framework_key: UUID, months: int, by: Any, now: datetime
) -> Award:
    """Recommend that a framework goes on for some months on its existing terms. Recommended twice it is done once.

    Raises ValidationError past what the ground allows, and past the longest term of its law without an exception.
    """
    locked, same = _begin(procurement, reasons, by)
    if same:
        return same
    _require_reasons(locked, reasons, by, to_extend=True)
    framework = framework_to_extend(locked, framework_key)
    ended_before = _end_of(framework)
    ends_before = extended(ended_before, _sane_months(months)).ends_before
    sums = added_up(locked, reasons.value_pence, framework=framework)
    past = extension_past_its_term(locked, framework, reasons, sums, ends_before)
    term = {"starts_on": ended_before.isoformat(), "ends_before": ends_before.isoformat()}
    kept = {"term": term, "cumulative": sums.words, "is_over": sums.is_over, "past_its_term": past}
    kept["exception"] = reasons.exception.strip() if past else ""
    award = _recommend(locked, reasons, by, now, kept)
    AwardExtension.objects.create(
        award=award, framework=framework, ended_before=ended_before, ends_before=ends_before,
        cumulative_pence=sums.in_all_pence,
    )  # fmt: skip
    words = (
        f"Under {locked.ref} it was recommended that {framework.name} goes on to before {wording.date(ends_before)}."
    )
    return _move(locked, award, words, by, now)


def _begin(procurement: Procurement, reasons: DirectReasons, by: Any) -> tuple[Procurement, Award | None]:
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    newest = locked.awards.order_by("-recommended_at", "-pk").first()
    said = reasons.ground, reasons.narrative.strip(), by.pk
    is_same = newest is not None and (newest.ground, newest.narrative, newest.recommended_by_id) == said
    if locked.state == ProcurementState.RECOMMENDED and is_same:
        return locked, newest
    require_state(locked, ProcurementState.PREPARING)
    return locked, None


def _require_reasons(locked: Procurement, reasons: DirectReasons, by: Any, *, to_extend: bool) -> None:
    if reasons.ground not in {one.id for one in grounds_for(locked.regime, to_extend=to_extend)}:
        raise ValidationError(f"Choose a ground that {locked.get_regime_display()} knows for this.")
    if not reasons.narrative.strip():
        raise ValidationError("Say in words why there is no competition.")
    if len(reasons.narrative) > MOST_WORDS:
        raise ValidationError(f"The reasons must be {MOST_WORDS:,} characters or fewer.")
    named = reasons.legal_approver.strip()
    if not named:
        raise ValidationError("Name the lawyer who agreed to the ground.")
    if named.casefold() == str(by).strip().casefold():
        raise ValidationError("The legal approver is somebody other than who recommends the award.")
    if reasons.value_pence <= 0:
        raise ValidationError("The value over the whole term is more than £0.00.")


def _recommend(
    locked: Procurement, reasons: DirectReasons, by: Any, now: datetime, affordability: dict[str, Any]
) -> Award:
    return Award.objects.create(
        procurement=locked, is_direct=True, ground=reasons.ground, narrative=reasons.narrative.strip(),
        legal_approver=reasons.legal_approver.strip(), value_pence=reasons.value_pence, affordability=affordability,
        recommended_at=now, recommended_by=str(by), recommended_by_id=by.pk,
    )  # fmt: skip


def _move(locked: Procurement, award: Award, words: str, by: Any, now: datetime) -> Award:
    move_procurement(locked, ProcurementState.RECOMMENDED, by=by, now=now)
    record("award.recommended", words, about=award, by=by, at=now, thread=locked.key, seen_by=partners_of(locked))
    return award


def _end_of(framework: Framework) -> date:
    if framework.ends_before is None:
        raise ValidationError(f"{framework.name} has no end, so it needs no extension.")
    return framework.ends_before


def _months_later(day: date, months: int) -> date:
    try:
        return months_later(day, months)
    except ValueError as refused:
        raise ValidationError(f"{refused}.") from None


def _sane_months(months: int) -> int:
    if not 1 <= months <= 24:
        raise ValidationError("A short extension is 1 to 24 months. Tender for a longer one.")
    return months
