"""In what kinds of home do children live, who provides them, and which settings should not be used?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups, measures, unlawful
from nearhome.sufficiency.calculations.children.history import (
    counted_episodes,
    month_ends,
    months_covered,
    stock_on,
    year_columns,
    years_back,
)
from nearhome.sufficiency.calculations.children.indicators import DIMENSIONS, headline_by, indicators_of
from nearhome.sufficiency.calculations.children.measures import EVERYBODY
from nearhome.sufficiency.calculations.children.snapshot import Counted, known_on
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Indicator, Section, count

_SETTINGS: Final = tuple(groups.SETTING_TITLES)
_OTHER_CODE: Final = "Other code"
_IN_TABLES: Final = (measures.STOCK[0], *measures.SETTINGS)


def section(
    records: CareRecords, day: Counted, *, names: Mapping[str, str] | None = None, longest: int = 60
) -> Section:
    """Placement types and providers over time, the share bought externally, and settings that may not be used."""
    months = months_covered(records, day.on, longest)
    episodes = counted_episodes(records)
    years = years_back(day.on, months)
    against = measures.settings_against_the_rules(day.on)
    listed = cases(records, day, names or {})
    chosen = (*_IN_TABLES, *against)
    return Section(
        "settings",
        "What children live in",
        "The kinds of home children live in, who provides them, and settings the law does not allow at the child’s age.",
        (*indicators_of(day, (*measures.SETTINGS, *against)), *_in_year(listed)),
        (
            by_month(episodes, month_ends(day.on, months)),
            types_by_year(episodes, years),
            providers_by_year(episodes, years),
            listed,
            *(headline_by(one, day, chosen, names, "settings") for one in DIMENSIONS),
        ),
        (
            "The return says what kind of placement it is and whether there is a registration number, not whether the "
            "registration is in order. A case in the list is a question to answer, not a finding.",
            "What the codes Z11 to Z14 stand for is not public, so such placements are listed “to be looked at”.",
            "Supported, semi-independent and independent accommodation are one setting here (K3, H5, P2).",
        ),
    )


def by_month(episodes: pl.DataFrame, days: Sequence[dt.date]) -> Breakdown:
    """How many children lived in each setting at the end of each month."""
    each = [stock_on(episodes, days, pl.col("setting") == one) for one in _SETTINGS]
    parts = tuple(Column(one, groups.SETTING_TITLES[one], "count", "children_looked_after") for one in _SETTINGS)
    return Breakdown(
        "settings_by_month",
        "Settings by month",
        "Children looked after at the end of each month by the setting they lived in.",
        (Column("month_to", "Month to", "date"), Column("children_looked_after", "Looked after", "count"), *parts),
        tuple((day, sum(counts), *counts) for day, *counts in zip(days, *each, strict=True)),
        chart=Chart("lines", "month_to", _SETTINGS, words="Children in each setting at each month’s end."),
    )


def cases(records: CareRecords, day: Counted, names: Mapping[str, str]) -> Breakdown:
    """Every stay in the year in a setting that may not be used, or that should be looked at, with the rule."""
    known = counted_episodes(known_on(records, day.on))
    found = pl.concat(
        unlawful.stays_against(rule, known, day.since, day.on).with_columns(
            rule=pl.lit(rule.id), words=pl.lit(rule.words)
        )
        for rule in unlawful.RULES
    ).join(records.children.select("child_no", "authority", "child", "born_on"), on="child_no", maintain_order="left")
    told = found.with_columns(age=groups.age_on(pl.col("against_from")), lasts=pl.col("ends_before").is_null()).select(
        "authority", "child", "age", "place_type", "starts_on", "against_from", "ends_before", "lasts", "rule", "words"
    )
    return Breakdown(
        "settings_to_check",
        "Settings that may not be used, or that should be looked at",
        "Every stay in the 12 months up to and including the day that was in such a setting at the child’s age, whenever "
        "it began. A child who passes from one rule to another is listed under each.",
        (
            Column("authority", "Authority"),
            Column("child", "Child"),
            Column("age", "Age then", "number"),
            Column("placement", "Placement"),
            Column("starts_on", "Began", "date"),
            Column("against_from", "Rule applies from", "date"),
            Column("ends_before", "Ended", "date"),
            Column("lasts", "Goes on", "yes_no"),
            Column("rule", "Rule"),
            Column("words", "What it says"),
        ),
        tuple(
            (names.get(a, a), c, age, groups.PLACE_TITLES.get(p, p), *more) for a, c, age, p, *more in told.iter_rows()
        ),
        about_single_children=True,
        when_empty="No such stay in the year.",
    )


def _in_year(listed: Breakdown) -> tuple[Indicator, ...]:
    """How many children the list names under each rule that says a setting may not be used."""
    named = list(zip(listed.column("authority"), listed.column("child"), listed.column("rule"), strict=True))
    return tuple(
        count(
            f"{name}_unlawful_settings_in_year",
            f"{title} in unlawful settings at any time in the year",
            len({one for one in named if one[2] == rule.id}),
            f"Children who in the 12 months up to and including the day lived for a day or more in such a setting: {rule.words}",
        )
        for rule, name, title in _UNLAWFUL
    )


_UNLAWFUL: Final = (
    (unlawful.UNDER_16, "under_16", "Under 16"),
    (unlawful.UNDER_18, "sixteen_and_seventeen", "Aged 16 or 17"),
)


def types_by_year(episodes: pl.DataFrame, days: Sequence[dt.date]) -> Breakdown:
    """How many children lived in each type of placement on the same day of each year, with its setting."""
    labels = {label: groups.SETTING_OF.get(code, "other") for code, label in groups.PLACE_TITLES.items()}
    found = _each_year(episodes, days, "place_type", groups.PLACE_TITLES, _OTHER_CODE)
    rows = (
        (label, groups.SETTING_TITLES[labels.get(str(label), "other")], *counts)
        for label, *counts in found
        if any(counts)
    )
    return Breakdown(
        "place_type_by_year",
        "Placement type by year",
        "Children looked after on the same day of each year by placement type. Types that nobody lived in are left out.",
        (Column("place_type", "Placement type"), Column("setting", "Setting"), *year_columns(days)),
        tuple(rows),
        ("Total", "", *stock_on(episodes, days)),
        Chart("bars", "place_type", (EVERYBODY,), words="Children by placement type on the day."),
    )


def providers_by_year(episodes: pl.DataFrame, days: Sequence[dt.date]) -> Breakdown:
    """How many children lived with each kind of provider on the same day of each year."""
    return Breakdown(
        "place_provider_by_year",
        "Provider by year",
        "Children looked after on the same day of each year by kind of provider.",
        (Column("provider_type", "Provider"), *year_columns(days)),
        tuple(_each_year(episodes, days, "place_provider", groups.PROVIDER_TYPES, groups.NOT_REPORTED)),
        ("Total", *stock_on(episodes, days)),
        Chart("bars", "provider_type", (EVERYBODY,), words="Children by kind of provider on the day."),
    )


def _each_year(
    episodes: pl.DataFrame, days: Sequence[dt.date], column: str, words: Mapping[str, str], otherwise: str
) -> list[tuple[Cell, ...]]:
    named = episodes.with_columns(label=groups.grouped(words, column, otherwise))
    labels = dict.fromkeys([*words.values(), otherwise])
    return [(one, *stock_on(named, days, pl.col("label") == one)) for one in labels]
