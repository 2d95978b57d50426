"""Made-up prices of placements with causes we know: need, provider, authority, chance. Nobody is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp
from types import MappingProxyType
from typing import Final

from nearhome.demo.calculations.chance import Chance, apportion, one_of

COST_COLUMNS: Final = (
    "child", "authority", "provider", "urn", "placement_type", "provider_type", "age", "need", "starts_on",
    "ends_before", "weekly_cost", "solo", "dol", "ehcp", "uasc", "risk_self_harm", "risk_missing",
)  # fmt: skip
KINDS: Final = MappingProxyType({"own_foster": 0.32, "agency": 0.28, "residential": 0.24, "supported": 0.16})
_WORDS = ("Amber", "Birch", "Cedar", "Dawn", "Elder", "Fern", "Gorse", "Hazel", "Iris", "Juniper")
_NEEDS: Final = {"N1": 0.62, "N2": 0.04, "N3": 0.03, "N4": 0.08, "N5": 0.14, "N6": 0.02, "N8": 0.07}


@dataclass(frozen=True, slots=True)
class KindOfPrice:
    """A kind's codes with their weights, typical week in pounds, ages, number of providers, and spread within them."""

    codes: Mapping[str, float]
    typical: float
    ages: tuple[int, int]
    providers: int
    spread: float


PRICES: Final = MappingProxyType({
    "own_foster": KindOfPrice({"U6": 0.45, "U4": 0.35, "U1": 0.2}, 446.0, (0, 18), 0, 0.12),
    "agency": KindOfPrice({"U6": 0.55, "U4": 0.45}, 848.0, (3, 18), 14, 0.12),
    "residential": KindOfPrice({"K2": 0.95, "S1": 0.05}, 5550.0, (8, 18), 30, 0.28),
    "supported": KindOfPrice({"K3": 1.0}, 1490.0, (16, 18), 12, 0.22),
})  # fmt: skip
# What a circumstance multiplies the price by, on the logarithmic scale, and how often it is so in residential care.
NEED_EFFECTS: Final = MappingProxyType(
    {"solo": 0.42, "dol": 0.25, "ehcp": 0.06, "risk_self_harm": 0.08, "risk_missing": 0.06}
)
_HOW_OFTEN: Final = MappingProxyType(
    {"solo": 0.15, "dol": 0.08, "ehcp": 0.45, "risk_self_harm": 0.30, "risk_missing": 0.35}
)
_MILDER: Final = MappingProxyType({"residential": 1.0, "supported": 0.5, "agency": 0.35, "own_foster": 0.2})
PROVIDER_SPREAD, AUTHORITY_SPREAD = 0.18, 0.06


@dataclass(frozen=True, slots=True)
class DrawnCosts:
    """Rows as in COST_COLUMNS, and the true effects on the logarithm of price they were drawn with."""

    rows: tuple[tuple[str, ...], ...]
    authority_effects: Mapping[str, float]
    provider_effects: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Provider:
    name: str
    urn: str
    code: str
    effect: float


def draw_costs(rng: Chance, *, authorities: Sequence[str], placements: int, on: date) -> DrawnCosts:
    """Prices of so many placements in each authority (DfE codes), as on a day, with effects that are known.

    Residential placements cost about £7,300 a week in the mean with a tail beyond £10,000; fostering about £500 in-house
    and £950 by agency; supported accommodation about £1,800. An authority's effect holds for all kinds alike.
    """
    effects = dict(zip(authorities, _centred(len(authorities), AUTHORITY_SPREAD, rng), strict=True))
    providers = {kind: _providers(kind, one.providers, rng) for kind, one in PRICES.items()}
    rows: list[tuple[str, ...]] = []
    for code in authorities:
        for kind, count in apportion(placements, KINDS, rng).items():
            own = [_Provider("", "", "PR1", 0.0)]
            for _ in range(count):
                child, provider = f"Test Child {code} {len(rows):05d}", rng.choice(providers[kind] or own)
                rows.append((child, code, *_row(kind, provider, effects[code], on, rng)))
    named = {one.name: one.effect for some in providers.values() for one in some}
    return DrawnCosts(tuple(rows), effects, named)


def _providers(kind: str, count: int, rng: Chance) -> list[_Provider]:
    what = {"agency": "Fostering", "residential": "Homes", "supported": "Lodgings"}.get(kind, "")
    return [
        _Provider(
            f"Madeup {_WORDS[at % len(_WORDS)]} {what} {at + 1} Ltd",
            f"{ {'agency': 98, 'residential': 97, 'supported': 96}[kind] }{at + 1:05d}",
            "PR5" if at % 6 == 5 else "PR4",
            effect,
        )
        for at, effect in enumerate(_centred(count, PROVIDER_SPREAD, rng))
    ]


def _centred(count: int, spread: float, rng: Chance) -> list[float]:
    """Effects whose mean is 0, so that prices come out as published whatever the seed."""
    drawn = [rng.gauss(0.0, spread) for _ in range(count)]
    return [one - sum(drawn) / count for one in drawn]


def _row(kind: str, provider: _Provider, of_authority: float, on: date, rng: Chance) -> tuple[str, ...]:
    """The row from the provider's column on."""
    one = PRICES[kind]
    age = rng.randrange(*one.ages)
    known = {name: rng.random() < often * _MILDER[kind] for name, often in _HOW_OFTEN.items()}
    need, uasc = one_of(_NEEDS, rng), kind == "supported" and rng.random() < 0.5
    log = of_authority + provider.effect + _of_need(kind, age, need, known) + rng.gauss(0.0, one.spread)
    starts = on - timedelta(days=1 + int(rng.expovariate(1 / 400)))
    ends = on - timedelta(days=rng.randrange(0, 200)) if rng.random() < 0.2 else None
    weekly = round(one.typical * exp(log) / 5) * 5
    return (
        provider.name, provider.urn, one_of(one.codes, rng), provider.code, str(age), need,
        f"{starts:%d/%m/%Y}", f"{ends:%d/%m/%Y}" if ends and ends > starts else "", f"£{weekly:,}.00",
        *("yes" if known[name] else "no" for name in ("solo", "dol", "ehcp")), "yes" if uasc else "no",
        *("yes" if known[name] else "no" for name in ("risk_self_harm", "risk_missing")),
    )  # fmt: skip


def _of_need(kind: str, age: int, need: str, known: Mapping[str, bool]) -> float:
    """The true effect of the child on the logarithm of price."""
    older = 0.10 if age >= 16 else 0.06 if age >= 10 else 0.0
    of_need = {"N2": 0.18, "N6": 0.12}.get(need, 0.0)
    return older + of_need + sum(NEED_EFFECTS[name] for name, there in known.items() if there)
