"""What a bidder is told: own marks and reasons, beside the marks of whoever was successful. No other bid's words or prices.

Source: section 50 of the Procurement Act 2023 has an assessment summary for each bidder, set beside the most advantageous
tender; which light-touch awards need one is said in the procurement reference, section 3 (law-firm notes, not verified).
Nearhome writes one for every bidder of every tender. The successful bidder's price is not told, only its price marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from nearhome.tendering.calculations.evaluation.case import MOST_SCORE, LotCase
from nearhome.tendering.calculations.evaluation.effect_words import per_cent
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS
from nearhome.tendering.calculations.evaluation.ranking import LotRanking, RankedBid
from nearhome.tendering.calculations.evaluation.whole_numbers import as_marks, rounded, weights_of

Outcome = Literal["draft", "successful", "unsuccessful", "failed", "not_awarded"]


@dataclass(frozen=True, slots=True)
class LetterMark:
    """One question in a letter: its weight in marks of 100, the agreed score with its reason, and the marks it brings."""

    title: str
    weight: str
    score: str
    marks: str
    reason: str
    successful: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One bidder's letter for one lot, ready to show. `sums` are rows of name, own, and the successful bid's."""

    outcome: Outcome
    opening: tuple[str, ...]
    marks: tuple[LetterMark, ...]
    sums: tuple[tuple[str, str, str], ...]
    closing: tuple[str, ...]


def compose_letter(
    case: LotCase, ranking: LotRanking, bid: str, *, reasons: Mapping[str, str], successful: tuple[str, ...] | None
) -> Letter:
    """The letter to one bidder. `reasons` are those of its agreed scores, by question; `successful` the awarded bids, best
    first, () where the lot is not awarded, None while that is not yet decided.

    Raises KeyError if the bid is not in the ranking.
    """
    rows = {one.bid: one for one in ranking.ranking}
    own = rows[bid]
    best = _compared_with(rows, bid, successful)
    outcome = _outcome(own, bid, successful)
    return Letter(
        outcome, _opening(own, ranking, outcome), _marks(case, bid, best, reasons), _sums(case, own, best),
        _closing(case, outcome),
    )  # fmt: skip


def _outcome(own: RankedBid, bid: str, successful: tuple[str, ...] | None) -> Outcome:
    if successful is None:
        return "draft"
    if not successful:
        return "not_awarded" if own.passed else "failed"
    if bid in successful:
        return "successful"
    return "unsuccessful" if own.passed else "failed"


def _compared_with(rows: Mapping[str, RankedBid], bid: str, successful: tuple[str, ...] | None) -> RankedBid | None:
    """The best of the successful bids, unless it is one's own."""
    best = next((one for one in successful or () if one in rows), None)
    return rows[best] if best is not None and best != bid else None


def _opening(own: RankedBid, ranking: LotRanking, outcome: Outcome) -> tuple[str, ...]:
    standing = sum(one.passed for one in ranking.ranking)
    words = {
        "draft": "This is a draft: the award is not decided yet.",
        "successful": "Your bid was successful.",
        "unsuccessful": "Your bid was not successful.",
        "failed": "Your bid did not pass, so it was not ranked.",
        "not_awarded": "This lot is not awarded.",
    }[outcome]
    if own.passed:
        return (words, f"It had {own.total} marks and rank {own.rank} of {standing} bids that passed.")
    return (words, *(f"Why: {why}." for why in own.fails))


def _marks(case: LotCase, bid: str, best: RankedBid | None, reasons: Mapping[str, str]) -> tuple[LetterMark, ...]:
    scores = {one.key: one.agreed for one in case.bids}
    others = scores[best.bid] if best else (None,) * len(case.questions)
    weights = weights_of(case)
    found = []
    for place, question in enumerate(case.questions):
        score = scores[bid][place]
        marks = (
            ""
            if score is None
            else f"{as_marks(rounded(20 * weights.each[place] * score, weights.whole, case.places), case.places)}"
        )
        found.append(
            LetterMark(
                question.title,
                per_cent(question.share * 100),
                _said(score, question.is_pass),
                marks,
                reasons.get(question.key, ""),
                _said(others[place], question.is_pass) if best else "",
            )
        )
    return tuple(found)


def _said(score: int | None, is_pass: bool) -> str:
    if score is None:
        return "Not scored"
    if is_pass:
        return "Passed" if score == MOST_SCORE else "Failed"
    return f"{score} of {MOST_SCORE}"


def _sums(case: LotCase, own: RankedBid, best: RankedBid | None) -> tuple[tuple[str, str, str], ...]:
    def of(name: str, row: RankedBid | None) -> str:
        found: Decimal | None = getattr(row, name) if row else None
        return "" if found is None else f"{found}"

    rows = [("Quality", of("quality", own), of("quality", best))]
    if case.formula != "quality_per_pound":
        rows.append(("Price", of("price", own), of("price", best)))
    return (*rows, ("Total", of("total", own), of("total", best)))


def _closing(case: LotCase, outcome: Outcome) -> tuple[str, ...]:
    words = FORMULAS[case.formula]
    places = {0: "whole marks", 1: "1 decimal place"}.get(case.places, f"{case.places} decimal places")
    said = [
        f"How price was marked ({words.title}): {words.rule}",
        f"Marks are exact until the total is rounded, once, half up, to {places}; parts shown rounded may differ from it in"
        " the last place.",
    ]
    if outcome in ("unsuccessful", "failed"):
        said.append("If something here is wrong or unclear, write to the authority that sent this letter.")
    return tuple(said)
