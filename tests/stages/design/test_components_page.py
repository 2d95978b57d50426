"""The components page in a real browser: nothing for the checker to find, nothing asked of anybody else."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from playwright.sync_api import Browser, Page

from nearhome.website.headers import POLICY

ROOT = Path(__file__).resolve().parents[3]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = (
    "async (rules) => (await axe.run(document, {runOnly: rules})).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
WRONG = {"starts_on-day": "31", "starts_on-month": "2", "starts_on-year": "2026", "weekly_fee": "a lot"}


@pytest.fixture
def site(components_page: Callable[..., HttpResponse], fetched_assets: Path) -> Iterator[str]:
    """The page and its error form on an address of this computer, under the site's own content policy."""
    pages = {"/": components_page(), "/wrong": components_page(WRONG), "/lost": lost_page()}
    folders = (fetched_assets / "static", ROOT / "src/nearhome/design/static")

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            files = [folder / path.removeprefix("/static/") for folder in folders]
            found = next((file for file in files if file.is_file()), None)
            body = pages[path].content if path in pages else found.read_bytes() if found else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", TYPES.get(Path(path).suffix, "text/html; charset=utf-8"))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Nothing is logged in tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def lost_page() -> HttpResponse:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/lost")
    request.user = AnonymousUser()
    return render(request, "404.html")


def opened_page(browser: Browser, address: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("response", lambda answer: troubles.append(answer.url) if answer.status >= 400 else None)
    page.on("request", lambda asked: troubles.append(asked.url) if "127.0.0.1" not in asked.url else None)
    page.goto(address, wait_until="load")
    return page, troubles


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("path", ["/", "/wrong", "/lost"])
def test_the_accessibility_checker_finds_nothing(
    browser: Browser, site: str, fetched_assets: Path, path: str, width: int
) -> None:
    page, troubles = opened_page(browser, site + path, width)
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": (fetched_assets / "axe/axe.min.js").read_text()})
    assert page.evaluate(CHECK, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert troubles == []
    page.close()


def test_a_link_in_the_error_summary_moves_to_the_field(browser: Browser, site: str) -> None:
    page, _ = opened_page(browser, f"{site}/wrong", 1280)
    assert page.title() == "Error: Components – Nearhome"
    page.get_by_role("link", name="First night must be a real date").click()
    assert page.evaluate("document.activeElement.id") == "id_starts_on"
    assert page.get_by_role("group", name="First night").get_by_label("Day").input_value() == "31"
    page.close()


def test_the_first_tab_stop_skips_to_the_content(browser: Browser, site: str) -> None:
    page, _ = opened_page(browser, site, 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.close()


def test_nothing_on_the_page_carries_its_own_style_or_script(components_page: Callable[..., HttpResponse]) -> None:
    html = components_page().content.decode()
    assert "style=" not in html
    assert "<style" not in html
    assert " onclick" not in html
    assert html.count("<script") == html.count('<script type="module" src="/static/design/nearhome')
