"""Is the partnership cheaper than spot, by how much, for whom, with voids counted?"""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from psycopg.types.range import DateRange

from nearhome.market.actions.occupancy import close_place
from nearhome.market.models import Registration
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions.block_terms import set_block_benchmark
from nearhome.procurement.models import CallOff
from nearhome.settlement.actions.budgeting import HeldAgainst, set_benchmark
from nearhome.settlement.calculations.nights import VoidRule
from nearhome.settlement.models import Charge, Month, SpotBenchmark
from nearhome.settlement.queries.against_spot import AllBlocks, blocks_against_spot
from scenes_budgets import hold_against, post_september
from scenes_rules import agreed, paid_by, shares, terms
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene, depart, live_in, make_block_scene

pytestmark = pytest.mark.django_db
SPOT = 700_000  # £1,000 a night
A_NIGHT = 65_100  # of the block


@pytest.fixture
def scene() -> BlockScene:
    """September: Portsmouth's child all month, nobody of Kent's, and West Sussex's bed stands empty."""
    scene = make_block_scene()
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    post_september(scene)
    return scene


def seen_by(person) -> AllBlocks:
    with acting(person):
        return blocks_against_spot(person)


def page(person, name: str, *arguments):
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"settlement:{name}", args=arguments))


def savings(every: AllBlocks) -> dict[str, int | None]:
    return {name: line.saving_pence for name, line in every.authorities}


def test_the_host_reads_the_answer_for_every_party_with_empty_beds_counted(scene: BlockScene) -> None:
    hold_against(scene, scene.cast.colin, SPOT)
    every = seen_by(scene.cast.fiona)
    assert savings(every) == {
        "Kent": -30 * A_NIGHT, "Portsmouth": 30 * (100_000 - A_NIGHT), "West Sussex": -30 * A_NIGHT,
    }  # fmt: skip
    assert every.total.saving_pence == 3_000_000 - 90 * A_NIGHT
    (month,) = every.blocks[0].compared.months
    assert (month.line.child_nights, month.available_nights) == (30, 90)
    assert month.break_even_nights == 59  # 90 × 651 ÷ 1,000
    text = page(scene.cast.fiona, "against_spot").content.decode()
    assert (
        "No. The block has cost £28,590.00 more than spot would have, with empty beds counted: cheaper for Portsmouth by"
        " £10,470.00; dearer for Kent by £19,530.00 and West Sussex by £19,530.00." in text
    )


def test_the_host_reads_how_full_the_block_was_and_had_to_be(scene: BlockScene) -> None:
    hold_against(scene, scene.cast.colin, SPOT)
    words = "Children lived there on 33% of the nights on which its places were open; 66% was needed to cost no more than spot."
    assert words in page(scene.cast.fiona, "block_against_spot", scene.contract.key).content.decode()
    hold_against(scene, scene.cast.colin, 400_000)
    assert (
        "more than every bed was needed"
        in page(scene.cast.fiona, "block_against_spot", scene.contract.key).content.decode()
    )


def nights_open(scene: BlockScene) -> tuple[int, int]:
    """Nights with a child and nights open in September, as the host reads them."""
    (month,) = seen_by(scene.cast.fiona).blocks[0].compared.months
    return month.line.child_nights, month.available_nights


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": VoidRule("shares", (("whoever", 1),))},
        {"rule": VoidRule("host"), "guarantee": 5_000},
        {"rule": VoidRule("host", grace_nights=40)},
    ],
    ids=["shared by all", "under a guarantee", "free of charge"],
)
def test_a_bed_counts_once_for_each_night_it_is_open_whatever_rule_charges_it(rule: dict[str, Any]) -> None:
    scene = make_block_scene()
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    if rule["rule"].empty_bearer == "shares":
        rule = {"rule": VoidRule("shares", shares(scene, 1, 1, 1))}
    agreed(scene, terms(**rule))
    post_september(scene)
    assert nights_open(scene) == (30, 90)


def test_nights_before_a_place_opens_and_closed_by_its_provider_are_not_open(scene: BlockScene) -> None:
    cast, place = scene.cast, scene.places[2]
    with acting(cast.mona):
        days = DateRange(SEPTEMBER, dt.date(2026, 9, 11))
        close_place(place=place, days=days, reason="Made-up repairs", by=cast.mona, now=IN_OCTOBER)
    assert nights_open(scene) == (30, 80)


def test_nights_count_for_whoever_pays_for_them_from_the_day_it_took_over() -> None:
    scene = make_block_scene()
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    paid_by(scene, booking, scene.cast.west_sussex, dt.date(2026, 9, 11))
    post_september(scene)
    hold_against(scene, scene.cast.colin, SPOT)
    host = {name: line.child_nights for name, line in seen_by(scene.cast.fiona).authorities}
    assert host == {"Kent": 0, "Portsmouth": 10, "West Sussex": 20}
    for person, name, nights in ((scene.cast.felix, "Portsmouth", 10), (scene.wendy, "West Sussex", 20)):
        assert {who: line.child_nights for who, line in seen_by(person).authorities} == {name: nights}


def set_in_terms(scene: BlockScene, pence: int, starts_on: dt.date) -> None:
    colin = scene.cast.colin
    with acting(colin):
        set_block_benchmark(
            contract=scene.contract, starts_on=starts_on, weekly_pence=pence, source="Made-up tender", by=colin,
            now=IN_OCTOBER,
        )  # fmt: skip


def test_a_figure_in_the_blocks_terms_counts_until_somebody_says_another_and_the_page_names_it(
    scene: BlockScene,
) -> None:
    set_in_terms(scene, SPOT, SEPTEMBER.replace(day=9))
    for person in (scene.cast.fiona, scene.cast.felix):
        (held,) = seen_by(person).blocks[0].held
        assert (held.weekly_pence, held.source, held.how) == (SPOT, "Made-up tender", "contract")
        text = page(person, "block_against_spot", scene.contract.key).content.decode()
        assert "The block’s terms, as its host recorded them" in text
    set_in_terms(scene, SPOT + 700, SEPTEMBER.replace(day=20))
    assert seen_by(scene.cast.fiona).blocks[0].held[0].weekly_pence == SPOT
    hold_against(scene, scene.cast.colin, SPOT - 700)
    assert [seen_by(one).blocks[0].held[0].how for one in (scene.cast.fiona, scene.cast.felix)] == ["typed", "hosts"]


def test_a_partner_reads_its_own_part_against_the_hosts_figure_or_its_own(scene: BlockScene) -> None:
    hold_against(scene, scene.cast.colin, SPOT, "The host’s made-up average")
    assert savings(seen_by(scene.cast.felix)) == {"Portsmouth": 30 * (100_000 - A_NIGHT)}
    text = page(scene.cast.felix, "block_against_spot", scene.contract.key).content.decode()
    assert "The host’s made-up average" in text
    assert (
        "Yes. The block has cost £10,470.00 less than spot would have, with empty beds counted, for Portsmouth." in text
    )
    for words in ("West Sussex", "£19,530.00,", "Needed to break even"):
        assert words not in text
    hold_against(scene, scene.cast.felix, 350_000, "Portsmouth’s own")
    assert savings(seen_by(scene.cast.felix)) == {"Portsmouth": 30 * (50_000 - A_NIGHT)}
    assert savings(seen_by(scene.cast.fiona))["Portsmouth"] == 30 * (100_000 - A_NIGHT)


def test_the_leads_costs_that_belong_to_no_one_block_are_counted_in(scene: BlockScene) -> None:
    hold_against(scene, scene.cast.colin, SPOT)
    kent, ports = scene.cast.kent, scene.cast.portsmouth
    with acting_for(kent.pk):
        Charge.objects.create(
            month=Month.objects.get(), about_month=SEPTEMBER, payer=ports, host=kent, provider=kent,
            place=scene.places[0], home_name="", kind="lead_cost", starts_on=SEPTEMBER, ends_before=dt.date(2026, 10, 1),
            nights=0, weekly_price_pence=0, pence=20_000, reason="Costs of the lead",
        )  # fmt: skip
    assert savings(seen_by(scene.cast.felix)) == {"Portsmouth": 30 * (100_000 - A_NIGHT) - 20_000}
    assert savings(seen_by(scene.cast.fiona))["Portsmouth"] == 30 * (100_000 - A_NIGHT) - 20_000
    text = page(scene.cast.felix, "against_spot").content.decode()
    assert "Costs of the lead that belong to no one block" in text


def test_a_party_whose_bed_stood_empty_reads_no_occupancy(scene: BlockScene) -> None:
    hold_against(scene, scene.cast.colin, SPOT)
    text = page(scene.wendy, "block_against_spot", scene.contract.key)
    assert text.status_code == 200
    assert "No occupancy" in text.content.decode()


def test_without_a_spot_price_nothing_is_said_rather_than_something_wrong(scene: BlockScene) -> None:
    assert seen_by(scene.cast.fiona).total.saving_pence is None
    text = page(scene.cast.fiona, "against_spot").content.decode()
    assert "Nothing can be said yet: a month with a child has no spot price to be held against." in text
    text = page(scene.cast.fiona, "block_against_spot", scene.contract.key).content.decode()
    assert "Some months have nothing to be held against" in text


def test_before_any_month_is_posted_the_page_says_so() -> None:
    scene = make_block_scene()
    text = page(scene.cast.fiona, "against_spot").content.decode()
    assert "Nothing can be said yet: no month of a block has been posted." in text
    text = page(scene.cast.fiona, "block_against_spot", scene.contract.key).content.decode()
    assert "Nothing can be said yet: no month of this block has been posted." in text


def call_off(scene: BlockScene, authority, pence: int, starts_on: dt.date, **more) -> None:
    with acting_for(scene.cast.meadow.pk):
        registration = Registration.objects.get(urn="SC900001")
    with acting_for(authority.pk):
        CallOff.objects.create(
            authority=authority, thread=uuid.uuid4(), booking_key=uuid.uuid4(), provider=scene.cast.meadow,
            registration=registration, route="spot", method="direct", method_words="x", starts_on=starts_on,
            weekly_price_pence=pence, made_at=IN_OCTOBER, made_by="x", **more,
        )  # fmt: skip


def test_the_median_of_own_spot_call_offs_of_the_year_before_stands_in(scene: BlockScene) -> None:
    ports, day = scene.cast.portsmouth, dt.date(2026, 9, 30)
    for pence in (600_000, 900_000):
        call_off(scene, ports, pence, day)
    call_off(scene, ports, 100, dt.date(2025, 9, 30))  # a year ago and a day: too old
    call_off(scene, ports, 100, dt.date(2026, 10, 1))  # after the month
    call_off(scene, ports, 100, day, cancelled_at=IN_OCTOBER)
    call_off(scene, scene.cast.kent, 100, day)
    assert seen_by(scene.cast.felix).total.saving_pence is None
    call_off(scene, ports, SPOT, dt.date(2025, 10, 1))
    every = seen_by(scene.cast.felix)
    assert every.total.spot_pence == 3_000_000
    assert every.blocks[0].held[0].source == "Median of 3 spot call-offs of the last 12 months"


def test_a_late_departure_changes_the_nights_and_the_posted_money_follows_in_the_next_month(scene: BlockScene) -> None:
    hold_against(scene, scene.cast.colin, SPOT)
    with acting_for(scene.cast.portsmouth.pk):
        booking = Booking.objects.get()
    depart(booking, dt.date(2026, 9, 11))
    assert savings(seen_by(scene.cast.felix)) == {"Portsmouth": 10 * 100_000 - 30 * A_NIGHT}
    post_september(scene)
    assert savings(seen_by(scene.cast.felix)) == {"Portsmouth": 10 * (100_000 - A_NIGHT)}


def test_a_benchmark_needs_a_price_a_source_and_the_right_person(scene: BlockScene) -> None:
    with pytest.raises(PermissionDenied, match="Only a finance officer or a commissioner"):
        hold_against(scene, scene.cast.olive, SPOT)
    for pence, source, words in ((0, "x", r"above £0\.00"), (SPOT, "  ", "where the figure comes from")):
        with pytest.raises(ValidationError, match=words):
            hold_against(scene, scene.cast.fiona, pence, source)
    held = HeldAgainst(dt.date(2026, 4, 2), SPOT, "x")
    with acting(scene.cast.fiona), pytest.raises(ValidationError, match="first day of a month"):
        set_benchmark(contract=scene.contract, held=held, by=scene.cast.fiona, now=IN_OCTOBER)


def test_the_same_benchmark_is_kept_once_and_a_correction_is_a_new_row(scene: BlockScene) -> None:
    assert hold_against(scene, scene.cast.fiona, SPOT).pk == hold_against(scene, scene.cast.fiona, SPOT).pk
    hold_against(scene, scene.cast.fiona, SPOT + 7)
    with acting(scene.cast.fiona):
        assert SpotBenchmark.objects.count() == 2
    assert seen_by(scene.cast.fiona).blocks[0].held[0].weekly_pence == SPOT + 7


def test_the_provider_and_outsiders_read_no_benchmark_and_find_no_block(scene: BlockScene) -> None:
    hold_against(scene, scene.cast.fiona, SPOT)
    hold_against(scene, scene.cast.felix, SPOT)
    for person, count in (
        (scene.cast.mona, 0),
        (scene.harriet, 0),
        (scene.wendy, 1),
        (scene.cast.fiona, 1),
        (scene.cast.felix, 2),
    ):
        with acting(person):
            assert SpotBenchmark.objects.count() == count
    assert page(scene.harriet, "block_against_spot", scene.contract.key).status_code == 404
    assert page(scene.harriet, "hold_against", scene.contract.key).status_code == 404
    assert page(scene.cast.mona, "against_spot").status_code == 403
    assert page(scene.cast.april, "hold_against", scene.contract.key).status_code == 403


def test_a_commissioner_says_what_spot_costs_and_reads_the_answer(scene: BlockScene) -> None:
    client = Client()
    client.force_login(scene.cast.colin)
    where = reverse("settlement:hold_against", args=[scene.contract.key])
    wrong = client.post(where, {"starts_on": "2026-04-01", "weekly_price": "0"}).content.decode()
    assert "must be between £0.01 and £10,000,000.00" in wrong
    assert "There is a problem" in wrong
    made = client.post(where, {"starts_on": "2026-04-01", "weekly_price": "7,000.00", "source": "Made-up average"})
    text = client.get(made["Location"]).content.decode()
    assert "£28,590.00 more than spot" in text
    rows = client.get(made["Location"] + "?download=csv&table=month-by-month").content.decode()
    assert "September 2026,30,58590.00,30000.00,13671.00,90,0.33" in rows
