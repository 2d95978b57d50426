import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cast import make_person
from nearhome.matching.models import RegionalPlan, SharedSearch
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Referral
from reading_responses import client_of, text_of, text_of_response
from scenes_regional import FAR, RegionScene, home, lives, make_region, planned_by, told_by, waits

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def region(db: None) -> RegionScene:
    return make_region()


@pytest.fixture
def planned(region: RegionScene) -> tuple[RegionScene, Referral, Referral, RegionalPlan]:
    """Kent's and Portsmouth's child want the same home; Portsmouth's older one has none."""
    cast = region.cast
    home(cast, "Madeup Near House", area_code="850", max_age=15)
    home(cast, "Madeup Far House", point=FAR, max_age=15)
    own, partners = waits(cast, cast.olive, "PAGE-OWN"), waits(cast, cast.oscar, "PAGE-PARTNER")
    waits(cast, cast.oscar, "PAGE-OLD", born_on=own.child.born_month.replace(year=2009))
    told_by(cast.oscar)
    return region, own, partners, planned_by(cast.olive)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(reverse(f"matching:{name}", args=args), query)
    assert response.status_code == 200, response.content[:300]
    return text_of(response)


def downloads(client: Client, name: str, *args: Any, **query: Any) -> list[str]:
    """Every table of a page as CSV and Excel, as text."""
    address = reverse(f"matching:{name}", args=args)
    body = client.get(address, query).content.decode().replace("&amp;", "&")
    found = sorted(set(re.findall(r'href="(\?[^"]*download=[^"]*)"', body)))
    return [text_of_response(client.get(address + one)) for one in found]


def test_before_the_first_plan_the_page_says_what_to_do(region: RegionScene) -> None:
    client = client_of(region.cast.olive)
    assert "No plan has been worked out yet" in page(client, "plan")
    response = client.post(reverse("matching:make_plan"), follow=True)
    assert "No child of any partner waits for a home now" in text_of(response)


def test_without_a_partnership_the_page_says_so(region: RegionScene) -> None:
    client = client_of(region.cast.hilda)
    assert "Work out the plan" in page(client, "plan")
    response = client.post(reverse("matching:make_plan"), follow=True)
    assert "in no partnership yet" in text_of(response)


def test_the_plan_names_ones_own_children_and_partners_only_by_authority(planned: Any) -> None:
    region, own, partners, _ = planned
    text = page(client_of(region.cast.olive), "plan")
    assert own.ref in text
    assert "Madeup" in text
    assert "Portsmouth" in text
    theirs = page(client_of(region.cast.oscar), "plan")
    assert partners.ref in theirs
    assert own.ref not in theirs
    assert "No home in the region is possible for this child" in theirs


def test_no_page_or_download_holds_a_token_or_anything_of_a_partners_child(planned: Any) -> None:
    region, own, partners, plan = planned
    with acting(region.cast.olive):
        tokens = {str(token) for token in SharedSearch.objects.values_list("child_token", flat=True)}
    secrets = {partners.ref, str(partners.key), "PAGE-PARTNER", "PAGE-OLD", str(partners.child.key)} | tokens
    client = client_of(region.cast.olive)
    asked = {"kind": "closes", "home": _home_choice(client, plan, "Madeup Near House")}
    texts = [page(client, "plan"), page(client, "plan_child", own.key), page(client, "what_if", plan.key, **asked)]
    files = [
        *downloads(client, "plan"), *downloads(client, "plan_child", own.key), *downloads(client, "what_if", plan.key, **asked),
        *downloads(client, "plan_policy"),
    ]  # fmt: skip
    assert len(files) >= 14
    # The form asks about one's own children by their tokens, which say nothing to anybody else.
    own_token = client.get(reverse("matching:what_if", args=[plan.key])).content.decode()
    for secret in secrets:
        assert all(secret not in text for text in files), secret
        assert all(secret not in text for text in texts[:2]), secret
    assert {secret for secret in secrets if secret in texts[2]} <= {one for one in secrets if one in own_token}
    assert sum(token in own_token for token in tokens) == 1


def _home_choice(client: Client, plan: RegionalPlan, name: str) -> str:
    body = text_of(client.get(reverse("matching:what_if", args=[plan.key])))
    return re.search(rf'<option value="([^"]+)"[^>]*> ?{name} ?<', body)[1]


def _child_choice(client: Client, plan: RegionalPlan, ref: str) -> str:
    return _home_choice(client, plan, ref)


def test_one_child_best_place_who_has_it_and_what_else(planned: Any) -> None:
    region, own, _, _ = planned
    text = page(client_of(region.cast.olive), "plan_child", own.key)
    assert "The plan has a place at Madeup" in text
    assert "What this place is worth to the child" in text
    assert "The nearest other places" in text


def test_another_authoritys_child_or_plan_is_not_found(planned: Any) -> None:
    region, own, partners, plan = planned
    olive, hilda = client_of(region.cast.olive), client_of(region.cast.hilda)
    assert olive.get(reverse("matching:plan_child", args=[partners.key])).status_code == 404
    assert olive.get(reverse("matching:what_if", args=[own.key])).status_code == 404
    assert hilda.get(reverse("matching:what_if", args=[plan.key])).status_code == 404


def test_a_child_not_in_the_plan_is_told_how_to_get_in(planned: Any) -> None:
    region = planned[0]
    later = waits(region.cast, region.cast.olive, "PAGE-LATER")
    assert "is not in the newest plan" in page(client_of(region.cast.olive), "plan_child", later.key)


@pytest.mark.parametrize("kind", ["goes", "not_there", "closes", "opens", "comes"])
def test_each_question_is_answered(planned: Any, kind: str) -> None:
    region, own, _, plan = planned
    client = client_of(region.cast.olive)
    asked = {
        "kind": kind, "child": _child_choice(client, plan, own.ref),
        "home": _home_choice(client, plan, "Madeup Near House"), "places": "2",
    }  # fmt: skip
    with acting(region.cast.olive):
        before = RegionalPlan.objects.count()
    text = page(client, "what_if", plan.key, **asked)
    assert "The whole plan would be worth" in text
    assert "There is a problem" not in text
    with acting(region.cast.olive):
        assert RegionalPlan.objects.count() == before


def test_what_is_wrong_in_a_question_is_said_and_what_was_typed_is_kept(planned: Any) -> None:
    region, _, _, plan = planned
    client = client_of(region.cast.olive)
    near = _home_choice(client, plan, "Madeup Near House")
    text = page(client, "what_if", plan.key, kind="goes", home=near, places="99")
    for said in ("There is a problem", "Choose the child", 'value="99"', f'<option value="{near}" selected'):
        assert said in text, said
    assert "There is a problem" in page(client, "what_if", plan.key, kind="sideways")
    assert "There is a problem" in page(client, "what_if", plan.key, kind="closes", home="nonsense")
    assert "There is a problem" in page(client, "what_if", plan.key, places="2")


def test_a_question_that_cannot_be_is_refused_in_words(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    home(cast, "Madeup Foster Home", kind="foster", min_age=0, max_age=5)
    old = waits(cast, cast.olive, "PAGE-1")
    young = waits(cast, cast.olive, "PAGE-2", born_on=old.child.born_month.replace(year=2022))
    plan = planned_by(cast.olive)
    client = client_of(cast.olive)
    text = page(
        client, "what_if", plan.key, kind="goes", child=_child_choice(client, plan, old.ref),
        home=_home_choice(client, plan, "Madeup Foster Home"),
    )  # fmt: skip
    assert "There is a problem" in text
    assert f"Your child {old.ref} cannot be fixed at Madeup Foster Home" in text
    assert young.ref in text


def test_who_plans_for_nobody_reads_no_plan(planned: Any) -> None:
    region, own, _, plan = planned
    for person in (region.cast.mona, region.cast.anna, region.cast.fiona):
        client = client_of(person)
        for address in (
            reverse("matching:plan"), reverse("matching:what_if", args=[plan.key]), reverse("matching:plan_policy"),
            reverse("matching:plan_child", args=[own.key]),
        ):  # fmt: skip
            assert client.get(address).status_code in (403, 404), (person, address)
        assert client.post(reverse("matching:make_plan")).status_code == 403


def test_an_approver_reads_but_does_not_plan(planned: Any) -> None:
    client = client_of(planned[0].cast.april)
    assert reverse("matching:make_plan") not in page(client, "plan")
    assert client.post(reverse("matching:make_plan")).status_code == 403
    newcomer = client_of(make_person("Nora Madeup-Approver", planned[0].cast.west_sussex, "approver"))
    assert "No child of yours waits for a home in this plan." in page(newcomer, "plan")


def test_more_children_ask_no_more_of_the_database(region: RegionScene, django_assert_max_num_queries: Any) -> None:
    cast = region.cast
    home(cast, "Madeup Big House", places=8)
    for number in range(8):
        waits(cast, (cast.olive, cast.oscar)[number % 2], f"PAGE-{number}")
    told_by(cast.oscar)
    planned_by(cast.olive)
    client = client_of(cast.olive)
    page(client, "plan")
    with django_assert_max_num_queries(40):
        page(client, "plan")


def test_a_move_is_said_without_a_token(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House", skills=[])
    home(cast, "Madeup Far House", point=FAR, max_age=15)
    mover = waits(cast, cast.oscar, "PAGE-MOVER")
    lives(mover.child, near)
    waits(cast, cast.olive, "PAGE-1", born_on=mover.child.born_month.replace(year=2010))
    waits(cast, cast.olive, "PAGE-2", born_on=mover.child.born_month.replace(year=2010))
    told_by(cast.oscar)
    planned_by(cast.olive)
    text = page(client_of(cast.olive), "plan")
    assert "In this order" in text
    main = text[text.index("<main") : text.index("</main")]
    keys = set(UUID.findall(main))
    with acting(cast.olive):
        mine = {str(key) for key in Referral.objects.values_list("key", flat=True)}
        mine |= {str(key) for key in RegionalPlan.objects.values_list("key", flat=True)}
    assert keys <= mine
