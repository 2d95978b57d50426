"""The last look at histories of several years: what still contradicts itself is refused, and said."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

import polars as pl

from nearhome.needs.calculations.chains import chain_problems
from nearhome.needs.calculations.problems import Problem
from nearhome.needs.calculations.rows import EpisodeRow, Origin
from nearhome.needs.importers.return_checks import FoundProblem
from nearhome.needs.importers.return_doubts import doubtful_chains

# What no history may have, whoever sent it. The rest of an own return's chain was checked in its own year.
_STRUCTURE = frozenset(("142", "355", "356", "501"))

RETURN_COLUMNS: Mapping[str, str] = {
    "starts_on": "DECOM", "ends_before": "DEC", "reason_new": "RNE", "legal_status": "LS", "need": "CIN",
    "place_type": "PLACE", "place_provider": "PLACE_PROVIDER", "reason_ceased": "REC",
    "reason_place_change": "REASON_PLACE_CHANGE", "home_postcode": "HOME_POST", "place_postcode": "PL_POST", "urn": "URN",
}  # fmt: skip


def sound_history(episodes: pl.DataFrame, files: Mapping[int, str]) -> tuple[pl.DataFrame, list[FoundProblem]]:
    """The episodes without those that contradict others, and every problem found.

    `episodes` is stitched and has authority, child, born_on, part, row, is_pooled and has_gaps beside its columns;
    `files` the name of each part. Pooled rows are held against every rule of a chain, others against the few that no
    history may break.
    """
    doubts = _doubtful(episodes)
    doubtful = episodes.filter(pl.col("child_no").is_in(doubts)).sort("child_no", "starts_on")
    problems: list[FoundProblem] = []
    refused: list[tuple[int, int]] = []
    for _, group in groupby(doubtful.iter_rows(named=True), key=lambda row: row["child_no"]):
        rows = list(group)
        years = {(row["part"], row["row"]): row["year"] for row in rows}
        for part, problem in _problems(rows):
            named = replace(problem, file=files[part])
            problems.append(FoundProblem(rows[0]["authority"], years[part, problem.row], named))
            if problem.refuses_row:
                refused.append((part, problem.row))
    gone = pl.DataFrame(refused, schema={"part": pl.UInt32, "row": pl.UInt32}, orient="row")
    return episodes.join(gone, on=("part", "row"), how="anti", maintain_order="left"), problems


def _doubtful(episodes: pl.DataFrame) -> pl.Series:
    same = (pl.col("child_no").shift(1) == pl.col("child_no")).fill_null(False)
    ends, start = pl.col("ends_before"), pl.col("starts_on")
    wrong = (ends <= start).fill_null(False) | (
        same & (ends.shift(1).is_null() | (ends.shift(1) > start).fill_null(False))
    )
    structure = episodes.filter(wrong.fill_null(False))["child_no"]
    pooled = episodes.filter("is_pooled").with_columns(unit="child_no").rename(dict(RETURN_COLUMNS))
    chains = doubtful_chains(pooled)["unit"] if pooled.height else structure
    return pl.concat([structure, chains.cast(structure.dtype)]).unique()


def _problems(rows: list[dict[str, Any]]) -> list[tuple[int, Problem]]:
    """What is wrong, each with the part it is in; two parts may have the same name, so the number stands for it."""
    is_pooled, has_gaps = any(row["is_pooled"] for row in rows), any(row["has_gaps"] for row in rows)
    chain = [_episode(row) for row in rows]
    found = chain_problems(rows[0]["born_on"], chain, has_gaps=has_gaps or not is_pooled)
    return [(int(problem.file), problem) for problem in found if is_pooled or problem.rule in _STRUCTURE]


def _episode(row: dict[str, Any]) -> EpisodeRow:
    values = {name: row[name] or "" for name in RETURN_COLUMNS if name not in ("starts_on", "ends_before")}
    return EpisodeRow(
        Origin(str(row["part"]), row["row"], row["year"]),
        row["child"],
        starts_on=row["starts_on"],
        ends_before=row["ends_before"],
        **values,
    )
