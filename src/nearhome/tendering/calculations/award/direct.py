"""May this be awarded directly, and how much has been so far?

Grounds are rows of data with a source and a standing (`reference/awards.toml`): an unverified ground needs a named
legal approver, as every ground does here. The cumulative value of direct awards and extensions is held against the
threshold in force when the procurement began: it warns and never refuses, because whether the law adds them up depends
on the ground (derived). The share of the first value that a ground itself states does refuse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nearhome.procurement.calculations.amount_words import pounds_in_figures, pounds_in_words


@dataclass(frozen=True, slots=True)
class Ground:
    """A coded ground for an award without competition: for which regimes, what it says, and who says so.

    `most_percent` of the value the agreement was let for: of each change, or with `adds_up` of all of them together.
    `may_pass_the_term`: with a recorded exception it lets an agreement go on past the longest term of its law.
    """

    id: str
    regimes: tuple[str, ...]
    words: str
    hint: str
    needs_transparency_notice: bool
    is_for_extensions: bool
    source: str
    standing: str
    most_percent: int | None = None
    adds_up: bool = False
    may_pass_the_term: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """Above which value, with VAT, the full rules apply, for procurements begun from one day to before another."""

    regime: str
    is_light_touch: bool
    pence: int
    starts_on: date
    ends_before: date | None
    source: str
    standing: str


@dataclass(frozen=True, slots=True)
class Cumulative:
    """What was awarded directly before, and in all with this one, against the threshold if one is kept for that day."""

    before_pence: int
    in_all_pence: int
    threshold: Threshold | None

    @property
    def is_over(self) -> bool:
        """Whether the sum is more than the threshold."""
        return self.threshold is not None and self.in_all_pence > self.threshold.pence

    @property
    def words(self) -> str:
        """The sum in figures and in words, and where it stands."""
        sum_said = f"{pounds_in_figures(self.in_all_pence)} in all ({pounds_in_words(self.in_all_pence)})"
        if self.threshold is None:
            return f"{sum_said}. No threshold is kept here for the day this began."
        limit = f"the threshold of {pounds_in_figures(self.threshold.pence)}"
        return f"{sum_said}: {'over' if self.is_over else 'not over'} {limit}."


def grounds_from_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[Ground, ...]:
    """The grounds as the table of data holds them. Raises KeyError for a row that is not one."""
    return tuple(
        Ground(
            row["id"], tuple(row["regimes"]), row["words"], row.get("hint", ""), row["transparency_notice"],
            row.get("extensions", False), row["source"], row["standing"], row.get("most_percent"),
            row.get("adds_up", False), row.get("may_pass_the_term", False),
        )
        for row in rows
    )  # fmt: skip


def thresholds_from_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[Threshold, ...]:
    """The thresholds as the table of data holds them. Raises KeyError for a row that is not one."""
    return tuple(
        Threshold(
            row["regime"], row["light_touch"], row["pounds"] * 100, row["starts_on"], row.get("ends_before"),
            row["source"], row["standing"],
        )
        for row in rows
    )  # fmt: skip


def threshold_on(rows: Iterable[Threshold], regime: str, *, is_light_touch: bool, on: date) -> Threshold | None:
    """The threshold in force on the day a procurement began; None if none is kept for that regime and day."""
    for row in rows:
        in_force = row.starts_on <= on and (row.ends_before is None or on < row.ends_before)
        if (row.regime, row.is_light_touch) == (regime, is_light_touch) and in_force:
            return row
    return None


def cumulative(before_pence: Iterable[int], this_pence: int, threshold: Threshold | None) -> Cumulative:
    """Add this award to those before. Raises ValueError for a value that is not more than nought."""
    if this_pence <= 0:
        raise ValueError("The value of an award is more than £0.00")
    before = sum(before_pence)
    return Cumulative(before, before + this_pence, threshold)


def value_problem(ground: Ground, sums: Cumulative, this_pence: int, original_pence: int | None) -> str:
    """Why a change is worth more than its ground allows, with the mend; empty if it is not, or the ground has no limit.

    Pence over the whole term. `original_pence` is what the agreement was let for, None where nobody said.
    """
    if ground.most_percent is None:
        return ""
    share = f"{ground.most_percent}% of the value the agreement was let for"
    if original_pence is None:
        return f"This ground allows at most {share}, which is not on record. Say what it was."
    counted = sums.in_all_pence if ground.adds_up else this_pence
    if counted * 100 <= ground.most_percent * original_pence:
        return ""
    most = pounds_in_figures(ground.most_percent * original_pence // 100)
    what = "With earlier extensions it is" if ground.adds_up else "It is"
    return (
        f"{what} worth {pounds_in_figures(counted)}. This ground allows at most {share}: {most}. Choose another ground."
    )
