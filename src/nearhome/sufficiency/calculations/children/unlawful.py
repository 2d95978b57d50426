"""Which children are in a setting that may not be used at their age, or that someone should look at?"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

UNDER_16_FROM: Final = dt.date(2021, 9, 9)
UNDER_18_FROM: Final = dt.date(2023, 10, 28)
ELSEWHERE: Final = ("WAL", "SCO", "NIR")
_NOT_UNDER_16: Final = ("H5", "K3", "P2", "P3")
_UNREGISTERED_UNDER_18: Final = ("H5", "P2")
_MUST_BE_REGISTERED: Final = ("K1", "K2", "K3")


@dataclass(frozen=True, slots=True)
class SettingRule:
    """A rule on settings: its id and words, the day from which it counts, from which age to under which age.

    `is_unlawful` tells what may not be used from what somebody should look at.
    """

    id: str
    words: str
    from_: dt.date
    youngest: int
    under: int
    is_unlawful: bool

    def applies(self) -> pl.Expr:
        """Is a placement (columns place_type, urn, area) of the kind the rule is about, at whatever age and day?"""
        return _PLACES[self.id]()


UNDER_16: Final = SettingRule(
    "S01",
    "Under 16 in semi-independent, supported or independent accommodation or residential employment: not allowed from "
    "9 September 2021 (SI 2021/161).",
    UNDER_16_FROM, 0, 16, True,
)  # fmt: skip
UNDER_18: Final = SettingRule(
    "S02",
    "Aged 16 or 17 in semi-independent or independent accommodation in England without a registration number: only "
    "registered supported accommodation may be used from 28 October 2023 (SI 2023/416).",
    UNDER_18_FROM, 16, 18, True,
)  # fmt: skip
OTHER_PLACE: Final = SettingRule(
    "Z", "To be looked at: “other” placement (a Z code). The return does not say what it is.",
    dt.date(1991, 10, 14), 0, 18, False,
)  # fmt: skip
NO_NUMBER: Final = SettingRule(
    "URN", "To be looked at: home or supported accommodation in England with no registration number in the return.",
    UNDER_18_FROM, 0, 18, False,
)  # fmt: skip
RULES: Final = (UNDER_16, UNDER_18, OTHER_PLACE, NO_NUMBER)


def _unnumbered_in(types: tuple[str, ...]) -> pl.Expr:
    in_england = ~pl.col("area").is_in(ELSEWHERE)
    return pl.col("place_type").is_in(types) & (pl.col("urn") == "") & in_england


_PLACES = {
    "S01": lambda: pl.col("place_type").is_in(_NOT_UNDER_16),
    "S02": lambda: _unnumbered_in(_UNREGISTERED_UNDER_18),
    "Z": lambda: pl.col("place_type").str.starts_with("Z"),
    "URN": lambda: _unnumbered_in(_MUST_BE_REGISTERED),
}


def breaks(rule: SettingRule, on: dt.date) -> pl.Expr:
    """Is the child of a snapshot row (columns age, place_type, urn, area) in such a setting on the day?

    Source: care planning regulations 27A and 27C (S01 and S02, both verified). When the placement began does not
    matter: one that goes on after the rule's first day counts.
    """
    at_the_age = pl.col("age").is_between(rule.youngest, rule.under - 1)
    return (pl.lit(on >= rule.from_) & at_the_age & rule.applies()).fill_null(False)


def stays_against(rule: SettingRule, episodes: pl.DataFrame, since: dt.date, until: dt.date) -> pl.DataFrame:
    """The stays against a rule between two days, both included: one row a child and home, first days first.

    `episodes` have born_on besides the columns of EPISODES. Columns: child_no, place_type, place_postcode, urn,
    against_from (the first day in the window on which the rule applied), starts_on, ends_before (null: goes on).
    """
    window_from = max(since, rule.from_)
    old_enough, too_old = (pl.col("born_on").dt.offset_by(f"{age}y") for age in (rule.youngest, rule.under))
    return (
        episodes.filter(rule.applies())
        .with_columns(against_from=pl.max_horizontal("starts_on", pl.lit(window_from), old_enough), too_old=too_old)
        .filter(
            (pl.col("against_from") <= until)
            & (pl.col("against_from") < pl.col("too_old"))
            & (pl.col("ends_before").is_null() | (pl.col("against_from") < pl.col("ends_before")))
        )
        .group_by("child_no", "place_type", "place_postcode", "urn", maintain_order=True)
        .agg(
            pl.col("against_from", "starts_on").min(),
            pl.when(pl.col("ends_before").is_null().any())
            .then(None)
            .otherwise(pl.col("ends_before").max())
            .alias("ends_before"),
        )
        .sort("against_from", "child_no", "place_type", "place_postcode", "urn")
    )
