"""The world of a story and the people in it: homes, a framework, a block, browsers, a clock, and every address seen."""

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import time_machine

from cast import NOW, PASSWORD, Cast, make_cast
from nearhome.market.models import Home
from nearhome.partnership.actions.agreements import accept_agreement
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import (
    add_block_place,
    admit_supplier,
    make_block_contract,
    make_framework,
    set_block_price,
    set_rate_line,
)
from scenes import judge, make_home, make_partnership

SHOTS = os.environ.get("NEARHOME_SHOTS")
OWN_WORDS = "I want to stay near my nan and go to the same school"
NAME, REF = "Test Child Blue Kite 0042", "BLUE-KITE-42"
NEAR_MAIDSTONE, NEAR_CANTERBURY, IN_ASHFORD = (577_000, 156_000), (614_000, 158_000), (601_300, 142_600)
RATE, BED = 480_000, 455_700
NOVEMBER = dt.date(2026, 11, 1)
KEYED = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}/")

# Every question page in the order in which the pages lead on: its heading, then (question, answer) of each choice.
RISKS_TO_CHILD = ("self-harm", "criminal exploitation", "drugs or alcohol", "an eating disorder", "sexual exploitation")
RISKS_TO_OTHERS = ("hurt other people", "sexually harm", "set fires", "hurt animals", "draw others into crime")
NEEDS = (
    ("Communication", [("help with communication, language", "No"), ("Which help with", "None of these")]),
    ("cultural or religious", [("cultural or religious", "No")]),
    ("where the child says it matters", []),
    ("Who can the child live with", [("Who can the child live with", "With other children")]),
    ("live with pets", [("live with pets", "Yes, pets are fine")]),
    ("support is needed as well", [("support is needed as well", "None")]),
    ("adapted for a disability", [("adapted for a disability", "No")]),
    ("deprivation of liberty", [("deprivation of liberty", "No")]),
    ("needs assessed", [("needs assessed", "BERRI")]),
)
RISKS = (
    (
        "Risks to the child",
        [("going missing", "There is a risk"), *((words, "No known risk") for words in RISKS_TO_CHILD)],
    ),
    ("Risks to others", [(words, "No known risk") for words in RISKS_TO_OTHERS]),
)
KINDS = (
    ("Would foster care suit", "Suitable, but not the first choice"),
    ("Would a children's home suit", "The best kind of home for this child"),
    ("Would supported accommodation suit", "Not suitable"),
)


@dataclass(frozen=True)
class World:
    """The cast with the homes of Meadow and Harbour, all in Kent."""

    cast: Cast
    meadow: Home  # on a framework
    block: Home  # two beds that Kent has bought, one for Kent, one for Portsmouth
    harbour: Home
    cottage: Home
    ashford: Home  # where the child must not be
    supported: Home  # not for a child under 16


def make_world() -> World:
    """The partnership and everything in it on an ordinary Friday afternoon."""
    cast = make_cast()
    agreement = make_partnership(cast).agreements.get()
    for approver in (cast.april, cast.ada):
        with acting(approver):
            accept_agreement(agreement=agreement, by=approver, now=NOW)
    skills = ["going_missing"]
    meadow = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001", point=NEAR_MAIDSTONE, skills=skills)
    block = make_home(cast.meadow, "Madeup Block House", urn="SC900002", places=2, point=NEAR_CANTERBURY, max_age=9)
    harbour = make_home(cast.harbour, "Madeup Harbour House", urn="SC900003", point=(576_500, 155_000), skills=skills)
    cottage = make_home(
        cast.harbour, "Madeup Harbour Cottage", urn="SC900004", point=(578_000, 155_500), skills=[*skills, "autism"],
        price_pence=462_000,
    )  # fmt: skip
    ashford = make_home(cast.harbour, "Madeup Ashford House", urn="SC900005", point=IN_ASHFORD, skills=skills)
    supported = make_home(cast.meadow, "Madeup Flats", urn="SC900006", kind="supported_accommodation")
    world = World(cast, meadow, block, harbour, cottage, ashford, supported)
    for home in (meadow, block, harbour, cottage, ashford):
        judge(home, cast.kent)
    _buy_framework(world)
    _buy_block(world)
    return world


def _buy_framework(world: World) -> None:
    cast = world.cast
    with acting(cast.colin):
        framework = make_framework(
            name="Made-up children's homes framework", kind="childrens_home", starts_on=dt.date(2026, 1, 1),
            parties=[cast.kent, cast.portsmouth], by=cast.colin, now=NOW,
        )  # fmt: skip
        supplier = admit_supplier(
            framework=framework, registration=world.meadow.registration, tier=1, by=cast.colin, now=NOW
        )
        set_rate_line(supplier=supplier, weekly_price_pence=RATE, starts_on=dt.date(2026, 1, 1), by=cast.colin, now=NOW)


def _buy_block(world: World) -> None:
    cast, by = world.cast, {"by": world.cast.colin, "now": NOW}
    with acting(cast.colin):
        contract = make_block_contract(
            name="Made-up Block", provider=cast.meadow, starts_on=NOVEMBER,
            parties={cast.kent: 5, cast.west_sussex: 3, cast.portsmouth: 1}, **by,
        )  # fmt: skip
        beds = world.block.places.order_by("label")
        for place, nominated in zip(beds, (cast.kent, cast.portsmouth), strict=True):
            add_block_place(contract=contract, place=place, available_from=NOVEMBER, nominated=nominated, **by)
        set_block_price(contract=contract, starts_on=NOVEMBER, weekly_price_pence=BED, **by)


@dataclass
class Story:
    """Several people, each at their own browser, on days that the story chooses."""

    visit: Callable[..., Any]
    world: World
    clock: Any
    seen: set[str] = field(default_factory=set)
    at_work: dict[int, Any] = field(default_factory=dict)
    checked: set[int] = field(default_factory=set)
    count: int = 0

    def browser_of(self, person: Person, **how: Any) -> Any:
        """The person's own browser, signed in on this day of the story."""
        if person.pk not in self.at_work:
            visitor = self.visit(None, **how)
            visitor.page.on("request", self._note)
            _signs_in(visitor, person)
            self.at_work[person.pk] = visitor
        return self.at_work[person.pk]

    def goes_home(self, person: Person) -> None:
        """The browser is closed; what was not saved is gone."""
        self.at_work.pop(person.pk).context.close()

    def comes_to(self, moment: dt.datetime) -> None:
        """Another day: everybody has gone home meanwhile."""
        for visitor in self.at_work.values():
            visitor.context.close()
        self.at_work.clear()
        self.clock.move_to(moment)

    def waits_for(self, person: Person, *words: str) -> Any:
        """The person's first page names exactly these things to do."""
        visitor = self.browser_of(person)
        visitor.page.goto(f"{visitor.site}/")
        if words and person.pk not in self.checked:  # one look with axe at each person's first page is enough
            self.checked.add(person.pk)
            visitor.checks_page()
        found = visitor.page.locator(".nh-waiting__item > a").all_inner_texts()
        named = [one.replace("\n", " ") for one in found]
        missing = [one for one in words if not any(text.startswith(one) for text in named)]
        assert not missing and len(named) == len(words), f"{person} should be asked {words}, and is asked {named}"
        self.shows(visitor, f"waits-for-{person.name.split()[0].lower()}")
        return visitor

    def shows(self, visitor: Any, name: str) -> None:
        """A picture of the page, wide and narrow, for whoever wants to look."""
        self.count += 1
        if not SHOTS:
            return
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            visitor.page.screenshot(path=Path(SHOTS) / f"{self.count:02}-{name}-{width}.png", full_page=True)

    def _note(self, request: Any) -> None:
        if request.is_navigation_request():
            path = request.url.split("/", 3)[3].split("?")[0].split("#")[0]
            self.seen.add(f"/{path}")


@contextmanager
def story_begins(visit: Callable[..., Any], *, at: dt.datetime = NOW) -> Iterator[Story]:
    """The clock of the site is the story's; it goes on by itself."""
    with time_machine.travel(at, tick=True) as clock:
        yield Story(visit, make_world(), clock)


def _signs_in(visitor: Any, person: Person) -> None:
    """The sign-in page has its own tests, and is only passed through here."""
    visitor.page.goto(f"{visitor.site}/sign-in/")
    visitor.page.locator("[name=login]").fill(person.email)
    visitor.page.locator("[name=password]").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.wait_for_url(lambda url: "/sign-in/" not in url)


def answers(visitor: Any, question: str, answer: str) -> None:
    """Choose an answer under the question it belongs to."""
    group = visitor.page.get_by_role("group", name=question)
    group.get_by_label(answer, exact=True).first.check()


def outsider_finds_nothing(story: Story, secrets: tuple[str, ...]) -> None:
    """Hilda, of an authority outside the partnership, tries every address that anybody has used."""
    hilda = story.browser_of(story.world.cast.hilda)
    tried = sorted(path for path in story.seen if not path.startswith(("/sign-", "/static")))
    with_key = [path for path in tried if KEYED.search(path)]
    assert len(with_key) > 10
    token = {one["name"]: one["value"] for one in hilda.context.cookies()}["csrftoken"]
    for path in tried:
        _is_closed(hilda.context.request, hilda.site + path, token, secrets, has_key=path in with_key)
    hilda.goes_to(with_key[0])
    hilda.sees("Page not found")
    story.shows(hilda, "hilda-finds-nothing")


def _is_closed(request: Any, url: str, token: str, secrets: tuple[str, ...], *, has_key: bool) -> None:
    read = request.get(url)
    words = {"csrfmiddlewaretoken": token, "version": "1"}
    sent = request.post(
        url, form=words, headers={"Referer": url, "Origin": url.split("/", 3)[0] + "//" + url.split("/")[2]}
    )
    for answer in (read, sent):
        assert not has_key or answer.status in (403, 404, 405), f"{url} answers {answer.status}"
        shown = [one for one in secrets if one in answer.text()]
        assert not shown, f"{url} shows Hilda {shown}"
