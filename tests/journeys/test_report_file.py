"""The report as a file of its own, opened in a real browser without any server."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from nearhome.sufficiency.calculations.publishing.publishing import published
from nearhome.sufficiency.exporters.web_page import web_page
from scenes_report import made_up_report

AXE = Path(__file__).resolve().parents[2] / ".nearhome" / "axe" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "need.html"
    path.write_text(web_page(made_up_report()), encoding="utf-8")
    return path


def opened(browser: Browser, path: Path, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("width", [1200, 390])
def test_nothing_in_the_report_stands_in_anybodys_way(browser: Browser, report: Path, width: int) -> None:
    page = opened(browser, report, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert not [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
    page.close()


def test_every_figure_leads_to_its_definition_and_every_picture_has_words_and_a_table(
    browser: Browser, report: Path
) -> None:
    page = opened(browser, report, 1200)
    shown = page.locator("dl.indicators > div")
    defined = {shown.nth(at).locator("dt").inner_text() for at in range(shown.count())}
    assert defined == {one.title for one in made_up_report().indicators()}
    assert all(text.strip() for text in shown.locator(".definition").all_inner_texts())
    missing = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1))).length"
    )
    assert missing == 0
    assert page.evaluate("[...document.querySelectorAll('figure [role=img]')].every(one => one.ariaLabel)")
    assert page.locator("figure").count() > 10
    page.close()


def test_what_matters_first_stands_first_and_the_rest_is_folded_away(browser: Browser, report: Path) -> None:
    page = opened(browser, report, 1200)
    assert page.locator("h2").first.inner_text() == "In short"
    assert "children are looked after" in page.locator(".short li").first.inner_text()
    alike = page.locator("summary", has_text="Show these").first
    by_age = page.locator("#stock-stock_by_age_band")
    assert not by_age.is_visible()
    alike.click()
    assert by_age.is_visible()
    page.close()


def test_a_long_table_shows_its_first_hundred_rows_and_points_to_the_workbook(browser: Browser, report: Path) -> None:
    page = opened(browser, report, 1200)
    folded = page.locator("details", has_text="Test Child 0000").last
    folded.locator("summary").click()
    assert folded.locator("tbody tr").count() == 100
    assert "The first 100 of 250 rows. The workbook has all of them." in folded.inner_text()
    page.close()


def test_words_that_look_like_code_stay_words_and_the_file_needs_nothing_beside_it(
    browser: Browser, report: Path
) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert page.locator("script, link, td b").count() == 0
    page.close()


def test_the_report_to_publish_names_no_child() -> None:
    told = web_page(published(made_up_report()))
    assert "TC0" not in told
    assert "Test Child 0" not in told
    assert "Small numbers are hidden" in told
