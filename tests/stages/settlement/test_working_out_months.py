"""A month worked out: who pays for which night, and what happens when the facts come late."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum

from nearhome.partnership.models import Membership, PartnershipAgreement
from nearhome.placements.models import Booking, BookingPrice
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.models import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer
from scenes import make_home
from scenes_closing import closed
from scenes_settlement import (
    IN_OCTOBER,
    OCTOBER,
    SEPTEMBER,
    WEEKLY,
    BlockScene,
    depart,
    first_place,
    live_in,
    make_block_scene,
)

pytestmark = pytest.mark.django_db
IN_NOVEMBER = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def work_out(scene: BlockScene, starts_on: dt.date = SEPTEMBER, now: dt.datetime = IN_OCTOBER) -> Month:
    with acting(scene.cast.fiona):
        return work_out_month(partnership=scene.partnership, starts_on=starts_on, by=scene.cast.fiona, now=now)


def close(scene: BlockScene, month: Month) -> Month:
    return closed(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)


def net(scene: BlockScene, month: Month) -> dict[str, int]:
    with acting(scene.cast.fiona):
        return dict(NetPosition.objects.filter(month=month).values_list("organisation__name", "pence"))


def charged(scene: BlockScene, month: Month) -> list[tuple[str, str, int, int]]:
    """(payer, kind, nights, pence), as Kent reads them."""
    with acting(scene.cast.fiona):
        rows = Charge.objects.filter(month=month).order_by("place__label", "starts_on", "id")
        return list(rows.values_list("payer__name", "kind", "nights", "pence"))


def test_a_portsmouth_child_in_a_kent_block_bed_is_recharged_to_portsmouth(scene: BlockScene) -> None:
    live_in(scene.places[0], scene.cast.kent, "K-1", dt.date(2026, 3, 1), block=scene.contract)
    live_in(
        scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), dt.date(2026, 9, 25), block=scene.contract
    )
    month = work_out(scene)
    assert charged(scene, month) == [
        ("Kent", "occupied", 30, 1_953_000),
        ("Kent", "empty", 9, 585_900),
        ("Portsmouth", "occupied", 15, 976_500),
        ("Kent", "empty", 6, 390_600),
        ("West Sussex", "empty", 30, 1_953_000),
    ]
    assert net(scene, month) == {"Kent": 2_929_500, "Portsmouth": -976_500, "West Sussex": -1_953_000}
    with acting(scene.cast.felix):
        line = Charge.objects.get(month=month)
        assert (line.child_ref, line.home_name, line.host.name) == ("P-1", "Madeup Meadow House", "Kent")
        assert "child of Portsmouth in a Kent block bed" in line.reason
    with acting(scene.cast.fiona):
        paid = set(Transfer.objects.filter(month=month).values_list("payer__name", "payee__name", "pence"))
        assert paid == {("West Sussex", "Kent", 1_953_000), ("Portsmouth", "Kent", 976_500)}
        assert Statement.objects.filter(month=month).count() == 3


def test_empty_nights_are_shared_to_the_penny_when_the_agreement_says_so(scene: BlockScene) -> None:
    with acting_for(scene.cast.kent.pk):
        PartnershipAgreement.objects.create(
            partnership=scene.partnership, version=2, starts_on=dt.date(2026, 9, 11), empty_bearer="shares"
        )
    month = work_out(scene)
    lines = charged(scene, month)
    before, after = [one for one in lines if one[2] == 10], [one for one in lines if one[2] == 20]
    assert [one[0] for one in before] == ["Kent", "Kent", "West Sussex"]
    assert sorted({one[0] for one in after}) == ["Kent", "Portsmouth", "West Sussex"]
    assert sum(one[3] for one in lines) == 3 * 1_953_000
    assert sum(net(scene, month).values()) == 0


def test_the_providers_grace_nights_make_no_charge(scene: BlockScene) -> None:
    with acting_for(scene.cast.kent.pk):
        PartnershipAgreement.objects.filter(partnership=scene.partnership).update(grace_nights=7)
    live_in(scene.places[0], scene.cast.kent, "K-1", dt.date(2026, 3, 1), dt.date(2026, 8, 30), block=scene.contract)
    month = work_out(scene)
    first_place = next(one for one in charged(scene, month) if one[0] == "Kent")
    assert first_place[1:3] == ("empty", 25)  # two of the seven free nights were in August


def test_a_place_closed_by_the_provider_is_not_paid_for_and_one_closed_for_the_host_is(scene: BlockScene) -> None:
    from psycopg.types.range import DateRange

    from nearhome.market.actions.occupancy import close_place

    days = DateRange(dt.date(2026, 9, 1), dt.date(2026, 10, 1))
    with acting(scene.cast.mona):
        close_place(place=scene.places[1], days=days, reason="Repairs", by=scene.cast.mona, now=IN_OCTOBER)
        close_place(
            place=scene.places[2], days=days, reason="Host: kept free for a sibling", by=scene.cast.mona, now=IN_OCTOBER
        )
    month = work_out(scene)
    assert charged(scene, month) == [("Kent", "empty", 30, 1_953_000), ("Kent", "unavailable", 30, 1_953_000)]
    with acting(scene.cast.fiona):
        words = [one.words for one in Problem.objects.filter(month=month, about__startswith="Place 3")]
    assert len(words) == 1 and words[0].startswith("30 nights of September 2026 are charged to the host although")


def test_an_authoritys_own_placement_is_paid_by_itself_and_moves_nothing_between_authorities(scene: BlockScene) -> None:
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    live_in(first_place(home), scene.cast.portsmouth, "P-2", dt.date(2026, 9, 24), weekly=700_000)
    month = work_out(scene)
    with acting(scene.cast.felix):
        line = Charge.objects.get(month=month, child_ref="P-2")
        assert (line.host.name, line.nights, line.pence) == ("Portsmouth", 7, 700_000)
    assert net(scene, month)["Portsmouth"] == 0


@pytest.mark.parametrize("weekly", [455_701, 333_333, 100])
def test_everything_sums_to_zero_to_the_penny_at_awkward_prices(scene: BlockScene, weekly: int) -> None:
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    live_in(first_place(home), scene.cast.west_sussex, "W-1", dt.date(2026, 9, 4), dt.date(2026, 9, 9), weekly=weekly)
    live_in(scene.places[2], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 3), block=scene.contract)
    month = work_out(scene)
    assert sum(net(scene, month).values()) == 0
    with acting(scene.cast.fiona):
        rows = Posting.objects.filter(month=month)
        sums = rows.values("entry").annotate(sum=Sum("pence")).values_list("sum", flat=True)
        assert rows.count() and set(sums) == {0}
        each = rows.values("organisation").annotate(sum=Sum("pence")).values_list("sum", flat=True)
        assert set(each) == {0}


def test_working_out_twice_posts_nothing_new(scene: BlockScene) -> None:
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), block=scene.contract)
    month = work_out(scene)
    before, positions = charged(scene, month), net(scene, month)
    again = work_out(scene)
    assert again.pk == month.pk
    assert charged(scene, month) == before
    assert net(scene, month) == positions


def test_a_draft_worked_out_again_posts_only_what_changed(scene: BlockScene) -> None:
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), block=scene.contract)
    month = work_out(scene)
    depart(booking, dt.date(2026, 9, 24))
    before = len(charged(scene, month))
    work_out(scene)
    added = charged(scene, month)
    assert len(added) == before + 2
    assert net(scene, month)["Portsmouth"] == -14 * WEEKLY // 7


def test_a_backdated_arrival_posts_the_difference_in_the_next_month_with_its_reason(scene: BlockScene) -> None:
    september = close(scene, work_out(scene))
    closed_lines, closed_positions = charged(scene, september), net(scene, september)
    live_in(
        scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 24), dt.date(2026, 10, 1), block=scene.contract
    )
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    with acting(scene.cast.felix):
        line = Charge.objects.get(month=october)
        assert (line.about_month, line.pence, line.nights, line.kind) == (SEPTEMBER, WEEKLY, 0, "correction")
        assert line.reason.startswith("Correction for 24 September 2026 to 30 September 2026: £4,557.00 is due, £0.00")
    with acting(scene.cast.fiona):
        back = Charge.objects.get(month=october, about_month=SEPTEMBER, payer=scene.cast.kent)
        assert back.pence == -WEEKLY
    assert sum(net(scene, october).values()) == 0
    assert (charged(scene, september), net(scene, september)) == (closed_lines, closed_positions)
    lines = charged(scene, october)
    work_out(scene, OCTOBER, IN_NOVEMBER)
    assert charged(scene, october) == lines
    november = work_out_in_december(scene, october)
    with acting(scene.cast.fiona):
        assert not Charge.objects.filter(month=november, about_month=SEPTEMBER).exists()


def work_out_in_december(scene: BlockScene, october: Month) -> Month:
    close(scene, october)
    return work_out(scene, dt.date(2026, 11, 1), dt.datetime(2026, 12, 2, 9, 0, tzinfo=dt.UTC))


def test_a_stay_cancelled_after_the_month_closed_is_taken_back_by_the_childs_reference(scene: BlockScene) -> None:
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 24), block=scene.contract)
    close(scene, work_out(scene))
    with acting_for(scene.cast.portsmouth.pk):
        Booking.objects.filter(pk=booking.pk).update(cancelled_at=IN_OCTOBER)
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    with acting(scene.cast.felix):
        line = Charge.objects.get(month=october)
        assert (line.child_ref, line.home_name, line.pence) == ("P-1", "Madeup Meadow House", -WEEKLY)


def test_who_joins_later_owes_nothing_for_months_before_and_who_left_still_gets_corrections(scene: BlockScene) -> None:
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    live_in(first_place(home), scene.cast.hampshire, "H-1", dt.date(2026, 8, 1), weekly=700_000)
    close(scene, work_out(scene))
    with acting_for(scene.cast.kent.pk):
        Membership.objects.create(
            partnership=scene.partnership, organisation=scene.cast.hampshire, standing="ally", starts_on=OCTOBER
        )
        Membership.objects.filter(organisation=scene.cast.west_sussex).update(ends_before=OCTOBER)
    late = make_home(scene.cast.harbour, "Madeup Late House", urn="SC900004")
    live_in(first_place(late), scene.cast.west_sussex, "W-1", dt.date(2026, 9, 24), weekly=70_000)
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    with acting(scene.cast.fiona):
        rows = Charge.objects.filter(month=october).exclude(payer=scene.cast.kent)
        found = sorted(rows.values_list("payer__name", "about_month", "pence"))
    assert found == [
        ("Hampshire", OCTOBER, 3_100_000),
        ("West Sussex", SEPTEMBER, 70_000),
        ("West Sussex", OCTOBER, 2_018_100),
    ]


def problems(scene: BlockScene, month: Month) -> dict[str, str]:
    with acting(scene.cast.fiona):
        return dict(Problem.objects.filter(month=month).values_list("about", "words"))


def test_a_booking_without_a_price_is_listed_for_the_finance_lead(scene: BlockScene) -> None:
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    booking = live_in(first_place(home), scene.cast.portsmouth, "P-2", dt.date(2026, 9, 24))
    month = work_out(scene)
    assert "no price for some nights" in problems(scene, month)["P-2 at Madeup Harbour House"]
    with acting_for(scene.cast.portsmouth.pk):
        BookingPrice.objects.create(
            booking=booking, authority=scene.cast.portsmouth, provider=scene.cast.harbour,
            starts_on=dt.date(2026, 9, 24), core_pence=700_000,
        )  # fmt: skip
    work_out(scene)
    assert problems(scene, month) == {}
    with acting(scene.cast.felix):
        assert Charge.objects.get(month=month, child_ref="P-2").pence == 700_000


def test_a_block_without_a_price_a_missing_arrival_and_a_booking_outside_the_block_are_listed(
    scene: BlockScene,
) -> None:
    from nearhome.procurement.actions import add_block_place, make_block_contract

    cast = scene.cast
    home = make_home(cast.harbour, "Madeup Harbour House", urn="SC900002", places=1)
    with acting(cast.colin):
        unpriced = make_block_contract(
            name="Unpriced block", provider=cast.harbour, starts_on=SEPTEMBER, parties={}, by=cast.colin, now=IN_OCTOBER
        )
        add_block_place(
            contract=unpriced, place=first_place(home), available_from=SEPTEMBER, by=cast.colin, now=IN_OCTOBER
        )
    live_in(scene.places[0], cast.kent, "K-9", None, block=scene.contract, starts_on=dt.date(2026, 9, 20))
    live_in(scene.places[1], cast.portsmouth, "P-9", dt.date(2026, 9, 2), weekly=1000)
    live_in(scene.places[2], cast.west_sussex, "W-9", dt.date(2025, 12, 20), block=scene.contract)
    found = problems(scene, work_out(scene))
    assert "Unpriced block" in found["Place 1 at Madeup Harbour House, Unpriced block"]
    assert "no arrival is recorded" in found["K-9 at Madeup Meadow House"]
    assert "not part of the block" in found["Place 2 at Madeup Meadow House, Made-up Meadow block"]
    assert not [about for about in found if about.startswith("W-9")]


def test_nights_before_the_contract_pays_for_the_place_are_listed(scene: BlockScene) -> None:
    from nearhome.procurement.models import BlockPlace

    with acting_for(scene.cast.kent.pk):
        BlockPlace.objects.filter(place=scene.places[1]).update(available_from=dt.date(2026, 9, 15))
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), block=scene.contract)
    month = work_out(scene)
    words = problems(scene, month)["P-1 at Madeup Meadow House, Made-up Meadow block"]
    assert words.startswith("5 nights of September 2026 fall outside")
    assert net(scene, month)["Portsmouth"] == -16 * WEEKLY // 7


def test_a_month_that_is_not_over_is_refused(scene: BlockScene) -> None:
    with pytest.raises(ValidationError, match="October 2026 is not over"):
        work_out(scene, OCTOBER)


def test_only_the_finance_lead_works_out_months(scene: BlockScene) -> None:
    for person in (scene.cast.felix, scene.cast.olive, scene.harriet):
        with acting(person), pytest.raises(PermissionDenied, match="Only a finance officer of Kent"):
            work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=person, now=IN_OCTOBER)


def test_the_clock_works_out_the_month_that_is_over(scene: BlockScene) -> None:
    from nearhome.settlement.jobs import work_out_months

    timestamp = int(dt.datetime(2026, 10, 1, 4, 0, tzinfo=dt.UTC).timestamp())
    work_out_months(timestamp)
    work_out_months(timestamp)
    with acting(scene.cast.fiona):
        assert Month.objects.get().starts_on == SEPTEMBER
        assert Charge.objects.count() == 3
