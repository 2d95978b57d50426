"""Whatever rules and facts: months worked out from the database come to what the same case comes to without a server.

Some facts are recorded only after September was closed, so its differences are posted in October.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nearhome.privacy.acting import acting
from nearhome.procurement.actions import set_block_price
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.calculations.cases import ALWAYS, Agreed, Block, Case
from nearhome.settlement.calculations.nights import (
    Absence,
    AbsenceRule,
    BlockContract,
    BlockPlace,
    Period,
    PriceSpan,
    Stay,
    VoidRule,
    price_spans,
)
from nearhome.settlement.calculations.rules.terms import Terms
from nearhome.settlement.calculations.settling import settle_case
from nearhome.settlement.calculations.shared_costs import LeadCost
from nearhome.settlement.models import Charge, NetPosition
from nearhome.settlement.queries import refs
from scenes_closing import closed
from scenes_rules import agreed, away, lead_cost, paid_by, shares
from scenes_settlement import IN_OCTOBER, OCTOBER, OPENED, SEPTEMBER, WEEKLY, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db
IN_NOVEMBER = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)
PERIOD = Period(SEPTEMBER, dt.date(2026, 11, 1))
DAY = dt.timedelta(days=1)
BEARERS = st.sampled_from(["nominated", "host", "shares"])
PARTY = st.integers(0, 2)
UNSAID = (("whoever", 1),)  # until there are parties to name


@dataclass(frozen=True)
class DrawnStay:
    """One stay: whose, from which day for how long (None: still there), who pays from a day, one absence."""

    place: int
    party: int
    first: int
    nights: int | None
    funder: tuple[int, int] | None
    away: tuple[str, int, int] | None
    is_late: bool

    @property
    def arrived_on(self) -> dt.date:
        return SEPTEMBER + DAY * self.first

    @property
    def departed_on(self) -> dt.date | None:
        return None if self.nights is None else self.arrived_on + DAY * self.nights


@dataclass(frozen=True)
class Drawn:
    """Everything about one example."""

    weights: tuple[int, int, int]
    rules: tuple[tuple[int, VoidRule], ...]
    guarantees: tuple[int | None, ...]  # of each version of the rules
    variable: int
    uplift: tuple[int, int] | None
    lead_pence: int
    rules_are_late: bool
    stays: tuple[DrawnStay, ...]


@st.composite
def stays(draw: st.DrawFn, place: int) -> list[DrawnStay]:
    found = []
    first = draw(st.integers(-40, 20))
    for number in range(draw(st.integers(0, 2))):
        nights = draw(st.none() | st.integers(1, 40)) if number else draw(st.integers(1, 40))
        length = nights or 60
        funder = draw(st.none() | st.tuples(st.integers(0, length - 1), PARTY))
        out = draw(st.none() | st.tuples(st.sampled_from(["missing", "hospital"]), st.integers(0, length - 1)))
        absence = None if out is None else (*out, draw(st.integers(1, length - out[1])))
        found.append(DrawnStay(place, draw(PARTY), first, nights, funder, absence, draw(st.booleans())))
        first += length + draw(st.integers(0, 9))
    return found


@st.composite
def examples(draw: st.DrawFn) -> Drawn:
    def rule() -> VoidRule:
        grace, kinds = draw(st.integers(0, 9)), draw(st.sets(st.sampled_from(["missing", "hospital"])))
        retainers = st.sampled_from([0, 3_333, 5_000, 10_000])
        absences = tuple(AbsenceRule(kind, draw(st.integers(0, 9)), draw(retainers)) for kind in sorted(kinds))
        let_go = draw(st.none() | st.just(grace + 11))
        return VoidRule(draw(BEARERS), UNSAID, grace, let_go, draw(BEARERS), absences)

    weights = draw(st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9)))
    first = rule()
    later = [(draw(st.integers(1, 59)), rule())] if draw(st.booleans()) else []
    share = draw(st.none() | st.integers(1, 10_000))
    return Drawn(
        weights, ((0, first), *later), (share, draw(st.just(share) | st.none() | st.integers(1, 10_000))), draw(st.integers(0, 99_999)),
        draw(st.none() | st.tuples(st.integers(1, 59), st.integers(1, 999_999))), draw(st.integers(0, 9_999_999)),
        draw(st.booleans()), tuple(one for place in range(3) for one in draw(stays(place))),
    )  # fmt: skip


class Told:
    """The example told twice: to the service, and as a case."""

    def __init__(self, scene: BlockScene, drawn: Drawn) -> None:
        self.scene, self.drawn = scene, drawn
        self.parties = (scene.cast.kent, scene.cast.west_sussex, scene.cast.portsmouth)
        self.refs: dict[DrawnStay, str] = {}

    def rule(self, rule: VoidRule) -> VoidRule:
        return replace(rule, shares=shares(self.scene, *self.drawn.weights))

    def tell_rules(self) -> None:
        for number, (first, rule) in enumerate(self.drawn.rules):
            starts_on, sure = self.begins(number, first), self.drawn.guarantees[number]
            agreed(self.scene, Terms(starts_on, self.rule(rule), sure, self.drawn.variable))

    def begins(self, number: int, first: int) -> dt.date:
        return SEPTEMBER + DAY * first if number else OPENED

    def guarantee(self) -> tuple[PriceSpan, ...]:
        days = [self.begins(number, first) for number, (first, _) in enumerate(self.drawn.rules)]
        told = zip(days, [*days[1:], None], self.drawn.guarantees, strict=False)
        return tuple(PriceSpan(first, before, sure) for first, before, sure in told if sure)

    def tell_stay(self, one: DrawnStay) -> None:
        party, scene = self.parties[one.party], self.scene
        ref = f"S-{len(self.refs)}"
        booking = live_in(scene.places[one.place], party, ref, one.arrived_on, one.departed_on, block=scene.contract)
        self.refs[one] = refs.booking(booking.pk)
        if one.funder and self.parties[one.funder[1]] != party:
            paid_by(scene, booking, self.parties[one.funder[1]], one.arrived_on + DAY * one.funder[0])
        if one.away:
            kind, after, nights = one.away
            starts_on = one.arrived_on + DAY * after
            away(scene, booking, kind, starts_on, starts_on + DAY * nights)

    def case(self) -> Case:
        scene, drawn = self.scene, self.drawn
        host, provider = refs.organisation(scene.cast.kent.pk), refs.organisation(scene.cast.meadow.pk)
        nominated = (host, host, refs.organisation(scene.cast.west_sussex.pk))
        places = tuple(
            BlockPlace(refs.place(place.pk), OPENED, None, name)
            for place, name in zip(scene.places, nominated, strict=True)
        )
        prices = [(OPENED, WEEKLY), *([(SEPTEMBER + DAY * drawn.uplift[0], drawn.uplift[1])] if drawn.uplift else [])]
        always = (PriceSpan(OPENED, None, drawn.variable),) if drawn.variable else ()
        contract = BlockContract(
            refs.block(scene.contract.pk), provider, host, places, price_spans(prices), variable_price=always,
            guarantee=self.guarantee(),
        )  # fmt: skip
        rules = tuple(
            Agreed(SEPTEMBER + DAY * first if number else OPENED, self.rule(rule))
            for number, (first, rule) in enumerate(drawn.rules)
        )
        block = Block(contract, rules, tuple((self.stay(one), ALWAYS) for one in drawn.stays))
        cost = LeadCost("lead", host, drawn.lead_pence, SEPTEMBER, None, shares(scene, *drawn.weights))
        names = tuple(refs.organisation(one.pk) for one in self.parties)
        return Case("The same facts", PERIOD, (), names, (block,), (), (cost,))

    def stay(self, one: DrawnStay) -> Stay:
        own = refs.organisation(self.parties[one.party].pk)
        funders: tuple[tuple[dt.date, str], ...] = ()
        if one.funder:
            funders = ((one.arrived_on + DAY * one.funder[0], refs.organisation(self.parties[one.funder[1]].pk)),)
        absences: tuple[Absence, ...] = ()
        if one.away:
            kind, after, nights = one.away
            absences = (Absence(kind, one.arrived_on + DAY * after, one.arrived_on + DAY * (after + nights)),)
        place = refs.place(self.scene.places[one.place].pk)
        return Stay(self.refs[one], "", own, place, one.arrived_on, one.departed_on, funders, absences)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def undone(run: Callable[[], Any]) -> None:
    """Run, then leave the database as it was."""
    with transaction.atomic():
        run()
        transaction.set_rollback(True)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(drawn=examples())
def test_months_from_the_database_equal_the_pure_case(scene: BlockScene, drawn: Drawn) -> None:
    undone(lambda: _compare(Told(scene, drawn)))


def _compare(told: Told) -> None:
    scene, drawn = told.scene, told.drawn
    lead_cost(scene, drawn.lead_pence, dict(zip(told.parties, drawn.weights, strict=True)))
    if drawn.uplift:
        with acting(scene.cast.colin):
            set_block_price(
                contract=scene.contract, starts_on=SEPTEMBER + DAY * drawn.uplift[0],
                weekly_price_pence=drawn.uplift[1], by=scene.cast.colin, now=IN_OCTOBER,
            )  # fmt: skip
    if not drawn.rules_are_late:
        told.tell_rules()
    for one in drawn.stays:
        if not one.is_late:
            told.tell_stay(one)
    months = [_work_out(scene, SEPTEMBER, IN_OCTOBER)]
    _close(scene, months[0])
    if drawn.rules_are_late:
        told.tell_rules()
    for one in drawn.stays:
        if one.is_late:
            told.tell_stay(one)
    months.append(_work_out(scene, OCTOBER, IN_NOVEMBER))
    _hold_against_the_case(told, months)


def _hold_against_the_case(told: Told, months: list[Any]) -> None:
    settled = settle_case(told.case())
    due: Counter[tuple[str, str, str, str]] = Counter()
    for one in (line for month in settled.due for line in month.charges):
        due[one.payer, one.place_ref, one.stay_ref or "", one.element] += one.pence
    posted: Counter[tuple[str, str, str, str]] = Counter()
    net: Counter[str] = Counter()
    with acting(told.scene.cast.fiona):
        for row in Charge.objects.filter(month__in=months):
            place = refs.place(row.place_id) if row.place_id else ""
            stay = refs.booking(row.booking_id) if row.booking_id else ""
            posted[refs.organisation(row.payer_id), place, stay, row.element] += row.pence
        for position in NetPosition.objects.filter(month__in=months):
            net[refs.organisation(position.organisation_id)] += position.pence
    assert {key: pence for key, pence in posted.items() if pence} == {key: pence for key, pence in due.items() if pence}
    assert dict(net) == dict(settled.settlement.net_positions)


def _work_out(scene: BlockScene, starts_on: dt.date, now: dt.datetime) -> Any:
    with acting(scene.cast.fiona):
        return work_out_month(partnership=scene.partnership, starts_on=starts_on, by=scene.cast.fiona, now=now)


def _close(scene: BlockScene, month: Any) -> None:
    closed(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
