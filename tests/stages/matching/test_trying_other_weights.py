import datetime as dt
import re
from collections.abc import Iterator
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from cast import NOW
from nearhome.audit.queries import history_of
from nearhome.market.models import Home
from nearhome.matching.models import SavedRanking
from nearhome.matching.queries.searching import candidates_for, search_for
from nearhome.needs.models import MustNotLiveWith
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Referral
from scenes_inviting import invited, make_search, offered
from scenes_matching import MatchingScene, make_matching_scene, ranked_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_three_in_the_afternoon() -> Iterator[None]:
    with mock.patch("django.utils.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def scene() -> MatchingScene:
    return make_matching_scene()


def page_of(person: Person, name: str, scene: MatchingScene, **asked: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"matching:{name}", args=[scene.referral.key]), asked).content.decode()


def rows_of(page: str) -> list[list[str]]:
    table = page.split('id="order"')[1].split("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table.split("<tbody")[1], re.S)
    return [
        [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
        for row in rows
    ]


def test_weights_are_tried_out_and_nothing_is_kept(scene: MatchingScene) -> None:
    ranked_by(scene.cast.olive, scene.referral)
    with acting(scene.cast.olive):
        events = len(history_of(scene.referral.key))
    page = page_of(scene.cast.olive, "weights", scene)
    assert "The order is the published one" in page
    assert rows_of(page)[0][:3] == ["1", "1", "Madeup Meadow House"]
    changed = page_of(scene.cast.olive, "weights", scene, weight_near_home="0", weight_wishes="0", weight_price="100")
    assert [row[0] for row in rows_of(changed)] == ["1", "2", "3"]
    assert 'value="100"' in changed
    with acting(scene.cast.olive):
        assert SavedRanking.objects.count() == 1
        assert len(history_of(scene.referral.key)) == events


@pytest.mark.parametrize("wrong", ["much", "-1", "101", "nan"])
def test_a_weight_that_cannot_be_is_named(scene: MatchingScene, wrong: str) -> None:
    ranked_by(scene.cast.olive, scene.referral)
    page = page_of(scene.cast.olive, "weights", scene, weight_near_home=wrong)
    assert "There is a problem" in page
    assert "must be a number from 0 to 100" in page
    assert "The order is the published one" in page


def test_before_anybody_has_looked_the_pages_say_so(scene: MatchingScene) -> None:
    for name in ("weights", "replay"):
        assert "Nobody has looked for homes yet" in page_of(scene.cast.olive, name, scene)


def test_the_page_of_homes_says_what_decides_and_what_is_nearly_possible(scene: MatchingScene) -> None:
    with acting(scene.cast.mona):
        Home.objects.filter(pk=scene.far.pk).update(min_age=16)
    ranked_by(scene.cast.olive, scene.referral)
    page = page_of(scene.cast.olive, "homes", scene)
    assert "What decides between first and second" in page
    assert "First: Madeup Meadow House. Second: Madeup Harbour House." in page


def test_a_kept_list_comes_out_the_same_and_a_changed_one_does_not(scene: MatchingScene) -> None:
    saved = ranked_by(scene.cast.olive, scene.referral)
    assert "It comes out the same: 3 homes" in page_of(scene.cast.olive, "replay", scene)
    result = dict(saved.result)
    result["ranked"][0]["total"] = 1.25
    with acting(scene.cast.olive):
        SavedRanking.objects.filter(pk=saved.pk).update(result=result)
    page = page_of(scene.cast.olive, "replay", scene)
    assert "It comes out differently" in page
    assert "ranked, 1, total: stored “1.25”" in page


def test_a_list_by_rules_no_longer_held_says_so(scene: MatchingScene) -> None:
    saved = ranked_by(scene.cast.olive, scene.referral)
    result = saved.result | {"rule_versions": [*saved.result["rule_versions"], ["Z99", "4"]]}
    with acting(scene.cast.olive):
        SavedRanking.objects.filter(pk=saved.pk).update(result=result)
    page = page_of(scene.cast.olive, "replay", scene)
    assert "It cannot be made again" in page
    assert "rule Z99 version 4" in page


def test_a_home_that_holds_a_place_for_a_child_to_keep_apart_is_ruled_out(scene: MatchingScene) -> None:
    rival = make_search(scene.cast)
    with acting(scene.cast.olive):
        rival_child = Referral.objects.get(pk=rival.pk).child
        MustNotLiveWith.objects.create(
            authority=scene.cast.kent, child=rival_child, other=scene.referral.child, reason="Made-up reason"
        )
    offered(scene.cast.mona, invited(scene.cast, rival, scene.meadow))
    saved = ranked_by(scene.cast.olive, scene.referral)
    refused = {home["home_name"]: {one["rule_id"] for one in home["reasons"]} for home in saved.result["nearest"]}
    assert "F10" in refused["Madeup Meadow House"]


def test_conditions_of_bail_are_read_masked_and_asked_about(scene: MatchingScene) -> None:
    with acting(scene.cast.olive):
        referral = Referral.objects.get(pk=scene.referral.pk)
        area = {
            "kind": "exclusion_area",
            "words": "Made-up pier",
            "easting": 581_000,
            "northing": 161_000,
            "within_miles": 1,
        }
        referral.answers = referral.answers | {"bail_conditions": [area, "In by 7pm"]}
        referral.save()
    saved = ranked_by(scene.cast.olive, referral)
    refused = {home["home_name"]: {one["rule_id"] for one in home["reasons"]} for home in saved.result["nearest"]}
    assert refused["Madeup Meadow House"] == {"B01"}
    assert "Made-up pier" not in str(saved.inputs) + str(saved.result)
    page = page_of(scene.cast.olive, "homes", scene)
    assert "Made-up pier" in page
    assert "Can this home keep to the condition “In by 7pm”?" in page


def test_the_stay_ends_when_the_referral_says(scene: MatchingScene) -> None:
    with acting(scene.cast.olive):
        Referral.objects.filter(pk=scene.referral.pk).update(expected_weeks=4)
        referral = Referral.objects.get(pk=scene.referral.pk)
        search = search_for(referral)
        assert search.ends_before == search.starts_on + dt.timedelta(weeks=4)
        assert candidates_for(referral, search, now=NOW).candidates[0].conflicts_with_expected is False
