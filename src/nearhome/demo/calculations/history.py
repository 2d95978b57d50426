"""The children of the years before: those of the newest year followed back, and those who had left by then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nearhome.demo.calculations.chains import Story, reasons_for_moving, tell_story
from nearhome.demo.calculations.chance import Chance, dealt, one_of
from nearhome.demo.calculations.children import Child, draw_leavers
from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.figures import PORT_OF_ENTRY, AuthorityFigures, Figures, unaccompanied_flow
from nearhome.demo.calculations.lives import Life, life_of, started_on
from nearhome.demo.calculations.placing import Placer
from nearhome.demo.calculations.plans import Plan, make_plan
from nearhome.demo.calculations.shares import day_of
from nearhome.demo.calculations.tables import Row
from nearhome.demo.calculations.trend import Past, day_in, leavers, months_wanted
from nearhome.demo.calculations.volume import with_respite

LONG_ALONE_DAYS = 450  # mean time in care, before the year, of unaccompanied children who stay where they are sent
SHORTER = {"C1": 0.5, "V2": 0.7}  # time in care before the year, of children who left under these statuses
MOVES_OF_LEAVERS = {0: 75, 1: 18, 2: 7}
MORE_IN_HOMES = 0.15  # of those aged 11 to 17 who left
MOVES_AT_THE_PORT = {0: 82, 1: 18}


@dataclass(frozen=True, slots=True)
class Setup:
    """What all authorities share: the published figures, the trend, the market, the years to tell (newest first).

    `respite_every` is 0, or after how many days a foster child goes away once more, see `volume`.
    """

    figures: Figures
    trend: Sequence[Past]
    placer: Placer
    newest: Year
    earlier: Sequence[Year]
    rng: Chance
    respite_every: int = 0

    @property
    def since(self) -> int:
        """The first day of the oldest year."""
        return self.earlier[-1].first if self.earlier else self.newest.first


def lives_of(
    one: AuthorityFigures, stories: Sequence[Story], tables: Mapping[str, Sequence[Row]], setup: Setup
) -> list[Life]:
    """Every child of an authority in care at some time in the years: those of `stories` first, in their order.

    `tables` is the newest return, from which the day of a decision for adoption is taken.
    """
    decided = {row[0]: day_of(row[2]) for row in tables["placed_adoption"]}
    reasons = reasons_for_moving(setup.rng)
    lives = [
        life_of(story, decided.get(story.child.child_id), setup.since, setup.placer, reasons, setup.rng)
        for story in stories
    ]
    number = max((int(row[0][-5:]) for row in tables["header"]), default=0)
    for year in setup.earlier:
        for story in _gone_in(one, lives, year, number, setup, reasons):
            number += 1
            lives.append(_life_of_gone(story, setup, reasons))
    if setup.respite_every:
        return with_respite(lives, setup.since, setup.newest.last, setup.respite_every)
    return lives


def _gone_in(
    one: AuthorityFigures, lives: Sequence[Life], year: Year, number: int, setup: Setup, reasons: Iterator[str]
) -> Iterator[Story]:
    children: list[Child] = []
    flow = unaccompanied_flow(setup.figures)[one.dfe_code][0]
    before = setup.newest.year - year.year
    for unaccompanied in (False, True):
        of_all = flow if unaccompanied else one.started - flow
        stock = _starts_of_stock(lives, unaccompanied, year)
        arrived = [day for day in stock if day >= year.first]
        sizes = leavers(one, of_all, unaccompanied, before, setup.trend, (len(stock), len(arrived)))
        drawn = draw_leavers(one, sizes, unaccompanied, setup.figures, year, setup.rng)
        children += _in_their_time(one, drawn, months_wanted(arrived, year, sizes.passed), year, setup.rng)
    setup.rng.shuffle(children)
    port = one.dfe_code == PORT_OF_ENTRY
    for at, child in enumerate(children, start=number + 1):
        named = replace(child, child_id=f"M{one.dfe_code}{at:05d}")
        moves = one_of(MOVES_AT_THE_PORT if port and child.unaccompanied else MOVES_OF_LEAVERS, setup.rng)
        yield tell_story(named, _in_a_home(named, setup.rng), moves, setup.placer, year, reasons)


def _in_a_home(child: Child, rng: Chance) -> Plan | None:
    """A children's home for some more of those who left than an even draw gives: they stay there longest."""
    age = child.age(child.ended or child.started)
    if child.unaccompanied or not 11 <= age < 18 or child.legal in ("J1", "L1") or rng.random() > MORE_IN_HOMES:
        return None
    return make_plan("K2", "PR4", one_of({"in_near": 30, "out_near": 25, "out_far": 45}, rng))


def _starts_of_stock(lives: Sequence[Life], unaccompanied: bool, year: Year) -> list[int]:
    return [
        life.child.started
        for life in lives
        if life.child.unaccompanied == unaccompanied
        and life.child.started <= year.last
        and (life.child.ended is None or life.child.ended > year.last)
    ]


def _in_their_time(
    one: AuthorityFigures, children: Sequence[Child], wanted: Sequence[float], year: Year, rng: Chance
) -> list[Child]:
    """The children who came and went moved to the months that lack starts; the others with a fitting time before."""
    months = dealt(dict(enumerate(wanted)), rng)
    drawn = []
    for child in children:
        if child.started >= year.first:
            drawn.append(started_on(child, day_in(next(months), rng.random(), year), year.last))
        elif child.unaccompanied and one.dfe_code != PORT_OF_ENTRY:
            arrived = max(child.born + 12 * 366, year.first - 1 - int(rng.expovariate(1 / LONG_ALONE_DAYS)))
            drawn.append(replace(child, started=min(child.started, arrived)))
        else:
            days = int((year.first - child.started) * SHORTER.get(child.legal, 1.0))
            started = max(min(child.born, child.started), year.first - max(2, days))
            drawn.append(replace(child, started=started))
    return drawn


def _life_of_gone(story: Story, setup: Setup, reasons: Iterator[str]) -> Life:
    order = next((one.started for one in story.episodes if one.legal == "E1"), None)
    decided = max(story.child.started, order - setup.rng.randrange(20, 90)) if order else None
    return life_of(story, decided, setup.since, setup.placer, reasons, setup.rng)
