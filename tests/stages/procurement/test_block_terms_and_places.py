"""Recording a block's contract: versions and days, readiness before payment, first calls and what partners are offered."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from nearhome.audit.queries import history_of
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions.block_beginning import begin_block
from nearhome.procurement.actions.block_places import (
    mark_block_place_ready,
    nominate_block_place,
    release_block_place,
    take_back_block_place,
)
from nearhome.procurement.actions.block_terms import (
    WantedFee,
    WantedTerms,
    nominate_block_beds,
    set_block_benchmark,
    set_block_fee,
    set_block_ramp,
    set_block_terms,
)
from nearhome.procurement.models import (
    BlockBenchmark,
    BlockCapacity,
    BlockContract,
    BlockFee,
    BlockNomination,
    BlockPlace,
    BlockPrice,
    BlockTerms,
)
from nearhome.procurement.queries.block_places import places_shown
from nearhome.procurement.queries.block_records import fees_of, latest_terms
from scenes_block import BEGAN, ENDS, NOW, TODAY, WEEKLY, BlockInTheMaking, block_in_the_making, wanted_block
from scenes_settlement import live_in

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def block() -> BlockInTheMaking:
    return block_in_the_making()


def test_a_block_begun_twice_is_begun_once_with_its_beds_fee_and_terms(block: BlockInTheMaking) -> None:
    with acting(block.cast.colin):
        again = begin_block(wanted=wanted_block(block.cast), **block.done())
        assert again == block.contract
        assert BlockContract.objects.count() == BlockTerms.objects.count() == BlockFee.objects.count() == 1
        assert list(BlockCapacity.objects.order_by("starts_on").values_list("starts_on", "beds")) == [
            (BEGAN, 2), (dt.date(2027, 4, 1), 10), (dt.date(2028, 4, 1), 15),
        ]  # fmt: skip
        assert BlockPrice.objects.get().weekly_price_pence == WEEKLY


def test_a_block_that_cannot_be_begun_leaves_nothing_behind(block: BlockInTheMaking) -> None:
    wrong = wanted_block(block.cast, name="Another", by_month=((20, 5),))
    with acting(block.cast.colin):
        with pytest.raises(ValidationError, match="the terms allow 18 months to mobilise"), transaction.atomic():
            begin_block(wanted=wrong, **block.done())
        assert not BlockContract.objects.filter(name="Another").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"regime": ""}, "Select the regime"),
        ({"mobilisation_months": 19}, "0 to 18 months"),
        ({"indexation": "fixed"}, "above 0%"),
        ({"indexation_bp": 200}, "above 0%"),
        ({"break_dates": (ENDS,)}, "A break must lie within the term"),
        ({"extension_months": (0,)}, "1 to 120 months"),
        ({"ends_before": dt.date(2040, 1, 1)}, "a longer term cannot be recorded here yet"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_the_mend(block: BlockInTheMaking, change: dict, words: str) -> None:
    with acting(block.cast.colin), pytest.raises(ValidationError, match=words):
        set_block_terms(contract=block.contract, wanted=WantedTerms(**{"regime": "PA23"} | change), **block.done())


def test_terms_become_versions_and_the_second_of_two_people_is_told(block: BlockInTheMaking) -> None:
    first, second = WantedTerms("PA23", notice_days=90), WantedTerms("PA23", notice_days=60)
    with acting(block.cast.colin):
        set_block_terms(contract=block.contract, wanted=first, version=1, **block.done())
        assert set_block_terms(contract=block.contract, wanted=first, version=1, **block.done()).version == 2
        with pytest.raises(ChangedMeanwhile, match="The terms of this block was changed by somebody else"):
            set_block_terms(contract=block.contract, wanted=second, version=1, **block.done())
        assert BlockTerms.objects.count() == 2
        with pytest.raises(DatabaseError), transaction.atomic():
            BlockTerms.objects.update(notice_days=1)


def test_beds_change_freely_until_the_first_have_begun(block: BlockInTheMaking) -> None:
    later = block_with_a_later_start(block)
    steps = {"contract": later, "reason": "The home is larger", **block.done()}
    with acting(block.cast.colin):
        set_block_ramp(by_month=((0, 3), (12, 10)), **steps)
        with pytest.raises(ValidationError, match="Keep the months that are on record"):
            set_block_ramp(by_month=((1, 3), (12, 10)), **steps)
        with pytest.raises(ValidationError, match="Ask for an adjustment instead"):
            set_block_ramp(contract=block.contract, by_month=((0, 3),), reason="More", **block.done())
        assert (
            len(
                set_block_ramp(
                    contract=block.contract, by_month=((0, 2), (12, 10), (24, 15)), reason="Same", **block.done()
                )
            )
            == 3
        )
    for months in ((), ((12, 5), (6, 10)), ((0, 0),), ((0, 10_001),), ((200, 5),)):
        with acting(block.cast.colin), pytest.raises(ValidationError):
            set_block_ramp(contract=later, by_month=months, reason="Wrong", **block.done())


def block_with_a_later_start(block: BlockInTheMaking) -> BlockContract:
    starts = dt.date(2027, 1, 1)
    with acting(block.cast.colin):
        return begin_block(
            wanted=wanted_block(block.cast, name="Later", starts_on=starts, by_month=((0, 2), (12, 8))), **block.done()
        )


def test_a_fee_is_a_new_row_and_a_price_per_bed_is_billed_too(block: BlockInTheMaking) -> None:
    later, two_part = dt.date(2027, 4, 1), WantedFee(300_000, 150_000)
    with acting(block.cast.colin):
        set_block_fee(contract=block.contract, starts_on=later, fee=two_part, **block.done())
        set_block_fee(contract=block.contract, starts_on=later, fee=two_part, **block.done())
        assert [fee.model for fee in fees_of(block.contract)] == ["a price per bed", "a two-part fee"]
        assert BlockPrice.objects.count() == 1
        with pytest.raises(ValidationError, match="already recorded with other terms"):
            set_block_fee(contract=block.contract, starts_on=later, fee=WantedFee(1), **block.done())
        for fee in (WantedFee(0), WantedFee(-1), WantedFee(10**12), WantedFee(1, 0, 5_000), WantedFee(1, 1, 10_001)):
            with pytest.raises(ValidationError, match=r"fee|share"):
                set_block_fee(contract=block.contract, starts_on=dt.date(2028, 4, 1), fee=fee, **block.done())
        with pytest.raises(ValidationError, match="must lie within the term"):
            set_block_fee(contract=block.contract, starts_on=ENDS, fee=WantedFee(1), **block.done())


def test_only_the_hosts_commissioner_writes_and_the_partner_and_the_provider_read(block: BlockInTheMaking) -> None:
    cast, terms = block.cast, WantedTerms("PCR2015")
    cast.oscar.roles = ["commissioner"]
    for person in (cast.olive, cast.oscar, cast.mona):
        with acting(person), pytest.raises(PermissionDenied):
            set_block_terms(contract=block.contract, wanted=terms, **block.done(person))
    with acting(cast.colin):
        set_block_benchmark(
            contract=block.contract, starts_on=BEGAN, weekly_pence=WEEKLY, source="Made-up average", **block.done()
        )
    for person, terms_seen, benchmarks_seen in (
        (cast.oscar, 1, 1),
        (cast.mona, 1, 0),
        (cast.hilda, 0, 0),
        (cast.harry, 0, 0),
    ):
        with acting(person):
            assert BlockTerms.objects.count() == terms_seen
            assert BlockBenchmark.objects.count() == benchmarks_seen
    with acting(cast.mona):
        assert not any("spot price" in line.words for line in history_of(block.contract.key))
    with acting(cast.oscar):
        assert any("spot price" in line.words for line in history_of(block.contract.key))


def test_another_authority_writes_nothing_even_by_hand(block: BlockInTheMaking) -> None:
    for person in (block.cast.hilda, block.cast.oscar, block.cast.mona):
        with acting(person), pytest.raises(DatabaseError), transaction.atomic():
            BlockFee.objects.create(contract=block.contract, starts_on=TODAY, fixed_pence=1, set_at=NOW, set_by="x")


def test_first_calls_are_for_parties_and_dated(block: BlockInTheMaking) -> None:
    cast = block.cast
    with acting(cast.colin):
        nominate_block_beds(
            contract=block.contract, starts_on=BEGAN, places={cast.kent: 1, cast.portsmouth: 1}, **block.done()
        )
        nominate_block_beds(contract=block.contract, starts_on=BEGAN, places={cast.kent: 1}, **block.done())
        assert BlockNomination.objects.count() == 2
        with pytest.raises(ValidationError, match="Hampshire may not use this block"):
            nominate_block_beds(contract=block.contract, starts_on=BEGAN, places={cast.hampshire: 1}, **block.done())
        with pytest.raises(ValidationError, match="0 beds or more"):
            nominate_block_beds(contract=block.contract, starts_on=TODAY, places={cast.kent: -1}, **block.done())


def test_a_place_is_paid_for_from_the_later_of_registered_and_able_to_accept(block: BlockInTheMaking) -> None:
    registered, accepts = dt.date(2026, 10, 1), dt.date(2026, 12, 1)
    given = {"block_place": block.places[0], **block.done()}
    with acting(block.cast.colin):
        for _ in range(2):
            mark_block_place_ready(registered_on=registered, accepts_from=accepts, **given)
        assert BlockPlace.objects.get(pk=block.places[0].pk).available_from == accepts
        assert [one.state for one in places_shown(block.contract, TODAY)] == ["Ready later", "Mobilising", "Mobilising"]
        assert places_shown(block.contract, accepts)[0].state == "Free"
        with pytest.raises(DatabaseError), transaction.atomic():
            BlockPlace.objects.filter(pk=block.places[0].pk).update(available_from=registered)
        with pytest.raises(ValidationError, match="cannot be in the future"):
            mark_block_place_ready(registered_on=TODAY + DAY, accepts_from=accepts, **given)
        with pytest.raises(ValidationError, match="registered on 1 January 2020"):
            mark_block_place_ready(registered_on=dt.date(2019, 1, 1), accepts_from=accepts, **given)


def test_no_more_places_become_ready_than_beds_are_contracted(block: BlockInTheMaking) -> None:
    block.ready(0, TODAY)
    block.ready(1, TODAY)
    with pytest.raises(
        ValidationError, match="2 beds are contracted on 20 November 2026, and as many places are ready"
    ):
        block.ready(2, TODAY)
    with acting(block.cast.colin):
        later = dt.date(2027, 4, 1)
        mark_block_place_ready(block_place=block.places[2], registered_on=TODAY, accepts_from=later, **block.done())
        with pytest.raises(ValidationError, match="is paid for since"):
            mark_block_place_ready(block_place=block.places[0], registered_on=TODAY, accepts_from=later, **block.done())


def test_first_call_on_a_place_changes_only_until_it_is_paid_for(block: BlockInTheMaking) -> None:
    cast = block.cast
    with acting(cast.colin):
        nominate_block_place(block_place=block.places[0], authority=cast.portsmouth, **block.done())
        with pytest.raises(ValidationError, match="Choose one of its parties"):
            nominate_block_place(block_place=block.places[0], authority=cast.hampshire, **block.done())
    block.ready(0, TODAY)
    with acting(cast.colin), pytest.raises(ValidationError, match="Release it to the partners instead"):
        nominate_block_place(block_place=block.places[0], authority=cast.kent, **block.done())


def test_a_place_is_offered_and_kept_again_and_every_day_says_whose_it_was(block: BlockInTheMaking) -> None:
    block.ready(0, dt.date(2026, 10, 1))
    place = block.places[0]
    with acting(block.cast.colin):
        with pytest.raises(ValidationError, match="from today or a later day"):
            release_block_place(block_place=place, starts_on=TODAY - DAY, reason="No referral", **block.done())
        for _ in range(2):
            release_block_place(block_place=place, starts_on=TODAY, reason="No referral", **block.done())
        with pytest.raises(ValidationError, match="is offered to the partners since"):
            release_block_place(block_place=place, starts_on=TODAY + DAY, reason="No referral", **block.done())
        assert BlockPlace.objects.get(pk=place.pk).released_from == TODAY
        later = NOW + 3 * DAY
        take_back_block_place(block_place=place, reason="A child of ours comes", by=block.cast.colin, now=later)
        take_back_block_place(block_place=place, reason="A child of ours comes", by=block.cast.colin, now=later)
        assert BlockPlace.objects.get(pk=place.pk).released_from is None
        shown = places_shown(block.contract, TODAY)[0]
        assert [(turn.starts_on, turn.is_released) for turn in shown.turns] == [
            (dt.date(2026, 10, 1), False), (TODAY, True), (TODAY + 3 * DAY, False),
        ]  # fmt: skip
        with pytest.raises(ValidationError, match="nobody’s in particular"):
            release_block_place(block_place=block.places[2], starts_on=TODAY, reason="No referral", **block.done())
        with pytest.raises(ValidationError, match="The reason cannot be empty"):
            release_block_place(block_place=block.places[1], starts_on=TODAY, reason=" ", **block.done())


def test_an_occupied_place_says_that_it_is_and_never_who(block: BlockInTheMaking) -> None:
    block.ready(0, dt.date(2026, 10, 1))
    live_in(
        block.places[0].place,
        block.cast.kent,
        "ZZWHO",
        dt.date(2026, 10, 5),
        dt.date(2026, 11, 10),
        block=block.contract,
    )
    with acting(block.cast.oscar):
        assert places_shown(block.contract, dt.date(2026, 11, 9))[0].state == "Occupied"
        shown = places_shown(block.contract, TODAY)[0]
        assert (shown.state, shown.empty_since) == ("Free", dt.date(2026, 11, 10))


def test_a_block_made_without_terms_still_adds_up_from_its_price(block: BlockInTheMaking) -> None:
    with acting(block.cast.colin):
        assert latest_terms(block.contract)
        assert [(fee.starts_on, fee.fixed_pence) for fee in fees_of(block.contract)] == [(BEGAN, WEEKLY)]
