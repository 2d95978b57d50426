"""Homes are ranked by travel minutes where the authority runs a routing service, and by miles where it fails."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import hypot
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from nearhome.geography.calculations.distance import Point
from nearhome.geography.travel import travel_minutes
from nearhome.matching.queries.travelling import BY_ROAD, NO_ANSWER, STRAIGHT
from scenes_matching import MatchingScene, make_matching_scene, ranked_by

SECONDS_PER_DEGREE = 60_000


class Service(ThreadingHTTPServer):
    """A small routing service on this machine. `fails_with` is what it answers instead of a table."""

    daemon_threads = True
    fails_with: tuple[int, str] | None = None
    no_way_to_last = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, text = self.server.fails_with or (200, json.dumps({"code": "Ok", "durations": self.durations()}))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", text)
        self.end_headers()
        self.wfile.write(text.encode())

    def durations(self) -> list[list[float | None]]:
        url = urlsplit(self.path)
        points = [tuple(map(float, one.split(","))) for one in url.path.split("/")[-1].split(";")]
        picked = {
            name: [points[int(one)] for one in words[0].split(";")]
            for name, words in parse_qs(url.query, separator="&").items()
        }
        rows: list[list[float | None]] = [
            [hypot(a[0] - b[0], a[1] - b[1]) * SECONDS_PER_DEGREE for b in picked["destinations"]]
            for a in picked["sources"]
        ]
        if self.server.no_way_to_last:
            for row in rows:
                row[-1] = None
        return rows

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def line_of(count: int) -> list[Point]:
    return [Point(500_000 + 100 * number, 160_000) for number in range(count)]


def test_many_homes_are_asked_for_in_requests_of_a_hundred_places(service: Service) -> None:
    table = travel_minutes(service.address, line_of(2), line_of(250))
    assert table is not None
    assert [len(row) for row in table] == [250, 250]
    assert table[0][0] == table[1][1] == 0
    assert list(table[0]) == sorted(table[0])
    assert [path.count(";destinations") + path.split("?")[0].count(";") + 1 for path in service.asked] == [100, 100, 56]


def test_nothing_but_coordinates_is_sent(service: Service) -> None:
    travel_minutes(service.address, line_of(1), line_of(2))
    (path,) = service.asked
    assert path.startswith("/table/v1/driving/-0.")
    assert not set(path.partition("?")[2]) - set("sourcedtinabl=&;0123456789")


def test_with_no_homes_no_places_or_more_than_fit_nothing_is_asked(service: Service) -> None:
    for starts, ends in ((0, 3), (3, 0), (100, 3)):
        assert travel_minutes(service.address, line_of(starts), line_of(ends)) is None
    assert service.asked == []


def test_a_home_with_no_way_to_it_is_not_known(service: Service) -> None:
    service.no_way_to_last = True
    table = travel_minutes(service.address, line_of(1), line_of(3))
    assert table is not None
    assert table[0][2] is None


@pytest.mark.parametrize(
    "answer",
    [
        (500, "out of order"),
        (200, "not JSON"),
        (200, '{"code": "NoTable"}'),
        (200, '{"code": "Ok", "durations": [[1]]}'),
        (200, '{"code": "Ok", "durations": null}'),
        (200, "[]"),
        (200, '{"code": "Ok", "durations": [[Infinity, 1, 1]]}'),
        (302, "http://127.0.0.1:9/elsewhere"),
    ],
)
def test_a_service_that_fails_gives_nothing_and_is_left_alone_for_a_minute(service: Service, answer: Any) -> None:
    service.fails_with = answer
    assert travel_minutes(service.address, line_of(1), line_of(3)) is None
    service.fails_with = None
    assert travel_minutes(service.address, line_of(1), line_of(3)) is None
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://127.0.0.1:9", "http://127.0.0.1:port", "not an address"]
)
def test_an_address_where_nobody_answers_gives_nothing(address: str) -> None:
    assert travel_minutes(address, line_of(1), line_of(1)) is None


def page_of(scene: MatchingScene) -> str:
    client = Client()
    client.force_login(scene.cast.olive)
    return client.get(reverse("matching:homes", args=[scene.referral.key])).content.decode()


@pytest.mark.django_db
def test_the_page_says_minutes_and_whence_they_come(service: Service, settings: Any) -> None:
    settings.NEARHOME_TRAVEL_URL = service.address
    scene = make_matching_scene()
    saved = ranked_by(scene.cast.olive, scene.referral)
    assert len(service.asked) == 1
    page = page_of(scene)
    assert BY_ROAD in page
    assert "minutes’ travel from home (0.9 miles)" in page
    minutes = {home["home_name"]: dict(home["minutes_to"])["home"] for home in saved.inputs["candidates"]}
    assert minutes["Madeup Meadow House"] < minutes["Madeup Harbour House"] < minutes["Madeup Far House"]


@pytest.mark.django_db
def test_where_a_place_to_avoid_is_never_leaves_the_site(service: Service, settings: Any) -> None:
    settings.NEARHOME_TRAVEL_URL = service.address
    scene = make_matching_scene()
    ranked_by(scene.cast.olive, scene.referral)
    assert service.asked[0].split("?")[1].startswith("sources=0&")


@pytest.mark.django_db
@pytest.mark.parametrize("is_set", [True, False])
def test_without_an_answer_miles_are_used_and_the_page_says_so(service: Service, settings: Any, is_set: bool) -> None:
    service.fails_with = (503, "")
    settings.NEARHOME_TRAVEL_URL = service.address if is_set else ""
    scene = make_matching_scene()
    ranked_by(scene.cast.olive, scene.referral)
    page = page_of(scene)
    assert "0.9 miles from home" in page
    assert (NO_ANSWER if is_set else STRAIGHT) in page
    assert len(service.asked) == is_set
