"""A call-off is never above the line of the child's own category and age, whatever else is on the card."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import NOW
from nearhome.matching.actions.asking import ReasonsOwed, ask_homes
from nearhome.matching.actions.deciding import select_offer
from nearhome.placements.actions.approving import approve_and_book
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import admit_supplier, make_framework, set_rate_line
from nearhome.procurement.models import CallOff, FrameworkSupplier, RateLine
from nearhome.procurement.queries import open_routes_for, price_limit
from nearhome.procurement.queries.call_offs import rate_in_force
from nearhome.referrals.actions.offering import make_offer
from nearhome.referrals.calculations import released
from nearhome.referrals.models import Invitation, Release
from scenes_inviting import terms_for
from scenes_matching import MatchingScene, complete_choice, make_matching_scene, ranked_by

pytestmark = pytest.mark.django_db
APRIL = dt.date(2026, 4, 1)
NAME = "Made-up framework"
# Category, first age, age before which it ends, pence: the child is 13.
CARD = (
    ("standard", 0, 10, 410_000), ("standard", 10, 16, 480_000), ("standard", 16, 18, 700_000), ("complex", 0, 18, 999_900),
    ("parent and child", 0, 18, 300_000),
)  # fmt: skip


@pytest.fixture
def scene() -> MatchingScene:
    made = make_matching_scene()
    admitted(made, CARD)
    ranked_by(made.cast.olive, made.referral)
    return made


def admitted(made: MatchingScene, card: tuple) -> FrameworkSupplier:
    with acting(by := made.cast.colin):
        framework = make_framework(name=NAME, kind="childrens_home", starts_on=APRIL, parties=[], by=by, now=NOW)
        supplier = admit_supplier(framework=framework, registration=made.meadow.registration, tier=1, by=by, now=NOW)
        for category, low, before, pence in card:
            set_rate_line(
                supplier=supplier,
                weekly_price_pence=pence,
                starts_on=APRIL,
                ages=(low, before),
                category=category,
                by=by,
                now=NOW,
            )
    return supplier


def ask(scene: MatchingScene, category: str) -> Invitation:
    with acting(olive := scene.cast.olive):
        scene.referral.refresh_from_db()
        done = ask_homes(
            referral=scene.referral, homes=[scene.meadow], reasons={}, by=olive, now=NOW, rate_category=category
        )
        return done.new[0]


def told(scene: MatchingScene, invitation: Invitation) -> released.PricedRoute:
    with acting(scene.cast.mona):
        need = released.read_anonymous(Release.objects.get(invitation=invitation).content)
    return next(one for one in need.routes if one.route.kind == "framework")


def booked(scene: MatchingScene, invitation: Invitation, pence: int) -> CallOff:
    with acting(scene.cast.mona):
        terms = replace(terms_for(scene.meadow), core_pence=pence)
        offer = make_offer(invitation=invitation, terms=terms, by=scene.cast.mona, now=NOW)
    with acting(olive := scene.cast.olive):
        scene.referral.refresh_from_db()
        choice = complete_choice(olive, scene.referral, offer)
        decision = select_offer(referral=scene.referral, offer=offer, choice=choice, by=olive, now=NOW)
    with acting(april := scene.cast.april):
        approve_and_book(decision=decision, by=april, now=NOW, granted=True)
        return CallOff.objects.select_related("rate_line").get()


@pytest.mark.parametrize(("category", "most"), [("standard", 480_000), ("complex", 999_900)])
def test_the_provider_is_told_the_category_and_its_line_and_the_call_off_keeps_both(
    scene: MatchingScene, category: str, most: int
) -> None:
    invitation = ask(scene, category)
    limit = told(scene, invitation).limit
    assert limit
    assert (limit.most_pence, f"your {category} rate in {NAME}" in limit.words) == (most, True)
    with pytest.raises(ValidationError, match="above the most you may ask"):
        booked(scene, invitation, most + 1)
    made = booked(scene, invitation, most)
    assert (made.category, made.rate_line.category, made.weekly_price_pence) == (category, category, most)
    assert made.rate_line.min_age <= made.age_years < made.rate_line.before_age


def test_which_category_is_asked_where_a_card_has_several(scene: MatchingScene) -> None:
    for wrong in ("", "of gold"):
        with pytest.raises(ReasonsOwed) as owed:
            ask(scene, wrong)
        assert owed.value.categories == ("standard", "complex", "parent and child")
    with acting(scene.cast.olive):
        assert not Invitation.objects.exists()
    client = Client()
    client.force_login(scene.cast.olive)
    at, sent = f"/matching/{scene.referral.key}/invite/", {"home": [str(scene.meadow.key)]}
    page = client.post(at, sent).content.decode()
    assert "Which category of need does the child have?" in page
    page = client.post(at, sent | {"reasons": "given"}).content.decode()
    assert "There is a problem" in page
    page = client.post(at, sent | {"reasons": "given", "rate_category": "complex"}, follow=True).content.decode()
    assert "Invited 1 home." in page
    with acting(scene.cast.mona):
        assert Invitation.objects.get().rate_category == "complex"
    other = Client()
    other.force_login(scene.cast.hilda)
    assert other.post(at, sent).status_code == 404


_LINES = st.lists(
    st.tuples(
        st.sampled_from(("standard", "complex")), st.integers(0, 17), st.integers(1, 18), st.integers(1, 20).map(lambda n: n * 50_000),
        st.integers(0, 3),
    ).filter(lambda line: line[1] < line[2]),
    min_size=1, max_size=6, unique_by=lambda line: (line[0], line[1], line[2], line[4]),
)  # fmt: skip


def plainly(lines: list, category: str, age: int, on: dt.date) -> int | None:
    """The line that holds, slowly: of this category and age, begun, the latest, then the cheapest."""
    fits = [
        one
        for one in lines
        if one[0] == category and one[1] <= age < one[2] and APRIL + dt.timedelta(days=one[4]) <= on
    ]
    newest = max((one[4] for one in fits), default=None)
    return min((one[3] for one in fits if one[4] == newest), default=None)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=_LINES,
    category=st.sampled_from(("standard", "complex")),
    age=st.integers(0, 17),
    price=st.integers(1, 20),
    day=st.integers(0, 4),
)
def test_page_action_and_database_hold_a_call_off_to_the_same_line(
    scene: MatchingScene, lines: list, category: str, age: int, price: int, day: int
) -> None:
    on, pence, meadow, kent = APRIL + dt.timedelta(days=day), price * 50_000, scene.meadow, scene.cast.kent
    with acting(scene.cast.colin), transaction.atomic():
        supplier = FrameworkSupplier.objects.get()
        RateLine.objects.all().delete()
        for kind, low, before, weekly, starts in lines:
            RateLine.objects.create(
                supplier=supplier, provider=scene.cast.meadow, category=kind, min_age=low, before_age=before,
                weekly_price_pence=weekly, starts_on=APRIL + dt.timedelta(days=starts),
            )  # fmt: skip
        most = plainly(lines, category, age, on)
        found = open_routes_for([meadow], kent.pk, on, now=NOW)[meadow.pk]
        route = next(one for one in found if one.kind == "framework")
        limit = price_limit(route, home_id=meadow.pk, age_years=age, on=on, category=category)
        assert limit.most_pence == (most or 0)
        line = rate_in_force(kent.pk, meadow.registration_id, NAME, category=category, age_years=age, on=on)
        assert (line.weekly_price_pence if line else None) == most
        taken = [one.pk for one in RateLine.objects.all() if _is_taken(scene, supplier, one, category, age, on, pence)]
        expected = [line.pk] if line and most and pence <= most else []
        same = set(RateLine.objects.filter(pk__in=taken).values_list("weekly_price_pence", "starts_on"))
        assert bool(taken) == bool(expected)
        assert same <= {(line.weekly_price_pence, line.starts_on)} if line else not same
        transaction.set_rollback(True)


def _is_taken(
    scene: MatchingScene, supplier: FrameworkSupplier, line: RateLine, category: str, age: int, on: dt.date, pence: int
) -> bool:
    """Whether the database takes this row, whatever the site would have said."""
    row = {
        "id": 99, "key": "9b2e5a52-0000-4000-8000-000000000002", "booking_key": "9b2e5a52-0000-4000-8000-000000000001",
        "thread": "9b2e5a52-0000-4000-8000-000000000003", "authority_id": scene.cast.kent.pk, "provider_id": supplier.provider_id,
        "registration_id": supplier.registration_id, "route": "framework", "method": "direct", "method_words": "Made up",
        "supplier_id": supplier.pk, "tier": 1, "rate_line_id": line.pk, "category": category, "age_years": age, "passed_over": [],
        "starts_on": on.isoformat(), "weekly_price_pence": pence, "made_at": NOW.isoformat(), "made_by": "Colin",
    }  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procurement_calloff SELECT * FROM jsonb_populate_record(NULL::procurement_calloff, %s::jsonb)",
                [json.dumps(row)],
            )
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True
