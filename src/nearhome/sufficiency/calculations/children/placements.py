"""Which placements did each child live in, from when, until when, and how did each end?"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.settings import SETTINGS

SHORT_BREAKS: Final = ("V3", "V4")  # legal statuses that no figure counts
TEMPORARY: Final = ("T0", "T1", "T2", "T3", "T4")
PLACED_FOR_ADOPTION: Final = ("A3", "A4", "A5", "A6")
SAME_CARER: Final = ("L", "T", "U")  # RNE codes that leave the child with the carer
_THE_PLACE: Final = ("place_type", "place_postcode", "urn", "place_provider")

_Rows = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


def setting(place_type: str = "place_type") -> pl.Expr:
    """The setting (foster, residential, supported, other) of the placement type in this column."""
    return pl.col(place_type).replace_strict(SETTINGS, default="other", return_dtype=pl.String())


def first_day_of(months: pl.Expr | str, on: pl.Expr) -> pl.Expr:
    """The first day of the months up to and including `on`: 12 months to 31 March 2026 begin on 1 April 2025."""
    return on.dt.offset_by("1d").dt.offset_by(months)


def placements(records: CareRecords) -> pl.DataFrame:
    """One row for each placement, in the order of child and start.

    Episodes of one period of care (each meeting the next) make one placement while the child stays with the carer:
    - RNE L, T and U continue it;
    - a temporary move (T0 to T4) is part of the placement it interrupts, and so is what follows if it is the same
      PLACE, postcode, URN and provider as before;
    - any other RNE begins a placement if PLACE, postcode, URN or provider changed, and continues it if none did.
    Temporary moves at the very start of a period belong to the placement that follows; a period of nothing else is a
    placement of its own. Short breaks (V3, V4) are left out, so a period of care does not run through them.

    Columns: child_no; period_no (1, 2, … within the child); care_starts_on (of the period of care); starts_on,
    ends_before (null while open); place_type, setting, place_provider, urn, area, miles (where the child last was in
    it, temporary moves aside); ended_by (of a move REASON_PLACE_CHANGE, "X1" if no reason is recorded; of another
    end REC; "" while open); is_first (of its period of care); setting_at_start; and ending: "open", "moved",
    "left" (care ended) or "unknown" (REC X1 but no episode follows).
    """
    episodes = records.episodes.filter(~pl.col("legal_status").is_in(SHORT_BREAKS))
    begins_period = episodes.select(
        ((pl.col("child_no") != pl.col("child_no").shift()) | (pl.col("ends_before").shift() != pl.col("starts_on")))
        .fill_null(True)
        .alias("begins")
    )["begins"].to_numpy()
    is_temporary = episodes["place_type"].is_in(TEMPORARY).to_numpy()
    begins = _begins_placement(episodes, begins_period, is_temporary)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(begins))[: len(first)] - 1
    lived = _nearest_real(is_temporary, first, last)
    return _described(episodes, begins_period, first, last, *lived)


def _begins_placement(episodes: pl.DataFrame, begins_period: _Flags, is_temporary: _Flags) -> _Flags:
    row = np.arange(len(begins_period))
    period_row = np.maximum.accumulate(np.where(begins_period, row, 0))
    last_real = np.maximum.accumulate(np.where(is_temporary, -1, row))
    before = np.concatenate(([-1], last_real))[: len(row)]
    stays = is_temporary | (before < period_row) | episodes["reason_new"].is_in(SAME_CARER).to_numpy()
    same_place = np.ones(len(row), dtype=np.bool_)
    for name in _THE_PLACE:
        column = episodes[name]
        same_place &= (column == column.gather(np.maximum(before, 0))).to_numpy() if len(row) else same_place
    return begins_period | ~(stays | same_place)


def _nearest_real(is_temporary: _Flags, first: _Rows, last: _Rows) -> tuple[_Rows, _Rows]:
    """Of each placement the first and last row that is not a temporary move; a temporary row if there is no other."""
    row = np.arange(len(is_temporary))
    ahead = np.minimum.accumulate(np.where(is_temporary, len(row), row)[::-1])[::-1][first]
    behind = np.maximum.accumulate(np.where(is_temporary, -1, row))[last]
    return np.where(ahead <= last, ahead, first), np.where(behind >= first, behind, last)


def _described(
    episodes: pl.DataFrame, begins_period: _Flags, first: _Rows, last: _Rows, lived_first: _Rows, lived_last: _Rows
) -> pl.DataFrame:
    opens = begins_period[first] if len(first) else np.zeros(0, dtype=np.bool_)
    moves_on = np.append(~opens[1:], False)[: len(first)]
    starts, period_row = episodes[first], np.maximum.accumulate(np.where(opens, first, 0))
    where, end = episodes[lived_last], episodes[last]
    return (
        pl.DataFrame(
            {
                "child_no": starts["child_no"],
                "care_starts_on": episodes["starts_on"].gather(period_row),
                "starts_on": starts["starts_on"],
                "ends_before": end["ends_before"],
                **{name: where[name] for name in ("place_type", "place_provider", "urn", "area", "miles")},
                "first_type": episodes["place_type"].gather(lived_first),
                "reason": end["reason_place_change"],
                "rec": end["reason_ceased"],
                "is_first": pl.Series(opens, dtype=pl.Boolean()),
                "moves_on": pl.Series(moves_on, dtype=pl.Boolean()),
                "period": pl.Series(np.cumsum(opens), dtype=pl.Int64()),
            }
        )
        .with_columns(
            period_no=(pl.col("period") - pl.col("period").first().over("child_no") + 1).cast(pl.UInt32()),
            ended_by=pl.when("moves_on").then(_reason_of_move()).otherwise(_reason_left()),
            ending=_ending(),
            setting=setting(),
            setting_at_start=setting("first_type"),
        )
        .select(
            "child_no", "period_no", "care_starts_on", "starts_on", "ends_before", "place_type", "setting",
            "place_provider", "urn", "area", "miles", "ended_by", "is_first", "setting_at_start", "ending",
        )
    )  # fmt: skip


def _reason_of_move() -> pl.Expr:
    return pl.when(pl.col("reason") != "").then("reason").otherwise(pl.lit("X1"))


def _reason_left() -> pl.Expr:
    return pl.when(pl.col("ends_before").is_null()).then(pl.lit("")).otherwise("rec")


def _ending() -> pl.Expr:
    return (
        pl.when("moves_on")
        .then(pl.lit("moved"))
        .when(pl.col("ends_before").is_null())
        .then(pl.lit("open"))
        .when(pl.col("rec").is_in(["X1", ""]))
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("left"))
    )
