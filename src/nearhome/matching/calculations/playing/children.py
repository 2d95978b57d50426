"""The children of the made-up region: who comes when, with whom, what they need and how long they stay."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, Floats, Ints
from nearhome.matching.calculations.playing.assumptions import (
    DAYS_A_YEAR,
    Kind,
    Purpose,
    RegionSettings,
    stream,
)
from nearhome.matching.calculations.playing.homes import some_skills

ETHNIC_GROUPS: Final = ("White", "Mixed", "Asian", "Black", "Other")
_ETHNICITY: Final = (0.80, 0.10, 0.04, 0.05, 0.01)
_UASC_ETHNICITY: Final = (0.02, 0.02, 0.26, 0.35, 0.35)
_AGES: Final = ((0, 1), (1, 5), (5, 10), (10, 16), (16, 17.9))
_AGE_SHARES: Final = (0.20, 0.18, 0.19, 0.32, 0.11)
_GROUP_SIZES: Final = ((1, 2, 3, 4), (0.84, 0.16 * 0.65, 0.16 * 0.25, 0.16 * 0.10))
_NEEDS: Final = (0.20, 0.30, 0.27, 0.15, 0.08)  # none, one, … four
_UASC_SHARE, _EMERGENCY_SHARE, _DISABLED_SHARE = 0.15, 0.20, 0.10
_SHORT_SHARE, _SHORT_DAYS = 0.35, 120.0
_LONG_YEARS, _LONG_SPREAD = 3.6, 0.9
_KM_AROUND = 12.0
_CALIBRATED_ON = 6000
_LONGEST_DAYS = int(18 * DAYS_A_YEAR)
CLOCKS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Children:
    """Arrays with one entry for each child, brothers and sisters who come together next to each other.

    `group` numbers those who come together; `arrives_on` and `leaves_on` are days (day 0 is the start; whoever came
    before lives in the region then); `needs` has a bit for each skill needed; `wants` is the kind of home recommended;
    `clocks` [C, CLOCKS] are draws with mean 1 that say how soon the first, second, … placement breaks down.
    """

    group: Ints
    authority: Ints
    arrives_on: Ints
    leaves_on: Ints
    age_then: Floats
    at: Floats
    sex: Ints
    ethnicity: Ints
    is_disabled: Flags
    is_uasc: Flags
    is_emergency: Flags
    needs: Ints
    wants: Ints
    clocks: Floats

    def ages_on(self, children: Ints, day: int) -> Floats:
        """The ages of some children on a day, in years."""
        ages: Floats = self.age_then[children] + (day - self.arrives_on[children]) / DAYS_A_YEAR
        return ages


def make_children(settings: RegionSettings, seed: int) -> Children:
    """Everybody in care on day 0 or coming later.

    Arrivals are drawn as far back as anybody could still be in care, at the rate that keeps `settings.children` in
    care, and those who left before day 0 are dropped: the population at the start is the stationary one, never empty.
    """
    rng, end = stream(seed, Purpose.ARRIVALS), settings.last_day
    rates = np.array(settings.sizes) * _groups_a_day(settings)
    counts = rng.poisson(rates * (end + _LONGEST_DAYS))
    authority = np.repeat(np.arange(len(rates), dtype=np.int32), counts)
    came = np.floor(rng.uniform(-_LONGEST_DAYS, end, len(authority))).astype(np.int32)
    order = np.argsort(came, kind="stable")
    drawn = _drawn(settings, authority[order], came[order], seed)
    return _only(drawn, drawn.leaves_on > np.maximum(drawn.arrives_on, 0))


def _groups_a_day(settings: RegionSettings) -> float:
    """So many arrivals a day that on average `settings.children` are in care (Little's law on a fixed sample)."""
    sample = _drawn(settings, np.zeros(_CALIBRATED_ON, np.int32), np.zeros(_CALIBRATED_ON, np.int32), None)
    return settings.children * _CALIBRATED_ON / float(sample.leaves_on.sum())


def _drawn(settings: RegionSettings, authority: Ints, came: Ints, seed: int | None) -> Children:
    """Children for each arrival; with no seed the fixed sample that the rate of arrivals is set by."""
    people, lengths, endings = (
        stream(0, Purpose.CALIBRATION) if seed is None else stream(seed, purpose)
        for purpose in (Purpose.CHILDREN, Purpose.STAYS, Purpose.ENDINGS)
    )
    is_uasc = people.random(len(came)) < _UASC_SHARE
    sizes = np.where(is_uasc, 1, people.choice(_GROUP_SIZES[0], len(came), p=_GROUP_SIZES[1]))
    group = np.repeat(np.arange(len(came)), sizes).astype(np.int32)
    is_uasc, number = is_uasc[group], len(group)
    ages = _ages(people, sizes, group, is_uasc)
    is_disabled = people.random(number) < _DISABLED_SHARE
    how_many = np.minimum(people.choice(5, number, p=_NEEDS) + is_disabled, 5)
    centres = np.array(settings.centres)[authority] + people.normal(size=(len(came), 2)) * _KM_AROUND
    ethnicity = np.where(
        is_uasc, people.choice(5, number, p=_UASC_ETHNICITY), people.choice(5, len(came), p=_ETHNICITY)[group]
    )
    stays = np.minimum(_stays(lengths, len(came))[group], (18 - ages) * DAYS_A_YEAR)
    stays = np.where(is_uasc, (18 - ages) * DAYS_A_YEAR, stays)
    return Children(
        group=group,
        authority=authority[group].astype(np.int32),
        arrives_on=came[group],
        leaves_on=(came[group] + np.maximum(1, stays)).astype(np.int32),
        age_then=ages,
        at=centres[group],
        sex=np.where(people.random(number) < np.where(is_uasc, 0.93, 0.52), 1, 2).astype(np.int32),
        ethnicity=ethnicity.astype(np.int32),
        is_disabled=is_disabled,
        is_uasc=is_uasc,
        is_emergency=(people.random(len(came)) < _EMERGENCY_SHARE)[group],
        needs=some_skills(how_many, people),
        wants=_wants(people, ages, how_many, is_uasc),
        clocks=endings.exponential(size=(number, CLOCKS)),
    )  # fmt: skip


def _ages(rng: np.random.Generator, sizes: Ints, group: Ints, is_uasc: Flags) -> Floats:
    low, high = np.array(_AGES).T
    band = rng.choice(len(_AGES), len(sizes), p=_AGE_SHARES)
    eldest = rng.uniform(low[band], high[band])[group]
    is_first = np.r_[True, group[1:] != group[:-1]]
    near = np.where(is_first, eldest, np.clip(eldest + rng.uniform(-3, 3, len(group)), 0, 17.8))
    ages: Floats = np.where(is_uasc, rng.uniform(15.5, 17.8, len(group)), near)
    return ages


def _stays(rng: np.random.Generator, number: int) -> Floats:
    """Days in care before the 18th birthday ends it: a third leave within months, the others stay for years."""
    short = rng.exponential(_SHORT_DAYS, number)
    middle = np.log(_LONG_YEARS * DAYS_A_YEAR) - _LONG_SPREAD**2 / 2
    long = rng.lognormal(middle, _LONG_SPREAD, number)
    stays: Floats = np.where(rng.random(number) < _SHORT_SHARE, short, long)
    return stays


def _wants(rng: np.random.Generator, ages: Floats, needs: Ints, is_uasc: Flags) -> Ints:
    toss = rng.random(len(ages))
    residential = (ages >= 9) & (needs >= 2) & (toss < 0.5)
    supported = (ages >= 16) & (toss < np.where(is_uasc, 0.8, 0.5)) & ~residential
    wants: Ints = np.select([residential, supported], [int(Kind.RESIDENTIAL), int(Kind.SUPPORTED)], int(Kind.FOSTER))
    return wants.astype(np.int32)


def _only(children: Children, keep: Flags) -> Children:
    return Children(*(getattr(children, name)[keep] for name in Children.__slots__))


def later_children(settings: RegionSettings, days: int, times: float, rng: np.random.Generator) -> Children:
    """A sampled future: who may come in so many days, at `times` the rate of arrivals. Not those who will come."""
    rates = np.array(settings.sizes) * _groups_a_day(settings) * times
    authority = np.repeat(np.arange(len(rates), dtype=np.int32), rng.poisson(rates * days))
    return _drawn(settings, authority, np.zeros(len(authority), np.int32), int(rng.integers(2**31, 2**62)))
