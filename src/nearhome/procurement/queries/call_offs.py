"""Reading call-offs: what a framework says of asking, whether a contract covers a kind of home, what was bought and how."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from nearhome.design import wording
from nearhome.design.tables import Column, Table
from nearhome.people.models import AuthorityRules, Person
from nearhome.procurement.calculations.call_offs.method import METHODS, FrameworkRules
from nearhome.procurement.calculations.call_offs.order import Step, step_with_key
from nearhome.procurement.models import (
    BlockParty,
    CallOff,
    CallOffSkip,
    CallOffWaiver,
    Framework,
    FrameworkParty,
    FrameworkSupplier,
    FrameworkTier,
    RateLine,
)
from nearhome.procurement.permissions import require_buys
from nearhome.procurement.queries.standing import admitted_on, holding
from nearhome.procurement.reference.waivers import GROUND_WORDS

YEAR = timedelta(days=365)
COMPETES_ALWAYS = (Framework.Form.MARKET, Framework.Form.PCR_DPS)


@dataclass(frozen=True)
class CallOffsPage:
    """What an authority bought, and by which method, ready to show."""

    bought: Table
    by_method: Table


def windows_of(authority_id: int, steps: Iterable[Step], *, on: date, emergency: bool) -> dict[Step, timedelta]:
    """How long each step lasts from the first home asked: the framework's own window for a tier, else the authority's."""
    rules = AuthorityRules.objects.filter(organisation_id=authority_id).first() or AuthorityRules()
    usual = rules.emergency_response_hours if emergency else rules.response_hours
    longest: dict[int, int] = {}
    for row in _tiers_on(authority_id, on):
        hours = row.emergency_hours if emergency else row.response_hours
        longest[row.tier] = max(hours, longest.get(row.tier, 0))
    return {step: timedelta(hours=longest.get(step.tier, usual)) for step in steps}


def _tiers_on(authority_id: int, on: date) -> list[FrameworkTier]:
    """The rules of the tiers of every framework that the authority may use on a day: the newest of each tier."""
    rows = FrameworkTier.objects.filter(
        holding(on, start="framework__starts_on", end="framework__ends_before"),
        framework__parties__organisation_id=authority_id, starts_on__lte=on,
    )  # fmt: skip
    newest = {(row.framework_id, row.tier): row for row in rows.select_related("framework").order_by("starts_on", "pk")}
    return list(newest.values())


def reasons_given(thread: UUID) -> dict[Step, str]:
    """The steps passed over in a search so far, with why."""
    rows = CallOffSkip.objects.filter(thread=thread).values_list("step", "reason")
    return {step_with_key(key): reason for key, reason in rows}


def rules_of(authority_id: int, framework_name: str, tier: int | None, on: date) -> FrameworkRules:
    """What the framework of this name says of choosing in a tier; none said: competition unless it has one supplier."""
    suppliers = FrameworkSupplier.objects.filter(
        admitted_on(on), framework__name=framework_name, framework__parties__organisation_id=authority_id
    )
    single = suppliers.values("provider").distinct().count() == 1
    for row in _tiers_on(authority_id, on):
        if row.framework.name == framework_name and row.tier == tier:
            return FrameworkRules(row.selection_rule.strip(), row.framework.form in COMPETES_ALWAYS, single)
    forms = FrameworkParty.objects.filter(organisation_id=authority_id, framework__name=framework_name)
    return FrameworkRules("", forms.filter(framework__form__in=COMPETES_ALWAYS).exists(), single)


def is_covered(authority_id: int, kind: str, on: date) -> bool:
    """Whether the authority has a framework for this kind of home, or a block with such beds, on a day."""
    frameworks = FrameworkParty.objects.filter(
        Q(framework__ends_before__isnull=True) | Q(framework__ends_before__gt=on),
        organisation_id=authority_id, framework__kind=kind, framework__starts_on__lte=on,
    )  # fmt: skip
    blocks = BlockParty.objects.filter(
        Q(contract__ends_before__isnull=True) | Q(contract__ends_before__gt=on),
        organisation_id=authority_id, contract__block_places__place__home__kind=kind,
        contract__block_places__available_from__lte=on,
    )  # fmt: skip
    return frameworks.exists() or blocks.exists()


def bought_on_waivers(authority_id: int, provider_id: int, *, now: datetime) -> int:
    """Pence: the whole-life value of what the authority bought from a provider on granted waivers in the year before."""
    rows = CallOffWaiver.objects.filter(
        authority_id=authority_id, provider_id=provider_id, is_granted=True, decided_at__gt=now - YEAR
    )
    return rows.aggregate(total=Sum("value_pence"))["total"] or 0


def waiver_waiting(thread: UUID) -> CallOffWaiver | None:
    """The waiver of a search that waits for a decision, if one does."""
    return CallOffWaiver.objects.filter(thread=thread, decided_at__isnull=True).first()


def rate_in_force(
    authority_id: int, registration_id: int, name: str, *, category: str, age_years: int, on: date
) -> RateLine | None:
    """The line of the supplier's rate card that holds for a category of need and an age on a day: the most it may ask.

    The same line that `rate_of` picks: of those that overlap the latest to begin, then the cheapest.
    """
    rows = RateLine.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=on),
        supplier__registration_id=registration_id, supplier__framework__name=name,
        supplier__framework__parties__organisation_id=authority_id, starts_on__lte=on,
        category=category, min_age__lte=age_years, before_age__gt=age_years,
    )  # fmt: skip
    return rows.select_related("supplier").order_by("-starts_on", "weekly_price_pence", "pk").first()


def call_offs_page(person: Person) -> CallOffsPage:
    """Everything the person's authority bought, newest first, and how often by which method. Raises PermissionDenied."""
    require_buys(person)
    rows = list(
        CallOff.objects.filter(authority_id=person.organisation_id)
        .select_related("provider", "registration", "rate_line", "waiver", "block", "supplier__framework")
        .order_by("-made_at", "-pk")
    )
    return CallOffsPage(_bought(rows), _by_method(rows))


def _bought(rows: Iterable[CallOff]) -> Table:
    """Steps passed over by name only: the reasons may say something of a child, and stand with the search."""
    columns = (
        Column("Made", "date"), Column("Provider"), Column("Establishment"), Column("How"), Column("Contract"),
        Column("From", "date"), Column("A week", "money"), Column("Rate card", "money"), Column("Category"), Column("Passed over"),
    )  # fmt: skip
    shown = [
        (
            row.made_at, row.provider.name, row.registration.name, _method(row), _contract(row), row.starts_on,
            row.weekly_price_pence, row.rate_line.weekly_price_pence if row.rate_line else None,
            row.rate_line.category if row.rate_line else "",
            "; ".join(one["words"] for one in row.passed_over) or "Nothing",
        )
        for row in rows
    ]  # fmt: skip
    empty = "Nothing has been called off yet. A placement booked from an offer is listed here."
    return Table("Placements bought", columns, shown, when_empty=empty, is_wide=True)


def _method(row: CallOff) -> str:
    words = METHODS[row.method]
    words += f", waiver on the ground {row.waiver.ground.replace('_', ' ')}" if row.waiver else ""
    return f"{words} (cancelled)" if row.cancelled_at else words


def _contract(row: CallOff) -> str:
    if row.supplier:
        return f"{row.supplier.framework.name}, tier {row.tier}"
    return row.block.name if row.block else "None"


def _by_method(rows: Iterable[CallOff]) -> Table:
    standing = [row for row in rows if row.cancelled_at is None]
    count = Counter(row.method for row in standing)
    weekly: Mapping[str, int] = Counter()
    for row in standing:
        weekly[row.method] += row.weekly_price_pence  # type: ignore[index]
    columns = (Column("How"), Column("Placements", "number"), Column("Share"), Column("A week in all", "money"))
    shown = [
        (METHODS[name], count[name], wording.percent(count[name] / len(standing)), weekly[name])
        for name in METHODS if count[name]
    ]  # fmt: skip
    return Table("How placements were bought", columns, shown, when_empty="Nothing has been bought yet.")


def bought_how(thread: UUID) -> list[tuple[str, str]]:
    """What an approver reads of how a search buys: steps passed over, and the waiver asked for with what went before."""
    rows = [(f"Passed over: {step.words}", reason) for step, reason in sorted(reasons_given(thread).items())]
    waiver = CallOffWaiver.objects.filter(thread=thread).order_by("-asked_at", "-pk").first()
    if waiver:
        rows += [
            ("Waiver owed because", waiver.why_owed),
            ("Ground", GROUND_WORDS.get(waiver.ground, waiver.ground)),
            ("Why", waiver.narrative),
            ("Bought from this provider on waivers in the year before", wording.money(waiver.bought_before_pence)),
            ("With this placement", wording.money(waiver.bought_before_pence + waiver.value_pence)),
        ]
    return rows


def passed_over_of(thread: UUID, before: Step) -> list[dict[str, Any]]:
    """The steps before one that were passed over in a search, as a call-off keeps them."""
    given = reasons_given(thread)
    return [
        {"step": step.key, "words": step.words, "reason": reason}
        for step, reason in sorted(given.items())
        if step < before
    ]
