"""What has to be bought, by when, and does the forecast bear it out?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from nearhome.sufficiency.calculations.requirements.gap import Gap
from nearhome.sufficiency.calculations.requirements.need_forecast import ANY_NEED, Draws

_NEARLY: Final = 1e-9  # so that 5 places do not become 4 by the last digit of a division


@dataclass(frozen=True, slots=True)
class Ask:
    """What a requirement is to say.

    A kind of place in an area (DfE code and name), for one need or any; `confidence` is how sure it has to be that
    every place bought is needed (0.5 to below 1); `step` the places of a home of the usual size; `by_months` the months
    by which places may open; `wishes` words such as "near a secondary school", passed on and tested by nothing.
    Raises ValueError, saying which, if one of them cannot be used.
    """

    kind: str
    area: str
    area_name: str
    need: str = ANY_NEED
    confidence: float = 0.8
    step: int = 5
    by_months: tuple[int, ...] = (12, 18, 24)
    wishes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.5 <= self.confidence < 1:
            raise ValueError("The confidence has to be at least 0.5 and below 1, such as 0.8")
        if self.step < 1:
            raise ValueError("A step has to be at least one place; a home of the usual size has 3 to 5")
        if not self.by_months or self.by_months[0] < 1 or tuple(sorted(set(self.by_months))) != self.by_months:
            raise ValueError("The months have to rise from 1, such as 12, 18, 24")


@dataclass(frozen=True, slots=True)
class Step:
    """So many more places by the end of a month, and how many that makes in all."""

    by_month: int
    places: int
    in_all: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """What to buy, in steps and in words, with the reasons.

    `supported` is the range of places the forecast supports by the last month: at the confidence asked for at least the
    first are needed, and at most the second. Everything is text or whole numbers but `confidence`, so it goes into
    JSON by `dataclasses.asdict`.
    """

    kind: str
    area: str
    need: str
    confidence: float
    steps: tuple[Step, ...]
    supported: tuple[int, int]
    sentence: str
    reasons: tuple[str, ...]
    wishes: tuple[str, ...]

    @property
    def in_all(self) -> int:
        """Places in all by the last month."""
        return self.steps[-1].in_all if self.steps else 0


def requirement_from(gap: Gap, ask: Ask) -> Requirement:
    """What should be bought, by when, to fill this gap?

    A place is asked for by a month only if, at the confidence, it is missing then and at the end of every month after.
    Rounded down to whole steps: never below 0, never a home that the forecast does not fill. Raises KeyError if nothing
    is forecast for the kind and area, ValueError if a month is beyond the forecast.
    """
    lasting = lasting_shortage(gap.of(ask.kind, ask.area, ask.need))
    _check_months(gap, ask.by_months)
    totals = [_whole_steps(_sure_of(lasting, month, ask.confidence), ask.step) for month in ask.by_months]
    before = [0, *totals[:-1]]
    steps = tuple(
        Step(month, total - had, total)
        for month, total, had in zip(ask.by_months, totals, before, strict=True)
        if total > had
    )
    supported = supported_range(lasting, ask.by_months[-1], ask.confidence)
    sentence = _sentence(steps, ask) if steps else _nothing(supported, ask)
    reasons = _reasons(gap, ask, supported, totals[-1])
    return Requirement(
        ask.kind, ask.area, ask.need, ask.confidence, steps, supported, sentence, reasons, ask.wishes
    )  # fmt: skip


def check_requirement(gap: Gap, ask: Ask, wanted: Sequence[int]) -> tuple[str, ...]:
    """Does the forecast bear out places in all that somebody wants by each month of `ask`? One sentence for each month.

    Raises ValueError if there is not one number for each month; otherwise as `requirement_from`.
    """
    _check_months(gap, ask.by_months)
    lasting = lasting_shortage(gap.of(ask.kind, ask.area, ask.need))
    return tuple(
        _verdict(month, places, supported_range(lasting, month, ask.confidence))
        for month, places in zip(ask.by_months, wanted, strict=True)
    )


def requirement_wanted(gap: Gap, ask: Ask, wanted: Sequence[int]) -> Requirement:
    """The requirement that somebody wants instead: so many places in all by each month of `ask`, kept with what the
    forecast says to each number.

    Raises ValueError if there is not one number for each month, or they fall; otherwise as `requirement_from`.
    """
    if len(wanted) != len(ask.by_months):
        raise ValueError(f"Give one number of places for each month: {len(ask.by_months)}, not {len(wanted)}")
    if list(wanted) != sorted(wanted) or wanted[0] < 0 or wanted[-1] < 1:
        raise ValueError(
            "Places in all by each month cannot fall, and the last has to be at least 1, such as 5, 10, 15"
        )
    founded = requirement_from(gap, ask)
    steps = tuple(
        Step(month, total - had, total)
        for month, total, had in zip(ask.by_months, wanted, [0, *wanted[:-1]], strict=True)
        if total > had
    )
    said = (f"The forecast by itself: {founded.sentence}.", *check_requirement(gap, ask, wanted), *founded.reasons)
    return replace(founded, steps=steps, sentence=_sentence(steps, ask), reasons=said)


def lasting_shortage(missing: Draws) -> Draws:
    """Places missing at the end of each month and of every month after it, in each future: (futures, months).

    It never falls from month to month: a home that is opened stays needed to the end of the forecast.
    """
    lasting: Draws = np.minimum.accumulate(missing[:, ::-1], axis=1)[:, ::-1]
    return lasting


def supported_range(lasting: Draws, month: int, confidence: float) -> tuple[int, int]:
    """From how many to how many places does the forecast support by this month? Whole, never below 0."""
    low, high = np.quantile(lasting[:, month - 1], [1 - confidence, confidence])
    return _whole_steps(float(low), 1), max(0, int(np.ceil(high - _NEARLY)))


def confidence_in_words(confidence: float) -> str:
    """What a confidence means: 0.8 is "in 8 of 10 futures"."""
    for of in (10, 20, 100):
        if abs(confidence * of - round(confidence * of)) < _NEARLY:
            return f"in {round(confidence * of)} of {of} futures"
    return f"in {confidence:.1%} of the futures"


def _check_months(gap: Gap, by_months: tuple[int, ...]) -> None:
    if by_months[-1] > gap.months:
        raise ValueError(f"The forecast ends after {gap.months} months; month {by_months[-1]} is beyond it")


def _sure_of(lasting: Draws, month: int, confidence: float) -> float:
    return float(np.quantile(lasting[:, month - 1], 1 - confidence))


def _whole_steps(places: float, step: int) -> int:
    return max(0, int(np.floor(places / step + _NEARLY))) * step


def _sentence(steps: tuple[Step, ...], ask: Ask) -> str:
    first, *more = steps
    parts = [f"{_places(first.places)} by month {first.by_month}"]
    parts += [f"{step.places} more by month {step.by_month}" for step in more[:-1]]
    parts += [f"{step.in_all} in all by month {step.by_month}" for step in more[-1:]]
    return ", ".join([*parts, f"in {ask.area_name}", *ask.wishes])


def _nothing(supported: tuple[int, int], ask: Ask) -> str:
    size = f"fewer than {_places(ask.step)} that can be relied on, so none are asked for"
    return f"The forecast supports {_range(supported)} by month {ask.by_months[-1]} in {ask.area_name}: {size}"


def _reasons(gap: Gap, ask: Ask, supported: tuple[int, int], in_all: int) -> tuple[str, ...]:
    sure = confidence_in_words(ask.confidence)
    low, high = supported
    reasons = [
        f"By month {ask.by_months[-1]} the forecast supports {_range(supported)}: {sure} at least {low} "
        f"more are needed, and {sure} at most {high}.",
        "A place is asked for only if it is missing in that month and in every month after it to the end of the "
        f"forecast (month {gap.months}).",
        f"{_percent(gap.share_locally[ask.kind])} of the need is to be met in the area, and a service counts as full at "
        f"{_percent(gap.occupancy)} of its places.",
        f"Rounded down to steps of {_places(ask.step)}, the usual size of a home.",
    ]
    if low > in_all:
        reasons.append(
            f"{_places(low - in_all)} more are short of a whole step: a smaller home, or one with a neighbour."
        )
    reasons += [f"“{wish}” is a wish of the buyers: nothing in these data was used to test it." for wish in ask.wishes]
    return tuple(reasons)


def _verdict(month: int, wanted: int, supported: tuple[int, int]) -> str:
    low, high = supported
    words = f"the forecast supports {_range(supported)}"
    if wanted <= low:
        return f"Month {month}: {wanted} wanted; {words}, so every place is likely to be needed."
    if wanted <= high:
        return f"Month {month}: {wanted} wanted; {words}, so {wanted - low} of them may stand empty."
    return f"Month {month}: {wanted} wanted; {words}. The forecast does not support {wanted}."


def _range(supported: tuple[int, int]) -> str:
    low, high = supported
    return _places(low) if low == high else f"{low} to {_places(high)}"


def _places(number: int) -> str:
    return f"{number} place" if number == 1 else f"{number} places"


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"
