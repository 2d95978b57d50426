"""How long the authority's own placements lasted, counted from its records, and what that says of a home."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cast import Cast
from nearhome.matching.calculations.stability import PlacementCount
from nearhome.matching.models import SavedRanking
from nearhome.matching.queries.searching import search_for
from nearhome.matching.queries.stability import stability_evidence
from nearhome.needs.models import Child, Episode
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting, acting_for
from scenes import make_child
from scenes_matching import MatchingScene, make_matching_scene, ranked_by

pytestmark = pytest.mark.django_db
END = date(2026, 3, 31)  # the last day of which the returns speak
FOSTER, HOME = "U6", "K2"


@pytest.fixture
def scene() -> MatchingScene:
    return make_matching_scene()


def child_of(authority: Organisation, ref: str) -> Child:
    return Child.objects.create(authority=authority, return_ref=ref, sex="F", born_month=date(2012, 5, 1))


def lived(child: Child, *stays: tuple[str, str, str, str, str]) -> None:
    """Episodes one after another: first day, RNE, PLACE, sector, and why it ended (“X1 CREQB”, “E4A”, or nothing)."""
    days = [date.fromisoformat(stay[0]) for stay in stays]
    for number, (_, new, place, sector, why) in enumerate(stays):
        ceased, _, changed = why.partition(" ")
        ends = None if not why else days[number + 1] if ceased == "X1" else days[number] + timedelta(days=90)
        Episode.objects.create(
            child=child, authority=child.authority, starts_on=days[number], ends_before=ends, reason_new=new,
            legal_status="C2", need="N1", place_type=place, place_provider="PR1", place_sector=sector, urn="1234567",
            place_authority_code="886", reason_ceased=ceased, reason_place_change=changed, return_year=2026,
        )  # fmt: skip


def up_to_the_end(authority: Organisation) -> None:
    """A child whose last day on record is the last of the returns', in a setting that no search can find."""
    other = child_of(authority, "Test Child Grey Seal")
    Episode.objects.create(
        child=other, authority=authority, starts_on=END, reason_new="S", legal_status="C2", need="N1", place_type="K1",
        place_provider="PR1", place_authority_code="886", return_year=2026,
    )  # fmt: skip


def counted(cast: Cast, stays: Iterable[tuple[tuple[str, str, str, str, str], ...]]) -> tuple[PlacementCount, ...]:
    """What is counted of children who lived like this."""
    with acting_for(cast.kent.pk):
        for number, one in enumerate(stays):
            lived(child_of(cast.kent, f"Test Child {number}"), *one)
        up_to_the_end(cast.kent)
        found = stability_evidence(cast.kent.pk, "886")
    return found.counts if found else ()


def one(kind: str, placements: int, lasted: int) -> PlacementCount:
    return PlacementCount(kind, "in_area", True, False, placements, lasted)


def test_a_placement_of_a_year_lasted_and_one_left_sooner_did_not(scene: MatchingScene) -> None:
    stayed = (("2024-01-10", "S", FOSTER, "ME14 1", ""),)
    left = (("2024-01-10", "S", FOSTER, "ME14 1", "X1 CREQB"), ("2024-05-01", "P", HOME, "ME7 2", ""))
    assert counted(scene.cast, [stayed, left]) == (one("childrens_home", 1, 1), one("foster", 2, 1))


def test_one_that_ended_well_sooner_counts_neither_way(scene: MatchingScene) -> None:
    went_home = (("2024-01-10", "S", FOSTER, "ME14 1", "E4A"),)
    adopted = (("2024-01-10", "S", FOSTER, "ME14 1", "E11"),)
    planned = (("2024-01-10", "S", FOSTER, "ME14 1", "X1 CARPL"), ("2024-05-01", "P", HOME, "ME7 2", ""))
    assert counted(scene.cast, [went_home, adopted, planned]) == (one("childrens_home", 1, 1),)


def test_one_that_cannot_be_seen_for_a_year_yet_or_is_over_five_years_old_does_not_count(scene: MatchingScene) -> None:
    new = (("2025-04-01", "S", FOSTER, "ME14 1", ""),)
    old = (("2021-03-31", "S", FOSTER, "ME14 1", ""),)
    just = (("2025-03-31", "S", FOSTER, "ME14 1", ""),)
    first = (("2021-04-01", "S", FOSTER, "ME14 1", ""),)
    assert counted(scene.cast, [new, old, just, first]) == (one("foster", 2, 2),)


def test_a_change_of_status_or_a_week_in_hospital_leaves_one_placement(scene: MatchingScene) -> None:
    stays = (
        ("2024-01-10", "S", FOSTER, "ME14 1", "X1"),
        ("2024-04-01", "L", FOSTER, "ME14 1", "X1"),
        ("2024-06-01", "P", "T1", "", "X1"),
        ("2024-06-09", "P", FOSTER, "ME14 1", "X1 CREQO"),
        ("2025-02-01", "P", HOME, "ME7 2", ""),
    )
    assert counted(scene.cast, [stays]) == (one("childrens_home", 1, 1), one("foster", 1, 1))


def test_another_place_after_hospital_is_another_placement(scene: MatchingScene) -> None:
    stays = (
        ("2024-01-10", "S", FOSTER, "ME14 1", "X1"),
        ("2024-06-01", "P", "T1", "", "X1"),
        ("2024-06-09", "P", FOSTER, "ME7 2", ""),
    )
    assert counted(scene.cast, [stays]) == (one("foster", 2, 1),)


def test_a_return_to_care_is_no_move_and_short_breaks_and_relatives_do_not_count(scene: MatchingScene) -> None:
    again = (("2023-01-10", "S", FOSTER, "ME14 1", "E4B"), ("2024-01-10", "S", FOSTER, "ME7 2", ""))
    with_gran = (("2024-01-10", "S", "U3", "ME14 1", ""),)
    with acting_for(scene.cast.kent.pk):
        short = child_of(scene.cast.kent, "Test Child Short Break")
        lived(short, ("2024-01-10", "S", FOSTER, "ME14 1", ""))
        Episode.objects.filter(child=short).update(legal_status="V4")
    assert counted(scene.cast, [again, with_gran]) == (one("foster", 1, 1),)


def test_area_emergency_and_brothers_and_sisters_where_the_records_say_so(scene: MatchingScene) -> None:
    kent = scene.cast.kent
    with acting(scene.cast.olive):
        child = scene.referral.child
        scene.referral.sibling_group = UUID(int=7)
        scene.referral.save()
        brother = make_child(kent, "BROTHER")
        replaced = {"pk": None, "key": UUID(int=8), "ref": "R-TEST-8", "child": brother}
        sibling = type(scene.referral).objects.get(pk=scene.referral.pk)
        for name, value in replaced.items():
            setattr(sibling, name, value)
        sibling.save()
        for who in (child, brother):
            lived(who, ("2024-01-10", "S", FOSTER, "ME14 1", ""))
        Episode.objects.filter(child=brother).update(legal_status="L2")
        lived(child_of(kent, "Test Child Far"), ("2024-01-10", "S", FOSTER, "M1 1", ""))
        Episode.objects.filter(place_sector="M1 1").update(place_authority_code="352")
        lived(child_of(kent, "Test Child Nowhere"), ("2024-01-10", "S", FOSTER, "", ""))
        Episode.objects.filter(place_sector="").update(place_authority_code="")
    assert set(counted(scene.cast, [])) == {
        PlacementCount("foster", "in_area", True, True, 1, 1),
        PlacementCount("foster", "in_area", False, True, 1, 1),
        PlacementCount("foster", "at_a_distance", True, False, 1, 1),
        PlacementCount("foster", None, True, False, 1, 1),
    }


def test_partners_records_are_not_used_and_without_any_nothing_is_known(scene: MatchingScene) -> None:
    with acting_for(scene.cast.portsmouth.pk):
        lived(child_of(scene.cast.portsmouth, "Test Child"), ("2024-01-10", "S", FOSTER, "ME14 1", ""))
    with acting(scene.cast.olive):
        assert stability_evidence(scene.cast.kent.pk, "886") is None
        assert stability_evidence(scene.cast.portsmouth.pk, "851") is None


def test_nothing_about_who_a_child_is_gets_read(scene: MatchingScene) -> None:
    with (
        acting(scene.cast.olive),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        stability_evidence(scene.cast.kent.pk, "886")
    said = " ".join(query["sql"] for query in asked.captured_queries)
    assert len(asked.captured_queries) <= 2
    for word in ("needs_child", "sex", "ethnic", "born", "uasc", "answers", "own_words"):
        assert word not in said


def test_a_ranking_says_how_long_similar_placements_last_and_keeps_what_it_counted(scene: MatchingScene) -> None:
    stays = [(("2024-01-10", "S", HOME, "ME14 1", ""),)] * 30
    assert counted(scene.cast, stays) == (one("childrens_home", 30, 30),)
    with acting(scene.cast.olive):
        search = search_for(scene.referral)
        assert search.evidence is not None and search.evidence.counts == (one("childrens_home", 30, 30),)
        assert search_for(scene.referral, evidence=replace(search.evidence, counts=())).evidence.counts == ()
    ranked_by(scene.cast.olive, scene.referral)
    with acting(scene.cast.olive):
        saved = SavedRanking.objects.get()
        words = [
            part["words"] for home in saved.result["ranked"] for part in home["contributions"]
            if part["criterion"] == "stability"
        ]  # fmt: skip
    assert saved.inputs["search"]["evidence"]["counts"][0]["lasted"] == 30
    assert any("of similar placements are expected to last, between" in one for one in words)
    assert any(one.endswith("(on 30 placements)") for one in words)


def test_an_emergency_is_told_by_the_referral_too(scene: MatchingScene) -> None:
    with acting(scene.cast.olive):
        scene.referral.is_emergency, scene.referral.needed_on = True, date(2024, 1, 12)
        scene.referral.save()
        lived(scene.referral.child, ("2024-01-10", "S", FOSTER, "ME14 1", ""))
    assert counted(scene.cast, []) == (PlacementCount("foster", "in_area", False, False, 1, 1),)


def test_the_page_says_that_it_is_about_placements_of_a_sort_not_about_this_child(scene: MatchingScene) -> None:
    counted(scene.cast, [(("2024-01-10", "S", HOME, "ME14 1", ""),)] * 30)
    ranked_by(scene.cast.olive, scene.referral)
    client = Client()
    client.force_login(scene.cast.olive)
    page = client.get(reverse("matching:homes", args=[scene.referral.key])).content.decode()
    assert "of similar placements are expected to last, between" in page
    for address in (page, client.get(reverse("matching:policy")).content.decode()):
        words = " ".join(address.split())
        assert "not about this child" in words
        assert "administrative records" in words
