"""How many children will be in care, if every daily rate of change stays what it was in a reference window?

The multinomial form of the public demand model for English councils (``cs-demand-model`` 0.5.1, MIT licence; its
formulas only): children in an age bin and a placement category move, age and enter at daily rates. It repeats that
model's choices on purpose, also those we would make otherwise (docs/methods/daily-rates.md lists them), so that people
who know its figures find them again. In every matrix the row is the state left and the column the state reached.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from nearhome.sufficiency.calculations.forecasting.daily_rates_at_once import SentEpisode
from nearhome.sufficiency.calculations.forecasting.public_model import (
    AGE_BINS,
    CATEGORIES,
    CATEGORY_OF_CODE,
    DAYS_IN_A_YEAR,
    OUTSIDE,
    STATES,
    TOO_OLD,
    YOUNGEST,
    State,
    months_later,
)

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

CHILD: Final = ("authority", "child")
IN_CARE: Final = np.array([state.category != "NOT_IN_CARE" for state in STATES])


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of the episodes as sent: rows in, rows left out of the count by cause, ends moved."""

    rows: int
    same_start: int
    same_end: int
    without_age: int
    cut_short: int


@dataclass(frozen=True, slots=True)
class DailyHistory:
    """Children in each state on each day, and who moved when. Days count from `first_day`.

    `stock` has a row for each day and a column for each of STATES; `ends` rows of day, state left, state reached;
    `entries` rows of day and state entered from outside care.
    """

    first_day: dt.date
    stock: Floats
    ends: Whole
    entries: Whole
    prepared: Prepared

    @property
    def last_day(self) -> dt.date:
        """The last date that occurs in the data, as a start or an end."""
        return self.first_day + dt.timedelta(days=len(self.stock) - 1)

    def stock_on(self, day: dt.date) -> Floats:
        """Children in each state on the day, or on the nearest day there is."""
        return self.stock[min(max((day - self.first_day).days, 0), len(self.stock) - 1)].copy()


@dataclass(frozen=True, slots=True)
class Flows:
    """What moves a population: `rates` (share a day, states × states), `leaving` (share a day, out of the model),
    `entrants` (children a day) and, if given, `numbers` (children a day, states × states)."""

    rates: Floats
    leaving: Floats
    entrants: Floats
    numbers: Floats | None = None

    def over(self, days: int) -> "Flows":
        """The flows of one step of several days, as the public model has them: an approximation, not a resampling."""
        if days == 1:
            return self
        numbers = None if self.numbers is None else self.numbers * days
        rates, leaving = (1 - (1 - share) ** days for share in (self.rates, self.leaving))
        return Flows(rates, leaving, self.entrants * days, numbers)


@dataclass(frozen=True, slots=True)
class Projection:
    """Expected children in each of STATES: row k of `population` is the end of step k + 1, on `days[k]`."""

    days: tuple[dt.date, ...]
    population: Floats

    def in_care(self) -> Floats:
        """All children in care on each day."""
        return np.asarray(self.population[:, IN_CARE].sum(axis=1))


def daily_history(episodes: pl.DataFrame, children: pl.DataFrame | None = None) -> DailyHistory:
    """The history in these episodes, prepared as the public model prepares them.

    `episodes` as sent, all years: columns authority, child, born_on, year, starts_on, ends_before and place_type, rows
    of one year in the order of the file; or without the first three but with child_no, and `children` that has them all,
    as care records have. Of a child's episodes with one start the latest end is kept, of those with one
    end (or none) the longest; an episode that runs into the next ends where the next starts. A category before or after
    counts only if the dates meet. Raises ValueError if no episode is left.
    """
    if children is not None and "child" not in episodes.columns:
        of_child = children.select("child_no", *CHILD, "born_on")
        episodes = episodes.join(of_child, on="child_no", how="left", maintain_order="left")
    rows, prepared = _prepared(episodes)
    if not rows.height:
        raise ValueError("No episode has a start date and a child with a date of birth, so there is no history.")
    starts, ends = (rows[name].to_physical().to_numpy() for name in ("starts_on", "ends_before"))
    ended = rows["ends_before"].is_not_null().to_numpy()
    states = rows["state"].to_numpy().astype(np.int64)
    first = int(min(starts.min(), ends[ended].min(initial=starts.min())))
    days = int(max(starts.max(), ends[ended].max(initial=first))) - first + 1
    start_days, end_days = (starts - first).astype(np.int64), (ends[ended] - first).astype(np.int64)
    change = _counted(start_days, states, days) - _counted(end_days, states[ended], days)
    entered = rows["from_outside"].to_numpy()
    return DailyHistory(
        dt.date(1970, 1, 1) + dt.timedelta(days=first),
        np.cumsum(change, axis=0),
        np.column_stack([end_days, states[ended], rows["state_after"].to_numpy().astype(np.int64)[ended]]),
        np.column_stack([start_days[entered], states[entered]]),
        prepared,
    )


def _counted(days: Whole, states: Whole, height: int) -> Floats:
    counts = np.bincount(days * len(STATES) + states, minlength=height * len(STATES))
    return counts.reshape(height, len(STATES)).astype(np.float64)


def _prepared(episodes: pl.DataFrame) -> tuple[pl.DataFrame, Prepared]:
    sent = episodes.select(*CHILD, "born_on", "year", "starts_on", "ends_before", "place_type")
    known = sent.drop_nulls(["starts_on", "born_on"])
    # The year comes last, and rows of one year stay in order: of equal rows the last one sent is kept.
    by_start = known.sort(*CHILD, "starts_on", "ends_before", "year", nulls_last=False, maintain_order=True)
    once = by_start.unique([*CHILD, "starts_on"], keep="last", maintain_order=True)
    longest = once.unique([*CHILD, "ends_before"], keep="first", maintain_order=True)
    following = pl.col("starts_on").shift(-1).over(CHILD)
    runs_on = pl.col("ends_before").is_null() | (pl.col("ends_before") > following).fill_null(False)
    cut = longest.with_columns((runs_on & following.is_not_null()).alias("cut")).with_columns(
        pl.when(runs_on).then(following).otherwise("ends_before").alias("ends_before")
    )
    aged = _with_states(cut)
    kept = aged.filter(pl.col("age_bin").is_not_null())
    left_out = sent.height - known.height + cut.height - kept.height  # no start, no birth, or an age that is none
    prepared = Prepared(
        sent.height, known.height - once.height, once.height - longest.height, left_out, int(cut["cut"].sum())
    )
    return kept, prepared


def _with_states(rows: pl.DataFrame) -> pl.DataFrame:
    age = (pl.col("starts_on") - pl.col("born_on")).dt.total_days() / DAYS_IN_A_YEAR
    age_bin = pl.sum_horizontal((age >= one.below).cast(pl.Int64) for one in AGE_BINS[:-1])
    category = pl.col("place_type").replace_strict(
        CATEGORY_OF_CODE, default=CATEGORIES.index("OTHER"), return_dtype=pl.Int64
    )
    meets_before = pl.col("starts_on") == pl.col("ends_before").shift(1).over(CHILD)
    meets_after = pl.col("ends_before") == pl.col("starts_on").shift(-1).over(CHILD)
    after = pl.when(meets_after).then(pl.col("category").shift(-1).over(CHILD)).otherwise(OUTSIDE)
    width = len(CATEGORIES)
    return rows.with_columns(
        pl.when(age.is_between(YOUNGEST, TOO_OLD, closed="left")).then(age_bin).alias("age_bin"),
        category.alias("category"),
        (~meets_before).fill_null(True).alias("from_outside"),
    ).with_columns(
        (pl.col("age_bin") * width + pl.col("category")).alias("state"),
        (pl.col("age_bin") * width + after).alias("state_after"),
    )


def rates_of_change(history: DailyHistory, starts_on: dt.date, ends_on: dt.date) -> Floats:
    """Mean daily rate of each change within an age bin over the window, both days included; states × states.

    A day's rate is the changes of the day over the children there the day before (on the first day of the window: on
    that day). A day without children and without a change counts as 0. Where children left a state that the day before
    was empty the rate is infinite, as in the public model; `changes_from_nothing` names such states.
    """
    first, last = _within(history, starts_on, ends_on)
    if last <= first:
        return np.zeros((len(STATES), len(STATES)))
    before = history.stock[np.maximum(np.arange(first, last) - 1, first)]
    ends = history.ends[(history.ends[:, 0] >= first) & (history.ends[:, 0] < last)]
    present = before[ends[:, 0] - first, ends[:, 1]]
    with np.errstate(divide="ignore"):
        shares = 1 / present
    if last - first == 1:
        shares = np.zeros(len(ends))
    total = np.zeros((len(STATES), len(STATES)))
    np.add.at(total, (ends[:, 1], ends[:, 2]), shares)
    return total / (last - first)


def changes_from_nothing(rates: Floats) -> tuple[State, ...]:
    """The states that children left although nobody was there the day before: their rates cannot be used."""
    return tuple(STATES[at] for at in np.flatnonzero(np.isinf(rates).any(axis=1)))


def _within(history: DailyHistory, starts_on: dt.date, ends_on: dt.date) -> tuple[int, int]:
    first = max((starts_on - history.first_day).days, 0)
    return first, min((ends_on - history.first_day).days + 1, len(history.stock))


def entrants_a_day(history: DailyHistory, starts_on: dt.date, ends_on: dt.date) -> Floats:
    """Children a day who enter each state from outside care: entries on both days and between, over the days from the
    one to the other (one day fewer than counted). Raises ValueError if the window does not end after it starts."""
    length = (ends_on - starts_on).days
    if length <= 0:
        raise ValueError(f"The reference window must end after it starts ({starts_on:%-d %B %Y}).")
    day = history.entries[:, 0] + (history.first_day - starts_on).days
    entered = history.entries[(day >= 0) & (day <= length), 1]
    return np.bincount(entered, minlength=len(STATES)) / length


def ageing() -> tuple[Floats, Floats]:
    """The assumed rates of ageing: to the next bin in the same category, and out of the model from the last bin."""
    width, size = len(CATEGORIES), len(STATES)
    a_day = np.repeat([1 / one.ageing_days for one in AGE_BINS], width)
    moves, leaving = np.zeros((size, size)), np.zeros(size)
    at = np.arange(size - width)
    moves[at, at + width] = a_day[at]
    leaving[size - width :] = a_day[size - width :]
    return moves, leaving


def flows(history: DailyHistory, starts_on: dt.date, ends_on: dt.date) -> Flows:
    """All flows of the reference window [starts_on, ends_on]: changes, ageing, entrants."""
    moves, leaving = ageing()
    rates = rates_of_change(history, starts_on, ends_on) + moves
    return Flows(rates, leaving, entrants_a_day(history, starts_on, ends_on))


def adjusted(base: Flows, a_month: Mapping[tuple[State, State], float]) -> Flows:
    """The flows with children a month, over 30, added to the *rate* of each change named, as the public model does.

    (Two children a month add 2/30 to a rate, whoever is there; say so beside any figure.)
    """
    rates = base.rates.copy()
    for (left, reached), children in a_month.items():
        rates[STATES.index(left), STATES.index(reached)] += children / 30
    return replace(base, rates=rates)


def stepped(population: Floats, flow: Flows) -> Floats:
    """The population after one step of these flows. Nobody leaves twice: not more go out than are there.

    Fixed numbers become rates of the population at the start of the step; an empty state sends nobody.
    """
    rates = flow.rates
    with np.errstate(divide="ignore", invalid="ignore"):
        if flow.numbers is not None:
            rates = rates + np.where(flow.numbers != 0, flow.numbers / population[:, None], 0)
        total = rates.sum(axis=1) + flow.leaving
        share = np.nan_to_num(rates / total[:, None])
        wanted = np.nan_to_num(population * total, posinf=np.inf)
    out = np.maximum(np.minimum(wanted, population), 0)
    return np.asarray(population - out + out @ share + flow.entrants)


def daily_probabilities(flow: Flows) -> Floats:
    """Probability of each state tomorrow given the state today (rows sum to less than 1 where children leave).

    The same process as `stepped` with one day and no fixed numbers; where rates add to more than 1 they are scaled.
    """
    total = flow.rates.sum(axis=1) + flow.leaving
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(flow.rates / total[:, None])
    out = np.clip(total, 0, 1)
    return np.asarray(share * out[:, None] + np.diag(1 - out))


def projected(population: Floats, flow: Flows, starts_on: dt.date, steps: int, step_days: int = 1) -> Projection:
    """The expected population after each of `steps` steps of `step_days` days from `starts_on`."""
    step = flow.over(step_days)
    # Without fixed numbers a step is one product of a matrix: the same sums, quicker.
    matrix = daily_probabilities(step) if step.numbers is None and (population >= 0).all() else None
    found = np.empty((steps, len(population)))
    for at in range(steps):
        population = stepped(population, step) if matrix is None else population @ matrix + step.entrants
        found[at] = population
    days = tuple(starts_on + dt.timedelta(days=step_days * (at + 1)) for at in range(steps))
    return Projection(days, found)


def usual_reference(history: DailyHistory) -> tuple[dt.date, dt.date]:
    """The window the public model's command takes if none is given: the last six months of the data."""
    return months_later(history.last_day, -6), history.last_day


def sent_rows(episodes: pl.DataFrame) -> tuple[list[SentEpisode], dict[str, int]]:
    """Episodes as sent (columns as for `daily_history`) as `daily_rates_at_once` takes them, and dates of birth."""
    first_day = dt.date(1970, 1, 1).toordinal()
    days = [pl.col(name).to_physical().cast(pl.Int64) + first_day for name in ("starts_on", "ends_before", "born_on")]
    rows = episodes.drop_nulls("starts_on").sort("year", maintain_order=True)
    told = rows.select(
        pl.concat_str(CHILD, separator=" ").alias("key"), *(day.fill_null(0) for day in days), "place_type"
    )
    born = dict(told.filter(pl.col("born_on") > 0).select("key", "born_on").iter_rows())
    return [SentEpisode._make(row) for row in told.drop("born_on").iter_rows()], born
