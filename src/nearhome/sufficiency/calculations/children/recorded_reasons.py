"""When does a statutory return itself say why a child lives far from home?"""

from collections.abc import Mapping
from typing import Final

import polars as pl

# The return has no field for why a placement is far. These are the entries that answer the question by themselves.
EXPLAINS_ITSELF: Final = {
    **dict.fromkeys(("U1", "U2", "U3"), "lives with a relative or friend"),
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "placed for adoption"),
    "P1": "lives with own parents",
    "K1": "secure children’s home: there are few, and none in most authorities",
    "R2": "hospital or nursing care",
    "R3": "family centre or mother-and-baby unit",
    "R5": "custody",
    **dict.fromkeys(("T0", "T1", "T2", "T3", "T4"), "temporary, away from the usual home"),
}
# REASON_PLACE_CHANGE on the placement before. The others say why that one ended (closed, allegation, carer asked) or
# that the move was planned (CARPL), not why the next is where it is: they are not reasons for the distance.
REASONS_FOR_MOVING: Final = {"CHILD": "the child asked to move", "CUSTOD": "custody"}


def recorded_reason(place_type: str, moved_because: str) -> pl.Expr:
    """The words of the reason for distance that the return records, "" if none.

    `place_type` and `moved_because` name columns: PLACE, and REASON_PLACE_CHANGE at the end of the placement before.
    """
    itself = pl.col(place_type).replace_strict(EXPLAINS_ITSELF, default="", return_dtype=pl.String())
    moving = pl.col(moved_because).replace_strict(REASONS_FOR_MOVING, default="", return_dtype=pl.String())
    return pl.when(itself != "").then(itself).otherwise(moving.fill_null(""))


def recorded_elsewhere(reasons: Mapping[int, str]) -> pl.Expr:
    """What the authority's own file says of the child, by `child_no`; "" if nothing."""
    known = {number: words.strip() for number, words in reasons.items() if words.strip()}
    if not known:
        return pl.lit("")
    return pl.col("child_no").cast(pl.Int64).replace_strict(known, default="", return_dtype=pl.String())
