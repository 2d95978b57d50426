"""A month is checked, approved by somebody else and closed by a real worker; its progress is read without JavaScript."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nearhome.privacy.acting import acting
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.actions.closing_hosts import close_next_host
from nearhome.settlement.models import Month
from scenes_closing import nearhome_for
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.xdist_group("browser")
SHOTS = os.environ.get("NEARHOME_SHOTS")


def test_a_month_is_checked_approved_and_closed_step_by_step(visit: Any, committed_database: str) -> None:
    scene = make_block_scene()
    month = worked_out(scene)
    address = f"/settlement/{month.key}/"
    fiona = visit(scene.cast.fiona)
    fiona.follows("Check the month")
    fiona.presses("Mark as checked")
    fiona.sees("You checked this month. An approver or another finance officer approves it.")
    april = visit(scene.cast.april, width=390)
    april.follows("Approve the month that a colleague checked")
    april.sees("−£9,765.00")
    shows(april, "month-to-approve-390")
    april.presses("Approve the month")
    april.sees("September 2026 has been approved.")
    frank = visit(scene.cast.frank, scripts=False)
    frank.follows("Close the month that was approved")
    frank.presses("Close the month")
    frank.sees("0 of 3 parts are done.")
    close_next_host(month=month, by=nearhome_for(scene.partnership), now=IN_OCTOBER)  # as far as a worker killed there
    frank.follows("Look again")
    frank.sees("1 of 3 parts are done.")
    fiona.goes_to(address)
    shows(fiona, "month-being-closed-1280")
    shows_narrow(april, address, "month-being-closed-390")
    april.sees("1 of 3 parts are done.")
    with a_worker(committed_database):
        until_closed(frank)
    frank.sees("September 2026 was closed.")
    fiona.goes_to(address)
    fiona.sees("The month is closed and never changes.")
    shows(fiona, "month-closed-1280")
    felix = visit(scene.cast.felix)
    felix.goes_to(address)
    assert "Kent" not in felix.page.get_by_role("table", name="The close, host by host").inner_text()


def worked_out(scene: BlockScene) -> Month:
    for ref, first in (("P-1", 9), ("P-2", 25)):
        day = SEPTEMBER.replace(day=first)
        left = day.replace(day=first + 1) if ref == "P-2" else SEPTEMBER.replace(day=23)
        live_in(scene.places[1], scene.cast.portsmouth, ref, day, left, block=scene.contract)
    with acting(scene.cast.fiona):
        return work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=scene.cast.fiona, now=IN_OCTOBER)


@contextmanager
def a_worker(database: str) -> Iterator[None]:
    """The real one, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "nearhome.cli", "worker"],
        env={**os.environ, "NEARHOME_DATABASE": database, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        process.kill()
        process.wait()


def until_closed(visitor: Any) -> None:
    """A person presses the link again and again, for a minute at most."""
    for _ in range(60):
        link = visitor.page.get_by_role("link", name="Look again")
        if not link.count():
            return
        link.click()
        visitor.page.wait_for_timeout(1000)
    raise AssertionError(visitor.text())


def shows(visitor: Any, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def shows_narrow(visitor: Any, address: str, name: str) -> None:
    visitor.goes_to(address)
    shows(visitor, name)
