"""What the lead's work costs each partner, and what the provider has of a saving. Both are terms of an agreement.

Members of one real framework pay the lead a proportionate share of its running costs (South Central fostering framework);
no published gain share between English authorities and a provider was found, so its formula is our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import NIGHTS_IN_A_WEEK, nearest_penny, pounds
from nearhome.settlement.calculations.charges import GAIN_SHARE, LEAD_COST, Charge, name_of, shares_of
from nearhome.settlement.calculations.nights import Period

_FULL = 10_000
_YEAR_BEGINS = (4, 1)  # of a local authority's financial year


@dataclass(frozen=True, slots=True)
class LeadCost:
    """What the lead's work costs by the year, from a day, shared by weight.

    A day costs its part of the financial year (1 April to 31 March): a 365th, or a 366th where 29 February is in it. So
    every whole financial year costs the year's amount. No published arrangement says how a part of a year is charged.
    """

    ref: str
    lead: str
    yearly_pence: int
    starts_on: date
    ends_before: date | None
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class GainShare:
    """The provider has `basis_points` of what a block costs less than spot in a year, at most `most_pence`.

    `benchmark_pence`: what a child's week would have cost bought singly.
    """

    benchmark_pence: int
    basis_points: int
    most_pence: int | None = None


def lead_charges(cost: LeadCost, period: Period, names: Mapping[str, str]) -> tuple[Charge, ...]:
    """Each partner's share of the lead's costs for a period; running totals, so that periods add up to the whole."""
    first = max(cost.starts_on, period.starts_on)
    before = min(cost.ends_before or period.ends_before, period.ends_before)
    if first >= before:
        return ()
    earlier = shares_of(_running(cost, first), cost.shares)
    later = shares_of(_running(cost, before), cost.shares)
    lines = []
    for name, weight in cost.shares:
        pence = later[name] - earlier[name]
        if weight:
            words = (
                f"Costs of the lead from {in_words(first)} to the day before {in_words(before)},"
                f" {pounds(cost.yearly_pence)} a year: the share of {name_of(name, names)}"
            )
            lines.append(
                Charge(
                    cost.ref, name, cost.lead, cost.lead, "", None, LEAD_COST, first, before, 0, pence, words, LEAD_COST
                )
            )
    return tuple(lines)


def _running(cost: LeadCost, until: date) -> int:
    """What all days from the first one to another cost, to the nearest penny."""
    return nearest_penny(cost.yearly_pence * (_years_to(until) - _years_to(cost.starts_on)))


def _years_to(day: date) -> Fraction:
    """Financial years from the year 0 to a day, the one it is in as a part."""
    year = day.year if day >= date(day.year, *_YEAR_BEGINS) else day.year - 1
    began, ends = date(year, *_YEAR_BEGINS), date(year + 1, *_YEAR_BEGINS)
    return year + Fraction((day - began).days, (ends - began).days)


def gain_of(share: GainShare, *, child_nights: int, paid_pence: int) -> int:
    """What the provider has of a year's saving, in whole pence: never below nought, never above its limit.

    The saving is what the nights with a child would have cost at the benchmark, less all that was paid, empty nights too.
    """
    benchmark = Fraction(share.benchmark_pence * child_nights, NIGHTS_IN_A_WEEK)
    gain = max(0, nearest_penny((benchmark - paid_pence) * share.basis_points / _FULL))
    return gain if share.most_pence is None else min(gain, share.most_pence)


def gain_charges(
    share: GainShare,
    year: Period,
    contract: tuple[str, str, str],
    charges: tuple[Charge, ...],
    names: Mapping[str, str],
) -> tuple[Charge, ...]:
    """The lines for a year's gain, borne in proportion to what each paid. `contract`: its ref, provider and host."""
    ref, provider, host = contract
    paid: dict[str, int] = {}
    for charge in charges:
        paid[charge.payer] = paid.get(charge.payer, 0) + charge.pence
    nights = sum(charge.nights for charge in charges if charge.kind in ("occupied", "absent"))
    gain = gain_of(share, child_nights=nights, paid_pence=sum(paid.values()))
    weights = tuple((name, pence) for name, pence in sorted(paid.items()) if pence > 0)
    if not gain or not weights:
        return ()
    words = f"Share of the provider in the saving against {pounds(share.benchmark_pence)} a week, year from {in_words(year.starts_on)}"
    return tuple(
        Charge(ref, name, provider, host, "", None, GAIN_SHARE, year.starts_on, year.ends_before, 0, pence,
               f"{words}: borne by {name_of(name, names)} for what it paid", GAIN_SHARE)
        for name, pence in shares_of(gain, weights).items() if pence
    )  # fmt: skip
