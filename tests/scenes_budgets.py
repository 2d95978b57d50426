"""Kent's and Portsmouth's service lines over the block that Kent hosts, with September posted."""

import datetime as dt
from decimal import Decimal
from typing import Any

from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.actions.budgeting import HeldAgainst, add_service_line, set_benchmark, set_budget
from nearhome.settlement.models import Budget, Month, ServiceLine, SpotBenchmark
from nearhome.settlement.queries.service_lines import Mapped, NewBudget, Part
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene

APRIL = dt.date(2026, 4, 1)
TODAY = IN_OCTOBER.date()


def make_line(by: Person, name: str, **mapped: Any) -> ServiceLine:
    """A line of the person's authority from April on."""
    with acting(by):
        return add_service_line(name=name, mapped=Mapped(APRIL, **mapped), by=by, now=IN_OCTOBER)


def make_budget(by: Person, line: ServiceLine, *parts: Part, version: int = 0, **given: Any) -> Budget:
    """The line's budget for 2026 to 2027."""
    wanted = NewBudget(parts, **{"phasing": "days", "reason": "Made-up budget", **given})
    with acting(by):
        return set_budget(line=line, year=2026, budget=wanted, version=version, by=by, now=IN_OCTOBER)


def post_september(scene: BlockScene) -> Month:
    """September is worked out by the finance lead."""
    fiona = scene.cast.fiona
    with acting(fiona):
        return work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=fiona, now=IN_OCTOBER)


def hold_against(scene: BlockScene, by: Person, pence: int, source: str = "Made-up average") -> SpotBenchmark:
    """What the block is held against since April."""
    held = HeldAgainst(APRIL, pence, source)
    with acting(by):
        return set_benchmark(contract=scene.contract, held=held, by=by, now=IN_OCTOBER)


def weeks(kind: str, count: str, pence: int) -> Part:
    return Part(kind, Decimal(count), pence)
