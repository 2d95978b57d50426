"""The pages of terms for nights away: proposed, agreed, read by a party, told on the stay; nothing for anybody else."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from cast import make_person
from nearhome.people.models import Person
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.settlement.models import AwayTerms
from nearhome.settlement.queries.waiting_rules import waiting_rules
from scenes_away import WHY, agreed_away, away_terms, through_framework
from scenes_elements import ARRIVED, placed
from scenes_frameworks import Region, make_region
from scenes_settlement import BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def region(scene: BlockScene) -> Region:
    return make_region(scene.cast, urn="SC9400")


@pytest.fixture
def booking(scene: BlockScene) -> Booking:
    return placed(scene)


@pytest.fixture
def paula(scene: BlockScene) -> Person:
    return make_person("Paula Madeup-Finance", scene.cast.portsmouth, "finance_officer")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(on: dt.date = ARRIVED, **changed: object) -> dict[str, object]:
    """Three nights of hospital in full, then half of accommodation and therapy, nothing after ten."""
    return {
        "starts_on-day": str(on.day), "starts_on-month": str(on.month), "starts_on-year": str(on.year),
        "hospital_full": "3", "hospital_then": "50", "hospital_most": "10", "kept": ["accommodation", "therapy"], "why": WHY,
    } | changed  # fmt: skip


def address(name: str, key: object) -> str:
    return reverse(f"settlement:{name}", args=[key])


def test_terms_of_one_placement_are_proposed_agreed_and_told_on_the_stay(
    scene: BlockScene, booking: Booking, paula: Person
) -> None:
    felix = signed_in(scene.cast.felix)
    stay = felix.get(address("stay", booking.key)).content.decode()
    assert "Nothing is agreed, so every night away is paid in full." in stay
    assert address("placement_away", booking.key) in stay
    done = felix.post(address("propose_placement_away", booking.key), typed(), follow=True).content.decode()
    assert "A colleague must agree them" in done
    assert "You proposed this, so a colleague must agree it." in done
    with acting(scene.cast.felix):
        row = AwayTerms.objects.get()
        assert row.absences == [["hospital", 3, 5_000, 10]]
        assert row.kept_elements == ["accommodation", "therapy"]
        assert not list(waiting_rules(scene.cast.felix, TODAY))
    with acting(paula):
        (waits,) = waiting_rules(paula, TODAY)
    assert "Agree the terms for nights away" in waits.words
    agreed = signed_in(paula).post(address("agree_away_terms", row.key), follow=True).content.decode()
    assert "Version 1 of the terms is agreed." in agreed
    assert "Terms of this placement alone." in agreed
    words = "the first 3 nights in full, then 50% of the price; after 10 nights away nothing, until the child is back."
    for text in (agreed, felix.get(address("stay", booking.key)).content.decode()):
        assert words in text
        assert "the part is paid of accommodation and care and therapy only" in text
    assert "Version 1 of the terms for nights away of P-77 at" in agreed  # what happened


def test_the_next_proposal_starts_from_the_terms_in_force_and_one_is_turned_down(
    scene: BlockScene, booking: Booking, paula: Person
) -> None:
    agreed_away(booking, away_terms(ARRIVED), scene.cast.felix, paula)
    felix, propose = signed_in(scene.cast.felix), address("propose_placement_away", booking.key)
    start = felix.get(propose).content.decode()
    assert 'value="50"' in start
    felix.post(propose, typed(dt.date(2026, 10, 1), hospital_then="0"))
    with acting(paula):
        row = AwayTerms.objects.get(version=2)
    silent = signed_in(paula).post(address("turn_down_away_terms", row.key), {"words": ""}).content.decode()
    assert "There is a problem" in silent
    text = signed_in(paula).post(address("turn_down_away_terms", row.key), {"words": "Too little"}, follow=True)
    assert "Version 2 of the terms is turned down." in text.content.decode()
    assert "Too little" in text.content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hospital_most": "2"}, "nights paid in all (2) are fewer than those in full (3)"),
        ({"hospital_then": "101"}, "There is a problem"),
        ({"why": ""}, "There is a problem"),
        ({"kept": ["swimming"]}, "Select only from the choices shown"),
        ({"starts_on-year": "2020"}, "Terms begin with the stay or later"),
    ],
)
def test_what_makes_no_sense_is_said_in_the_form(
    scene: BlockScene, booking: Booking, changed: dict[str, object], words: str
) -> None:
    client = signed_in(scene.cast.felix)
    text = client.post(address("propose_placement_away", booking.key), typed(**changed)).content.decode()
    assert words in text
    with acting(scene.cast.felix):
        assert not AwayTerms.objects.exists()


def test_every_element_ticked_is_all_of_the_price_and_none_is_nothing_of_it(
    scene: BlockScene, booking: Booking
) -> None:
    every = ["accommodation", "extra staffing", "education", "therapy", "transport", "other"]
    signed_in(scene.cast.felix).post(address("propose_placement_away", booking.key), typed(kept=every))
    with acting(scene.cast.felix):
        assert AwayTerms.objects.get().kept_elements is None
    other = placed(scene, "P-78")
    signed_in(scene.cast.felix).post(address("propose_placement_away", other.key), typed(kept=[]))
    with acting(scene.cast.felix):
        assert AwayTerms.objects.get(booking=other).kept_elements == []


def test_a_party_reads_a_frameworks_terms_and_does_not_set_them(scene: BlockScene, region: Region) -> None:
    agreed_away(region.framework, away_terms(), scene.cast.colin, scene.cast.fiona)
    key = region.framework.key
    felix = signed_in(scene.cast.felix)
    shown = felix.get(address("framework_away", key)).content.decode()
    assert "the first 3 nights in full, then 50% of the price" in shown
    assert "Propose terms" not in shown
    assert felix.get(address("propose_framework_away", key)).status_code == 403
    listed = felix.get(reverse("settlement:away_terms")).content.decode()
    assert "Made-up framework" in listed
    assert (
        felix.get(reverse("settlement:away_terms") + "?download=csv").content.decode().count("Made-up framework") == 1
    )
    lead = signed_in(scene.cast.fiona).get(address("framework_away", key)).content.decode()
    assert "Propose terms" in lead


def test_a_stay_through_a_framework_says_whose_terms_hold(scene: BlockScene, region: Region) -> None:
    from nearhome.procurement.actions.suppliers import admit_supplier

    booking = through_framework(scene, region.framework)
    with acting(scene.cast.colin):
        admit_supplier(
            framework=region.framework, registration=booking.home.registration, tier=1, by=scene.cast.colin,
            now=dt.datetime(2026, 10, 5, tzinfo=dt.UTC),
        )  # fmt: skip
    agreed_away(region.framework, away_terms(), scene.cast.colin, scene.cast.fiona)
    text = signed_in(scene.cast.oscar).get(address("stay", booking.key)).content.decode()
    assert "Terms of Made-up framework: While a child is in hospital" in text
    assert address("placement_away", booking.key) not in text  # a placement officer does not open it
    own = signed_in(scene.cast.felix).get(address("placement_away", booking.key)).content.decode()
    assert "Terms of Made-up framework." in own


def test_nobody_else_finds_any_of_it(scene: BlockScene, region: Region, booking: Booking, paula: Person) -> None:
    one = agreed_away(booking, away_terms(ARRIVED), scene.cast.felix, paula)
    other = agreed_away(region.framework, away_terms(), scene.cast.colin, scene.cast.fiona)
    for person in (scene.harriet, scene.wendy):
        client = signed_in(person)
        for name, key in (
            ("placement_away", booking.key), ("propose_placement_away", booking.key),
            ("framework_away", region.framework.key), ("propose_framework_away", region.framework.key),
        ):  # fmt: skip
            assert client.get(address(name, key)).status_code == 404
        for row in (one, other):
            assert client.post(address("agree_away_terms", row.key)).status_code == 404
        listed = client.get(reverse("settlement:away_terms")).content.decode()
        assert ("P-77" in listed, "Made-up framework" in listed) == (False, False)
    assert signed_in(scene.cast.fiona).get(address("placement_away", booking.key)).status_code == 404
    for person in (scene.cast.mona, scene.cast.oscar):
        assert signed_in(person).get(reverse("settlement:away_terms")).status_code == 403


def test_a_bed_of_a_block_has_no_page_of_its_own_terms(scene: BlockScene) -> None:
    booking = live_in(scene.places[0], scene.cast.portsmouth, "P-6", ARRIVED, block=scene.contract)
    client = signed_in(scene.cast.felix)
    assert client.get(address("placement_away", booking.key)).status_code == 404
    assert "is a term of the block" in client.get(address("stay", booking.key)).content.decode()
