"""The pages of blocks, as people see them: begun from the example, filled, changed by two sides, added up, closed to others."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.block_terms import set_block_benchmark
from nearhome.procurement.models import BlockAdjustment, BlockContract, BlockPlace, BlockTerms
from scenes_block import WEEKLY, BlockInTheMaking, block_in_the_making

pytestmark = pytest.mark.django_db


@pytest.fixture
def block() -> BlockInTheMaking:
    return block_in_the_making()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Person, name: str, *arguments: object, **query: str) -> str:
    response = client_of(person).get(reverse(f"procurement:{name}", args=arguments), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def send(person: Person, address: str, /, *arguments: object, **posted: object) -> str:
    """What is shown after sending a form, wherever it leads."""
    response = client_of(person).post(reverse(f"procurement:{address}", args=arguments), posted, follow=True)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def on(field: str, day: dt.date) -> dict[str, object]:
    return {f"{field}-day": day.day, f"{field}-month": day.month, f"{field}-year": day.year}


def today() -> dt.date:
    return timezone.localdate()


def test_a_commissioner_begins_a_block_from_the_example(block: BlockInTheMaking) -> None:
    colin, meadow = block.cast.colin, block.cast.meadow
    shown = page(colin, "new_block", example="1")
    assert "12, 18, 24" in shown
    assert "4557.00" in shown
    posted = {
        "name": "Block of the example", "provider": str(meadow.key), "term_months": "120", "regime": "PA23",
        "months": "12, 18, 24", "beds": "5, 10", "weekly_pence": "4,557", "own_weight": "1",
        **on("starts_on", dt.date(2027, 4, 1)),
    }  # fmt: skip
    assert "Enter one number of beds for each month: 3, not 2" in send(colin, "new_block", **posted)
    made = send(colin, "new_block", **posted | {"beds": "5, 10, 15"})
    assert "0 of 15 places are named" in made
    with acting(colin):
        assert BlockContract.objects.get(name="Block of the example").ends_before == dt.date(2037, 4, 1)
    assert "Block of the example" in page(colin, "blocks")


def test_the_navigation_marks_contracts_as_the_present_place_on_every_page_of_a_block(block: BlockInTheMaking) -> None:
    marked = re.compile(r'<a[^>]*aria-current="(?:true|page)"[^>]*>\s*(?:<strong[^>]*>)?\s*Contracts')
    colin, key = block.cast.colin, block.contract.key
    for name, arguments in (("frameworks", ()), ("blocks", ()), ("block", (key,)), ("block_fee", (key,))):
        shown = page(colin, name, *arguments)
        assert len(marked.findall(shown)) == 1, name
    assert not marked.search(client_of(colin).get("/").content.decode())


def test_a_place_is_added_and_marked_ready_and_the_page_says_what_comes_next(block: BlockInTheMaking) -> None:
    colin, key = block.cast.colin, block.contract.key
    shown = page(colin, "block", key)
    assert "0 of 2 beds contracted by today are ready" in shown
    assert "Mark Place 1, Madeup Meadow House as ready" in shown
    assert "Mobilising" in shown
    place = block.places[0].place.key
    early = {**on("registered_on", today() + dt.timedelta(days=9)), **on("accepts_from", today())}
    assert "cannot be in the future" in send(colin, "ready_block_place", key, place, **early)
    right = {**on("registered_on", dt.date(2026, 5, 1)), **on("accepts_from", dt.date(2026, 5, 9))}
    assert "The place is ready" in send(colin, "ready_block_place", key, place, **right)
    with acting(colin):
        assert BlockPlace.objects.get(pk=block.places[0].pk).available_from == dt.date(2026, 5, 9)
    waits = client_of(colin).get("/").content.decode()
    assert "Offer an empty place to the partners" in waits
    offered = send(colin, "release_block_place", key, place, reason="No referral", **on("starts_on", today()))
    assert "Offered since" in offered
    assert "The place is kept again" in send(colin, "take_back_block_place", key, place, reason="Ours")


def test_terms_are_set_anew_and_a_second_person_is_told(block: BlockInTheMaking) -> None:
    colin, key = block.cast.colin, block.contract.key
    posted = {
        "regime": "PA23", "mobilisation_months": "18", "indexation": "fixed", "indexation_bp": "2.5", "notice_days": "90",
        "first_refusal_days": "5", "extension_months": "12, 12", "break_dates": "1 4 2031, 1/4/2033", "version": "1",
    }  # fmt: skip
    assert "The terms are set" in send(colin, "block_terms", key, **posted)
    assert "2.5% on each anniversary" in page(colin, "block", key)
    late = send(colin, "block_terms", key, **posted | {"notice_days": "60"})
    assert "changed by somebody else" in late
    for wrong, words in (
        ({"break_dates": "31 2 2031"}, "must be a real date"),
        ({"indexation_bp": ""}, "Enter the rate, or the cap"),
        ({"indexation_bp": "2.555"}, "no more than 2 numbers after the point"),
        ({"mobilisation_months": "19"}, "must be 18 or fewer"),
    ):
        assert words in send(colin, "block_terms", key, **posted | {"version": "2"} | wrong)
    with acting(colin):
        assert BlockTerms.objects.count() == 2


def test_beds_are_adjusted_by_both_sides_in_turn(block: BlockInTheMaking) -> None:
    cast, key = block.cast, block.contract.key
    posted = {
        "beds": "4",
        "trigger": "need",
        "evidence": "More wait.",
        **on("starts_on", today() + dt.timedelta(days=30)),
    }
    assert "The change is asked for" in send(cast.colin, "adjust_block", key, **posted)
    with acting(cast.colin):
        row = BlockAdjustment.objects.get()
    assert "PA23, light touch" in page(cast.mona, "block_adjustment", row.key)
    assert "Enter the reason" in send(cast.mona, "block_adjustment", row.key, agrees="no")
    assert "The answer is on record" in send(cast.mona, "block_adjustment", row.key, agrees="yes")
    assert (
        client_of(cast.olive)
        .post(reverse("procurement:block_adjustment", args=[row.key]), {"agrees": "yes"})
        .status_code
        == 403
    )
    assert "The answer is on record" in send(cast.april, "block_adjustment", row.key, agrees="yes")
    assert "Approved" in page(cast.colin, "block", key)


def test_the_end_is_proposed_with_plans_and_decided_by_an_approver(block: BlockInTheMaking) -> None:
    cast, key = block.cast, block.contract.key
    plans = {f"plan_{place.pk}": "Its child moves to a framework place." for place in block.places}
    posted = {
        "ground": "agreed", "reasons": "Both sides want it.", **on("notice_on", today()),
        **on("ends_before", dt.date(2027, 6, 1)), **plans,
    }  # fmt: skip
    assert "The end is proposed" in send(cast.colin, "end_block", key, **posted)
    with acting(cast.april):
        row = block.contract.endings.get()
    shown = page(cast.april, "block_ending", row.key)
    assert "UK11) is due by 29 June 2027" in shown
    assert "The decision is on record" in send(cast.april, "block_ending", row.key, agrees="yes")
    with acting(cast.colin):
        assert BlockContract.objects.get(pk=block.contract.pk).ends_before == dt.date(2027, 6, 1)


def test_the_commitment_adds_up_and_a_printed_total_is_checked(block: BlockInTheMaking) -> None:
    cast, key = block.cast, block.contract.key
    with acting(cast.colin):
        set_block_benchmark(
            contract=block.contract,
            starts_on=dt.date(2026, 4, 1),
            weekly_pence=WEEKLY,
            source="Made-up",
            **block.done(),
        )
    shown = page(cast.fiona, "block_commitment", key)
    assert "£3,564,225.00" in shown
    assert "£35,642,250.00" in shown
    assert "the same, so no dearer" in shown
    assumed = {"occupancy": "80", "indexation": "0"}
    checked = page(cast.fiona, "block_commitment", key, stated="£30,564m", **assumed)
    assert "“£30,564m” does not follow from these figures" in checked
    assert "about 857 times" in checked
    assert "25% dearer" in checked
    assert "“£3.564m” follows" in page(cast.fiona, "block_commitment", key, stated="£3.564m", **assumed)
    assert "is not a total" in page(cast.fiona, "block_commitment", key, stated="lots", **assumed)
    assert "must be 100 or fewer" in page(cast.fiona, "block_commitment", key, occupancy="101", indexation="0")
    response = client_of(cast.fiona).get(reverse("procurement:block_commitment", args=[key]), {"download": "csv"})
    assert response["Content-Disposition"] == 'attachment; filename="by-financial-year.csv"'


def test_a_variable_fee_says_that_the_months_bill_does_not_settle_it_yet(block: BlockInTheMaking) -> None:
    colin, key = block.cast.colin, block.contract.key
    posted = {
        "fixed_pence": "3,000",
        "variable_pence": "1,500.50",
        "guaranteed_bp": "60",
        **on("starts_on", dt.date(2027, 4, 1)),
    }
    shown = send(colin, "block_fee", key, **posted)
    assert "A two-part fee with an occupancy guarantee" in shown
    assert "bill charges every ready bed at £4,557.00 a week and what the block’s rules of shared beds add" in shown
    assert "Enter the beds of at least one authority" in send(
        colin, "block_nominations", key, **on("starts_on", today())
    )


def test_parties_and_the_provider_read_and_nobody_else(block: BlockInTheMaking) -> None:
    cast, key = block.cast, block.contract.key
    for person in (cast.olive, cast.april, cast.fiona, cast.anna, cast.oscar, cast.felix, cast.mona):
        assert "Made-up block" in page(person, "block", key)
        assert "Record or change" not in page(person, "block", key)
    for person in (cast.hilda, cast.harry):
        assert client_of(person).get(reverse("procurement:block", args=[key])).status_code == 404
        assert "Made-up block" not in page(person, "blocks")
    assert client_of(cast.mona).get(reverse("procurement:block_commitment", args=[key])).status_code == 403
    for name in (
        "block_terms",
        "block_beds",
        "block_fee",
        "add_block_place",
        "adjust_block",
        "end_block",
        "block_benchmark",
    ):
        assert client_of(cast.olive).get(reverse(f"procurement:{name}", args=[key])).status_code == 403
        assert client_of(cast.hilda).get(reverse(f"procurement:{name}", args=[key])).status_code == 404


def test_a_block_without_end_or_beds_says_what_is_missing(block: BlockInTheMaking) -> None:
    from nearhome.procurement.actions import make_block_contract

    cast = block.cast
    with acting(cast.colin):
        bare = make_block_contract(
            name="Bare",
            provider=cast.meadow,
            starts_on=today(),
            parties={cast.kent: 1},
            by=cast.colin,
            now=timezone.now(),
        )
    words = "once the end of its term, its fee and its beds are on record"
    assert words in page(cast.colin, "block_commitment", bare.key)
    shown = page(cast.colin, "block", bare.key)
    assert words in shown
    assert "Set the terms" in shown
