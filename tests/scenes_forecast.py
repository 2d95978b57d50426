"""Made-up histories of care, lived day by day at known rates: what a forecast should find again."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from nearhome.needs.calculations.care_records import CareRecords, care_records

PLACES = ("U6", "K2", "K3", "P1")
YEAR = 365.2425


@dataclass
class World:
    """Rates a day by category (columns: to each category; last: leaving); the first three months times `early`."""

    authorities: int = 6
    size: float = 1.0
    entries_a_month: float = 6.0
    uasc_a_month: float = 1.0
    go: np.ndarray = field(default_factory=lambda: np.array([
        [0.010, 0.004, 0.001, 0.001, 0.020], [0.010, 0.020, 0.008, 0.001, 0.020],
        [0.001, 0.002, 0.030, 0.001, 0.030], [0.010, 0.005, 0.003, 0.005, 0.040],
    ]) * 12 / YEAR)  # fmt: skip
    early: float = 2.0
    differ: float = 0.2
    season: tuple[float, ...] = (1.0,) * 12
    level: Callable[[float], float] = lambda years: 1.0


def lived(world: World, first: dt.date, last: dt.date, seed: int) -> CareRecords:
    """Everyone's episodes from `first` to `last`, after children already in care on the first day."""
    rng = np.random.default_rng(seed)
    life = _Life(world, first, rng)
    for day in range((last - first).days + 1):
        life.live(first.toordinal() + day)
    return life.records((first.year + (first.month >= 4), last.year + (last.month >= 4)))


class _Life:
    def __init__(self, world: World, first: dt.date, rng: np.random.Generator) -> None:
        self.world, self.rng, self.first = world, rng, first.toordinal()
        many = world.authorities
        self.leave = np.exp(rng.normal(0, world.differ, many)) if many > 1 else np.ones(1)
        self.size = np.exp(rng.normal(0, 0.8, many)) * world.size if many > 1 else np.full(1, world.size)
        self.child = self.authority = self.uasc = self.category = self.since = self.born = np.zeros(0, int)
        self.rows: list[tuple[np.ndarray, ...]] = []
        self.children: list[tuple[np.ndarray, ...]] = []
        self.total = 0
        start = rng.poisson(self.size * world.entries_a_month * 22)
        self._enter(np.repeat(np.arange(many), start), self.first, is_uasc=False, already=True)

    def live(self, day: int) -> None:
        """One day: moves, leavings, birthdays, entries."""
        world, rng = self.world, self.rng
        early = np.where(day - self.since < 91, world.early, 1.0)
        rate = world.go[self.category] * early[:, None]
        rate[:, 4] *= self.leave[self.authority]
        chance, draw = rate.cumsum(1), rng.random(len(self.child))
        to = (draw[:, None] >= chance).sum(1)
        gone = (to == 4) | (day - self.born >= round(18 * YEAR))
        moved = (to < 4) & ~gone
        self._close(gone | moved, day, np.where(gone, "E8", "X1"))
        self.category, self.since = np.where(moved, to, self.category), np.where(moved, day, self.since)
        self._keep(~gone)
        today = dt.date.fromordinal(day)
        factor = world.season[today.month - 1] * world.level((day - self.first) / YEAR) * 12 / YEAR
        for uasc, monthly in ((False, world.entries_a_month), (True, world.uasc_a_month)):
            self._enter(
                np.repeat(np.arange(world.authorities), rng.poisson(self.size * monthly * factor)), day, is_uasc=uasc
            )

    def _enter(self, authority: np.ndarray, day: int, *, is_uasc: bool, already: bool = False) -> None:
        many, rng = len(authority), self.rng
        age = (
            rng.uniform(15.2, 17.6, many)
            if is_uasc
            else rng.choice([0.3, 3, 7, 13, 16.5], many, p=[0.15, 0.2, 0.2, 0.35, 0.1])
        )
        age = age + rng.uniform(-0.3, 1.4, many) * (not is_uasc)
        old = age > 15.5
        category = np.where(old & (rng.random(many) < 0.5), 2, np.where(rng.random(many) < 0.15, 1, 0))
        since = day - (rng.exponential(500, many).astype(int) if already else np.zeros(many, int))
        new = (np.arange(self.total, self.total + many), authority, np.full(many, int(is_uasc)), category, since)
        born = np.minimum(day - (age * YEAR).astype(int), since)
        self.total += many
        self.children.append((new[0], authority, new[2], born))
        now = (self.child, self.authority, self.uasc, self.category, self.since)
        self.child, self.authority, self.uasc, self.category, self.since = (
            np.concatenate(pair) for pair in zip(now, new, strict=True)
        )
        self.born = np.concatenate([self.born, born])

    def _close(self, ended: np.ndarray, day: int, why: np.ndarray) -> None:
        at = np.nonzero(ended)[0]
        self.rows.append((self.child[at], self.since[at], np.full(len(at), day), self.category[at], why[at]))

    def _keep(self, kept: np.ndarray) -> None:
        for name in ("child", "authority", "uasc", "category", "since", "born"):
            setattr(self, name, getattr(self, name)[kept])

    def records(self, years: tuple[int, int]) -> CareRecords:
        """What was lived, as care records."""
        count = len(self.child)
        self.rows.append((self.child, self.since, np.full(count, -1), self.category, np.full(count, "")))
        child, since, ended, category, why = (np.concatenate(part) for part in zip(*self.rows, strict=True))
        number, authority, uasc, born = (np.concatenate(part) for part in zip(*self.children, strict=True))
        day = pl.lit(dt.date(1, 1, 1)) - pl.duration(days=1)
        children = pl.DataFrame({"child_no": number, "at": authority, "is_uasc": uasc == 1, "born": born}).select(
            "child_no", "is_uasc", (pl.col("at") + 901).cast(pl.String).alias("authority"),
            pl.format("Test Child {}", "child_no").alias("child"), (day + pl.duration(days="born")).alias("born_on"),
        )  # fmt: skip
        episodes = pl.DataFrame({"child_no": child, "s": since, "e": ended, "c": category, "reason_ceased": why}).select(
            "child_no", "reason_ceased", (day + pl.duration(days="s")).alias("starts_on"),
            pl.when(pl.col("e") > 0).then(day + pl.duration(days="e")).alias("ends_before"),
            pl.col("c").replace_strict(dict(enumerate(PLACES)), return_dtype=pl.String).alias("place_type"),
            pl.lit("P").alias("reason_new"), pl.lit("C2").alias("legal_status"), pl.lit("PR1").alias("place_provider"),
            pl.format("ME{} 1XX", "s").alias("place_postcode"),
        )  # fmt: skip
        episodes = episodes.filter(pl.col("ends_before").is_null() | (pl.col("ends_before") > pl.col("starts_on")))
        span = tuple(range(years[0], years[1] + 1))
        return care_records(children, episodes, pl.DataFrame(schema={"child_no": pl.UInt32, "year": pl.Int16}), span)
