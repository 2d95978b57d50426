"""Who commissions for the host is told when first refusal of a free place has ended; nobody else is."""

import datetime as dt

import pytest

from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.block_places import release_block_place
from nearhome.procurement.models import BlockPlace
from nearhome.settlement.queries.waiting import waiting_for
from scenes_rules import agreed, terms
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> BlockScene:
    """Fourteen days of first refusal; Place 1 is lived in, Place 2 free since 1 October, Place 3 for long."""
    scene = make_block_scene()
    agreed(scene, terms(first_refusal_days=14))
    live_in(scene.places[0], scene.cast.kent, "K-1", SEPTEMBER, block=scene.contract)
    live_in(scene.places[1], scene.cast.kent, "K-2", SEPTEMBER, dt.date(2026, 10, 1), block=scene.contract)
    return scene


def told(person: Person, now: dt.datetime = IN_OCTOBER) -> list[tuple[str, str]]:
    with acting(person):
        found = waiting_for(person, now=now)
    return [(one.words.rpartition(" of ")[2], one.about) for one in found if "first refusal" in one.words]


def test_a_place_is_named_once_its_days_are_over_until_it_is_released(scene: BlockScene) -> None:
    third = ("West Sussex ended", "Place 3 at Madeup Meadow House, Made-up Meadow block, 15 January 2026")
    assert told(scene.cast.colin) == [third]
    later = IN_OCTOBER + dt.timedelta(days=10)
    second = ("Kent ended", "Place 2 at Madeup Meadow House, Made-up Meadow block, 15 October 2026")
    assert told(scene.cast.colin, later) == [second, third]
    with acting(scene.cast.colin):
        row = BlockPlace.objects.select_related("contract").get(place=scene.places[2])
        today = dt.date.today()
        release_block_place(
            block_place=row, starts_on=max(today, IN_OCTOBER.date()), reason="Nobody was referred",
            by=scene.cast.colin, now=dt.datetime.now(dt.UTC),
        )  # fmt: skip
    assert told(scene.cast.colin, later) == [second]


def test_nobody_else_is_asked(scene: BlockScene) -> None:
    for person in (scene.cast.fiona, scene.wendy, scene.cast.olive, scene.cast.mona, scene.harriet):
        assert told(person) == []
