"""Awards as people of the authorities that buy read them, and what of them waits for somebody."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from nearhome.audit.queries import as_entries, history_of
from nearhome.calendars.bank_holidays import bank_holidays_anywhere
from nearhome.design.waiting import Waiting
from nearhome.design.wording import LONDON
from nearhome.people.models import Person
from nearhome.tendering.calculations.award.direct import Ground, grounds_from_rows
from nearhome.tendering.calculations.award.standstill import (
    Counting,
    Standstill,
    StandstillRule,
    rule_for,
    rules_from_rows,
    standstill,
)
from nearhome.tendering.models import Award, AwardLine, LotResult, PriceBand, Procurement
from nearhome.tendering.permissions.awards import can_approve_awards
from nearhome.tendering.permissions.cases import can_begin, require_can_lead, require_can_read_procurements
from nearhome.tendering.reference.award_rules import read_award_rules
from nearhome.tendering.states import ProcurementState

_MOST_HOLIDAYS = timedelta(days=60)


def procurement_for(person: Person, key: UUID) -> Procurement:
    """A procurement the person's authority leads or buys with. Raises PermissionDenied for another role, Http404 else."""
    require_can_read_procurements(person)
    own = person.organisation_id
    rows = Procurement.objects.filter(Q(lead_id=own) | Q(parties__organisation_id=own), key=key)
    found = rows.select_related("lead", "abandonment").distinct().first()
    if found is None:
        raise Http404("No such procurement")
    return found


def procurement_to_lead(person: Person, key: UUID) -> Procurement:
    """The same, for a commissioner of the lead. Raises PermissionDenied for anybody else."""
    found = procurement_for(person, key)
    require_can_lead(person, found)
    return found


def awards_of(procurement: Procurement) -> QuerySet[Award]:
    """Every award of a procurement, newest first, with lines and lots."""
    return (
        procurement.awards.select_related("extension__framework")
        .prefetch_related(
            "lines__lot", "lines__provider", "lines__registration", "lines__supplier__framework", "lines__block",
            "lot_decisions__lot",
        )
        .order_by("-recommended_at", "-pk")
    )  # fmt: skip


def current_award(procurement: Procurement) -> Award | None:
    """The newest award; it stands unless it was refused or sent back."""
    return awards_of(procurement).first()


def stands(procurement: Procurement, award: Award | None) -> bool:
    """Whether the newest award is the one the procurement has come to."""
    reached = (ProcurementState.RECOMMENDED, ProcurementState.APPROVED, ProcurementState.CONTRACTED)
    return award is not None and award.is_approved is not False and procurement.state in reached


def standstill_rule(procurement: Procurement, award: Award) -> StandstillRule:
    """The rule an award is held to. A change of an agreement that is running has none: nobody else was asked."""
    rules = rules_from_rows(read_award_rules()["standstill"])
    is_free = not needs_award_notice(award)
    return rule_for(rules, procurement.regime, is_light_touch=procurement.light_touch, is_call_off=is_free)


def needs_award_notice(award: Award) -> bool:
    """Whether an award notice comes before the contract: always after a tender, and for a direct award as its ground says."""
    ground = ground_of(award) if award.is_direct else None
    return ground is None or ground.needs_transparency_notice


def days_are_known(rule: StandstillRule) -> bool:
    """Whether the rule says how many days a standstill has."""
    return rule.counting != Counting.UNKNOWN


def standstill_after(rule: StandstillRule, notice_on: date, *, keep: bool) -> Standstill:
    """When the standstill after a notice ends, by the bank holidays of every nation."""
    return standstill(rule, notice_on, bank_holidays_anywhere(notice_on, notice_on + _MOST_HOLIDAYS), keep=keep)


def ground_of(award: Award) -> Ground | None:
    """The ground of a direct award."""
    return next((one for one in grounds_from_rows(read_award_rules()["ground"]) if one.id == award.ground), None)


def basket_price(line: AwardLine) -> Fraction:
    """The mean weekly price of a line in pence, each band weighted by the weeks it is forecast to be bought for."""
    prices = line.prices
    bands = {(band.category, band.min_age, band.before_age): band for band in line.lot.bands.all()} if line.lot else {}
    weeks = [_weeks(bands.get((price["category"], price["min_age"], price["before_age"]))) for price in prices]
    if not sum(weeks):
        weeks = [Fraction(1)] * len(prices)
    return sum((price["weekly_pence"] * each for price, each in zip(prices, weeks, strict=True)), Fraction(0)) / sum(
        weeks
    )


def _weeks(band: PriceBand | None) -> Fraction:
    return Fraction(band.forecast_weeks) if band else Fraction(0)


def words_of(table: str, row_id: str) -> str:
    """A ground of not awarding or abandoning, in words."""
    return next((row["words"] for row in read_award_rules()[table] if row["id"] == row_id), row_id)


def choices_of(table: str) -> list[tuple[str, str]]:
    """Grounds to choose from, for a form."""
    return [(row["id"], row["words"]) for row in read_award_rules()[table]]


def history_shown(procurement: Procurement) -> list[dict[str, Any]]:
    """Who did what, newest first."""
    return as_entries(reversed(history_of(procurement.key)))


def is_standstill_over(award: Award, now: datetime) -> bool:
    """Whether the last day of the standstill has passed in London; without a standstill, whether the notice is out."""
    today = now.astimezone(LONDON).date()
    return award.standstill_ends_on is None or today > award.standstill_ends_on


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Awards to approve for an approver of the lead; what comes next on every award for its commissioners."""
    found: list[Waiting] = []
    if can_approve_awards(person):
        found += _to_approve(person)
    if can_begin(person):
        found += [*_to_recommend(person), *_next_steps(person, now)]
    return tuple(found)


def _newest(person: Person, *states: ProcurementState) -> Iterable[Award]:
    rows = Award.objects.filter(procurement__lead_id=person.organisation_id, procurement__state__in=states)
    newest = rows.select_related("procurement").order_by("procurement_id", "-recommended_at", "-pk")
    return newest.distinct("procurement_id")


def _to_approve(person: Person) -> Iterable[Waiting]:
    for award in _newest(person, ProcurementState.RECOMMENDED):
        if award.recommended_by_id != person.pk:
            href = reverse("tendering:decide_award", args=[award.procurement.key])
            yield Waiting("Decide about the award", _about(award.procurement), href)


def _to_recommend(person: Person) -> Iterable[Waiting]:
    rows = Procurement.objects.filter(lead_id=person.organisation_id, state=ProcurementState.EVALUATING)
    for row in rows.prefetch_related("lots"):
        lots = [lot.pk for lot in row.lots.all()]
        if lots and LotResult.objects.filter(lot_id__in=lots).values("lot_id").distinct().count() == len(lots):
            yield Waiting("Recommend an award", _about(row), reverse("tendering:recommend", args=[row.key]))


def _next_steps(person: Person, now: datetime) -> Iterable[Waiting]:
    for award in _newest(person, ProcurementState.APPROVED):
        href, due_at = reverse("tendering:award", args=[award.procurement.key]), None
        if award.notice_on is None and needs_award_notice(award):
            waits = award.told_at is None and not award.is_direct
            words = "Tell the bidders" if waits else "Record the award notice"
        elif is_standstill_over(award, now):
            words = "Make the contract"
        else:
            continue
        yield Waiting(words, _about(award.procurement), href, due_at)


def _about(procurement: Procurement) -> str:
    return f"{procurement.ref}, {procurement.name}"
