"""What a contract's rules, absences, other funders and the lead's costs do to a month, and how late facts are put right."""

import datetime as dt

import pytest
from django.db.models import Sum

from nearhome.privacy.acting import acting
from nearhome.procurement.actions.block_terms import WantedFee, set_block_fee
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.actions.staying import end_absence
from nearhome.settlement.calculations.nights import AbsenceRule, Period, VoidRule
from nearhome.settlement.calculations.shared_costs import GainShare, gain_of
from nearhome.settlement.models import Charge, Month, NetPosition, Posting, Problem, StayAbsence
from scenes import make_home
from scenes_closing import closed
from scenes_rules import agreed, away, lead_cost, paid_by, shares, terms
from scenes_settlement import (
    IN_OCTOBER,
    OCTOBER,
    OPENED,
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
FULL_MONTH = 1_953_000  # 30 nights at £4,557 a week


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def work_out(scene: BlockScene, starts_on: dt.date = SEPTEMBER, now: dt.datetime = IN_OCTOBER) -> Month:
    with acting(scene.cast.fiona):
        return work_out_month(partnership=scene.partnership, starts_on=starts_on, by=scene.cast.fiona, now=now)


def close(scene: BlockScene, month: Month, now: dt.datetime = IN_OCTOBER) -> Month:
    return closed(month, scene.cast.fiona, scene.cast.frank, now)


def lines(scene: BlockScene, month: Month) -> list[tuple[str, str, str, int, int]]:
    """(payer, kind, element, nights, pence), as Kent reads them."""
    with acting(scene.cast.fiona):
        rows = Charge.objects.filter(month=month).order_by("place__label", "starts_on", "id")
        return list(rows.values_list("payer__name", "kind", "element", "nights", "pence"))


def net(scene: BlockScene, month: Month) -> dict[str, int]:
    with acting(scene.cast.fiona):
        return dict(NetPosition.objects.filter(month=month).values_list("organisation__name", "pence"))


def test_a_contracts_own_rules_go_before_the_partnerships_from_their_day(scene: BlockScene) -> None:
    agreed(scene, terms(dt.date(2026, 9, 11)))
    month = work_out(scene)
    third = [one for one in lines(scene, month) if one[3] in (10, 20)]
    # Place 3 is nominated to West Sussex: ten nights by the partnership's agreement, then the host's by the contract's.
    assert [one[0] for one in third if one[0] != "Kent"] == ["West Sussex"]
    assert net(scene, month)["West Sussex"] == -10 * WEEKLY // 7


def test_rules_that_nobody_else_agreed_change_nothing(scene: BlockScene) -> None:
    from scenes_rules import proposed

    proposed(scene, terms())
    assert net(scene, work_out(scene))["West Sussex"] == -FULL_MONTH


def test_a_place_let_go_is_borne_by_all_after_so_many_empty_nights(scene: BlockScene) -> None:
    rule = VoidRule("nominated", shares(scene, 5, 3, 1), released_after=14, released_bearer="shares")
    agreed(scene, terms(rule=rule))
    booking = live_in(
        scene.places[2], scene.cast.west_sussex, "W-1", dt.date(2026, 3, 1), dt.date(2026, 9, 6), block=scene.contract
    )
    assert booking.departed_on
    with acting(scene.cast.fiona):
        month = work_out(scene)
        rows = Charge.objects.filter(month=month, place=scene.places[2]).order_by("starts_on", "payer__name")
        found = list(rows.values_list("payer__name", "kind", "nights"))
    assert found == [
        ("West Sussex", "occupied", 5), ("West Sussex", "empty", 14),
        ("Kent", "empty", 11), ("Portsmouth", "empty", 11), ("West Sussex", "empty", 11),
    ]  # fmt: skip


def test_a_child_who_is_away_keeps_the_place_at_the_retainer_that_was_agreed(scene: BlockScene) -> None:
    agreed(scene, terms(rule=VoidRule("host", absences=(AbsenceRule("hospital", 7, 5_000),))))
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    away(scene, booking, "hospital", dt.date(2026, 9, 10))
    month = work_out(scene)
    pence = [one[4] for one in lines(scene, month) if one[0] == "Portsmouth"]
    assert sum(pence) == 16 * WEEKLY // 7 + (14 * WEEKLY // 7) // 2
    with acting(scene.cast.felix):
        row = StayAbsence.objects.get()
        end_absence(absence=row, ends_before=dt.date(2026, 9, 24), by=scene.cast.felix, now=IN_OCTOBER)
    work_out(scene)
    assert net(scene, month)["Portsmouth"] == -(23 * WEEKLY // 7 + (7 * WEEKLY // 7) // 2)


def test_another_funder_pays_from_the_day_it_was_asked_for_and_accepted(scene: BlockScene) -> None:
    agreed(scene, terms())
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    paid_by(scene, booking, scene.cast.west_sussex, dt.date(2026, 9, 17))
    found = net(scene, work_out(scene))
    assert found == {"Kent": 30 * WEEKLY // 7, "Portsmouth": -16 * WEEKLY // 7, "West Sussex": -14 * WEEKLY // 7}


def test_who_bought_a_placement_pays_the_provider_and_another_funder_owes_it(scene: BlockScene) -> None:
    home = make_home(scene.cast.harbour, "Madeup Harbour House", urn="SC900002")
    agreed(scene, terms())
    booking = live_in(first_place(home), scene.cast.portsmouth, "P-2", SEPTEMBER, weekly=700_000)
    paid_by(scene, booking, scene.cast.west_sussex, dt.date(2026, 9, 24))
    month = work_out(scene)
    assert net(scene, month) == {"Kent": 0, "Portsmouth": 700_000, "West Sussex": -700_000}
    with acting(scene.cast.felix):
        row = Charge.objects.get(month=month, payer=scene.cast.west_sussex)
        assert (row.host.name, row.contract_id, row.nights) == ("Portsmouth", None, 7)
        sums = Posting.objects.filter(charge=row).values("organisation").annotate(sum=Sum("pence"))
        assert set(sums.values_list("sum", flat=True)) == {0}
    assert work_out(scene).pk == month.pk
    assert net(scene, month)["Portsmouth"] == 700_000


def test_an_authority_that_splits_leaves_its_children_to_the_new_ones_from_the_day(scene: BlockScene) -> None:
    """As Surrey is to become two on 1 April 2027: made-up children, real date."""
    from nearhome.partnership.models import Membership
    from nearhome.privacy.acting import acting_for

    april, may = dt.date(2027, 4, 1), dt.datetime(2027, 5, 4, 9, 0, tzinfo=dt.UTC)
    with acting_for(scene.cast.kent.pk):
        Membership.objects.create(
            partnership=scene.partnership, organisation=scene.cast.hampshire, standing="member", starts_on=april
        )
    agreed(scene, terms())
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2027, 3, 1), block=scene.contract)
    paid_by(scene, booking, scene.cast.hampshire, april)
    march = work_out(scene, dt.date(2027, 3, 1), dt.datetime(2027, 4, 2, 9, 0, tzinfo=dt.UTC))
    assert net(scene, march)["Portsmouth"] == -31 * WEEKLY // 7
    month = work_out(scene, april, may)
    found = net(scene, month)
    assert (found["Portsmouth"], found["Hampshire"]) == (0, -30 * WEEKLY // 7)


def test_a_guarantee_pays_only_what_is_short_and_is_corrected_as_itself(scene: BlockScene) -> None:
    rule = VoidRule("nominated")
    agreed(scene, terms(rule=rule, guarantee=8_000, variable_weekly=70_000))
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    month = work_out(scene)
    # £46,872 is guaranteed for three beds and £19,530 was paid; the variable part comes besides, for nights alone.
    short = 3 * FULL_MONTH * 8 // 10 - FULL_MONTH
    kinds = {(one[0], one[1]): one[4] for one in lines(scene, month)}
    assert kinds["Kent", "guarantee"] + kinds["West Sussex", "guarantee"] == short
    assert kinds["Portsmouth", "variable"] == 300_000
    close(scene, month)
    depart(booking, dt.date(2026, 9, 16))
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    with acting(scene.cast.fiona):
        rows = Charge.objects.filter(month=october, about_month=SEPTEMBER)
        changed = {(one.payer.name, one.element): one.pence for one in rows}
    assert changed["Portsmouth", ""] == -15 * WEEKLY // 7
    assert changed["Portsmouth", "variable"] == -150_000
    # The provider is still sure of the same sum, so what went for nights comes back by the guarantee.
    back = sum(pence for (_, element), pence in changed.items() if element == "guarantee")
    assert back == 15 * WEEKLY // 7
    assert sum(net(scene, october).values()) == 0
    before = lines(scene, october)
    work_out(scene, OCTOBER, IN_NOVEMBER)
    assert lines(scene, october) == before


def test_a_fee_of_the_contract_that_no_rules_say_is_listed_until_they_do(scene: BlockScene) -> None:
    with acting(scene.cast.colin):
        fee = WantedFee(WEEKLY, variable_pence=70_000)
        set_block_fee(contract=scene.contract, starts_on=OPENED, fee=fee, by=scene.cast.colin, now=IN_OCTOBER)
    month = work_out(scene)
    with acting(scene.cast.fiona):
        (problem,) = Problem.objects.filter(month=month)
    assert problem.about == f"{scene.contract}, September 2026"
    assert "Propose rules of the block with a variable part of £700.00 and no guarantee" in problem.words
    assert len(lines(scene, month)) == 3
    agreed(scene, terms(variable_weekly=70_000))
    work_out(scene)
    with acting(scene.cast.fiona):
        (problem,) = Problem.objects.filter(month=month)
    assert "have not accepted version 1" in problem.words  # the fee is charged now; the parties have yet to answer


def test_the_leads_costs_are_owed_to_it_and_paid_to_no_provider(scene: BlockScene) -> None:
    from nearhome.settlement.queries.statements import statement_page

    cast = scene.cast
    agreed(scene, terms())
    lead_cost(scene, 36_500_00, {cast.kent: 2, cast.west_sussex: 1, cast.portsmouth: 1})
    month = work_out(scene)
    assert net(scene, month) == {"Kent": 150_000, "Portsmouth": -75_000, "West Sussex": -75_000}
    with acting(scene.cast.fiona):
        key = month.statements.get(organisation=cast.kent).key
        sums = statement_page(scene.cast.fiona, key).sums
        accounts = set(Posting.objects.filter(charge__element="lead_cost").values_list("account", flat=True))
    assert (sums.paid_to_providers, sums.lead_work) == (3 * FULL_MONTH, 300_000)
    assert sums.own_cost == sums.paid_to_providers + sums.lead_work - sums.recharged_to_others
    assert "provider_payable" not in accounts
    close(scene, month)
    lead_cost(scene, 73_000_00, {cast.kent: 2, cast.west_sussex: 1, cast.portsmouth: 1}, dt.date(2026, 9, 16))
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    # 15 nights of September at £100 a day more, then all of October at £200 a day.
    assert net(scene, october)["Portsmouth"] == -15 * 2_500 - 31 * 5_000
    with acting(scene.cast.fiona):
        late = Posting.objects.filter(month=october, charge__about_month=SEPTEMBER)
        assert late.exists() and "provider_payable" not in set(late.values_list("account", flat=True))


def test_the_provider_has_its_part_of_a_years_saving_in_the_month_that_ends_the_year(scene: BlockScene) -> None:
    gain = GainShare(900_000, 2_000, 5_000_000)
    agreed(scene, terms(gain=gain))
    for number, place in enumerate(scene.places):
        live_in(place, scene.cast.portsmouth, f"P-{number}", dt.date(2026, 1, 1), block=scene.contract)
    november = work_out(scene, dt.date(2026, 11, 1), dt.datetime(2026, 12, 2, tzinfo=dt.UTC))
    assert not [one for one in lines(scene, november) if one[1] == "gain_share"]
    december = work_out(scene, dt.date(2026, 12, 1), dt.datetime(2027, 1, 4, tzinfo=dt.UTC))
    nights = Period(dt.date(2026, 1, 1), dt.date(2027, 1, 1)).nights * 3
    paid = 3 * ((2 * WEEKLY * 365 + 7) // 14)
    expected = gain_of(gain, child_nights=nights, paid_pence=paid)
    assert [one[4] for one in lines(scene, december) if one[1] == "gain_share"] == [expected]
    assert 0 < expected <= 5_000_000


def test_a_fault_in_one_place_holds_back_the_guarantee_and_says_so(scene: BlockScene) -> None:
    from nearhome.placements.models import Booking
    from nearhome.privacy.acting import acting_for
    from nearhome.settlement.models import Problem

    agreed(scene, terms(guarantee=9_000))
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    month = work_out(scene)
    before = {one[1]: one[4] for one in lines(scene, month)}
    other = live_in(scene.places[2], scene.cast.portsmouth, "P-2", SEPTEMBER, block=scene.contract)
    with acting_for(scene.cast.portsmouth.pk):
        Booking.objects.filter(pk=other.pk).update(place=booking.place)
    work_out(scene)
    assert {one[1]: one[4] for one in lines(scene, month)} == before
    with acting(scene.cast.fiona):
        assert Problem.objects.filter(month=month, words__contains="both hold place").exists()


def test_the_leads_own_provider_service_is_not_told_that_it_is_paid_for_the_leads_work(scene: BlockScene) -> None:
    from cast import make_person
    from nearhome.settlement.queries.payments import payment_months

    ines = make_person("Ines Madeup-Fostering", scene.cast.kent, "provider")
    agreed(scene, terms())
    lead_cost(scene, 36_500_00, {scene.cast.kent: 1, scene.cast.portsmouth: 1})
    work_out(scene)
    with acting(ines):
        assert payment_months(ines) == ()
    with acting(scene.cast.mona):
        assert [one.pence for one in payment_months(scene.cast.mona)] == [3 * FULL_MONTH]
