"""The worker, or PostgreSQL itself, is killed at any moment: the ledger balances, and the close ends with the same figures.

NEARHOME_KILLS=20 kills so often in each test, at other moments each time; the moments are drawn from a seed and repeat.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from scenes_killed import Kingdom

KILLS = int(os.environ.get("NEARHOME_KILLS", "2"))
SEED = 20_261_001
WORK_OUT, CLOSE, GO_ON = "settlement.work_out_months", "settlement.close_month", "settlement.continue_closing"
IS_WORKED_OUT = "SELECT count(*) = 1 FROM settlement_month WHERE worked_out_at IS NOT NULL"
IS_CLOSED = "SELECT count(*) = 1 FROM settlement_month WHERE state = 'closed'"
AT_WORK = (
    "SELECT status IN ('doing', 'succeeded') FROM procrastinate_jobs WHERE task_name = '{}' ORDER BY id DESC LIMIT 1"
)

MOST_ATTEMPTS = 8

pytestmark = pytest.mark.xdist_group("killed")


@pytest.fixture(scope="module")
def kingdom() -> Iterator[Kingdom]:
    made = Kingdom()
    yield made
    made.end()


@pytest.fixture(scope="module")
def closed_in_peace(kingdom: Kingdom) -> tuple[dict[str, list], float]:
    """The figures of a close that nobody disturbed, and how many seconds it took."""
    return in_peace(kingdom, "asked", CLOSE, IS_CLOSED)


@pytest.fixture(scope="module")
def worked_out_in_peace(kingdom: Kingdom) -> tuple[dict[str, list], float]:
    """The figures of a month that was worked out undisturbed, and how many seconds it took."""
    return in_peace(kingdom, "before", WORK_OUT, IS_WORKED_OUT)


def in_peace(kingdom: Kingdom, of: str, task: str, done: str) -> tuple[dict[str, list], float]:
    database = kingdom.clone(of, f"peace_{of}")
    with kingdom.worker(database):
        began = kingdom.wait_until(database, AT_WORK.format(task))
        seconds = kingdom.wait_until(database, done) - began
    figures = kingdom.figures(database)
    kingdom.drop(database)
    return figures, seconds


def killed(
    kingdom: Kingdom,
    clone: tuple[str, str],
    tasks: tuple[str, str],
    done: str,
    seconds: float,
    kill: Callable[[], None],
) -> dict[str, list]:
    """Kill at a moment drawn within the time the work takes, again and again, then let it end; what it left.

    Work that was done before its first kill shows nothing: then the same is done anew, with kills that come sooner.
    """
    of, name = clone
    for attempt in range(MOST_ATTEMPTS):
        database = kingdom.clone(of, f"{name}_{attempt}")
        hits = killed_often(kingdom, database, tasks, done, 0.9 * seconds / 2**attempt, kill)
        figures = kingdom.figures(database)
        kingdom.drop(database)
        if hits:
            return figures
    raise AssertionError("No kill hit work that was not done, so nothing was shown.")


def killed_often(
    kingdom: Kingdom, database: str, tasks: tuple[str, str], done: str, longest: float, kill: Callable[[], None]
) -> int:
    """How many kills hit work that was not done; afterwards it is done."""
    drawn, task = random.Random(f"{SEED} {database}"), tasks[0]
    for hits in range(KILLS):
        with kingdom.worker(database):
            kingdom.wait_until(database, AT_WORK.format(task))
            time.sleep(drawn.uniform(0, longest))
            kill()
        assert kingdom.is_sound(database)
        if kingdom.query(database, done)[0][0]:
            return hits
        task = tasks[1]
        kingdom.queue_again(database, task)
    with kingdom.worker(database):
        kingdom.wait_until(database, done)
    return KILLS


def test_a_month_closed_in_peace_is_whole(closed_in_peace: tuple[dict[str, list], float]) -> None:
    figures, _ = closed_in_peace
    assert figures["month"][0][0] == "closed"
    assert len(figures["lines"]) == 34 and len(figures["parts"]) == 9
    assert sum(pence for _, pence in figures["net"]) == 0
    assert len(figures["problems"]) == 6, "a child without a price is listed for each of six authorities"


@pytest.mark.parametrize("number", range(2))
def test_a_worker_killed_while_closing_is_followed_by_one_that_ends_with_the_same_figures(
    kingdom: Kingdom, closed_in_peace: tuple[dict[str, list], float], number: int
) -> None:
    figures, seconds = closed_in_peace
    clone = "asked", f"closing_{number}"
    assert killed(kingdom, clone, (CLOSE, GO_ON), IS_CLOSED, seconds, kill=lambda: None) == figures


@pytest.mark.parametrize("what", ["worker", "postgres"])
def test_whatever_is_killed_while_working_out_everything_is_posted_once_in_the_end(
    kingdom: Kingdom, worked_out_in_peace: tuple[dict[str, list], float], what: str
) -> None:
    figures, seconds = worked_out_in_peace
    assert len(figures["lines"]) == 34
    clone, kill = ("before", f"working_out_{what}"), kingdom.kill_postgres if what == "postgres" else lambda: None
    assert killed(kingdom, clone, (WORK_OUT, WORK_OUT), IS_WORKED_OUT, seconds, kill=kill) == figures


def test_postgres_killed_while_closing_recovers_and_the_close_ends_with_the_same_figures(
    kingdom: Kingdom, closed_in_peace: tuple[dict[str, list], float]
) -> None:
    figures, seconds = closed_in_peace
    clone = "asked", "postgres_closing"
    assert killed(kingdom, clone, (CLOSE, GO_ON), IS_CLOSED, seconds, kill=kingdom.kill_postgres) == figures


def test_two_workers_at_once_close_a_month_once(
    kingdom: Kingdom, closed_in_peace: tuple[dict[str, list], float]
) -> None:
    database = kingdom.clone("asked", "two_workers")
    kingdom.queue_again(database, GO_ON)
    with ExitStack() as both:
        for _ in range(2):
            both.enter_context(kingdom.worker(database))
        kingdom.wait_until(database, IS_CLOSED)
        kingdom.wait_until(
            database,
            f"SELECT count(*) > 0 FROM procrastinate_jobs WHERE task_name = '{GO_ON}' AND status = 'succeeded'",
        )
    assert kingdom.figures(database) == closed_in_peace[0]
