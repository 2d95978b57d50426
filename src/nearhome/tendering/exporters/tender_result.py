"""The result of a tender as plain values for JSON and as lines for a terminal: ranking, marks, and the effect of choices."""

from dataclasses import asdict
from typing import Any

from nearhome.tendering.calculations.evaluation.case import LotCase
from nearhome.tendering.calculations.evaluation.effect_words import effect_sentences, per_cent
from nearhome.tendering.calculations.evaluation.effects import Effects, OtherRanking
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS
from nearhome.tendering.calculations.evaluation.ranking import LotRanking, RankedBid

Scored = tuple[LotCase, LotRanking, Effects]


def lot_as_values(case: LotCase, ranking: LotRanking, effects: Effects) -> dict[str, Any]:
    """One lot. Marks are text with the published decimals; per cents are exact fractions as text, with words beside them."""
    return {
        "lot": case.key,
        "formula": case.formula,
        "rule": FORMULAS[case.formula].rule,
        "places": case.places,
        "tie_break": list(case.tie_break),
        "ranking": [row_as_values(row) for row in ranking.ranking],
        "first": list(ranking.first),
        "effects": effects_as_values(effects),
        "words": list(effect_sentences(case, effects, {})),
    }


def row_as_values(row: RankedBid) -> dict[str, Any]:
    """One bid of the ranking, marks as text."""
    return {
        "bid": row.bid, "rank": row.rank, "passed": row.passed, "fails": list(row.fails), "total": _text(row.total),
        "quality": _text(row.quality), "price": _text(row.price), "weekly_pence": row.weekly_pence, "low": list(row.low),
    }  # fmt: skip


def _text(marks: object) -> str | None:
    return None if marks is None else str(marks)


def effects_as_values(effects: Effects) -> dict[str, Any]:
    """What was tried and what it gave."""
    single = effects.single
    return {
        "formulas": [_other(one) for one in effects.formulas],
        "splits": [
            {"from_quality": per_cent(one.from_quality), "to_quality": per_cent(one.to_quality), "first": list(one.first)}
            | {"exact": [str(one.from_quality), str(one.to_quality)]}
            for one in effects.splits
        ],
        "overtakes": [{"bid": bid, "quality": per_cent(share), "exact": str(share)} for bid, share in effects.overtakes],
        "pairs_crossing": effects.pairs_crossing,
        "weights": [
            {"question": one.question, "weight": per_cent(one.weight), "least": per_cent(one.least), "most": per_cent(one.most)}
            for one in effects.weights
        ],
        "evaluators": [_other(one) | {"choice": one.choice or "everybody"} for one in effects.evaluators],
        "single_scores": None if single is None else {
            "tried": single.tried, "move_a_rank": single.move_a_rank,
            "change_first": [asdict(one) | {"first": list(one.first)} for one in single.change_first],
        },
    }  # fmt: skip


def _other(one: OtherRanking) -> dict[str, Any]:
    return asdict(one) | {"first": list(one.first)}


def result_in_words(scored: list[Scored]) -> str:
    """The same for a person at a terminal."""
    lines: list[str] = []
    for case, ranking, effects in scored:
        lines += ["", f"Lot {case.key}: {FORMULAS[case.formula].title}", f"  {FORMULAS[case.formula].rule}"]
        lines += [_line(row) for row in ranking.ranking] or ["  No bid."]
        lines += [f"  - {sentence}" for sentence in effect_sentences(case, effects, {})]
    return "\n".join(lines).lstrip("\n") + "\n"


def _line(row: RankedBid) -> str:
    price = "" if row.weekly_pence is None else f", £{row.weekly_pence / 100:,.2f} a week"
    if not row.passed:
        return f"   –  {row.bid}: out: {'; '.join(row.fails)}"
    marks = f"quality {row.quality}" + ("" if row.price is None else f", price {row.price}")
    low = f" [look into: {'; '.join(row.low)}]" if row.low else ""
    return f"  {row.rank:>2}  {row.bid}: {row.total} ({marks}{price}){low}"
