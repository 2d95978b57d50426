"""Made-up homes, agencies and households: opened from the published numbers, or when a child needs one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nearhome.demo.calculations.chance import Chance, apportion, one_of, spread
from nearhome.demo.calculations.figures import HOMES_GROWTH, PLACES_GROWTH, AuthorityFigures, Figures

FOREVER = 10**7
SIZES = {"K3": {2: 2, 3: 3, 4: 4, 5: 3, 6: 3, 8: 2, 12: 1}, "foster": {1: 5, 2: 4, 3: 2}}


class Spot(Protocol):
    """A real postcode and where it is on the national grid, in metres."""

    @property
    def postcode(self) -> str: ...
    @property
    def easting(self) -> int: ...
    @property
    def northing(self) -> int: ...


def miles(one: Spot, other: Spot) -> float:
    """The return's distance: a straight line, metres to miles by 1609.3, not rounded."""
    return float(((one.easting - other.easting) ** 2 + (one.northing - other.northing) ** 2) ** 0.5 / 1609.3)


@dataclass(slots=True)
class Service:
    """One entry of the register: a children's home, a fostering or adoption service, a supported accommodation provider."""

    urn: str
    kind: str
    authority: str
    sector: str
    name: str
    owner: str
    spot: Spot
    places: int = 0


@dataclass(slots=True)
class Setting:
    """Where children live: a home, one household, one supported accommodation setting. `stays`: from, to, born, sex."""

    service: Service
    kind: str
    ref: str
    name: str
    authority: str
    spot: Spot
    places: int
    stays: list[tuple[int, int, int, str]] = field(default_factory=list)

    def has_room(self, start: int, end: int) -> bool:
        """Would one more child fit from `start` until `end`, whoever else comes and goes?"""
        return sum(1 for stay in self.stays if stay[0] < end and start < stay[1]) < self.places


class Market:
    """All homes of the made-up region, growing as children are placed. Searched by (kind, sector, authority).

    An authority's own provision has the sector `PR1-<its code>`, since its households may live elsewhere.
    """

    def __init__(
        self, figures: Figures, region: Sequence[str], spots: Mapping[str, Sequence[Spot]], rng: Chance
    ) -> None:
        self.figures, self.region, self.spots, self.rng = figures, frozenset(region), spots, rng
        self.services: list[Service] = []
        self.taken: set[str] = set()
        self.settings: list[Setting] = []
        self.found: dict[tuple[str, str, str], list[Setting]] = {}
        self._by_owner: dict[tuple[str, str], list[Service]] = {}
        for code in region:
            self._open_own_services(figures.authorities[code])
        self._open_agencies(len(region))
        for code in region:
            self._open_homes(figures.authorities[code])

    def spot_in(self, authority: str) -> Spot:
        """A real postcode in an authority, each as likely."""
        return self.rng.choice(self.spots[authority])

    def free_spot_in(self, authority: str) -> Spot:
        """A real postcode where nobody of this region lives yet, so that service and postcode tell a household."""
        spot = self.spot_in(authority)
        while spot.postcode in self.taken:
            spot = self.spot_in(authority)
        return spot

    def candidates(self, kind: str, sector: str, authority: str) -> list[Setting]:
        """The settings of a kind and sector in an authority."""
        return self.found.get((kind, sector, authority), [])

    def open(self, kind: str, sector: str, authority: str, spot: Spot, places: int = 0) -> Setting:
        """A new setting, with the service that runs it: the authority's own, an agency, or (a home) one of its own."""
        places = places or self._size(kind)
        service = self._service_for(kind, sector, authority, spot)
        service.places += places
        self.taken.add(spot.postcode)
        number = len(self.settings) + 1
        name = service.name if kind in ("K2", "R3", "S1") else setting_name(kind, number)
        setting = Setting(service, kind, f"MADEUP-{_PREFIX[kind]}-{number:05d}", name, authority, spot, places)
        self.settings.append(setting)
        self.found.setdefault((kind, sector, authority), []).append(setting)
        return setting

    def service(self, kind: str, authority: str) -> Service:
        """The service of a kind an authority runs itself; opened if it has none yet."""
        known = self._by_owner.get((kind, authority))
        if known:
            return known[0]
        name = f"Made-up {_OWN_NAMES[kind]} {authority}"
        return self._register(
            kind, authority, "PR1", name, f"Made-up authority services {authority}", self.spot_in(authority)
        )

    def _size(self, kind: str) -> int:
        if kind == "K2":
            sizes = self.figures.shares["homes", "places england"]
            size = one_of({size: share for size, share in sizes.items() if size != "more"}, self.rng)
            return int(size)
        return one_of(SIZES.get(kind, {6: 1}), self.rng)

    def _service_for(self, kind: str, sector: str, authority: str, spot: Spot) -> Service:
        if kind in ("K2", "R3", "S1"):
            return self._open_one_home_service(kind, sector, authority, spot)
        if kind == "K3":
            return self._supported_provider(sector, authority)
        if sector.startswith("PR1"):
            return self.service("fostering", sector[4:])
        agencies = self._by_owner["agency", sector]
        near = [one for one in agencies if one.authority == authority]
        return self.rng.choice(near if near and self.rng.random() < 0.6 else agencies)

    def _supported_provider(self, sector: str, authority: str) -> Service:
        known = self._by_owner.setdefault(("K3" + sector, authority), [])
        if known and self.rng.random() < 0.75:
            return self.rng.choice(known)
        number = len(self.services) + 1
        name = f"Made-up Supported Living {kite(number)}"
        owner = f"Madeup {_WORDS[number % len(_WORDS)]} Lodgings {number} Ltd"
        return self._register("K3" + sector, authority, sector, name, owner, self.spot_in(authority))

    def _open_one_home_service(self, kind: str, sector: str, authority: str, spot: Spot) -> Service:
        number = len(self.services) + 1
        label = {"K2": "Home", "R3": "Family Centre", "S1": "School"}[kind]
        if sector.startswith("PR1"):
            sector, owner = "PR1", f"Made-up authority services {authority}"
        else:
            firm = self.rng.randrange(1, 160 if len(self.region) > 6 else 60)
            ending = "Ltd" if sector == "PR4" else "Trust"
            owner = f"Madeup {_WORDS[firm % len(_WORDS)]} Homes {firm} {ending}"
        return self._register(kind, authority, sector, f"Made-up {label} {kite(number)}", owner, spot)

    def _register(self, kind: str, authority: str, sector: str, name: str, owner: str, spot: Spot) -> Service:
        number = len(self.services) + 1
        urn = f"SC9{number:05d}" if kind in ("K2", "R3") else f"29{number:05d}"
        service = Service(urn, kind, authority, sector, name, owner, spot)
        self.services.append(service)
        key = ("agency", sector) if kind == "agency" else (kind, authority)
        self._by_owner.setdefault(key, []).append(service)
        return service

    def _open_own_services(self, one: AuthorityFigures) -> None:
        for kind in ("fostering", "adoption"):
            self.service(kind, one.dfe_code)

    def _open_agencies(self, authorities: int) -> None:
        """64 fostering agency branches for the 19 South East authorities (Ofsted 2023), one in seven voluntary."""
        homes = {code: self.figures.authorities[code].foster for code in sorted(self.region)}
        total = max(8, round(64 * sum(homes.values()) / 7200))
        for at, code in enumerate(spread(total, homes, self.rng)):
            sector = "PR5" if at % 7 == 3 else "PR4"
            name = f"Made-up Fostering {kite(at + 500)}"
            ending = "Ltd" if sector == "PR4" else "Trust"
            owner = f"Madeup {_WORDS[at % len(_WORDS)]} Fostering {at + 1} {ending}"
            self._register("agency", code, sector, name, owner, self.spot_in(code))

    def _open_homes(self, one: AuthorityFigures) -> None:
        by_sector = {"PR1": one.homes_la, "PR4": one.homes_private, "PR5": one.homes_voluntary}
        homes = max(1, round(sum(by_sector.values()) * HOMES_GROWTH))
        places = (one.places_la + one.places_private + one.places_voluntary) * PLACES_GROWTH
        sizes = sizes_of_homes(homes, max(homes, round(places)), self.figures, self.rng)
        sectors = [sector for sector, count in apportion(homes, by_sector, self.rng).items() for _ in range(count)]
        self.rng.shuffle(sectors)
        for sector, size in zip(sectors, sizes, strict=True):
            owned = f"PR1-{one.dfe_code}" if sector == "PR1" else sector
            self.open("K2", owned, one.dfe_code, self.free_spot_in(one.dfe_code), size)


def sizes_of_homes(homes: int, places: int, figures: Figures, rng: Chance) -> list[int]:
    """Places in each home: sizes as published for the South East, moved as little as needed to add up to `places`."""
    drawn = spread(homes, figures.shares["homes", "places south east"], rng)
    sizes = [11 if size == "more" else int(size) for size in drawn]
    tail = [at for at, size in enumerate(sizes) if size > 8]
    while sum(sizes) != places:
        step = 1 if sum(sizes) < places else -1
        movable = [at for at in tail if step > 0 or sizes[at] > 9] or [
            at for at, size in enumerate(sizes) if (size < 8 or step < 0 or homes == 1) and size + step >= 1
        ]
        sizes[rng.choice(movable or range(homes))] += step
    return sizes


def setting_name(kind: str, number: int) -> str:
    """An obviously made-up name for a household or a setting."""
    return (
        {"foster": "Made-up household", "kinship": "Made-up relative"}.get(kind, "Made-up setting") + " " + kite(number)
    )


def kite(number: int) -> str:
    """A colour, a flying thing and a number: plainly invented, and never the same twice."""
    return f"{_COLOURS[number % len(_COLOURS)]} {_FLYERS[number // len(_COLOURS) % len(_FLYERS)]} {number}"


_COLOURS = ("Blue", "Green", "Amber", "Silver", "Scarlet", "Violet", "Golden", "Teal", "Ivory", "Copper", "Indigo")
_FLYERS = ("Kite", "Lantern", "Balloon", "Comet", "Feather", "Pinwheel", "Glider", "Ribbon", "Moth", "Cloud", "Swift")
_WORDS = (
    "Meadow",
    "Harbour",
    "Orchard",
    "Bramble",
    "Beacon",
    "Willow",
    "Pebble",
    "Clover",
    "Lantern",
    "Sycamore",
    "Fern",
)
_PREFIX = {"K2": "HOME", "K3": "SA", "foster": "FH", "kinship": "KIN", "R3": "FC", "S1": "SCH"}
_OWN_NAMES = {"fostering": "Fostering Service", "adoption": "Adoption Service"}
