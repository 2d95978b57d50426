import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from cast import NOW
from nearhome.market.models import Home
from nearhome.matching.models import Decision
from nearhome.matching.queries import waiting_for
from nearhome.matching.reference.tests_of_law import MATCHING_TESTS
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Invitation, Referral
from scenes import make_home
from scenes_inviting import OWN_WORDS
from scenes_matching import MatchingScene, chosen, make_matching_scene, ranked_by, two_offers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_three_in_the_afternoon() -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def scene() -> MatchingScene:
    return make_matching_scene()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def homes_href(scene: MatchingScene) -> str:
    return reverse("matching:homes", args=[scene.referral.key])


def offers_href(scene: MatchingScene) -> str:
    return reverse("matching:offers", args=[scene.referral.key])


def test_an_officer_looks_for_homes_and_reads_why_each_stands_where_it_does(scene: MatchingScene) -> None:
    client = signed_in(scene.cast.olive)
    assert "Nobody has looked for homes yet" in client.get(homes_href(scene)).content.decode()
    client.post(reverse("matching:rank", args=[scene.referral.key]))
    page = client.get(homes_href(scene)).content.decode()
    assert "1. Madeup Meadow House" in page
    assert "0.9 miles from home" in page
    assert OWN_WORDS in page
    assert "1 of 1 essential need met: going missing" in page
    assert "Looked at 3 homes" in page
    assert "<svg" in page
    assert "style=" not in page.split("<main")[1]
    again = client.post(reverse("matching:rank", args=[scene.referral.key]), follow=True).content.decode()
    assert "Looked at 3 homes" in again


def test_homes_ticked_are_invited_and_then_marked(scene: MatchingScene) -> None:
    ranked_by(scene.cast.olive, scene.referral)
    client = signed_in(scene.cast.olive)
    page = client.get(homes_href(scene)).content.decode()
    fields = dict(re.findall(r'type="hidden" name="(version|position_[^"]+)" value="([^"]+)"', page))
    client.post(reverse("matching:invite", args=[scene.referral.key]), {"home": [str(scene.meadow.key)], **fields})
    with acting(scene.cast.olive):
        assert Invitation.objects.get().ranking_position == 1
    page = client.get(homes_href(scene)).content.decode()
    assert f'value="{scene.meadow.key}"' not in page
    assert "No answer yet" in page


def test_a_home_that_is_not_possible_is_listed_with_its_rule_and_what_would_change_it(scene: MatchingScene) -> None:
    with acting(scene.cast.mona):
        Home.objects.filter(pk=scene.meadow.pk).update(min_age=16)
    ranked_by(scene.cast.olive, scene.referral)
    page = signed_in(scene.cast.olive).get(homes_href(scene)).content.decode()
    assert "Age: It takes ages 16 to 17; a child of 13 would come" in page
    assert "This home would be possible if it took a child of 13." in page


def test_the_list_is_filtered_by_kind_and_downloaded_whole(scene: MatchingScene) -> None:
    make_home(scene.cast.meadow, "Madeup Carers 1", urn="SC900020", kind="foster", places=1, point=(585_123, 160_456))
    ranked_by(scene.cast.olive, scene.referral)
    client = signed_in(scene.cast.olive)
    page = client.get(homes_href(scene), {"kind": "foster"}).content.decode()
    assert "Madeup Carers 1</h3>" in page
    assert "Madeup Meadow House</h3>" not in page
    rows = list(csv.reader(io.StringIO(client.get(homes_href(scene), {"download": "csv"}).content.decode("utf-8-sig"))))
    assert {row[1] for row in rows[1:]} == {
        "Madeup Carers 1", "Madeup Meadow House", "Madeup Harbour House", "Madeup Far House",
    }  # fmt: skip
    workbook = client.get(homes_href(scene), {"download": "xlsx", "table": "not-possible"})
    assert workbook.content.startswith(b"PK")


def test_twenty_homes_a_page_with_a_bounded_number_of_queries(
    scene: MatchingScene, django_assert_max_num_queries: Callable
) -> None:
    for number in range(25):
        make_home(
            scene.cast.meadow, f"Madeup House {number}", urn=f"SC91{number:04}", places=1, point=(583_000, 160_000)
        )
    ranked_by(scene.cast.olive, scene.referral)
    client = signed_in(scene.cast.olive)
    with django_assert_max_num_queries(30):
        first = client.get(homes_href(scene)).content.decode()
    second = client.get(homes_href(scene), {"page": "2"}).content.decode()
    shown = [len(re.findall(r'id="name-', page)) for page in (first, second)]
    assert shown[0] == 20
    assert shown[1] > 0


def test_outsiders_and_providers_find_nothing(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    decision = chosen(scene, first)
    key = scene.referral.key
    addresses = [
        homes_href(scene),
        offers_href(scene),
        reverse("matching:choose", args=[key, first.key]),
        reverse("placements:approve_choice", args=[decision.key]),
    ]
    for person in (scene.cast.hilda, scene.cast.oscar, scene.cast.mona, scene.cast.fiona):
        client = signed_in(person)
        assert [client.get(address).status_code for address in addresses] == [404] * 4
        assert client.post(reverse("matching:rank", args=[key])).status_code == 404
    assert signed_in(scene.cast.mona).get(reverse("matching:policy")).status_code == 403
    assert Client().get(homes_href(scene)).status_code == 302


def test_a_commissioner_reads_but_changes_nothing(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    client = signed_in(scene.cast.colin)
    page = client.get(homes_href(scene)).content.decode()
    assert "Invite the selected homes" not in page
    assert client.post(reverse("matching:rank", args=[scene.referral.key])).status_code == 403
    assert client.get(reverse("matching:choose", args=[scene.referral.key, first.key])).status_code == 403


def test_the_policy_is_shown_in_words(scene: MatchingScene) -> None:
    page = signed_in(scene.cast.colin).get(reverse("matching:policy")).content.decode()
    assert "Own foster carers, Own home, Block contract, already paid for, Framework then Spot purchase" in page
    assert "Usual fostering limit" in page
    assert "2026-12" in page


def filled(scene: MatchingScene, client: Client, href: str, **changes: str) -> dict[str, str]:
    """The form as a person would send it: everything answered."""
    page = client.get(href).content.decode()
    given = dict.fromkeys(re.findall(r'<textarea[^>]* name="([^"]+)"', page), "Said in plain words.")
    given |= {f"test_{test.name}": "yes" for test in MATCHING_TESTS}
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    return given | {"version": version[1]} | changes


def test_the_whole_way_from_offers_to_a_booked_place(scene: MatchingScene) -> None:
    _, second = two_offers(scene)
    olive, april = signed_in(scene.cast.olive), signed_in(scene.cast.april)
    page = olive.get(offers_href(scene)).content.decode()
    assert page.index("Madeup Meadow House") < page.index("Madeup Harbour House")
    assert "£4,557.00" in page
    assert "in 3 days" in page
    href = reverse("matching:choose", args=[scene.referral.key, second.key])
    page = olive.get(href).content.decode()
    assert "Why was the offer from Madeup Meadow House, number 1 in the list, not chosen?" in page
    assert "182 nights at £4,557.00 a week" in page
    missing = olive.post(href, filled(scene, olive, href, reasons=""))
    assert "There is a problem" in missing.content.decode()
    assert "Said in plain words." in missing.content.decode()
    assert olive.post(href, filled(scene, olive, href)).status_code == 302
    with acting(scene.cast.april):
        decision = Decision.objects.get()
        waits = waiting_for(scene.cast.april, now=NOW)
    approval = reverse("placements:approve_choice", args=[decision.key])
    assert [(one.words, one.href, one.due_at) for one in waits] == [
        ("Approve the choice of a home", approval, second.expires_at)
    ]
    page = april.get(approval).content.decode()
    assert "£118,482.00" in page
    assert "Madeup Meadow House, number 1" in page
    assert "Only an approver of the child" in olive.get(approval).content.decode()
    done = april.post(approval, {"granted": "yes", "reason": ""}, follow=True)
    assert "Approved. The place is booked." in done.content.decode()
    assert "approved Madeup Harbour House" in olive.get(offers_href(scene)).content.decode()


def test_officer_and_approver_read_what_each_offer_is_made_up_of(scene: MatchingScene) -> None:
    first, _ = two_offers(scene, therapy_pence=15_000, transport_pence=4_200)
    whole = "core £4,300.00; therapy £150.00; transport £42.00"
    olive = signed_in(scene.cast.olive)
    page = olive.get(offers_href(scene)).content.decode()
    assert page.count(whole) == 1
    assert page.count("core £4,557.00") == 1
    assert "core £4,557.00;" not in page  # an element of nought is not named
    assert "£4,492.00 a week" in page
    page = olive.get(reverse("matching:choose", args=[scene.referral.key, first.key])).content.decode()
    assert whole in page
    assert "182 nights at £4,492.00 a week" in page
    decision = chosen(scene, first)
    approval = reverse("placements:approve_choice", args=[decision.key])
    page = signed_in(scene.cast.april).get(approval).content.decode()
    assert whole in page


def test_a_stale_page_loses_nothing_typed(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    client = signed_in(scene.cast.olive)
    href = reverse("matching:choose", args=[scene.referral.key, first.key])
    sent = filled(scene, client, href, version="1", reasons="Because of her nan")
    with acting(scene.cast.olive):
        Referral.objects.filter(pk=scene.referral.pk).update(version=7)
    page = client.post(href, sent).content.decode()
    assert "was changed by somebody else" in page
    assert "Because of her nan" in page
    assert 'name="version" value="7"' in page


def test_an_approver_over_the_limit_is_told_and_may_still_refuse(scene: MatchingScene) -> None:
    april = scene.cast.april
    april.approval_limit_pence = 1_000_000
    april.save()
    decision = chosen(scene, two_offers(scene)[0])
    client, href = signed_in(april), reverse("placements:approve_choice", args=[decision.key])
    assert "is more than your limit of £10,000.00" in client.get(href).content.decode()
    page = client.post(href, {"granted": "yes", "reason": ""}).content.decode()
    assert "There is a problem" in page
    assert "Enter why you refuse" in client.post(href, {"granted": "no", "reason": ""}).content.decode()
    assert client.post(href, {"granted": "no", "reason": "Too dear"}).status_code == 302
    assert "refused" in signed_in(scene.cast.olive).get(offers_href(scene)).content.decode()


def test_what_waits_follows_the_journey(scene: MatchingScene) -> None:
    olive = scene.cast.olive
    with acting(olive):
        assert [one.words for one in waiting_for(olive, now=NOW)] == ["Choose homes to invite"]
    first, _ = two_offers(scene)
    with acting(olive):
        found = waiting_for(olive, now=NOW)
        assert [one.words for one in found] == ["Decide on 2 offers before the first hold ends"]
        assert found[0].due_at == first.expires_at
        assert waiting_for(olive, now=NOW + dt.timedelta(days=9)) == ()
    chosen(scene, first)
    with acting(olive):
        assert waiting_for(olive, now=NOW) == ()
