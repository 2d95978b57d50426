"""What does each headline figure count? Words and expressions side by side, so that everybody is counted alike."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from nearhome.sufficiency.calculations.children import groups, unlawful
from nearhome.sufficiency.calculations.figures import Unit

Whom = Literal["stock", "starts", "ends"]
EVERYBODY: Final = "children_looked_after"


@dataclass(frozen=True, slots=True)
class Base:
    """Among whom a share is taken: the key and title of its count, and which rows of the stock belong."""

    key: str
    title: str
    rows: pl.Expr


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: of `whom`, the rows `counts`; a share when it has a base, a median when `of` names a column.

    `part_of` is the key of the larger count of which this one is a part, for suppression.
    """

    name: str
    title: str
    definition: str
    counts: pl.Expr
    base: Base | None = None
    of: str = ""
    whom: Whom = "stock"
    part_of: str = EVERYBODY

    @property
    def unit(self) -> Unit:
        """Miles for a median, share of one with a base, children otherwise."""
        return "miles" if self.of else "share" if self.base else "children"

    @property
    def count_key(self) -> str:
        """The key of the count in a table: of a share the children it counts."""
        return f"{self.name}_children" if self.unit == "share" else self.name


_ALL = Base(EVERYBODY, "Children looked after", pl.lit(True))
_PLACED = Base("location_known", "Location known", pl.col("is_outside").is_not_null())
_AREA = Base("area_known", "Area known", pl.col("relation") != "")
_MILES = Base("distance_known", "Distance known", pl.col("has_distance"))
_LONG = Base("long_term", "Looked after 2½ years, under 16", pl.col("is_long_term"))
_FOSTER = Base(
    "foster_provider_known",
    "In foster care, provider known",
    (pl.col("setting") == "foster") & (pl.col("provider_type") != groups.NOT_REPORTED),
)
BASES: Final = (_PLACED, _AREA, _MILES, _LONG, _FOSTER)

_NO_SHORT_BREAKS = "Children in a series of short breaks are left out."
_UNKNOWN_MILES = (
    "Children whose distance is not known, as of unaccompanied asylum-seeking children, are left out and counted apart."
)


def _over(miles: int, part_of: str) -> Measure:
    return Measure(
        f"share_over_{miles}_miles",
        f"Over {miles} miles from home",
        f"Of children looked after on the day, the share placed more than {miles} miles in a straight line from home, in "
        f"or outside the authority. {_UNKNOWN_MILES}",
        pl.col("miles") > miles,
        _MILES,
        part_of=part_of,
    )


def _in_setting(setting: str, title: str, words: str) -> Measure:
    return Measure(
        f"share_{setting}",
        title,
        f"Of children looked after on the day, the share in {words}. Everybody looked after is in the denominator.",
        pl.col("setting") == setting,
        _ALL,
    )


STOCK: Final = (
    Measure(
        EVERYBODY, "Children looked after", f"Children looked after on the day. {_NO_SHORT_BREAKS}", pl.lit(True), part_of=""
    ),
    Measure(
        "started_in_year", "Started in the year",
        "Children who started to be looked after in the 12 months up to and including the day, each once, as things "
        f"stood at the first start. {_NO_SHORT_BREAKS}",
        pl.lit(True), whom="starts", part_of="",
    ),
    Measure(
        "ceased_in_year", "Ceased in the year",
        "Children who ceased to be looked after in the 12 months up to and including the day, each once, as things "
        f"stood at the last end, whether or not they came back. {_NO_SHORT_BREAKS}",
        pl.lit(True), whom="ends", part_of="",
    ),
)  # fmt: skip
WHERE: Final = (
    Measure(
        "share_outside_authority", "Outside the authority",
        "Of children looked after on the day, the share placed outside the area of the authority that looks after them. "
        "Children whose placement’s location is not known are left out.",
        pl.col("is_outside"), _PLACED,
    ),
    Measure(
        "share_at_a_distance", "At a distance",
        "Of children looked after on the day, the share placed neither in the authority’s area nor in that of an "
        "adjoining authority. Children whose placement’s area is not known are left out.",
        pl.col("relation") == "at_a_distance", _AREA, part_of="share_outside_authority_children",
    ),
    Measure(
        "median_miles", "Median miles from home",
        "Half of the children looked after on the day live nearer to home than this, half farther, in a straight line. "
        f"{_UNKNOWN_MILES}",
        pl.lit(True), _MILES, of="miles",
    ),
    _over(20, "distance_known"),
    _over(50, "share_over_20_miles_children"),
    _over(100, "share_over_50_miles_children"),
    Measure(
        "placed_far", "Placed far from home",
        "Children looked after on the day who are placed more than 20 miles from home and outside the authority. "
        "Children whose distance is not known are left out.",
        pl.col("is_far"), part_of="share_over_20_miles_children",
    ),
    Measure(
        "far_with_no_recorded_reason", "Far, with no recorded reason",
        "Children placed more than 20 miles from home and outside the authority for whom neither the kind of placement, "
        "the reason for the last move nor a note of the authority says why. Children whose distance is not known are left out.",
        pl.col("is_far") & ~pl.col("has_reason_for_distance"), part_of="placed_far",
    ),
    Measure(
        "unknown_distance", "Distance not known",
        "Children looked after on the day whose distance from home is blank or not known in the return; it is blank for "
        "children who are or recently were unaccompanied asylum seekers.",
        ~pl.col("has_distance"),
    ),
)  # fmt: skip
SETTINGS: Final = (
    _in_setting("foster", "In foster care", "foster care (U1 to U6), with relatives and friends too"),
    _in_setting("residential", "In residential care", "children’s homes, secure homes, care homes or residential schools (K1, K2, R1, S1)"),
    _in_setting("supported", "In supported accommodation", "supported, semi-independent or independent accommodation (K3, H5, P2)"),
    Measure(
        "share_foster_external", "Foster care bought externally",
        "Of children in foster care on the day, the share with a private or voluntary provider. Foster children whose "
        "provider is not reported are left out.",
        pl.col("provider_type").is_in(groups.EXTERNAL), _FOSTER,
    ),
)  # fmt: skip
STABILITY: Final = (
    Measure(
        "three_or_more_placements", "Three or more placements in the year",
        "Of children looked after on the day, the share who lived in three or more placements in the 12 months up to "
        "and including it. Temporary moves (T0 to T4) are not placements of their own.",
        pl.col("placements_in_year") >= 3, _ALL,
    ),
    Measure(
        "long_term_stable", "Long-term stability",
        "Of children under 16 on the day who have been looked after for 2½ years or more without a break, the share who "
        "have been in the same placement for 2 years or more, or are placed for adoption and were in that placement and the "
        "one before it for 2 years or more together. Everyone else is left out.",
        pl.col("is_long_term_stable"), _LONG,
    ),
)  # fmt: skip


def settings_against_the_rules(on: dt.date) -> tuple[Measure, ...]:
    """The counts of children in settings that may not be used, or that should be looked at, on this day."""
    return (
        Measure(
            "under_16_unlawful_settings", "Under 16 in unlawful settings",
            "Children under 16 who on the day live in semi-independent, supported or independent accommodation or "
            "residential employment (H5, K3, P2, P3), from 9 September 2021. “Other” (Z) placements are counted apart.",
            unlawful.breaks(unlawful.UNDER_16, on),
        ),
        Measure(
            "sixteen_and_seventeen_unlawful_settings", "Aged 16 or 17 in unlawful settings",
            "Children of 16 or 17 who on the day live in semi-independent or independent accommodation in England "
            "(H5, P2) without a registration number, from 28 October 2023. “Other” (Z) placements are counted apart.",
            unlawful.breaks(unlawful.UNDER_18, on),
        ),
        Measure(
            "settings_to_look_at", "Settings to be looked at",
            "Children under 18 who on the day are in an “other” placement (a Z code), or in a home or supported accommodation "
            "in England without a registration number. They may be quite in order: the return does not say.",
            unlawful.breaks(unlawful.OTHER_PLACE, on) | unlawful.breaks(unlawful.NO_NUMBER, on),
        ),
    )  # fmt: skip


def measures(on: dt.date) -> tuple[Measure, ...]:
    """Every headline figure, in the order in which they are shown."""
    return (*STOCK, *WHERE, *settings_against_the_rules(on), *STABILITY, *SETTINGS)
