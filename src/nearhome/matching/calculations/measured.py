"""One criterion measured on one home: the form every measure gives its answer in, and the scales they share."""

from collections.abc import Callable
from dataclasses import dataclass

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.policy import Policy


@dataclass(frozen=True, slots=True)
class Measured:
    """One criterion measured on one home.

    `scale` None means not known: it is left out of the score. `is_known` False with a scale means not known and
    counted as not met, for safety. `share` is this part's share of the criterion's weight.
    """

    criterion: str
    words: str
    scale: float | None
    value: float | None = None
    unit: str = ""
    is_known: bool = True
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Price:
    """What the place costs by the route used and what comparable places cost, pence per week."""

    weekly_pence: int | None
    comparable_pence: int | None


Measure = Callable[[Search, Candidate, Policy], "Measured | None"]


def not_known(criterion: str, words: str) -> Measured:
    """A criterion that applies but cannot be measured: left out of the score, lowers the confidence."""
    return Measured(criterion, f"Not known, so left out of the score: {words}", None, is_known=False)


def falling(value: float, full: float, none: float) -> float:
    """1 up to `full`, 0 from `none`, a straight line between them, to four decimals."""
    return round(max(0.0, min(1.0, (none - value) / (none - full))), 4)


def pounds(pence: int) -> str:
    """Pence as pounds, with pence only where there are any: £4,557 or £4,557.50."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}" + (f".{rest:02}" if rest else "")


def more_or_less(percent: int) -> str:
    """How far a price is from another: "12% more", "about the same"."""
    if percent == 0:
        return "about the same"
    return f"{abs(percent)}% {'more' if percent > 0 else 'less'}"
