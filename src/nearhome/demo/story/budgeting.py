"""Kent and Portsmouth budget for the year: service lines, phased budgets in versions, children counted on, a spot price."""

import datetime as dt
from decimal import Decimal

from nearhome.demo.contracts import BLOCK_BEGAN_ON, KENT_BLOCK
from nearhome.demo.story.players import KENT, PORTSMOUTH, Players
from nearhome.design.wording import LONDON
from nearhome.people.models import Person
from nearhome.placements.calculations.dates import add_months
from nearhome.privacy.acting import acting
from nearhome.procurement.models import BlockContract
from nearhome.settlement.actions.budgeting import HeldAgainst, add_service_line, set_benchmark, set_budget
from nearhome.settlement.actions.expecting import expect_placements
from nearhome.settlement.queries.budget_years import KindYear, LineYear, year_of_lines
from nearhome.settlement.queries.service_lines import Mapped, NewBudget, NewExpected, Part, lines_of, year_of

# (name, way of buying, kind of home): the most particular wins, and the last line takes the rest.
LINES = (
    ("Shared block beds", "block", ""),
    ("Children’s homes", "", "childrens_home"),
    ("Foster care", "", "foster"),
    ("Supported accommodation and the rest", "", ""),
)
COUNTED_ON = "Children’s homes"
# What was thought in February of the year's weeks and prices of a kind, of what they come to now, in per cent.
THOUGHT_OF = {"own": (102, 100), "framework": (99, 98), "spot": (94, 96), "block_empty": (70, 100)}
AGREED, RAISED = "Made up: agreed by the council in February.", "Made up: raised at the review of the half year."
AS_AGREED, AS_RAISED = 100, 103  # weeks, in per cent
SPOT_PENCE, SPOT_FROM = 502_600, "Made up: median of what homes asked for such a child this summer"
NIGHTS, MONTHS_A_YEAR = 7, 12


def budget_for_the_year(players: Players) -> None:
    """Both authorities' finance officers, and what Kent holds its block against since its third month."""
    for code in (KENT, PORTSMOUTH):
        _year(players, players.person(code, "fiona"))
    fiona = players.person(KENT, "fiona")
    _expect(players, fiona)
    held = HeldAgainst(add_months(BLOCK_BEGAN_ON, 2), SPOT_PENCE, SPOT_FROM)
    with acting(fiona):
        contract = BlockContract.objects.get(host=fiona.organisation, name=KENT_BLOCK)
        set_benchmark(contract=contract, held=held, by=fiona, now=players.morning(20))


def _year(players: Players, person: Person) -> None:
    """Every line with its budget; that of children's homes was raised once."""
    year = year_of(players.today)
    april, february = dt.date(year, 4, 1), dt.datetime(year, 2, 24, 10, tzinfo=LONDON)
    with acting(person):
        for name, route, kind in LINES:
            add_service_line(name=name, mapped=Mapped(april, None, route, kind), by=person, now=february)
        for one in year_of_lines(person, year, today=players.today).lines:
            _set(one, _budget(one, AS_AGREED, AGREED), 0, person, february)
            if one.name == COUNTED_ON:
                _set(one, _budget(one, AS_RAISED, RAISED), 1, person, players.morning(30))


def _set(one: LineYear, budget: NewBudget, version: int, person: Person, now: dt.datetime) -> None:
    if one.line and budget.parts:
        year = one.outlook.months[0].starts_on.year
        set_budget(line=one.line, year=year, budget=budget, version=version, by=person, now=now)


def _budget(one: LineYear, weeks: int, reason: str) -> NewBudget:
    """By days; of a block that began within the year, in equal parts for the months that cost something."""
    parts = tuple(_part(kind, weeks) for kind in one.kinds if kind.nights >= NIGHTS and kind.pence > 0)
    spent = [month.actual_pence or month.committed_pence or 0 for month in one.outlook.months]
    if all(spent):
        return NewBudget(parts, "days", reason)
    pence, since = sum(part.pence for part in parts), next((at for at, cost in enumerate(spent) if cost), 0)
    each, left = divmod(pence, MONTHS_A_YEAR - since)
    return NewBudget(parts, "typed", reason, (0,) * since + (each + left,) + (each,) * (MONTHS_A_YEAR - since - 1))


def _part(one: KindYear, weeks: int) -> Part:
    """A kind's year as it stands, in other weeks and at another price."""
    thought_weeks, thought_price = THOUGHT_OF.get(one.kind, (100, 100))
    counted = Decimal(one.nights * weeks * thought_weeks // (NIGHTS * 10_000))
    return Part(one.kind, counted, one.pence * NIGHTS * thought_price // (one.nights * 100))


def _expect(players: Players, fiona: Person) -> None:
    """Kent counts on four more children whom nobody has booked."""
    first = add_months(players.today.replace(day=1), 1)
    expected = NewExpected(
        "spot", 4, first, add_months(first, 3), SPOT_PENCE, "Made up: four searches that have no home yet."
    )
    with acting(fiona):
        line = next(one for one in lines_of(fiona) if one.name == COUNTED_ON)
        expect_placements(line=line, expected=expected, by=fiona, now=players.morning(10))
