"""A month's close of the made-up south-east region, PostgreSQL included, in a process and a database of its own.

Claim: worked out, checked, approved and closed in under 30 s, with queries that follow the hosts, not the children.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

CLAIM_S = 30
DATABASE = "nearhome_bench_se"
AUTHORITIES = 19


def measure_closing() -> str:
    """The report of the other process: this one may be working on another region."""
    environment = {**os.environ, "NEARHOME_DATABASE": DATABASE, "NEARHOME_DEMO": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout[done.stdout.index("## ") :]


def main() -> None:
    """Make the region if it is not there, bring its months up to date, then close the next one."""
    from nearhome.cli.preparing import prepare
    from nearhome.cli.progress import bar, step, stop

    prepare()
    from nearhome.demo import building

    building.ensure_region(region="south-east", seed=2026, fresh=False, bar=bar, step=step, stop=stop)
    print(_closed_next())


@dataclass(frozen=True, slots=True)
class Took:
    """One step: by the clock, of the processor (ours and PostgreSQL's), and how many questions PostgreSQL was asked."""

    seconds: float
    ours: float
    postgres: float
    asked: int


class Queries:
    """Counts what PostgreSQL is asked, and measures steps."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, execute: Any, sql: Any, parameters: Any, many: Any, context: Any) -> Any:
        self.asked += 1
        return execute(sql, parameters, many, context)

    def step(self, act: Callable[[], Any]) -> tuple[Any, Took]:
        asked, began, ours, postgres = self.asked, time.perf_counter(), time.process_time(), _postgres_seconds()
        done = act()
        seconds, ours = time.perf_counter() - began, time.process_time() - ours
        return done, Took(seconds, ours, _postgres_seconds() - postgres, self.asked - asked)


def _postgres_seconds() -> float:
    """Processor time of the backend that answers this connection."""
    from django.db import connection

    connection.ensure_connection()
    times = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    return float(times.user + times.system)


def _closed_next() -> str:
    from django.db import connection

    from nearhome.partnership.models import Partnership
    from nearhome.people.models import Person
    from nearhome.placements.calculations.dates import add_months
    from nearhome.privacy.acting import acting
    from nearhome.settlement.actions import work_out_month
    from nearhome.settlement.models import Charge, Month

    partnership = Partnership.objects.select_related("finance_lead").get(finance_lead__name="Kent")
    fiona, frank = (Person.objects.get(email=f"{name}@kent.example") for name in ("fiona", "frank"))
    with acting(fiona):
        last = Month.objects.filter(partnership=partnership).order_by("-starts_on").first()
    assert last is not None
    if last.state != "closed":
        _agree_and_close(last, partnership, fiona, frank)
    first = add_months(last.starts_on, 1)
    now = _noon(add_months(first, 1))

    def work_out() -> Any:
        with acting(fiona):
            return work_out_month(partnership=partnership, starts_on=first, by=fiona, now=now)

    queries = Queries()
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(queries))
        month, working = queries.step(work_out)
        _, again = queries.step(work_out)
        _, closing = queries.step(lambda: _agree_and_close(month, partnership, fiona, frank))
    with acting(fiona):
        lines = Charge.objects.filter(month=month).count()
    return _report(lines, working, again, closing)


def _agree_and_close(month: Any, partnership: Any, fiona: Any, frank: Any) -> None:
    from nearhome.audit.record import Nearhome
    from nearhome.privacy.acting import acting, acting_for
    from nearhome.settlement.actions import approve_month, ask_to_close, check_month, close_month_by_hosts
    from nearhome.settlement.models import Statement

    now = _noon(month.starts_on).replace(year=month.starts_on.year + 1)
    with acting_for(partnership.finance_lead_id):
        Statement.objects.filter(month=month, disputed_at__isnull=False).update(disputed_at=None, dispute="")
        month.refresh_from_db()
    for action, person in ((check_month, fiona), (approve_month, frank), (ask_to_close, frank)):
        with acting(person):
            month = action(month=month, by=person, now=now)
    lead = partnership.finance_lead
    month = close_month_by_hosts(month=month, by=Nearhome(lead.pk, lead.name), now=now)
    assert month.state == "closed"


def _noon(day: Any) -> datetime:
    from nearhome.design.wording import LONDON

    return datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)


def _report(lines: int, *steps: Took) -> str:
    words = ("worked out", "worked out again, nothing to post", "checked, approved and closed host by host")
    rows = "\n".join(
        f"| {word} | {one.seconds:.1f} | {one.ours:.1f} | {one.postgres:.1f} | {one.asked:,} |"
        for word, one in zip(words, steps, strict=True)
    )
    working, _, closing = steps
    total = working.seconds + closing.seconds
    alone = sum(one.ours + one.postgres for one in (working, closing))
    return (
        f"## A month's close of the south-east region, PostgreSQL included\n\nThe made-up region of {AUTHORITIES} authorities;"
        f" {lines:,} lines in the month. The machine's load was {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n\n"
        f"| Step | seconds by the clock | of the processor, Nearhome | of the processor, PostgreSQL | queries |\n"
        f"|---|---|---|---|---|\n{rows}\n\n"
        f"Claim: worked out and closed in under {CLAIM_S} s by the clock: {total:.1f} s, {'met' if total < CLAIM_S else 'not met'}"
        f" ({alone:.1f} s of processor time).\n"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
