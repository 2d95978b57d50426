"""Lots to evaluate: drawn ones, in which ties and failures come often, and a plain one to change."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import get_args

from hypothesis import strategies as st

from nearhome.tendering.calculations.evaluation.case import Band, Bid, Formula, LotCase, Question

FORMULA_NAMES = get_args(Formula)


@st.composite
def lot_cases(draw: st.DrawFn, formula: str | None = None) -> LotCase:
    """Lots with few close bids, so that ties, thresholds and equal prices come often."""
    weights = draw(
        st.sampled_from([(50, 50), (20, 30, 50), (33.3, 33.3, 33.4), (100,), (0, 100), (12.5, 37.5, 25, 25)])
    )
    price = draw(st.sampled_from([0, 30, 40, 66.667, 100])) if draw(st.booleans()) else 40
    quality = Decimal(100) - Decimal(str(price))
    questions = tuple(
        Question(
            f"q{at}", f"Question {at}", Fraction(Decimal(str(weight))) / 100 * Fraction(quality) / 100,
            is_pass=weight == 0, least_score=draw(st.sampled_from([None, None, 1, 2])),
        )
        for at, weight in enumerate(weights)
    )  # fmt: skip
    bands = tuple(
        Band(f"b{at}", f"Band {at}", draw(st.sampled_from([Decimal(1), Decimal("52.14"), Decimal(520)])), draw(st.sampled_from([None, 460_000])))
        for at in range(draw(st.integers(1, 2)))
    )  # fmt: skip
    chosen = formula or draw(st.sampled_from(FORMULA_NAMES))
    if chosen == "quality_per_pound" and price == 100:
        chosen = "min_max"
    scores = st.integers(0, 5)
    pence = st.sampled_from([400_000, 440_000, 440_001, 450_000, 455_700, 460_001, 0, -1, None, 10**9])
    bids = tuple(
        Bid(
            f"bid {at}", tuple(draw(st.sampled_from([0, 5])) if one.is_pass else draw(scores) for one in questions),
            tuple(draw(pence) for _ in bands),
            tuple(tuple(draw(st.one_of(st.none(), scores)) for _ in questions) for _ in range(2)),
            out=draw(st.sampled_from(["", "", "", "", "withdrawn"])),
        )
        for at in range(draw(st.integers(0, 6)))
    )  # fmt: skip
    return LotCase(
        "1", questions, Fraction(Decimal(str(price))) / 100, bands, bids, chosen, ("Ann", "Ben"),  # type: ignore[arg-type]
        least_quality=draw(st.sampled_from([None, Decimal(40), Decimal("66.67")])), places=draw(st.sampled_from([0, 1, 2])),
        tie_break=draw(st.sampled_from([("quality", "price"), ("price",), ()])),
    )  # fmt: skip


def lot(*bids: Bid, **changed: object) -> LotCase:
    questions = (Question("care", "Care", Fraction(3, 10)), Question("step", "Step across", Fraction(3, 10)))
    made = LotCase("1", questions, Fraction(4, 10), (Band("bed", "A bed"),), bids)
    return replace(made, **changed)  # type: ignore[arg-type]


def bid(key: str, pence: int | None, *scores: int, out: str = "") -> Bid:
    return Bid(key, scores or (4, 4), (pence,), out=out)
