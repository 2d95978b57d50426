"""Changing a running block and ending it early: evidence, the other side, somebody else's decision, the regime, notice."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from cast import make_person
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.block_adjusting import (
    WantedChange,
    answer_block_adjustment,
    ask_for_block_adjustment,
    decide_block_adjustment,
)
from nearhome.procurement.actions.block_ending import WantedEnd, decide_block_ending, propose_block_ending
from nearhome.procurement.actions.block_terms import WantedTerms
from nearhome.procurement.models import (
    BlockAdjustment,
    BlockAdjustmentAnswer,
    BlockCapacity,
    BlockContract,
    BlockEnding,
    BlockPlace,
)
from nearhome.procurement.queries import waiting_for
from nearhome.procurement.queries.block_changes import after_the_end, open_adjustment, state_of
from nearhome.procurement.queries.block_commitment import Assumed, commitment_of
from nearhome.procurement.queries.block_terms import contracted_on
from scenes_block import NOW, TODAY, BlockInTheMaking, block_in_the_making

pytestmark = pytest.mark.django_db
FROM = dt.date(2027, 1, 1)
CHANGE = WantedChange(FROM, 4, "need", "More children of 10 to 16 wait than in the forecast.")


def asked(block: BlockInTheMaking, wanted: WantedChange = CHANGE) -> BlockAdjustment:
    with acting(block.cast.colin):
        return ask_for_block_adjustment(contract=block.contract, wanted=wanted, **block.done())


def answered(block: BlockInTheMaking, row: BlockAdjustment, *, agrees: bool = True) -> None:
    with acting(block.cast.mona):
        answer_block_adjustment(adjustment=row, agrees=agrees, reason="No room", **block.done(block.cast.mona))


def decided(block: BlockInTheMaking, row: BlockAdjustment, *, agrees: bool = True, by: Person | None = None) -> None:
    with acting(by or block.cast.april):
        decide_block_adjustment(adjustment=row, agrees=agrees, reason="As asked", **block.done(by or block.cast.april))


def test_beds_change_once_both_sides_and_an_approver_said_yes() -> None:
    block = block_in_the_making()
    row = asked(block)
    assert asked(block) == row
    with acting(block.cast.april), pytest.raises(ValidationError, match="The provider has not agreed"):
        decide_block_adjustment(adjustment=row, agrees=True, **block.done(block.cast.april))
    answered(block, row)
    answered(block, row)
    decided(block, row)
    decided(block, row)
    with acting(block.cast.colin):
        assert [contracted_on(block.contract, day) for day in (TODAY, FROM, dt.date(2027, 4, 1))] == [2, 4, 10]
        assert BlockCapacity.objects.filter(adjustment=row).count() == 1
        assert state_of(BlockAdjustment.objects.get(), TODAY) == "Approved"


def test_each_step_waits_for_whoever_takes_it_next_and_for_nobody_else() -> None:
    block = block_in_the_making()
    cast = block.cast

    def waits(person: Person) -> list[str]:
        with acting(person):
            return [one.words for one in waiting_for(person, now=NOW)]

    row = asked(block)
    assert waits(cast.mona) == ["Say whether you agree to other beds"]
    assert waits(cast.april) == waits(cast.harry) == waits(cast.oscar) == waits(cast.hilda) == []
    answered(block, row)
    assert waits(cast.mona) == []
    assert waits(cast.april) == ["Decide on other beds of a block"]
    decided(block, row)
    assert waits(cast.april) == []
    assert waits(cast.colin) == ["Ask the provider when places will be ready"]


def test_whoever_asks_does_not_decide_nor_does_the_database_let_them() -> None:
    block = block_in_the_making()
    both = make_person("Cora Madeup-Both", block.cast.kent, "commissioner", "approver")
    with acting(both):
        row = ask_for_block_adjustment(contract=block.contract, wanted=CHANGE, **block.done(both))
    answered(block, row)
    with acting(both), pytest.raises(PermissionDenied, match="somebody else decides"):
        decide_block_adjustment(adjustment=row, agrees=True, **block.done(both))
    with acting(both), pytest.raises(DatabaseError), transaction.atomic():
        BlockAdjustmentAnswer.objects.create(
            contract=block.contract, adjustment=row, side="host", agrees=True, at=NOW, by="x", by_person_id=both.pk
        )
    with acting(block.cast.mona), pytest.raises(PermissionDenied):
        decide_block_adjustment(adjustment=row, agrees=True, **block.done(block.cast.mona))
    with acting(block.cast.april), pytest.raises(PermissionDenied):
        answer_block_adjustment(adjustment=row, agrees=True, **block.done(block.cast.april))


def test_a_provider_that_says_no_ends_it_and_another_can_be_asked() -> None:
    block = block_in_the_making()
    row = asked(block)
    answered(block, row, agrees=False)
    with acting(block.cast.colin):
        assert state_of(BlockAdjustment.objects.get(), TODAY) == "Refused"
        assert open_adjustment(block.contract, TODAY) is None
    with acting(block.cast.mona), pytest.raises(ValidationError, match="answered otherwise"):
        answer_block_adjustment(adjustment=row, agrees=True, **block.done(block.cast.mona))
    assert asked(block, WantedChange(FROM, 3, "need", "Fewer then.")).beds == 3


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (WantedChange(TODAY, 4, "need", "Why"), "nothing is changed backwards"),
        (WantedChange(FROM, 2, "need", "Why"), "2 beds are contracted on that day already"),
        (WantedChange(FROM, -1, "need", "Why"), "The beds in all are 0 to"),
        (WantedChange(FROM, 4, "need", "  "), "The evidence cannot be empty"),
        (WantedChange(FROM, 4, "need", "x" * 2001), "2,000 characters or fewer"),
        (WantedChange(FROM, 4, "", "Why"), "Select why the block should change"),
        (WantedChange(FROM, 4, "occupancy", "Why"), "over how many weeks"),
        (WantedChange(dt.date(2040, 1, 1), 4, "need", "Why"), "must lie within the term"),
    ],
)
def test_a_change_that_cannot_be_asked_for_is_refused_with_the_mend(wanted: WantedChange, words: str) -> None:
    block = block_in_the_making()
    with acting(block.cast.colin), pytest.raises(ValidationError, match=words):
        ask_for_block_adjustment(contract=block.contract, wanted=wanted, **block.done())
    with acting(block.cast.colin):
        assert not BlockAdjustment.objects.exists()


def test_beds_are_adjusted_only_at_the_times_the_contract_sets() -> None:
    block = block_in_the_making(terms=WantedTerms("PA23", adjustment_dates=(dt.date(2027, 4, 1), dt.date(2026, 5, 1))))
    with acting(block.cast.colin), pytest.raises(ValidationError, match=r"Choose 1 April 2027\."):
        ask_for_block_adjustment(contract=block.contract, wanted=CHANGE, **block.done())
    assert asked(block, WantedChange(dt.date(2027, 4, 1), 8, "need", "Fewer.")).beds_before == 10


def test_under_pcr_2015_a_change_needs_a_ground_and_stays_within_its_share() -> None:
    block = block_in_the_making(terms=WantedTerms("PCR2015"), by_month=((0, 2),))
    for change, words in (
        (WantedChange(FROM, 3, "need", "Why"), "needs a ground of regulation 72"),
        (WantedChange(FROM, 4, "need", "Why", ground="unforeseen"), "at most 50%"),
        (WantedChange(FROM, 3, "need", "Why", ground="small"), "at most 10%"),
    ):
        with acting(block.cast.colin), pytest.raises(ValidationError, match=words):
            ask_for_block_adjustment(contract=block.contract, wanted=change, **block.done())
    row = asked(block, WantedChange(FROM, 3, "need", "Why", ground="unforeseen"))
    assert row.change_pence == -(-455_700 * (dt.date(2036, 4, 1) - FROM).days // 7)
    assert row.change_bp is not None
    assert 4_500 < row.change_bp < 5_000
    answered(block, row)
    with pytest.raises(PermissionDenied, match="more over the term than you may approve"):
        decided(block, row)
    decided(block, row, by=make_person("Dora Madeup-Director", block.cast.kent, "approver"))
    again = WantedChange(dt.date(2028, 1, 1), 4, "need", "Why", ground="unforeseen")
    with acting(block.cast.colin), pytest.raises(ValidationError, match="with the changes before it"):
        ask_for_block_adjustment(contract=block.contract, wanted=again, **block.done())
    assert asked(block, WantedChange(dt.date(2028, 1, 1), 4, "need", "Why", ground="review_clause"))


def test_fewer_beds_name_the_places_that_leave_and_they_end_on_the_day() -> None:
    block = block_in_the_making()
    block.ready(0, TODAY)
    block.ready(1, TODAY)
    fewer = WantedChange(FROM, 1, "occupancy", "Half empty.", occupancy_bp=5_000, weeks=12)
    with acting(block.cast.colin), pytest.raises(ValidationError, match="with the places that leave"):
        ask_for_block_adjustment(contract=block.contract, wanted=fewer, **block.done())
    leaving = WantedChange(FROM, 1, "occupancy", "Half empty.", 5_000, 12, leaving=(block.places[1],))
    row = asked(block, leaving)
    answered(block, row)
    decided(block, row)
    with acting(block.cast.colin):
        assert BlockPlace.objects.get(pk=block.places[1].pk).ends_before == FROM


def test_a_place_that_became_ready_meanwhile_stops_the_change_until_it_leaves_too() -> None:
    block = block_in_the_making()
    block.ready(0, TODAY)
    row = asked(block, WantedChange(FROM, 1, "need", "Fewer."))
    answered(block, row)
    block.ready(1, TODAY)
    with pytest.raises(ValidationError, match="2 places would still be paid for"):
        decided(block, row)
    with acting(block.cast.colin):
        assert not BlockCapacity.objects.filter(adjustment=row).exists()


def test_an_adjustment_whose_day_has_passed_is_not_approved_any_more() -> None:
    block = block_in_the_making()
    row = asked(block)
    answered(block, row)
    late = dt.datetime(2027, 1, 1, 9, 0, tzinfo=dt.UTC)
    with acting(block.cast.april), pytest.raises(ValidationError, match="nothing is changed backwards"):
        decide_block_adjustment(adjustment=row, agrees=True, by=block.cast.april, now=late)


def plans(block: BlockInTheMaking) -> dict[BlockPlace, str]:
    return {place: f"Plan for place {at}" for at, place in enumerate(block.places)}


def proposed(block: BlockInTheMaking, **changed: object) -> BlockEnding:
    wanted = {"ground": "notice", "reasons": "It cannot be filled.", "notice_on": TODAY, "ends_before": dt.date(2027, 6, 1), "plans": plans(block)}  # fmt: skip
    with acting(block.cast.colin):
        return propose_block_ending(contract=block.contract, wanted=WantedEnd(**wanted | changed), **block.done())


def test_a_block_ends_early_with_full_notice_a_plan_for_every_place_and_an_approver() -> None:
    block = block_in_the_making()
    with pytest.raises(ValidationError, match="before 21 May 2027 at the earliest"):
        proposed(block, ends_before=dt.date(2027, 5, 20))
    with pytest.raises(ValidationError, match="The plan for Place 3 at Madeup Meadow House cannot be empty"):
        proposed(block, plans=dict(list(plans(block).items())[:2]))
    with pytest.raises(ValidationError, match="That day is no break of the contract"):
        proposed(block, ground="break")
    row = proposed(block)
    assert proposed(block) == row
    with pytest.raises(ValidationError, match="waits for a decision"):
        proposed(block, reasons="Another.")
    with acting(block.cast.colin), pytest.raises(PermissionDenied):
        decide_block_ending(ending=row, agrees=True, **block.done())
    with acting(block.cast.april):
        assert [one.words for one in waiting_for(block.cast.april, now=NOW)] == ["Decide whether a block ends early"]
        for _ in range(2):
            decide_block_ending(ending=row, agrees=True, **block.done(block.cast.april))
    with acting(block.cast.mona):
        assert BlockContract.objects.get().ends_before == dt.date(2027, 6, 1)


def test_an_end_not_approved_changes_nothing() -> None:
    block = block_in_the_making()
    row = proposed(block, ground="breach", ends_before=TODAY + dt.timedelta(days=1))
    with acting(block.cast.april):
        with pytest.raises(ValidationError, match="The reason cannot be empty"):
            decide_block_ending(ending=row, agrees=False, **block.done(block.cast.april))
        decide_block_ending(ending=row, agrees=False, reason="Talk first", **block.done(block.cast.april))
        assert BlockContract.objects.get().ends_before == dt.date(2036, 4, 1)


def test_the_termination_notice_is_counted_from_the_last_day() -> None:
    assert "UK11) is due by 30 April 2036" in after_the_end("PA23", dt.date(2036, 4, 2))
    assert "No UK11" in after_the_end("PCR2015", dt.date(2036, 4, 1))


def test_beds_that_are_not_ready_are_not_committed_for_days_gone_by() -> None:
    block = block_in_the_making()
    block.ready(0, dt.date(2026, 11, 1))
    with acting(block.cast.colin):
        found = commitment_of(block.contract, Assumed(), TODAY).worked.commitment
    first = found.contract_years[0]
    # One bed from 1 November to today, both contracted ones from tomorrow to the anniversary.
    assert first.bed_days == 20 + 2 * (dt.date(2027, 4, 1) - dt.date(2026, 11, 21)).days
    assert dict(zip(found.authorities, found.by_authority, strict=True)).keys() == {"Kent", "Portsmouth"}
    assert sum(found.by_authority) == found.pence
