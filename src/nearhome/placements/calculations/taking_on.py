"""Which place does each child of a return live in, when an authority begins with Nearhome?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nearhome.geography.calculations.distance import normalise_postcode


@dataclass(frozen=True, slots=True)
class RunningEpisode:
    """An episode without an end: whose, from when, in which registered setting at which postcode."""

    child_id: int
    child_ref: str
    starts_on: date
    urn: str
    postcode: str


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A home of a registration, with its places. `taken_until` says until when each place is taken (None: no end)."""

    home_id: int
    urn: str
    kind: str
    postcode: str
    place_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A child lives in this place of this home."""

    episode: RunningEpisode
    home_id: int
    place_id: int


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """A child whose place could not be found, and why."""

    child_ref: str
    urn: str
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What was assigned and what was not."""

    assigned: tuple[Assignment, ...]
    not_placed: tuple[NotPlaced, ...]


def assign_places(
    episodes: Iterable[RunningEpisode], homes: Iterable[KnownHome], taken_until: Mapping[int, date | None]
) -> Taken:
    """Give each running episode a place nobody has, in the home of its URN; by postcode where there are several.

    `taken_until` holds places that are taken: until a day, or None for good. A place is given once. The order is by
    start and reference, so that the same records give the same places.
    """
    by_urn = defaultdict(list)
    for home in homes:
        by_urn[home.urn].append(home)
    used: set[int] = set()
    assigned: list[Assignment] = []
    missing: list[NotPlaced] = []
    for episode in sorted(episodes, key=lambda one: (one.starts_on, one.child_ref)):
        found = _homes_for(episode, by_urn.get(episode.urn, []))
        place = _free_place(episode, found, used, taken_until)
        if place is None:
            missing.append(NotPlaced(episode.child_ref, episode.urn, _reason(episode, by_urn, found)))
            continue
        used.add(place[1])
        assigned.append(Assignment(episode, *place))
    return Taken(tuple(assigned), tuple(missing))


def _homes_for(episode: RunningEpisode, homes: list[KnownHome]) -> list[KnownHome]:
    same = [home for home in homes if normalise_postcode(home.postcode) == normalise_postcode(episode.postcode)]
    is_only_one = len(homes) == 1 and homes[0].kind != "foster"
    return same or (homes if is_only_one else [])


def _free_place(
    episode: RunningEpisode, homes: list[KnownHome], used: set[int], taken_until: Mapping[int, date | None]
) -> tuple[int, int] | None:
    for home in homes:
        for place_id in home.place_ids:
            if place_id not in used and _is_free(taken_until, place_id, episode.starts_on):
                return home.home_id, place_id
    return None


def _is_free(taken_until: Mapping[int, date | None], place_id: int, day: date) -> bool:
    if place_id not in taken_until:
        return True
    until = taken_until[place_id]
    return until is not None and until <= day


def _reason(episode: RunningEpisode, by_urn: Mapping[str, list[KnownHome]], found: list[KnownHome]) -> str:
    if episode.urn not in by_urn:
        return f"No home with URN {episode.urn} is in the register. Import the register, or correct the URN."
    if not found:
        return f"No home with URN {episode.urn} is at the postcode of the placement. Add the home, or correct the postcode."
    return f"Every place of the home with URN {episode.urn} is taken. Correct its places, or who lives there."
