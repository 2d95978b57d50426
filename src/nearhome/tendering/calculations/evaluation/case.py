"""What the evaluation of one lot rests on. Scores are whole numbers from 0 to 5, prices whole pence a week."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

MOST_SCORE = 5
# A slip of the finger, not a price: £1,000,000 a week. Nearhome's own limit.
MOST_WEEKLY_PENCE = 100_000_000
MOST_PLACES = 6

Formula = Literal["lowest_ratio", "weighted_basket", "min_max", "mean_deviation", "cap_gate", "quality_per_pound"]
TieBreak = Literal["quality", "price"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question: `share` is its part of all marks, price among them, from 0 to 1 and exact.

    A pass-or-fail question is failed by any score below 5. `least_score`: a lower agreed score fails the bid.
    """

    key: str
    title: str
    share: Fraction
    is_pass: bool = False
    least_score: int | None = None

    @property
    def least(self) -> int:
        """The lowest agreed score that does not fail the bid."""
        return MOST_SCORE if self.is_pass else (self.least_score or 0)


@dataclass(frozen=True, slots=True)
class Band:
    """One price asked for: pence a week, for the weeks it is expected to be bought; a price above the cap fails."""

    key: str
    title: str
    weeks: Decimal = Decimal(1)
    cap_pence: int | None = None
    least_weeks: Decimal = Decimal(0)

    @property
    def counted(self) -> Decimal:
        """The weeks it counts for: those forecast, and never fewer than the published least."""
        return max(self.weeks, self.least_weeks)


@dataclass(frozen=True, slots=True)
class Bid:
    """One bid: agreed scores by question, individual scores by evaluator and question, prices by band.

    None stands for what is not there. `out` says why a bid is no longer in: disqualified or withdrawn.
    """

    key: str
    agreed: tuple[int | None, ...]
    prices: tuple[int | None, ...]
    scores: tuple[tuple[int | None, ...], ...] = ()
    out: str = ""


@dataclass(frozen=True, slots=True)
class LowRule:
    """When a price is looked into for being abnormally low: per cent below the median of the others, or a benchmark."""

    below_median: Decimal = Decimal(20)
    below_benchmark: Decimal = Decimal(30)


@dataclass(frozen=True, slots=True)
class LotCase:
    """A lot as its published rule has it, with its bids. `least_quality` is per cent of the quality marks."""

    key: str
    questions: tuple[Question, ...]
    price_share: Fraction
    bands: tuple[Band, ...]
    bids: tuple[Bid, ...]
    formula: Formula = "lowest_ratio"
    evaluators: tuple[str, ...] = ()
    least_quality: Decimal | None = None
    places: int = 2
    tie_break: tuple[TieBreak, ...] = ("quality", "price")
    low: LowRule = field(default_factory=LowRule)
    benchmark_pence: int | None = None
