"""A real browser against the real site on a real database. Every page a person reaches is checked by axe."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from cast import PASSWORD
from nearhome.people.models import Person

AXE = Path(__file__).resolve().parents[2] / ".nearhome" / "axe" / "axe.min.js"
PATIENCE_SECONDS = 10
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def site(committed_database: str) -> Iterator[str]:
    """The site's own application behind its own web server, on a port of its choosing."""
    import waitress

    from nearhome.website.wsgi import application

    server = waitress.create_server(application, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


@dataclass
class Visitor:
    """One person at their own browser."""

    page: Page
    context: BrowserContext
    site: str
    asked_elsewhere: list[str]
    scripts: bool = True

    def goes_to(self, path: str) -> None:
        self.page.goto(self.site + path)
        self.checks_page()

    def sees(self, text: str) -> None:
        """The words are on the page, or come within the time a person would wait."""
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in self.page.locator("body").inner_text():
            assert time.monotonic() < until, f"“{text}” is not on {self.page.url}:\n{self.text()}"
            self.page.wait_for_timeout(50)

    def does_not_see(self, text: str) -> None:
        assert text not in self.page.content(), f"“{text}” is on {self.page.url}"

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def follows(self, name: str, *, nth: int = 0) -> None:
        self.page.get_by_role("link", name=name).nth(nth).click()
        self.checks_page()

    def presses(self, name: str, *, nth: int = 0) -> None:
        self.page.get_by_role("button", name=name).nth(nth).click()
        self.checks_page()

    def fills(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=False).first.fill(value)

    def chooses(self, label: str, *, exact: bool = True) -> None:
        self.page.get_by_label(label, exact=exact).first.check()

    def fills_date(self, field: str, day: object) -> None:
        """Three boxes, as the design system draws them."""
        for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
            self.page.locator(f"[name='{field}-{part}']").fill(str(value))

    def checks_page(self) -> None:
        """axe finds nothing, and the page asked nobody else for anything."""
        self.page.wait_for_load_state("load")
        assert not self.asked_elsewhere, self.asked_elsewhere
        if not self.scripts:
            return
        if not self.page.evaluate("() => !!window.axe"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("rules => axe.run(document, rules)", RULES)
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
        assert not wrong, f"{self.page.url}: {wrong}"

    def signs_in(self, person: Person) -> "Visitor":
        self.goes_to("/sign-in/")
        self.page.locator("[name=login]").fill(person.email)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.presses("Sign in")
        return self


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[object]:
    """Open a browser of one's own: ``visit(person)``; ``scripts=False`` without JavaScript."""
    opened: list[BrowserContext] = []

    def open_for(person: Person | None = None, *, scripts: bool = True, width: int = 1280) -> Visitor:
        context = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            bypass_csp=True,
            accept_downloads=True,
        )
        opened.append(context)
        elsewhere: list[str] = []

        def watch(route: Route) -> None:
            if not route.request.url.startswith((site, "data:")):
                elsewhere.append(route.request.url)
            route.continue_()

        context.route("**/*", watch)
        page = context.new_page()
        page.set_default_timeout(10_000)
        visitor = Visitor(page, context, site, elsewhere, scripts)
        return visitor.signs_in(person) if person else visitor

    yield open_for
    for context in opened:
        context.close()
