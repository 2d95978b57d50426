"""Finds each made-up child a home so that places, providers, areas and distances come out as published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp

from nearhome.demo.calculations.chance import Chance
from nearhome.demo.calculations.figures import Figures
from nearhome.demo.calculations.homes import Market, Setting, Spot, miles

NEAR_MILES = 20.0
REUSE = {"foster": 0.96, "K3": 0.98, "K2": 0.98, "R3": 0.9, "S1": 0.9}
NEAREST_OF = 4
FAR_TAIL = 0.10  # of children far outside the area, drawn without regard to distance


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of home, whose, and where: `cell` is in_near, in_far, out_near, out_far, or in and out (any distance)."""

    kind: str
    sector: str
    cell: str


@dataclass(frozen=True, slots=True)
class Found:
    """A home found: where it is, and the setting if it is one the market knows."""

    spot: Spot
    authority: str
    setting: Setting | None


class Placer:
    """Places children in the market; remembers nothing but who lives where."""

    def __init__(
        self, market: Market, figures: Figures, centres: Mapping[str, tuple[float, float]], rng: Chance
    ) -> None:
        self.market, self.figures, self.centres, self.rng = market, figures, centres, rng
        self.hosts = cache(self._hosts)

    def place(
        self, authority: str, wanted: Wanted, home: Spot | None, stay: tuple[int, int, int, str], avoid: str = ""
    ) -> tuple[Found, Spot]:
        """A home as wanted, and the child's own home: drawn so that the distance fits, unless it is known already.

        `stay` is from, to, day of birth, sex; `avoid` is the postcode the child moves on to.
        """
        chosen: tuple[Found, Spot] | None = None
        for attempt in range(14):
            found = self._offer(authority, wanted, stay, attempt > 8)
            if found is None or found.spot.postcode in (avoid, home and home.postcode):
                continue
            own = self._own_home(authority, found.spot, wanted.cell, home)
            chosen = (found, own or home or self._any_home(authority, found.spot))
            if own is not None:
                break
        if chosen is None:
            found = self._new(authority, wanted)
            chosen = (found, home or self._any_home(authority, found.spot))
        return self._take(authority, chosen[0], wanted, stay), chosen[1]

    def _offer(self, authority: str, wanted: Wanted, stay: tuple[int, int, int, str], any_new: bool) -> Found | None:
        host = self._outside_host(authority) if any_new and _open_market(wanted) else self._host(authority, wanted)
        if wanted.kind in ("kinship", "adoption", "none"):
            return Found(self.market.free_spot_in(host), host, None)
        settings = self.market.candidates(wanted.kind, _owned(wanted, authority, host), host)
        fixed = wanted.kind == "K2" and host in self.market.region
        if settings and (fixed or self.rng.random() < REUSE[wanted.kind]):
            for _ in range(14):
                setting = self.rng.choice(settings)
                if setting.has_room(stay[0], stay[1]) and (any_new or _suits(setting, wanted, stay)):
                    return Found(setting.spot, host, setting)
        if fixed and not any_new:
            return None
        return Found(self.market.free_spot_in(host), host, None)

    def _new(self, authority: str, wanted: Wanted) -> Found:
        host = self._outside_host(authority) if _open_market(wanted) else self._host(authority, wanted)
        return Found(self.market.free_spot_in(host), host, None)

    def _take(self, authority: str, found: Found, wanted: Wanted, stay: tuple[int, int, int, str]) -> Found:
        if wanted.kind in ("kinship", "adoption", "none"):
            self.market.taken.add(found.spot.postcode)
            return found
        setting = found.setting or self.market.open(
            wanted.kind, _owned(wanted, authority, found.authority), found.authority, found.spot
        )
        setting.stays.append(stay)
        return Found(setting.spot, setting.authority, setting)

    def _host(self, authority: str, wanted: Wanted) -> str:
        cell = wanted.cell
        if cell.startswith("in"):
            if not _open_market(wanted) or self.market.candidates("K2", wanted.sector, authority):
                return authority
            cell = "out_near"  # no home of that sector in the area
        codes, weights = self.hosts(authority, cell, wanted.sector == "PR2")
        return self.rng.choices(codes, weights)[0]

    def _outside_host(self, authority: str) -> str:
        """Where a home can always be found: the homes inside the region are as many as published, no more."""
        codes, weights = self.hosts(authority, "out_far", False)
        outside = [0.0 if code in self.market.region else weight for code, weight in zip(codes, weights, strict=True)]
        return self.rng.choices(codes, outside)[0]

    def _hosts(self, authority: str, cell: str, own_region: bool) -> tuple[Sequence[str], Sequence[float]]:
        pulls = {code: float(one.hosted) for code, one in self.figures.authorities.items()} | dict(
            self.figures.outside_hosts
        )
        if own_region:
            pulls = {code: pull for code, pull in pulls.items() if code in self.market.region}
        weights = {
            code: pull * _reach(cell, _apart(self.centres[authority], self.centres[code]))
            for code, pull in pulls.items()
            if code != authority
        }
        return list(weights), list(weights.values())

    def _own_home(self, authority: str, spot: Spot, cell: str, home: Spot | None) -> Spot | None:
        """A home postcode at a fitting distance; the nearest of a few for near ones, as the medians are short."""
        if home is not None:
            return home if home.postcode != spot.postcode and _fits(cell, miles(home, spot)) else None
        near: Spot | None = None
        tries = 0
        for _ in range(24):
            own = self.market.spot_in(authority)
            away = miles(own, spot)
            if own.postcode == spot.postcode or not _fits(cell, away):
                continue
            if cell not in ("in_near", "out_near"):
                return own
            near = own if near is None or away < miles(near, spot) else near
            tries += 1
            if tries == NEAREST_OF:
                break
        return near

    def _any_home(self, authority: str, spot: Spot) -> Spot:
        own = self.market.spot_in(authority)
        while own.postcode == spot.postcode:
            own = self.market.spot_in(authority)
        return own


def _owned(wanted: Wanted, authority: str, host: str) -> str:
    """The market's sector: own provision belongs to the child's authority, another authority's to the host."""
    return {"PR1": f"PR1-{authority}", "PR2": f"PR1-{host}"}.get(wanted.sector, wanted.sector)


def _open_market(wanted: Wanted) -> bool:
    return wanted.kind == "K2" and wanted.sector in ("PR4", "PR5")


def _suits(setting: Setting, wanted: Wanted, stay: tuple[int, int, int, str]) -> bool:
    """Children in one home are of an age: within eight years in a children's home."""
    if wanted.kind != "K2" or not setting.stays:
        return True
    return all(abs(other[2] - stay[2]) < 8 * 366 for other in setting.stays)


def _fits(cell: str, away: float) -> bool:
    # The return rounds to 0.1 mile, so stay clear of the boundary.
    if cell.endswith("near"):
        return away < NEAR_MILES - 0.06
    return not cell.endswith("far") or away > NEAR_MILES + 0.06


def _reach(cell: str, apart: float) -> float:
    if cell == "out_near":
        return exp(-apart / 7) if apart < 60 else 0.0
    if cell == "out_far":
        return exp(-apart / 28) * min(1.0, apart / 25) + FAR_TAIL * 0.12
    return exp(-apart / 25) + 0.005


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Miles between two mean positions given as (latitude, longitude); flat-earth, good enough for weights."""
    return float((((one[0] - other[0]) * 69.0) ** 2 + ((one[1] - other[1]) * 43.5) ** 2) ** 0.5)
