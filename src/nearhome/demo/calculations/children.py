"""Draws made-up children so that each authority's stock, starts and ends come out as published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nearhome.demo.calculations import assumptions
from nearhome.demo.calculations.chance import Chance, apportion, one_of, pick, spread
from nearhome.demo.calculations.days import Year, age_on, birthday, born_for_age
from nearhome.demo.calculations.figures import PORT_OF_ENTRY, AuthorityFigures, Cohorts, Figures, cohorts
from nearhome.demo.calculations.trend import seasonal

DAYS_OF_CARE = 1100.0  # mean of the exponential from which past time in care is drawn


@dataclass(frozen=True, slots=True)
class Child:
    """A made-up child and the period of care that touches the year. Days are ordinals; `ended` None while in care."""

    child_id: str
    authority: str
    sex: str
    born: int
    ethnicity: str
    need: str
    unaccompanied: bool
    legal: str
    started: int
    ended: int | None
    ending: str

    def age(self, on: int) -> int:
        """Whole years on a day."""
        return age_on(self.born, on)


@dataclass(frozen=True, slots=True)
class _Span:
    born: int
    started: int
    ended: int | None = None
    ending: str = ""


def draw_children(
    one: AuthorityFigures, flow: tuple[int, int], figures: Figures, year: Year, rng: Chance
) -> list[Child]:
    """Every child in care at some time in the year, in random order, with ids M<code><five digits>."""
    children: list[Child] = []
    for unaccompanied in (False, True):
        sizes = cohorts(one, flow, unaccompanied)
        there = _stock_spans(one, sizes, unaccompanied, figures, year, rng)
        gone = _ended_spans(one, sizes, unaccompanied, year, rng)
        children += _dress(one, there, unaccompanied, "stock", figures, rng)
        children += _dress(one, gone, unaccompanied, "starts", figures, rng)
    children = _with_stock_legal(children, figures, year, rng)
    rng.shuffle(children)
    return [replace(child, child_id=f"M{one.dfe_code}{at:05d}") for at, child in enumerate(children, start=1)]


def draw_leavers(
    one: AuthorityFigures, sizes: Cohorts, unaccompanied: bool, figures: Figures, year: Year, rng: Chance
) -> list[Child]:
    """The children whose care ended in the year, `sizes.left` and `sizes.passed` of them; without ids as yet."""
    gone = _ended_spans(one, sizes, unaccompanied, year, rng)
    return _dress(one, gone, unaccompanied, "starts", figures, rng)


def shares_for(figures: Figures, population: str, measure: str, unaccompanied: bool) -> dict[str, float]:
    """The shares to draw from: ours for the unaccompanied, the published less ours for everyone else."""
    ours = assumptions.UNACCOMPANIED.get((population, measure), {})
    if unaccompanied:
        return dict(ours)
    number = figures.shares[population, "unaccompanied"]["yes"]
    published = figures.shares[population, measure]
    return {group: max(0.0, count - number * ours.get(group, 0.0)) for group, count in published.items()}


def _stock_spans(
    one: AuthorityFigures, sizes: Cohorts, unaccompanied: bool, figures: Figures, year: Year, rng: Chance
) -> list[_Span]:
    groups = spread(sizes.stayed + sizes.arrived, shares_for(figures, "stock", "age", unaccompanied), rng)
    weights = [assumptions.ARRIVED_BY_AGE[group] for group in groups]
    new = set(pick(range(len(groups)), weights, sizes.arrived, rng))
    port = one.dfe_code == PORT_OF_ENTRY
    spans = []
    for at, group in enumerate(groups):
        born = _born(group, year, rng)
        if at in new:
            started = _recent_start(born, year, unaccompanied and port, rng)
        else:
            started = _old_start(born, year, unaccompanied, rng)
        spans.append(_Span(born, started))
    return spans


def _born(group: str, year: Year, rng: Chance) -> int:
    days = born_for_age(year.last, *assumptions.AGE_GROUPS[group])
    at = rng.randrange(0, len(days))
    if group == "10-15":  # more teenagers than ten-year-olds
        at = min(at, rng.randrange(0, len(days)))
    return _no_leap_day(min(days[at], year.last - 5))


def _no_leap_day(day: int) -> int:
    """A day of birth that comes round every year."""
    on = date.fromordinal(day)
    return day - 1 if (on.month, on.day) == (2, 29) else day


def _recent_start(born: int, year: Year, port: bool, rng: Chance) -> int:
    if port and rng.random() < 0.85:
        return max(year.first, year.last - int(rng.expovariate(1 / 30)))
    if born >= year.first:
        return min(year.last - 1, born + int(rng.expovariate(1 / 20)))
    return seasonal(rng.randrange(year.first, year.last))


def _old_start(born: int, year: Year, unaccompanied: bool, rng: Chance) -> int:
    before = int(rng.expovariate(1 / (220 if unaccompanied else DAYS_OF_CARE))) + 1
    return (
        max(born + rng.randrange(0, 30), year.first - before) if born < year.first - 31 else min(born, year.first - 1)
    )


def _ended_spans(one: AuthorityFigures, sizes: Cohorts, unaccompanied: bool, year: Year, rng: Chance) -> list[_Span]:
    endings = spread(sizes.left + sizes.passed, _endings(one, unaccompanied), rng)
    port = unaccompanied and one.dfe_code == PORT_OF_ENTRY
    weights = [_came_and_went(ending, unaccompanied) for ending in endings]
    passed = set(pick(range(len(endings)), weights, sizes.passed, rng))
    mean = 28 if port else 75
    return [
        _passed_span(ending, mean, unaccompanied, year, rng)
        if at in passed
        else _left_span(ending, unaccompanied, year, rng)
        for at, ending in enumerate(endings)
    ]


def _endings(one: AuthorityFigures, unaccompanied: bool) -> Mapping[str, float]:
    if not unaccompanied:
        return assumptions.ENDINGS_EVERYONE_ELSE
    port = one.dfe_code == PORT_OF_ENTRY
    return assumptions.ENDINGS_PORT if port else assumptions.ENDINGS_UNACCOMPANIED


def _came_and_went(ending: str, unaccompanied: bool) -> float:
    if unaccompanied:
        return {"E3": 5.0, "E15": 4.0, "E8": 0.6}.get(ending, 0.25)
    return assumptions.ENDINGS[ending][2] + 1e-9


def _passed_span(ending: str, mean: float, unaccompanied: bool, year: Year, rng: Chance) -> _Span:
    started = min(seasonal(rng.randrange(year.first, year.last - 3)), year.last - 4)
    ended = min(year.last - 1, started + 2 + int(rng.expovariate(1 / mean)))
    born = _born_to_end(ending, ended, unaccompanied, started, rng)
    return _Span(born, max(started, born), ended, ending)


def _left_span(ending: str, unaccompanied: bool, year: Year, rng: Chance) -> _Span:
    ended = rng.randrange(year.first + 1, year.last)
    latest = year.first - 32
    if ending in ("E11", "E12"):  # long enough for care, order and placement
        latest = year.first - 330
    born = _born_to_end(ending, ended, unaccompanied, latest, rng)
    started = _old_start(born, year, unaccompanied, rng)
    return _Span(born, min(started, max(born, latest + 30)), ended, ending)


def _born_to_end(ending: str, ended: int, unaccompanied: bool, latest: int, rng: Chance) -> int:
    """A day of birth for someone whose care ends so on that day, not after `latest`."""
    youngest, before = assumptions.ENDINGS.get(ending, (16, 18, 0.0))[:2]
    if unaccompanied and ending in ("E3", "E8", "E15", "E16"):
        if ending == "E8" and rng.random() < 0.4:
            return birthday(ended, -18)
        youngest, before = (14, 16) if ending != "E8" and rng.random() < 0.21 else (16, 18)
    if youngest == 18:
        return birthday(ended, -18)
    days = born_for_age(ended, youngest, before)
    return _no_leap_day(min(rng.choice(days), latest))


def _dress(
    one: AuthorityFigures, spans: list[_Span], unaccompanied: bool, population: str, figures: Figures, rng: Chance
) -> list[Child]:
    """Gives each span a sex, an ethnicity, a need and (for those gone) a legal status."""
    total = len(spans)
    sexes = spread(total, shares_for(figures, "stock", "sex", unaccompanied), rng)
    groups = spread(total, shares_for(figures, "stock", "ethnic_group", unaccompanied), rng)
    needs = spread(total, shares_for(figures, population, "need", unaccompanied), rng)
    codes = assumptions.ETHNIC_CODES_UNACCOMPANIED if unaccompanied else assumptions.ETHNIC_CODES
    children = []
    for span, sex, group, need in zip(spans, sexes, groups, needs, strict=True):
        ethnicity = one_of(codes[group], rng)
        legal = _legal_at_end(span, unaccompanied, rng) if span.ended else ""
        when = (span.born, ethnicity, need, unaccompanied, legal, span.started, span.ended, span.ending)
        children.append(Child("", one.dfe_code, sex, *when))
    return children


def _legal_at_end(span: _Span, unaccompanied: bool, rng: Chance) -> str:
    if unaccompanied:
        return "V2"
    if span.ended and span.ended - span.started <= 3:
        return "L1"
    legal = one_of(assumptions.LEGAL_AT_END.get(span.ending, assumptions.LEGAL_AT_END_OTHERWISE), rng)
    if legal == "C2" and span.ended and span.ended - span.started < 200:  # too short a stay for a full order
        legal = "V2"
    too_young = legal == "J1" and span.ended is not None and age_on(span.born, span.started) < 12
    return "V2" if too_young else legal


def _with_stock_legal(children: list[Child], figures: Figures, year: Year, rng: Chance) -> list[Child]:
    """Legal status of those still in care, by count: the rarest and most bound to age first."""
    gone = [child for child in children if child.ended]
    for unaccompanied in (False, True):
        open_ones = [child for child in children if not child.ended and child.unaccompanied == unaccompanied]
        counts = apportion(len(open_ones), shares_for(figures, "stock", "legal", unaccompanied), rng)
        for status in ("youth justice", "placement order", "interim care order", "section 20"):
            code = assumptions.LEGAL_CODES[status]
            weights = [_legal_weight(code, child, year) for child in open_ones]
            chosen = pick(open_ones, weights, counts.get(status, 0), rng)
            ids = {id(child) for child in chosen}
            gone += [replace(child, legal=code) for child in chosen]
            open_ones = [child for child in open_ones if id(child) not in ids]
        gone += [replace(child, legal="C2") for child in open_ones]
    return gone


def _legal_weight(code: str, child: Child, year: Year) -> float:
    age, days = child.age(year.last), year.last - child.started
    if child.unaccompanied:
        return 1.0
    if code == "J1":
        return 1.0 if age >= 13 and child.age(child.started) >= 12 and days < 400 else 0.0
    if code == "E1":
        return (3.0 if age < 4 else 0.8) if age < 8 and days > 200 else 0.0
    if code == "C1":
        return (8.0 if days < 365 else 2.0 if days < 700 else 0.15) * (1.5 if age < 10 else 0.8)
    return (5.0 if days < 365 else 0.8) * (1.0 if age >= 10 else 0.45)
