"""The list of stays: found, narrowed, page by page; held against looking at each stay and each night by itself."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions.staying import withdraw_absence
from nearhome.settlement.models import StayAbsence
from nearhome.settlement.queries.stay_list import StayFilter, filter_from, months_with_stays, stays_listed
from scenes_rules import away
from scenes_settlement import BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
FIRST, TODAY = dt.date(2026, 1, 5), dt.date(2026, 9, 20)
MANY = 120


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def turnover(scene: BlockScene, count: int = MANY) -> list[Booking]:
    """One stay of two nights after the other in one place; the last child still lives there."""
    found = []
    for number in range(count):
        came = FIRST + 2 * number * DAY
        left = None if number == count - 1 else came + 2 * DAY
        found.append(live_in(scene.places[1], scene.cast.portsmouth, f"Q-{number:03}", came, left, weekly=70_000))
    return found


def opened(scene: BlockScene, query: str = "") -> str:
    client = Client()
    client.force_login(scene.cast.felix)
    return client.get(reverse("settlement:stays") + query).content.decode()


def downloaded(scene: BlockScene, query: str = "") -> list[list[str]]:
    return list(csv.reader(io.StringIO(opened(scene, f"?download=csv&{query}").removeprefix("\ufeff"))))[1:]


def sheet_rows(scene: BlockScene) -> int:
    client = Client()
    client.force_login(scene.cast.felix)
    body = client.get(reverse("settlement:stays") + "?download=xlsx&page=2").content
    return len(CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python())


def test_a_long_list_comes_page_by_page_and_a_download_gives_all_of_what_fits(scene: BlockScene) -> None:
    turnover(scene)
    first, last = opened(scene), opened(scene, "?page=3")
    assert f"{MANY} stays." in first
    assert ("Q-119" in first, "Q-070" in first, "Q-069" in first) == (True, True, False)
    assert ("Q-000" in last, "Q-020" in last) == (True, False)
    assert "?page=3" in first
    assert [row[0] for row in downloaded(scene)] == [f"Q-{number:03}" for number in reversed(range(MANY))]
    assert [row[0] for row in downloaded(scene, "stage=living&page=2")] == ["Q-119"]
    assert sheet_rows(scene) == MANY + 1


def test_filters_stay_while_turning_pages(scene: BlockScene) -> None:
    turnover(scene)
    shown = opened(scene, "?stage=ended&page=2")
    assert "?stage=ended&amp;page=3" in shown
    assert "119 stays." in shown
    assert "Show all stays" in shown


def test_a_page_asks_the_database_no_more_for_many_stays_than_for_few(scene: BlockScene) -> None:
    counts = []
    for booking in [*turnover(scene, 3)[:2], None]:
        if booking:
            away(scene, booking, "missing", booking.arrived_on, booking.arrived_on + DAY)
        with CaptureQueriesContext(connection) as asked:
            opened(scene)
        counts.append(len(asked))
    for number in range(10, 40):
        live_in(scene.places[0], scene.cast.portsmouth, f"R-{number}", FIRST + number * DAY, FIRST + (number + 1) * DAY)
    with CaptureQueriesContext(connection) as asked:
        assert "33 stays." in opened(scene)
    assert len(asked) == counts[-1]


@pytest.mark.parametrize("words", ["q-00", "Meadow", "house", "%", "\0", "nothing such"])
def test_what_is_typed_finds_references_and_homes_and_nothing_else(scene: BlockScene, words: str) -> None:
    turnover(scene, 12)
    found = {row[0] for row in downloaded(scene, f"search={words.replace('%', '%25').replace(chr(0), '%00')}")}
    typed = words.replace("\0", "").lower()
    expected = {f"Q-{number:03}" for number in range(12) if typed in f"q-{number:03}" or typed in "madeup meadow house"}
    assert found == expected


def test_an_address_that_makes_no_sense_asks_for_everything(scene: BlockScene) -> None:
    turnover(scene, 2)
    assert "2 stays." in opened(scene, "?month=2026-13&stage=asleep&away=perhaps&page=many")
    assert "2 stays." in opened(scene, "?month=9999-12")


def test_another_authoritys_stays_are_in_nobodys_list(scene: BlockScene) -> None:
    turnover(scene, 2)
    client = Client()
    client.force_login(scene.harriet)
    assert "Q-0" not in client.get(reverse("settlement:stays")).content.decode()
    with acting(scene.harriet):
        assert stays_listed(scene.harriet, StayFilter(), today=TODAY) == ()
        assert months_with_stays(scene.harriet, today=TODAY) == ()


def test_months_to_choose_go_back_to_the_first_arrival(scene: BlockScene) -> None:
    turnover(scene, 2)
    with acting(scene.cast.felix):
        months = months_with_stays(scene.cast.felix, today=TODAY)
    assert (len(months), months[0], months[-1]) == (9, dt.date(2026, 9, 1), dt.date(2026, 1, 1))


DRAWN = st.tuples(
    st.sampled_from([dict(zip(("stage", "away"), pair, strict=True)) for pair in (
        ("", ""), ("living", ""), ("ended", ""), ("", "yes"), ("living", "yes"), ("ended", "yes"),
    )]),
    st.sampled_from(["", "2026-07", "2026-08", "2026-09", "2026-10"]),
)  # fmt: skip


def test_every_filter_finds_what_a_look_at_each_night_finds(scene: BlockScene) -> None:
    """Stays over month ends, one of no night, nights away withdrawn, still going on, and for a child who has left."""
    spans = [(0, 10), (10, 10), (10, 40), (40, 77), (80, None)]  # days after 5 July
    outs = {0: [(2, 5)], 2: [(12, 20), (25, 30)], 3: [(70, None)], 4: [(80, None)]}
    start, felix = dt.date(2026, 7, 5), scene.cast.felix
    stays = [
        live_in(scene.places[1], scene.cast.portsmouth, f"S-{number}", start + DAY * first, None if last is None else start + DAY * last)
        for number, (first, last) in enumerate(spans)
    ]  # fmt: skip
    for number, some in outs.items():
        for first, back in some:
            away(scene, stays[number], "hospital", start + DAY * first, None if back is None else start + DAY * back)
    with acting(felix):
        wrong = StayAbsence.objects.select_related("booking").get(booking=stays[0])
        withdraw_absence(absence=wrong, by=felix, now=dt.datetime(2026, 9, 20, tzinfo=dt.UTC))
    outs[0] = []

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(DRAWN, st.sampled_from([TODAY, dt.date(2026, 9, 25), dt.date(2026, 11, 1)]))
    def each(drawn: tuple[dict[str, str], str], today: dt.date) -> None:
        asked, month = drawn
        nights = [start + DAY * number for number in range((today - start).days + 1)]
        if month:
            nights = [night for night in nights if f"{night:%Y-%m}" == month]
        expected = {}
        for number, (first, last) in enumerate(spans):
            here = [night for night in nights if is_in(start, (first, last), night)]
            gone = [night for night in here if any(is_in(start, one, night) for one in outs.get(number, ()))]
            over = last is not None and start + DAY * last <= today
            fits = (not month or here) and (asked["away"] != "yes" or gone)
            if fits and asked["stage"] in ("", "ended" if over else "living"):
                expected[f"S-{number}"] = len(gone)
        with acting_for(felix.organisation_id):
            lines = stays_listed(felix, filter_from(asked | {"month": month}), today=today)
        assert {one.child_ref: one.nights_away for one in lines} == expected

    each()


def is_in(start: dt.date, days: tuple[int, int | None], night: dt.date) -> bool:
    first, before = days
    return start + DAY * first <= night and (before is None or night < start + DAY * before)
