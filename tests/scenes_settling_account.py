"""The slow account of a drawn case: night by night from the rows of its file, with running totals in pence. No nights are
put together, no months are cut, and nothing of the calculations is used."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from scenes_settling import DAY, FULL, Rows

Weights = tuple[tuple[str, int], ...]
Borne = Counter[tuple[str, str]]  # pence by contract and payer


@dataclass
class Account:
    """Pence of a month by contract and payer, and by budget; nights of a stay that nothing pays for."""

    borne: Borne = field(default_factory=Counter)
    budgets: Counter[str] = field(default_factory=Counter)
    nights: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Night:
    """One night of one place: what it is, who bears it, and what of its price is paid."""

    on: date
    kind: str
    bearer: str
    paid: int
    shares: Weights


def accounts_of(file: Rows) -> dict[date, Account]:
    """Each calendar month of the period, by its first day in the period."""
    first, before = file["period"]["starts_on"], file["period"]["ends_before"]
    found: dict[date, Account] = defaultdict(Account)
    for contract in file["contracts"]:
        for month, until in months_between(first, before):
            nights = _nights(contract, month, until)
            for one in (night for some in nights.values() for night in some):
                found[month].nights[one.kind] += 1
            _add(found[month].borne, contract["ref"], _month(contract, nights))
            _add(found[month].borne, contract["ref"], _gain(contract, until))
    for month, until in months_between(first, before):
        for cost in file["lead_costs"]:
            _add(found[month].borne, cost["ref"], _lead(cost, month, until))
        for placement in file["placements"]:
            _placement(placement, month, until, found[month])
    return found


def months_between(first: date, before: date) -> Iterator[tuple[date, date]]:
    """The first day of each month and the day after its last, cut at both ends."""
    while first < before:
        until = first + DAY
        while until < before and until.day != 1:
            until += DAY
        yield first, until
        first = until


def days_between(first: date, before: date) -> Iterator[date]:
    while first < before:
        yield first
        first += DAY


def rounded(exact: Fraction) -> int:
    """To the nearest penny, half a penny up."""
    return (exact + Fraction(1, 2)).__floor__()


def divided(pence: int, weights: Iterable[tuple[str, Any]]) -> dict[str, int]:
    """The largest remainder, the slow way: one penny at a time to whoever is furthest below their quota, by name."""
    weights = sorted(weights)
    total = sum(weight for _, weight in weights)
    quotas = {name: Fraction(weight) * pence / total for name, weight in weights}
    parts = {name: quota.__floor__() for name, quota in quotas.items()}
    order = sorted(parts, key=lambda name: -(quotas[name] - parts[name]))
    for name in order[: pence - sum(parts.values())]:
        parts[name] += 1
    return parts


def _add(sums: Borne, ref: str, found: dict[str, int]) -> None:
    for name, pence in found.items():
        sums[ref, name] += pence


def _latest(rows: Iterable[Rows], night: date) -> Rows | None:
    begun = [row for row in rows if row["starts_on"] <= night]
    return max(begun, key=lambda row: row["starts_on"]) if begun else None


def _in(row: Rows, night: date, names: tuple[str, str] = ("starts_on", "ends_before")) -> bool:
    return row[names[0]] <= night and (row[names[1]] is None or night < row[names[1]])


def _nights(contract: Rows, first: date, before: date) -> dict[str, list[Night]]:
    """Each place's nights; empty ones are counted in a row from when the place opened, closed ones left out."""
    found: dict[str, list[Night]] = {}
    for place in contract["places"]:
        empty, found[place["ref"]] = 0, []
        opened, ends = place["available_from"], place["ends_before"]
        for night in days_between(min(first, opened or first), min(before, ends or before)):
            stay = _who(contract, place, night)
            shut = next((one for one in contract["closed"] if one["place"] == place["ref"] and _in(one, night)), None)
            if night >= first:
                found[place["ref"]].append(_judged(contract, place, night, stay, shut, empty))
            if opened is not None and night >= opened:
                empty = 0 if stay else empty + (shut is None)
    return found


def _who(contract: Rows, place: Rows, night: date) -> Rows | None:
    there = (one for one in contract["stays"] if one["place"] == place["ref"])
    return next((one for one in there if _in(one, night, ("arrived_on", "departed_on"))), None)


def _judged(contract: Rows, place: Rows, night: date, stay: Rows | None, shut: Rows | None, empty: int) -> Night:
    rule = _latest(contract["agreement"], night)
    assert rule
    shares = tuple(rule["shares"].items())
    if place["available_from"] is None or night < place["available_from"]:
        return Night(night, "not_yet_payable", "provider", FULL, shares)
    if stay:
        return _with_child(rule, stay, night, shares)
    if shut:
        return Night(night, "unavailable", "provider" if shut["by"] == "provider" else contract["host"], FULL, shares)
    if empty < rule["grace_nights"]:
        return Night(night, "empty", "provider", FULL, shares)
    let_go = rule["released_after"] is not None and empty >= rule["released_after"]
    by = rule["released_bearer" if let_go else "empty_bearer"]
    changed = _latest(place["nominations"], night)
    nominated = changed["authority"] if changed else place["nominated"]
    named = {"shares": "shared", "nominated": nominated, "host": None}[by]
    return Night(night, "empty", named or contract["host"], FULL, shares)


def _with_child(rule: Rows, stay: Rows, night: date, shares: Weights) -> Night:
    funder = _latest(stay["funders"], night)
    payer = funder["authority"] if funder else stay["authority"]
    for away in stay.get("absences", []):
        if _in(away, night):
            kept = next((one for one in rule["absences"] if one["kind"] == away["kind"]), None)
            late = kept is not None and night >= away["starts_on"] + timedelta(days=kept["full_nights"])
            return Night(night, "absent", payer, kept["then_basis_points"] if kept and late else FULL, shares)
    return Night(night, "occupied", payer, FULL, shares)


def _month(contract: Rows, nights: dict[str, list[Night]]) -> dict[str, int]:
    """What a month comes to: nights, the part for nights with a child, and what is short of each guaranteed share."""
    sums: Counter[str] = Counter()
    held: dict[int, list[tuple[Night, int, int]]] = defaultdict(list)
    for night in (one for some in nights.values() for one in some if one.bearer != "provider"):
        price, extra = (_latest(contract[name], night.on) for name in ("prices", "variable_prices"))
        sure = _latest(contract["guarantee"], night.on)
        assert price
        cost = {} if night.kind == "empty" and sure else _night_cost(price, night)
        sums.update(cost)
        if extra and night.kind in ("occupied", "absent"):
            sums.update(_night_cost(extra, night))
        if sure:
            held[sure["basis_points"]].append((night, price["weekly_pence"], sum(cost.values())))
    for points, some in held.items():
        sums.update(_shortfall(points, some))
    return dict(sums)


def _night_cost(price: Rows, night: Night) -> dict[str, int]:
    """The running total from the price's first night to the next, less that to this one."""
    rate = rounded(Fraction(price["weekly_pence"] * night.paid, FULL))
    count = (night.on - price["starts_on"]).days
    before, after = (rounded(Fraction(rate * (count + more), 7)) for more in (0, 1))
    if night.bearer != "shared":
        return {night.bearer: after - before}
    earlier, later = divided(before, night.shares), divided(after, night.shares)
    return {name: later[name] - earlier[name] for name in later}


def _shortfall(points: int, nights: list[tuple[Night, int, int]]) -> dict[str, int]:
    sure = sum((Fraction(weekly * points, 7 * FULL) for _, weekly, _ in nights), Fraction(0))
    short = max(0, rounded(sure) - sum(pence for _, _, pence in nights))
    unpaid: dict[str, Fraction] = defaultdict(Fraction)
    borne: dict[str, Fraction] = defaultdict(Fraction)
    for night, weekly, _ in nights:
        rest = Fraction(FULL if night.kind == "empty" else FULL - night.paid, FULL)
        weights = night.shares if night.bearer == "shared" else ((night.bearer, 1),)
        for name, weight in weights:
            part = Fraction(weekly * weight, 7 * sum(one for _, one in weights))
            unpaid[name] += part * rest
            borne[name] += part * (1 - rest)
    bearers = unpaid if any(unpaid.values()) else borne
    return divided(short, bearers.items()) if short else {}


def _gain(contract: Rows, until: date) -> dict[str, int]:
    """The provider's share in the saving of the twelve months that end on a day, if a year of the contract does."""
    opened = min((one["available_from"] for one in contract["places"] if one["available_from"]), default=None)
    share = contract.get("gain_share")
    if not share or opened is None or (until.day, until.month) != (1, opened.month) or until.year <= opened.year:
        return {}
    sums: Counter[str] = Counter()
    children = 0
    for first, before in months_between(max(opened, date(until.year - 1, until.month, 1)), until):
        nights = _nights(contract, first, before)
        sums.update(_month(contract, nights))
        children += sum(one.kind in ("occupied", "absent") for some in nights.values() for one in some)
    saving = Fraction(share["benchmark_weekly_pence"] * children, 7) - sum(sums.values())
    gain = max(0, rounded(saving * share["basis_points"] / FULL))
    gain = gain if share["most_pence"] is None else min(gain, share["most_pence"])
    payers = [(name, pence) for name, pence in sums.items() if pence > 0]
    return divided(gain, payers) if gain and payers else {}


def _lead(cost: Rows, first: date, before: date) -> dict[str, int]:
    """A day costs its part of the financial year it is in."""
    earlier, later = (
        divided(rounded(sum((_day(cost, day) for day in days_between(cost["starts_on"], until)), Fraction(0))), cost["shares"].items())
        for until in (first, before)
    )  # fmt: skip
    return {name: later[name] - earlier[name] for name in later}


def _day(cost: Rows, day: date) -> Fraction:
    april = day.year if day.month >= 4 else day.year - 1
    return Fraction(cost["yearly_pence"], (date(april + 1, 4, 1) - date(april, 4, 1)).days)


def _placement(row: Rows, first: date, before: date, account: Account) -> None:
    for stage in row["stages"]:
        for night in days_between(first, before):
            if _in(stage, night, ("arrived_on", "departed_on")):
                for element in stage["elements"]:
                    _element_night(row, stage, element, night, account)
    for item in row["one_offs"]:
        if first <= item["on"] < before:
            account.borne[row["ref"], _payer(row, item["on"])] += item["pence"]
            account.budgets["social care"] += item["pence"]


def _element_night(row: Rows, stage: Rows, element: Rows, night: date, account: Account) -> None:
    price = _latest(element["prices"], night)
    if price is None or (element.get("ends_before") and night >= element["ends_before"]):
        return
    count = (night - max(price["starts_on"], stage["arrived_on"])).days
    split = _latest(element["funding"], night)
    shares = split["shares"] if split else {"social care": FULL}
    before, after = (
        divided(rounded(Fraction(price["weekly_pence"] * (count + more), 7)), shares.items()) for more in (0, 1)
    )
    for budget in shares:
        account.budgets[budget] += after[budget] - before[budget]
        account.borne[row["ref"], _payer(row, night)] += after[budget] - before[budget]


def _payer(row: Rows, night: date) -> str:
    funder = _latest(row["funders"], night)
    payer: str = funder["authority"] if funder else row["authority"]
    return payer
