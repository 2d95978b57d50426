"""Made-up cases to settle, drawn at random, and the slow account of them: night by night, with a running total in pence."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from nearhome.settlement.calculations.cases import Agreed, Block, Case, Known
from nearhome.settlement.calculations.nights import (
    Absence,
    AbsenceRule,
    BlockContract,
    BlockPlace,
    Period,
    PriceSpan,
    Stay,
    Unavailable,
    VoidRule,
    price_spans,
)
from nearhome.settlement.calculations.shared_costs import LeadCost

AUTHORITIES = ("KEN", "WSX", "POR", "MED")
ORIGIN = date(2027, 12, 1)  # the leap day of 2028 lies inside
DAY = timedelta(days=1)
FULL = 10_000
Named = st.sampled_from(AUTHORITIES)


def days(low: int, high: int) -> st.SearchStrategy[date]:
    """A day so many days after the origin."""
    return st.integers(low, high).map(lambda number: ORIGIN + DAY * number)


@st.composite
def stays_in(draw: st.DrawFn, place: str) -> list[tuple[Stay, Known]]:
    """Up to three stays, one after the other, some with another payer from a day and an absence."""
    cuts = sorted(draw(st.lists(st.integers(0, 130), max_size=6, unique=True)))
    found = []
    for number, (first, last) in enumerate(zip(cuts[::2], [*cuts[1::2], None], strict=False)):
        ends = None if last is None else ORIGIN + DAY * last
        away = draw(st.none() | st.integers(0, 20))
        length = ((ends or ORIGIN + DAY * 150) - (ORIGIN + DAY * first)).days
        absences = ()
        if away is not None and away < length:
            start = ORIGIN + DAY * (first + away)
            absences = (Absence("hospital", start, start + DAY * draw(st.integers(1, length - away))),)
        funders = tuple(draw(st.dictionaries(days(0, 130), Named, max_size=1)).items())
        ref = f"{place}-{number}"
        found.append((Stay(ref, f"C{ref}", draw(Named), place, ORIGIN + DAY * first, ends, funders, absences), Known()))
    return found


@st.composite
def rules(draw: st.DrawFn) -> VoidRule:
    """Any terms about empty beds and absences."""
    weights = tuple((name, draw(st.integers(1, 9))) for name in AUTHORITIES)
    bearer, grace = st.sampled_from(["nominated", "host", "shares"]), draw(st.integers(0, 9))
    let_go = draw(st.none() | st.integers(grace, grace + 20))
    absences = (AbsenceRule("hospital", draw(st.integers(0, 5)), draw(st.integers(0, FULL))),)
    return VoidRule(draw(bearer), weights, grace, let_go, draw(bearer), absences if draw(st.booleans()) else ())


@st.composite
def blocks(draw: st.DrawFn, number: int) -> Block:
    """A block of one to three places; some with a part paid for nights with a child, some with a guarantee."""
    refs = [f"B{number}P{place}" for place in range(draw(st.integers(1, 3)))]
    places = tuple(BlockPlace(ref, draw(st.none() | days(0, 60)), None, draw(st.none() | Named)) for ref in refs)
    changes = {
        ORIGIN - DAY * 30: draw(st.integers(10_000, 900_000)),
        draw(days(1, 120)): draw(st.integers(10_000, 900_000)),
    }
    variable = (PriceSpan(draw(days(0, 60)), None, draw(st.integers(1, 90_000))),) if draw(st.booleans()) else ()
    guarantee = (PriceSpan(ORIGIN - DAY * 30, None, draw(st.integers(0, FULL))),) if draw(st.booleans()) else ()
    contract = BlockContract(
        f"B{number}", f"Madeup Care {number}", draw(Named), places, price_spans(changes.items()),
        variable_price=variable, guarantee=guarantee,
    )  # fmt: skip
    agreed = [Agreed(ORIGIN, draw(rules()))]
    if draw(st.booleans()):
        agreed.append(Agreed(draw(days(1, 120)), draw(rules())))
    closed = [
        (Unavailable(draw(st.sampled_from(refs)), first, first + DAY * draw(st.integers(1, 30)), "provider"), Known())
        for first in draw(st.lists(days(0, 120), max_size=2))
    ]
    stays = [one for ref in refs for one in draw(stays_in(ref))]
    return Block(contract, tuple(agreed), tuple(stays), tuple(closed))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """One or two blocks over up to five months, and perhaps the lead's costs."""
    period = Period(ORIGIN, ORIGIN + DAY * draw(st.integers(20, 140)))
    lead = LeadCost("LEAD", "WSX", draw(st.integers(0, 10**7)), ORIGIN, None, (("KEN", 2), ("WSX", 1), ("MED", 1)))
    found = tuple(draw(blocks(number)) for number in range(draw(st.integers(1, 2))))
    names = tuple((name, name.title()) for name in AUTHORITIES)
    return Case("Made up", period, names, AUTHORITIES, found, lead_costs=(lead,) if draw(st.booleans()) else ())


def nightly_account(case: Case) -> dict[tuple[str, str], int]:
    """Pence by contract and payer, counted one night at a time; what guarantees and shared costs add is left out."""
    sums: Counter[tuple[str, str]] = Counter()
    for block in case.blocks:
        for place in block.contract.places:
            _account_of_place(block, place, case.period, sums)
    return {key: pence for key, pence in sums.items() if pence}


def _account_of_place(block: Block, place: BlockPlace, period: Period, sums: Counter[tuple[str, str]]) -> None:
    """Each set of rules counts empty nights from the day the place opened."""
    night = period.starts_on
    while night < period.ends_before:
        rule = max((one for one in block.agreed if one.starts_on <= night), key=lambda one: one.starts_on).rule
        kind, bearer, paid = _judge(block, place, rule, night, _empty_before(block, place, night))
        for price, counts in _prices(block.contract, kind, bearer, night):
            rate = int(Fraction(price.pence * paid, FULL) + Fraction(1, 2))
            before, after = (_rounded(rate, (night - price.starts_on).days + more) for more in (0, 1))
            if counts:
                _add(sums, block.contract.ref, bearer, (before, after), rule)
        night += DAY


def _prices(contract: BlockContract, kind: str, bearer: str, night: date) -> list[tuple[PriceSpan, bool]]:
    if bearer == "provider":
        return []
    found = []
    if not (kind == "empty" and contract.guarantee):
        found += [(one, True) for one in contract.weekly_price if _on(one, night)]
    if kind in ("occupied", "absent"):
        found += [(one, True) for one in contract.variable_price if _on(one, night)]
    return found


def _on(price: PriceSpan, night: date) -> bool:
    return price.starts_on <= night and (price.ends_before is None or night < price.ends_before)


def _rounded(weekly: int, nights: int) -> int:
    return int(Fraction(weekly * nights, 7) + Fraction(1, 2))


def _add(sums: Counter[tuple[str, str]], ref: str, bearer: str, totals: tuple[int, int], rule: VoidRule) -> None:
    if bearer != "shared":
        sums[ref, bearer] += totals[1] - totals[0]
        return
    before, after = (_shared(total, rule.shares) for total in totals)
    for name, _ in rule.shares:
        sums[ref, name] += after[name] - before[name]


def _shared(pence: int, weights: tuple[tuple[str, int], ...]) -> dict[str, int]:
    """The largest remainder, the slow way: hand out one penny at a time to whoever is furthest below their quota."""
    total = sum(weight for _, weight in weights)
    quotas = {name: Fraction(pence * weight, total) for name, weight in weights}
    parts = {name: int(quota) for name, quota in quotas.items()}
    order = sorted(weights, key=lambda one: -(quotas[one[0]] - parts[one[0]]))
    for name, _ in order[: pence - sum(parts.values())]:
        parts[name] += 1
    return parts


def _empty_before(block: Block, place: BlockPlace, night: date) -> int:
    """Empty nights in a row just before, closed ones not counted, back to a child or the opening."""
    count, day = 0, night - DAY
    while place.available_from is not None and day >= place.available_from:
        if _child(block, place, day):
            return count
        count += not _closed(block, place, day)
        day -= DAY
    return count


def _child(block: Block, place: BlockPlace, night: date) -> Stay | None:
    for stay, _ in block.stays:
        if stay.place_ref == place.place_ref and stay.arrived_on <= night < (stay.departed_on or date.max):
            return stay
    return None


def _closed(block: Block, place: BlockPlace, night: date) -> bool:
    return any(
        one.place_ref == place.place_ref and one.starts_on <= night < (one.ends_before or date.max)
        for one, _ in block.closed
    )


def _judge(block: Block, place: BlockPlace, rule: VoidRule, night: date, empty: int) -> tuple[str, str, int]:
    if place.available_from is None or night < place.available_from:
        return "not_yet_payable", "provider", FULL
    stay = _child(block, place, night)
    if stay:
        payer = next((name for day, name in stay.funders if day <= night), stay.authority)
        for away in stay.absences:
            if away.starts_on <= night < (away.ends_before or date.max):
                kept = rule.absences and night >= away.starts_on + DAY * rule.absences[0].full_nights
                return "absent", payer, rule.absences[0].then_basis_points if kept else FULL
        return "occupied", payer, FULL
    if _closed(block, place, night):
        return "unavailable", "provider", FULL
    if empty < rule.grace_nights:
        return "empty", "provider", FULL
    let_go = rule.released_after is not None and empty >= rule.released_after
    by = rule.released_bearer if let_go else rule.empty_bearer
    named = place.nominated_authority if by == "nominated" else None
    return "empty", "shared" if by == "shares" else named or block.contract.host_authority, FULL
