"""The places of a block: ready or not, empty or not, and whose on which days. Never who lives there."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from nearhome.market.models import Occupancy, Place
from nearhome.procurement.calculations.blocks.capacity import ReadyPlace, payable_from
from nearhome.procurement.calculations.blocks.release import Change, Turn, to_be_released_on, turns
from nearhome.procurement.models import BlockContract, BlockPlace, BlockRelease

STATES = {"booking": "Occupied", "hold": "Held", "closure": "Closed"}


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """One place as a page shows it. `state` says whether it is paid for and free; `turns` whose it is on which days."""

    row: BlockPlace
    state: str
    empty_since: date | None
    turns: tuple[Turn, ...]
    is_payable: bool

    @property
    def name(self) -> str:
        """The place and its home."""
        return f"{self.row.place.label}, {self.row.place.home.name}"


def places_shown(contract: BlockContract, today: date) -> list[PlaceShown]:
    """Every place of a block on a day, in order of home and label. A handful of queries, however many places."""
    rows = list(
        BlockPlace.objects.filter(contract=contract)
        .select_related("place__home", "nominated", "contract")
        .order_by("place__home__name", "place__label", "pk")
    )
    taken = _occupancies(rows)
    changes: dict[int, list[Change]] = defaultdict(list)
    for one in BlockRelease.objects.filter(contract=contract):
        changes[one.block_place_id].append(Change(one.starts_on, one.is_released, one.pk))
    return [_shown(row, taken[row.place_id], changes[row.pk], today) for row in rows]


def _occupancies(rows: list[BlockPlace]) -> dict[int, list[Occupancy]]:
    found: dict[int, list[Occupancy]] = defaultdict(list)
    for one in Occupancy.objects.filter(place__in=[row.place_id for row in rows], freed_at__isnull=True):
        found[one.place_id].append(one)
    return found


def _shown(row: BlockPlace, taken: list[Occupancy], changes: list[Change], today: date) -> PlaceShown:
    opens = max(row.available_from, row.contract.starts_on) if row.available_from else None
    ends = min((day for day in (row.ends_before, row.contract.ends_before) if day), default=None)
    if not changes and row.released_from:
        changes = [Change(row.released_from, True)]
    state = _state(opens, ends, taken, today)
    empty = _empty_since(opens, taken, today) if state == "Free" and opens else None
    nominated = row.nominated.name if row.nominated else ""
    shown = turns(opens, ends, nominated, changes) if opens else ()
    return PlaceShown(row, state, empty, shown, state not in ("Mobilising", "Ready later", "Ended"))


def _state(opens: date | None, ends: date | None, taken: Iterable[Occupancy], today: date) -> str:
    if ends and ends <= today:
        return "Ended"
    if opens is None:
        return "Mobilising"
    if opens > today:
        return "Ready later"
    here = [one for one in taken if _holds(one, today)]
    return STATES[min(here, key=lambda one: list(STATES).index(one.kind)).kind] if here else "Free"


def _holds(one: Occupancy, day: date) -> bool:
    return (one.days.lower is None or one.days.lower <= day) and (one.days.upper is None or day < one.days.upper)


def _empty_since(opens: date, taken: Iterable[Occupancy], today: date) -> date:
    ended = [one.days.upper for one in taken if one.days.upper and one.days.upper <= today]
    return max([opens, *ended])


def to_release(shown: PlaceShown, first_refusal_days: int, today: date) -> date | None:
    """The day from which an empty place should be offered to the partners, if it is not yet; else None."""
    if shown.empty_since is None or shown.row.nominated_id is None:
        return None
    if shown.row.released_from and shown.row.released_from <= today:
        return None
    due = to_be_released_on(shown.empty_since, first_refusal_days)
    return due if due <= today else None


def payable_day(registered_on: date, accepts_from: date) -> date:
    """The first day a place is paid for."""
    day = payable_from(ReadyPlace("", registered_on, accepts_from))
    assert day is not None
    return day


def places_ready_on(contract: BlockContract, day: date, *, without: Collection[int] = ()) -> int:
    """How many places of the block are to be paid for on a day, leaving some block places out."""
    rows = BlockPlace.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=day), contract=contract, available_from__lte=day
    )
    return rows.exclude(pk__in=list(without)).count()


def places_to_add(contract: BlockContract) -> list[Place]:
    """Places of the provider that are in no block yet, by home."""
    rows = Place.objects.filter(home__provider=contract.provider_id, block_place__isnull=True).select_related("home")
    return list(rows.order_by("home__name", "label", "pk")[:500])
