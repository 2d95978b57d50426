"""The homes of the made-up region: where they are, whom they take, what they can do and how they are paid."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, Floats, Ints
from nearhome.matching.calculations.playing.assumptions import (
    NOBODY,
    SKILLS,
    Contract,
    Kind,
    Purpose,
    RegionSettings,
    stream,
)

_KINDS: Final = (0.84, 0.10, 0.06)
_PLACES: Final = {
    Kind.FOSTER: ((1, 2, 3), (0.42, 0.35, 0.23)),
    Kind.RESIDENTIAL: ((2, 3, 4, 5), (0.30, 0.35, 0.25, 0.10)),
    Kind.SUPPORTED: ((2, 3, 4, 6), (0.25, 0.30, 0.30, 0.15)),
}
_CONTRACTS: Final = {
    Kind.FOSTER: (0.55, 0.00, 0.45),
    Kind.RESIDENTIAL: (0.20, 0.35, 0.45),
    Kind.SUPPORTED: (0.00, 0.30, 0.70),
}
_SKILLS_HAD: Final = {Kind.FOSTER: (1, 5), Kind.RESIDENTIAL: (2, 6), Kind.SUPPORTED: (2, 5)}
SKILL_WEIGHTS: Final = (0.30, 0.22, 0.18, 0.14, 0.10, 0.06)
_WEEKLY_POUNDS: Final = {Kind.FOSTER: (450, 60), Kind.RESIDENTIAL: (4200, 500), Kind.SUPPORTED: (800, 150)}
_TIMES: Final = (1.0, 1.15, 1.30, 1.65)  # own, block, framework, spot
_KM_AROUND, _SPOT_KM_AROUND = 14.0, 26.0


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Arrays with one entry for each home. `owner` is the authority whose own or block places they are, else NOBODY.

    `area` is the authority whose centre is nearest; `skills` has a bit for each skill; `sex` is 0 any, 1 male, 2
    female; `at` is [H, 2] kilometres; ages are completed years, `to_age` included.
    """

    kind: Ints
    contract: Ints
    owner: Ints
    area: Ints
    at: Floats
    places: Ints
    skills: Ints
    from_age: Ints
    to_age: Ints
    sex: Ints
    weekly_pence: Ints

    @property
    def is_paid_empty(self) -> Flags:
        """Places that are paid whether anybody lives there or not. Shape [H]."""
        return self.contract <= int(Contract.BLOCK)


def make_homes(settings: RegionSettings, seed: int) -> Homes:
    """The homes of the region of this seed: those under contract first, then those of the spot market."""
    rng = stream(seed, Purpose.HOMES)
    number = settings.homes + settings.spot_homes
    is_spot = np.arange(number) >= settings.homes
    kind = rng.choice(3, number, p=_KINDS).astype(np.int32)
    authority = rng.choice(len(settings.sizes), number, p=settings.sizes)
    centres = np.array(settings.centres)
    around = np.where(is_spot, _SPOT_KM_AROUND, _KM_AROUND)[:, None]
    at = centres[authority] + rng.normal(size=(number, 2)) * around
    contract = np.where(is_spot, int(Contract.SPOT), _by_kind(kind, rng, _contracts))
    skills_had = _by_kind(kind, rng, _how_skilled)
    from_age, to_age = _ages(kind, rng)
    return Homes(
        kind=kind,
        contract=contract.astype(np.int32),
        owner=np.where(contract <= int(Contract.BLOCK), authority, NOBODY).astype(np.int32),
        area=_nearest(at, centres),
        at=at,
        places=_by_kind(kind, rng, _places),
        skills=some_skills(skills_had, rng),
        from_age=from_age,
        to_age=to_age,
        sex=rng.choice(3, number, p=(0.70, 0.15, 0.15)).astype(np.int32),
        weekly_pence=_prices(kind, contract, skills_had, rng),
    )


def some_skills(how_many: Ints, rng: np.random.Generator) -> Ints:
    """So many different skills for each, the commoner the likelier, as bits. Shape of `how_many`."""
    keys = rng.exponential(size=(len(how_many), SKILLS)) / np.array(SKILL_WEIGHTS)
    rank = keys.argsort(axis=1).argsort(axis=1)
    bits: Ints = ((rank < how_many[:, None]) << np.arange(SKILLS)).sum(axis=1).astype(np.int32)
    return bits


def _by_kind(kind: Ints, rng: np.random.Generator, draw: Callable[[Kind, int, np.random.Generator], Ints]) -> Ints:
    drawn = np.zeros(len(kind), dtype=np.int32)
    for one in Kind:
        here = kind == int(one)
        drawn[here] = draw(one, int(here.sum()), rng)
    return drawn


def _contracts(kind: Kind, many: int, rng: np.random.Generator) -> Ints:
    return rng.choice(3, many, p=_CONTRACTS[kind]).astype(np.int32)


def _places(kind: Kind, many: int, rng: np.random.Generator) -> Ints:
    sizes, shares = _PLACES[kind]
    return rng.choice(sizes, many, p=shares).astype(np.int32)


def _how_skilled(kind: Kind, many: int, rng: np.random.Generator) -> Ints:
    return rng.integers(*_SKILLS_HAD[kind], many).astype(np.int32)


def _ages(kind: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    low = rng.choice((0, 5, 8, 10, 12), len(kind), p=(0.58, 0.17, 0.10, 0.08, 0.07))
    high = np.minimum(17, low + rng.integers(7, 18, len(kind)))
    low = np.where(kind == int(Kind.RESIDENTIAL), np.maximum(low, 8), low)
    high = np.where(kind == int(Kind.RESIDENTIAL), 17, high)
    low = np.where(kind == int(Kind.SUPPORTED), 16, low)
    high = np.where(kind == int(Kind.SUPPORTED), 17, high)
    return low.astype(np.int32), high.astype(np.int32)


def _prices(kind: Ints, contract: Ints, skills: Ints, rng: np.random.Generator) -> Ints:
    table = np.array([_WEEKLY_POUNDS[one] for one in Kind], dtype=np.float64)
    pounds = (table[kind, 0] + table[kind, 1] * skills) * np.array(_TIMES)[contract]
    prices: Ints = np.rint(pounds * rng.uniform(0.9, 1.1, len(kind)) * 100).astype(np.int32)
    return prices


def _nearest(at: Floats, centres: Floats) -> Ints:
    apart = ((at[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    nearest: Ints = apart.argmin(axis=1).astype(np.int32)
    return nearest
