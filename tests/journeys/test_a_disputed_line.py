"""Portsmouth says that a line is wrong, Kent answers, and the month is settled without what was in dispute."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest

from scenes_disputes import WHY, work_out
from scenes_settlement import live_in, make_block_scene

pytestmark = pytest.mark.xdist_group("browser")
SHOTS = os.environ.get("NEARHOME_SHOTS")


def shows(visitor: Any, name: str) -> None:
    """A picture of the page, wide and narrow, for whoever wants to look."""
    if SHOTS:
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.screenshot(path=Path(SHOTS) / f"dispute-{name}-{width}.png", full_page=True)


def test_a_line_is_disputed_answered_and_settled(visit: Any) -> None:
    scene = make_block_scene()
    left = dt.date(2026, 9, 25)
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), left, block=scene.contract)
    work_out(scene)
    felix, fiona = visit(scene.cast.felix), visit(scene.cast.fiona)
    disputes_the_line(felix)
    kent_offers_a_part(fiona)
    portsmouth_accepts(felix)
    the_month_is_settled(fiona)
    the_provider_files_it(visit(scene.cast.mona))


def disputes_the_line(felix: Any) -> None:
    felix.goes_to("/")
    felix.follows("Check your statement")
    felix.page.get_by_role("link", name="Dispute the line P-1").click()
    felix.checks_page()
    shows(felix, "new")
    felix.presses("Dispute this line")
    felix.sees("Select an answer to “What is wrong with the line?”")
    felix.chooses("The nights are wrong")
    felix.fills("Why do you think so", WHY)
    felix.fills("How much of the line", "8,463.00")
    felix.presses("Dispute this line")
    felix.sees("The line is in dispute. Its money is held")
    felix.sees("Waiting for Kent")


def kent_offers_a_part(fiona: Any) -> None:
    fiona.goes_to("/")
    fiona.follows("Answer a disputed line")
    fiona.sees(WHY)
    shows(fiona, "to-answer")
    fiona.chooses("We credit some or all of it")
    fiona.presses("Send the answer")
    fiona.sees("Why")
    fiona.fills("How much do you credit", "6,510.00")
    fiona.fills("Why?", "You told us on the 15th: the nights from then on are ours.")
    fiona.presses("Send the answer")
    fiona.sees("Credit offered, waiting for Portsmouth")


def portsmouth_accepts(felix: Any) -> None:
    felix.goes_to("/")
    felix.follows("Reply to the answer on a line you dispute")
    felix.sees("Kent offers a credit of £6,510.00")
    shows(felix, "to-reply")
    felix.chooses("We accept the answer")
    felix.presses("Send the reply")
    felix.sees("Agreed after the answer")
    shows(felix, "ended")


def the_month_is_settled(fiona: Any) -> None:
    fiona.goes_to("/settlement/disputes/")
    fiona.sees("Disputes that have ended")
    shows(fiona, "list")
    fiona.goes_to("/settlement/")
    fiona.follows("September 2026")
    held = fiona.page.get_by_role("table", name="Net positions").get_by_role("row", name="Portsmouth").inner_text()
    assert "−£8,463.00" in held and "−£1,302.00" in held
    shows(fiona, "month-held")
    fiona.presses("Work out again")
    settled = fiona.page.get_by_role("table", name="Net positions").get_by_role("row", name="Portsmouth").inner_text()
    assert "−£3,255.00" in settled and "8,463" not in settled
    fiona.page.get_by_role("table", name="Net positions").get_by_role("link", name="Statement of Portsmouth").click()
    fiona.checks_page()
    shows(fiona, "statement")
    fiona.page.get_by_role("link", name="Kent statement between you").click()
    fiona.checks_page()
    fiona.sees("Credit from Kent")
    shows(fiona, "pair")


def the_provider_files_it(mona: Any) -> None:
    mona.goes_to("/settlement/payments/")
    mona.sees("When the month is closed")
    mona.follows("September 2026")
    mona.does_not_see("Credit from Kent")
    shows(mona, "remittance")
    with mona.page.expect_download() as download:
        mona.page.get_by_role("link", name="PDF document").click()
    assert download.value.suggested_filename == "remittance-advice-madeup-meadow-care-ltd-2026-09.pdf"
