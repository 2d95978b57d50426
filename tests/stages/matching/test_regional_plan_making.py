import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, connections, transaction
from django.http import Http404

from cast import NOW
from nearhome.audit.queries import history_of
from nearhome.market.models import Capacity, Home, Occupancy
from nearhome.matching.actions.planning import make_plan
from nearhome.matching.jobs import tell_and_plan
from nearhome.matching.models import RegionalPlan, SharedSearch
from nearhome.matching.queries.plan_shown import advice_of, plan_page
from nearhome.matching.queries.regional_plans import plan_with
from nearhome.matching.queries.replanning import planned_again_from
from nearhome.needs.models import MustNotLiveWith
from nearhome.partnership.models import Membership, Partnership
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions import add_block_place, make_block_contract, set_block_price
from nearhome.referrals.models import Invitation, Offer, Referral
from nearhome.sufficiency.models import PlaceWanted
from scenes import make_child
from scenes_inviting import invited, offered
from scenes_regional import (
    FAR,
    RegionScene,
    home,
    lives,
    make_region,
    planned_by,
    planned_for,
    taken,
    token,
    told_by,
    waits,
    where,
)

LATER = NOW + dt.timedelta(hours=2)
TODAY = NOW.date()


@pytest.fixture
def region(db: None) -> RegionScene:
    return make_region()


def apart(one: Referral, other: Referral) -> None:
    with acting_for(one.authority_id):
        MustNotLiveWith.objects.create(authority=one.authority, child=one.child, other=other.child)


def has_changed(person: Any, plan: RegionalPlan, *, now: dt.datetime = LATER) -> bool:
    with acting(person):
        return plan_page(person, plan, is_newest=True, now=now).has_changed


def bought(region: RegionScene, kept_in: Home, *, nominated: Organisation, released: dt.date | None = None) -> None:
    """Every place of the home is in a block of Kent's to which West Sussex, not Portsmouth, is party."""
    cast = region.cast
    with acting(cast.colin):
        contract = make_block_contract(
            name=f"Block at {kept_in.name}", provider=kept_in.provider, starts_on=dt.date(2026, 1, 1),
            parties={cast.kent: 5, cast.west_sussex: 3}, by=cast.colin, now=NOW,
        )  # fmt: skip
        for place in kept_in.places.order_by("label"):
            add_block_place(
                contract=contract, place=place, available_from=dt.date(2026, 1, 1), nominated=nominated,
                released_from=released, by=cast.colin, now=NOW,
            )  # fmt: skip
        set_block_price(
            contract=contract, starts_on=dt.date(2026, 1, 1), weekly_price_pence=400_000, by=cast.colin, now=NOW
        )


# --- one plan for all -------------------------------------------------------------------------------------------------


def test_children_of_several_authorities_are_planned_for_together(region: RegionScene) -> None:
    cast = region.cast
    one, two = home(cast, "Madeup Near House"), home(cast, "Madeup Far House", point=FAR)
    own, partners = waits(cast, cast.olive, "PLAN-1"), waits(cast, cast.oscar, "PLAN-2")
    advice = planned_for(cast.olive, cast.oscar)
    assert {where(advice, own), where(advice, partners)} == {str(one.key), str(two.key)}
    assert {share.authority: (share.children, share.placed) for share in advice.by_authority} == {
        "851": (1, 1), "886": (1, 1),
    }  # fmt: skip
    assert all(share.worth >= share.alone - 0.001 for share in advice.by_authority)


def test_the_same_facts_give_the_same_plan_whoever_asks_and_none_is_added(region: RegionScene) -> None:
    cast = region.cast
    bought(region, home(cast, "Madeup Block House", places=2), nominated=cast.kent)
    home(cast, "Madeup Near House")
    waits(cast, cast.olive, "PLAN-1")
    waits(cast, cast.oscar, "PLAN-2")
    told_by(cast.oscar)
    first = planned_by(cast.olive)
    assert planned_by(cast.olive, now=LATER).pk == first.pk
    assert planned_by(cast.oscar, now=LATER).pk == first.pk
    with acting(cast.oscar):
        assert RegionalPlan.objects.count() == 1
    assert not has_changed(cast.olive, first)
    assert not has_changed(cast.oscar, first)


def test_no_plan_places_holds_or_invites(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    waits(cast, cast.olive, "PLAN-1")
    with acting(cast.olive):
        before = [model.objects.count() for model in (Occupancy, Invitation, Offer)]
        states = list(Referral.objects.values_list("state", flat=True))
    planned_by(cast.olive)
    with acting(cast.olive):
        assert [model.objects.count() for model in (Occupancy, Invitation, Offer)] == before
        assert list(Referral.objects.values_list("state", flat=True)) == states


def test_what_was_done_is_on_record_without_a_word_that_says_who(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    referral = waits(cast, cast.olive, "PLAN-SECRET")
    plan = planned_by(cast.olive)
    with acting(cast.olive):
        [made] = history_of(plan.key)
        [told] = [line for line in history_of(referral.key) if line.name == "search.told"]
    assert made.words == "Planned for 1 child of all partners together: a place for 1."
    assert "no name, no need, no address" in told.words.lower()
    assert "PLAN-SECRET" not in made.words + told.words
    assert referral.ref not in made.words


# --- something changes ------------------------------------------------------------------------------------------------


def close(region: RegionScene, referral: Referral, place: Home) -> None:
    with acting(region.cast.mona):
        Home.objects.filter(pk=place.pk).update(closes_before=TODAY + dt.timedelta(days=3))


def take(region: RegionScene, referral: Referral, place: Home) -> None:
    taken(place)


def stop(region: RegionScene, referral: Referral, place: Home) -> None:
    with acting(region.cast.olive):
        Referral.objects.filter(pk=referral.pk).update(state="withdrawn")


def come(region: RegionScene, referral: Referral, place: Home) -> None:
    waits(region.cast, region.cast.olive, "PLAN-NEW")


@pytest.mark.parametrize("change", [close, take, stop, come])
def test_when_a_fact_changes_the_page_says_so_and_the_next_plan_differs(region: RegionScene, change: Any) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House")
    home(cast, "Madeup Far House", point=FAR)
    referral = waits(cast, cast.olive, "PLAN-1")
    waits(cast, cast.olive, "PLAN-2")
    first = planned_by(cast.olive)
    assert not has_changed(cast.olive, first)
    change(region, referral, near)
    assert has_changed(cast.olive, first)
    second = planned_by(cast.olive, now=LATER)
    assert second.pk != first.pk
    assert second.result["plan"] != first.result["plan"]
    assert not has_changed(cast.olive, second)


# --- nothing to plan, nobody to plan with -----------------------------------------------------------------------------


def refused(person: Any) -> str:
    with acting(person), pytest.raises(ValidationError) as found:
        make_plan(authority=person.organisation, by=person, now=NOW)
    return " ".join(found.value.messages)


def test_without_a_partnership_there_is_nobody_to_plan_with(region: RegionScene) -> None:
    assert "in no partnership yet" in refused(region.cast.hilda)


def test_where_nobody_waits_there_is_nothing_to_plan(region: RegionScene) -> None:
    assert "No child of any partner waits" in refused(region.cast.olive)


def test_a_child_nobody_can_take_and_a_region_without_a_free_place_are_said_plainly(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Little House", min_age=0, max_age=5)
    teenager = waits(cast, cast.olive, "PLAN-1")
    advice = planned_for(cast.olive)
    assert advice.plan.lines == ()
    [why] = advice.plan.unplaced
    assert why.child_ref == token(teenager.child)
    assert why.why == "No home in the region is possible for this child: every one is refused by a rule."


def test_with_no_home_at_all_there_is_still_a_plan(region: RegionScene) -> None:
    waits(region.cast, region.cast.olive, "PLAN-1")
    assert len(planned_for(region.cast.olive).plan.unplaced) == 1


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["mona", "anna", "fiona", "april"])
def test_only_officers_and_commissioners_of_an_authority_ask_for_a_plan(region: RegionScene, who: str) -> None:
    person = getattr(region.cast, who)
    with acting(person), pytest.raises(PermissionDenied):
        make_plan(authority=person.organisation, by=person, now=NOW)


def test_a_plan_is_read_by_its_partners_as_long_as_they_are_partners(region: RegionScene) -> None:
    cast = region.cast
    with acting(cast.olive):
        other = Partnership.objects.create(
            name="Another Partnership", lead=cast.kent, finance_lead=cast.kent, starts_on=dt.date(2025, 4, 1)
        )
        for organisation in (cast.kent, cast.hampshire):
            Membership.objects.create(
                partnership=other, organisation=organisation, standing="member", starts_on=dt.date(2025, 4, 1)
            )
    home(cast, "Madeup Near House")
    waits(cast, cast.oscar, "PLAN-1")
    plan = planned_by(cast.oscar)
    with acting(cast.olive):
        assert plan_with(cast.olive, plan.key).pk == plan.pk
    with acting(cast.hilda), pytest.raises(Http404):  # a partner of Kent's, in another partnership
        plan_with(cast.hilda, plan.key)
    with acting(cast.olive):
        Membership.objects.filter(partnership=region.partnership, organisation=cast.portsmouth).update(
            ends_before=dt.date(2026, 11, 1)
        )
    for person in (cast.oscar, cast.mona):
        with acting(person):
            assert RegionalPlan.objects.count() == 0


def test_a_plan_is_never_changed_or_removed_and_only_written_into_ones_own_partnership(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    waits(cast, cast.olive, "PLAN-1")
    plan = planned_by(cast.olive)
    for statement in ("UPDATE matching_regionalplan SET digest = 'x'", "DELETE FROM matching_regionalplan"):
        with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.olive), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.hilda):
        RegionalPlan.objects.create(
            partnership=region.partnership, authority=cast.hampshire, made_at=NOW, made_by="Forged", made_for=TODAY,
            policy_version="x", digest=plan.digest, inputs={}, result={},
        )  # fmt: skip


# --- what the plan holds to -------------------------------------------------------------------------------------------


def test_a_bed_kept_for_another_authority_is_not_used_until_it_is_released(region: RegionScene) -> None:
    cast = region.cast
    kept = home(cast, "Madeup Block House")
    bought(region, kept, nominated=cast.west_sussex)
    own, partners = waits(cast, cast.olive, "PLAN-1"), waits(cast, cast.oscar, "PLAN-2")
    advice = planned_for(cast.oscar, cast.olive)
    assert where(advice, own) == where(advice, partners) == ""


def test_a_released_bed_is_used(region: RegionScene) -> None:
    cast = region.cast
    kept = home(cast, "Madeup Block House")
    bought(region, kept, nominated=cast.west_sussex, released=TODAY)
    own = waits(cast, cast.olive, "PLAN-1")
    assert where(planned_for(cast.olive), own) == str(kept.key)


def test_a_place_held_for_another_child_is_not_given_away(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House")
    held_for, other = waits(cast, cast.olive, "PLAN-1"), waits(cast, cast.olive, "PLAN-2")
    offered(cast.mona, invited(cast, held_for, near))
    advice = planned_for(cast.olive)
    assert where(advice, other) == ""
    assert all(not line.moves_from for line in advice.plan.lines)  # a place held is not where the child lives


def test_brothers_and_sisters_live_together_where_there_is_room_else_near_each_other(region: RegionScene) -> None:
    cast = region.cast
    big = home(cast, "Madeup Big House", places=2)
    home(cast, "Madeup Next House")
    group = "5a4f3c1e-0000-4000-8000-000000000001"
    first, second = (waits(cast, cast.olive, f"PLAN-{n}", sibling_group=group) for n in (1, 2))
    advice = planned_for(cast.olive)
    assert where(advice, first) == where(advice, second) == str(big.key)
    taken(big)
    advice = planned_for(cast.olive, now=LATER)
    assert where(advice, first) != where(advice, second)
    assert {line.kind for line in advice.plan.lines} == {"near"}


def test_two_who_must_live_apart_are_never_in_one_home(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Big House", places=2)
    far = home(cast, "Madeup Far House", point=FAR)
    one, other = waits(cast, cast.olive, "PLAN-1"), waits(cast, cast.olive, "PLAN-2")
    apart(one, other)
    advice = planned_for(cast.olive)
    assert str(far.key) in {where(advice, one), where(advice, other)}
    assert where(advice, one) != where(advice, other)


def test_with_one_place_the_emergency_comes_first(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House", area_code="850")  # nobody's own, so that no promise decides
    usual, urgent = waits(cast, cast.olive, "PLAN-1"), waits(cast, cast.oscar, "PLAN-2", is_emergency=True)
    with acting(cast.oscar):
        Referral.objects.filter(pk=urgent.pk).update(needed_on=TODAY)
    advice = planned_for(cast.olive, cast.oscar)
    assert (where(advice, urgent), where(advice, usual)) == (str(near.key), "")


def test_the_last_place_in_ones_own_area_stays_ones_own_whatever_partners_need(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House", area_code="886")
    own, urgent = waits(cast, cast.olive, "PLAN-1"), waits(cast, cast.oscar, "PLAN-2", is_emergency=True)
    advice = planned_for(cast.olive, cast.oscar)
    assert (where(advice, own), where(advice, urgent)) == (str(near.key), "")
    assert advice.price_of_promise is not None
    assert advice.price_of_promise > 0


def test_a_fresh_vacancy_of_a_service_is_its_own_authoritys_first(region: RegionScene) -> None:
    cast = region.cast
    own = home(cast, "Madeup Kent House", provider=cast.kent)
    taken(own, until=TODAY)
    partners = waits(cast, cast.oscar, "PLAN-1", is_emergency=True)
    with acting(cast.oscar):
        Referral.objects.filter(pk=partners.pk).update(needed_on=TODAY)
    assert where(planned_for(cast.oscar), partners) == ""
    tomorrow = NOW + dt.timedelta(days=1)
    assert where(planned_for(cast.oscar, now=tomorrow), partners) == str(own.key)


def test_a_place_that_has_been_free_for_long_is_no_fresh_vacancy(region: RegionScene) -> None:
    cast = region.cast
    own = home(cast, "Madeup Kent House", provider=cast.kent)
    partners = waits(cast, cast.oscar, "PLAN-1", is_emergency=True)
    with acting(cast.oscar):
        Referral.objects.filter(pk=partners.pk).update(needed_on=TODAY)
    assert where(planned_for(cast.oscar), partners) == str(own.key)


def test_a_place_that_opens_within_days_is_waited_for(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House")
    leaver = make_child(cast.oscar.organisation, "PLAN-LEAVER")
    lives(leaver, near, until=dt.date(2026, 12, 10))
    own = waits(cast, cast.olive, "PLAN-1")
    advice = planned_for(cast.olive)
    assert where(advice, own) == str(near.key)
    assert advice.plan.lines[0].starts_on == dt.date(2026, 12, 10)


def test_a_planned_move_frees_a_place_and_the_order_of_moves_is_said(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House", skills=[], kind="childrens_home")
    far = home(cast, "Madeup Far House", point=FAR, max_age=15)
    mover = waits(cast, cast.oscar, "PLAN-MOVER")
    lives(mover.child, near)
    # Sixteen: the far home is not for them, the near one only once the other has moved.
    comer = waits(cast, cast.olive, "PLAN-COMER", born_on=dt.date(2010, 5, 14))
    told_by(cast.oscar)
    plan = planned_by(cast.olive)
    advice = advice_of(plan)
    assert (where(advice, mover), where(advice, comer)) == (str(far.key), str(near.key))
    with acting(cast.olive):
        page = plan_page(cast.olive, plan, is_newest=True, now=NOW)
    assert page.moves == [
        "A child of Portsmouth goes to Madeup Far House, which frees the place at Madeup Near House",
        f"Your child {comer.ref} goes to Madeup Near House",
    ]


def test_a_home_takes_no_more_than_it_has_staff_for(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House", places=3)
    with acting(cast.mona):
        Capacity.objects.filter(home=near).update(staffed=1, open_to_referrals=1)
    for number in (1, 2):
        waits(cast, cast.olive, f"PLAN-{number}")
    assert len(planned_for(cast.olive).plan.lines) == 1


# --- kept, replayed, on a timer ---------------------------------------------------------------------------------------


def test_a_stored_plan_worked_out_again_from_what_it_was_made_of_is_the_same(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Big House", places=2)
    home(cast, "Madeup Far House", point=FAR)
    for number in range(4):
        waits(cast, (cast.olive, cast.oscar)[number % 2], f"PLAN-{number}")
    told_by(cast.oscar)
    plan = planned_by(cast.olive)
    home(cast, "Madeup New House")
    assert planned_again_from(plan).plan == advice_of(plan).plan


def test_what_another_place_would_be_worth_is_kept_for_each_partner(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    waits(cast, cast.olive, "PLAN-1")
    waits(cast, cast.oscar, "PLAN-2")
    assert tell_and_plan(NOW) == 1
    for person in (cast.olive, cast.oscar):
        with acting(person):
            [kept] = PlaceWanted.objects.all()
            assert (kept.area_code, kept.kind, kept.authority_id) == ("886", "childrens_home", person.organisation_id)
            assert kept.worth > 900
    with acting(cast.hilda):
        assert PlaceWanted.objects.count() == 0


def test_the_timer_tells_and_plans_for_all_and_twice_is_safe(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House", places=2)
    waits(cast, cast.olive, "PLAN-1")
    waits(cast, cast.oscar, "PLAN-2")
    waits(cast, cast.hilda, "PLAN-3")  # of no partnership
    assert tell_and_plan(NOW) == 1
    assert tell_and_plan(LATER) == 0
    with acting(cast.oscar):
        assert RegionalPlan.objects.count() == 1
        assert SharedSearch.objects.count() == 2
        plan = RegionalPlan.objects.get()
        assert len(plan.inputs["region"]["waiting"]) == 2
        assert plan.made_by == "Nearhome"


def test_nights_used_count_beds_bought_together_and_only_partners_learn_them(region: RegionScene) -> None:
    cast = region.cast
    block, spot = home(cast, "Madeup Block House", places=2), home(cast, "Madeup Spot House")
    bought(region, block, nominated=cast.kent)
    lives(make_child(cast.kent, "PLAN-A"), block, since=dt.date(2026, 11, 1), until=dt.date(2026, 11, 11))
    lives(make_child(cast.kent, "PLAN-B"), spot, since=dt.date(2026, 10, 1))
    taken(block, label="Place 2", child=make_child(cast.west_sussex, "PLAN-C"), since=dt.date(2026, 11, 10))
    ask = "SELECT organisation_id, nights FROM matching_nights_used(%s, %s, %s)"
    values = [region.partnership.pk, dt.date(2025, 11, 20), dt.date(2026, 11, 20)]
    for person in (cast.olive, cast.oscar):
        with acting(person), connection.cursor() as cursor:
            cursor.execute(ask, values)
            assert dict(cursor.fetchall()) == {cast.kent.pk: 10, cast.west_sussex.pk: 10}
    for person in (cast.hilda, cast.mona):
        with acting(person), connection.cursor() as cursor:
            cursor.execute(ask, values)
            assert cursor.fetchall() == []


def test_two_who_press_at_once_get_one_plan(committed_database: str) -> None:
    made = make_region()
    home(made.cast, "Madeup Near House")
    waits(made.cast, made.cast.olive, "PLAN-1")
    told_by(made.cast.olive)
    found, start = [], threading.Barrier(2)

    def press(person: Any) -> None:
        start.wait()
        try:
            found.append(planned_by(person).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[person]) for person in (made.cast.olive, made.cast.oscar)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
