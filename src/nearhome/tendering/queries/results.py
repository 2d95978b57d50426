"""Results of a lot: worked out from what the database shows, kept with what went in, shown with the effect of each choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.procurement.calculations.amount_words import pounds_in_words
from nearhome.tendering.calculations.evaluation.case import LotCase
from nearhome.tendering.calculations.evaluation.effect_words import effect_sentences
from nearhome.tendering.calculations.evaluation.effects import Effects, effects_of
from nearhome.tendering.calculations.evaluation.faults import price_fault, rule_faults
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS, FormulaWords
from nearhome.tendering.calculations.evaluation.ranking import LotRanking, RankedBid, rank_bids
from nearhome.tendering.calculations.evaluation.replay import case_as_values, case_from_values
from nearhome.tendering.exporters.tender_result import effects_as_values, row_as_values
from nearhome.tendering.models import Bid, Lot, LotResult, LowPriceQuery
from nearhome.tendering.queries.evaluation_case import bids_in, case_of


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A kept result, replayed: `is_current` says whether the bids still are what it was worked out from."""

    row: LotResult
    case: LotCase
    ranking: LotRanking
    effects: Effects
    sentences: tuple[str, ...]
    bids: Mapping[str, Bid]
    names: Mapping[str, str]
    is_current: bool


@dataclass(frozen=True, slots=True)
class OpenedPrice:
    """The prices of one bid: pence by band (None: there is none), its mean, why it is looked into, what came of it."""

    bid: Bid
    bands: tuple[int | None, ...]
    weekly_pence: int | None
    low: tuple[str, ...]
    fails: tuple[str, ...]
    query: LowPriceQuery | None


def names_of(bids: Mapping[str, Bid]) -> dict[str, str]:
    """Each bid by its establishment and provider."""
    return {key: f"{bid.registration.name} ({bid.provider.name})" for key, bid in bids.items()}


def bids_by_key(lot: Lot) -> dict[str, Bid]:
    """The lot's bids by the key that the calculation knows them by."""
    return {str(bid.key): bid for bid in bids_in(lot)}


def newest_result(lot: Lot) -> LotResult | None:
    """The result that counts."""
    return LotResult.objects.filter(lot=lot).order_by("-worked_out_at", "-pk").first()


def worked_result(lot: Lot) -> tuple[dict[str, Any], dict[str, Any]]:
    """What goes in and what comes out, as plain values. Raises ValidationError where the rule cannot be applied."""
    case = case_of(lot)
    faults = [fault for fault in rule_faults(case) if "free of charge" not in fault]
    if faults:
        raise ValidationError(f"The published rule of lot {lot.number} cannot be applied: {'; '.join(faults)}.")
    effects = effects_of(case)
    result = {
        "ranking": [row_as_values(row) for row in rank_bids(case).ranking],
        "effects": effects_as_values(effects),
        "words": list(effect_sentences(case, effects, names_of(bids_by_key(lot)))),
    }
    return case_as_values(case), result


def shown_result(lot: Lot) -> ShownResult | None:
    """The newest result, worked out again from what was kept with it; None before there is one."""
    row = newest_result(lot)
    if row is None:
        return None
    case = case_from_values(row.inputs)
    bids, effects = bids_by_key(lot), effects_of(case)
    names = names_of(bids)
    is_current = case_as_values(case_of(lot)) == row.inputs
    return ShownResult(
        row, case, rank_bids(case), effects, effect_sentences(case, effects, names), bids, names, is_current
    )


def replays_the_same(shown: ShownResult) -> bool:
    """Whether the kept inputs still give the kept ranking, to the last place."""
    return bool([row_as_values(row) for row in shown.ranking.ranking] == shown.row.result["ranking"])


def opened_prices(lot: Lot) -> list[OpenedPrice]:
    """Every bid's prices, once quality is locked; before that there are none to read."""
    case, bids = case_of(lot), bids_by_key(lot)
    ranked: Mapping[str, RankedBid] = {row.bid: row for row in rank_bids(case).ranking}
    queries = {row.bid_id: row for row in LowPriceQuery.objects.filter(bid__lot=lot)}
    found = []
    for one in case.bids:
        row, bid = ranked[one.key], bids[one.key]
        told = [price_fault(price, band) for price, band in zip(one.prices, case.bands, strict=True)]
        fails = row.fails if not row.passed else tuple(fault for fault in told if fault)
        found.append(OpenedPrice(bid, one.prices, row.weekly_pence, row.low, fails, queries.get(bid.pk)))
    return sorted(found, key=lambda one: (one.weekly_pence is None, one.weekly_pence or 0, one.bid.registration.name))


def sum_in_words(pence: int) -> str:
    """A price in words, as it is read out."""
    return pounds_in_words(pence)


def rule_of(shown: ShownResult) -> FormulaWords:
    """The price formula as it is published."""
    return FORMULAS[shown.case.formula]
