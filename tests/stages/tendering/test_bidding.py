"""A provider bids: sealed from the first word, whole or not submitted, up to the last second and not one later."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import Cast, make_cast
from nearhome.market.models import Home
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions import bidding, publishing, submitting
from nearhome.tendering.models import Bid, BidAnswers, BidPrices, Disqualification, Lot, Procurement
from nearhome.tendering.queries.bidding import (
    envelopes_of,
    fingerprint,
    how_it_stands,
    own_bid,
    version_of,
    what_is_missing,
)
from nearhome.tendering.queries.bids import opened_bids
from nearhome.tendering.queries.prices import Given
from nearhome.tendering.queries.tenders import questions_of, waiting_for
from scenes import make_home
from scenes_bidding import DEADLINE, DURING, open_tender, save_a_profile, submit, write_bid
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
AFTER = DEADLINE + dt.timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def lot(cast: Cast) -> Lot:
    return open_tender(cast)


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast.meadow, "Madeup Meadow House", urn="SC910001", places=5)


@pytest.fixture
def bid(cast: Cast, lot: Lot, home: Home) -> Bid:
    return write_bid(lot, cast.mona, home)


def test_a_bid_at_the_last_second_counts(cast: Cast, bid: Bid) -> None:
    assert submit(bid, cast.mona, at=DEADLINE - SECOND).submitted_at == DEADLINE - SECOND
    with acting_at(cast.colin, AFTER):
        assert [one.bid for one in opened_bids(bid.procurement)] == [bid]


def test_a_bid_a_second_late_is_refused_with_words_and_nothing_of_it_is_read(cast: Cast, bid: Bid) -> None:
    for moment in (DEADLINE, DEADLINE + SECOND):
        with pytest.raises(ValidationError, match="the deadline was 19 October 2026 at midday"):
            submit(bid, cast.mona, at=moment)
    with acting_at(cast.mona, AFTER):
        assert how_it_stands(own_bid(cast.mona, bid.key), AFTER) == "missed"
    with acting_at(cast.colin, AFTER):
        assert opened_bids(bid.procurement) == []


def test_the_clock_of_the_database_has_the_last_word(cast: Cast, bid: Bid, lot: Lot) -> None:
    """The site's clock is slow: it would let the bid in, the database does not."""
    with acting_at(cast.mona, DEADLINE + SECOND):
        with pytest.raises(ValidationError, match="the deadline was"):
            submitting.submit_bid(bid=bid, by=cast.mona, now=DEADLINE - SECOND)
        with pytest.raises(ValidationError, match="the deadline was"):
            bidding.start_bid(lot=lot, registration=bid.registration, by=cast.mona, now=DEADLINE - SECOND)
        with pytest.raises(ValidationError, match="the deadline was"):
            bidding.offer_places(bid=bid, places=3, by=cast.mona, now=DEADLINE - SECOND)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(offset=st.integers(min_value=-1_000_000, max_value=1_000_000))
def test_whatever_the_moment_a_bid_counts_before_the_deadline_and_never_from_it_on(
    cast: Cast, bid: Bid, offset: int
) -> None:
    moment = max(DEADLINE + dt.timedelta(seconds=offset / 7), DURING)
    counts = moment < DEADLINE
    if counts:
        submit(bid, cast.mona, at=moment)
        with acting_at(cast.mona, DURING):
            submitting.take_back_bid(bid=bid, by=cast.mona, now=DURING)
    else:
        with pytest.raises(ValidationError, match="the deadline was"):
            submit(bid, cast.mona, at=moment)
    with acting_at(cast.colin, AFTER):
        assert opened_bids(bid.procurement) == []


def test_until_the_deadline_nobody_else_learns_that_a_bid_was_submitted(cast: Cast, bid: Bid) -> None:
    submit(bid, cast.mona)
    for person in (cast.colin, cast.anna, cast.oscar, cast.harry, cast.hilda):
        with acting_at(person, DEADLINE - SECOND):
            assert Bid.objects.count() == BidAnswers.objects.count() == BidPrices.objects.count() == 0
    with acting_at(cast.colin, DEADLINE):
        assert (Bid.objects.count(), BidAnswers.objects.count(), BidPrices.objects.count()) == (1, 1, 0)


def test_submitting_twice_keeps_the_first_moment(cast: Cast, bid: Bid) -> None:
    submit(bid, cast.mona, at=DURING)
    assert submit(bid, cast.mona, at=DURING + SECOND).submitted_at == DURING


def test_a_bid_is_taken_back_changed_and_submitted_again(cast: Cast, bid: Bid) -> None:
    submit(bid, cast.mona)
    with acting_at(cast.mona, DURING):
        before = fingerprint(own_bid(cast.mona, bid.key))
        with pytest.raises(ValidationError, match="Take it back first"):
            bidding.offer_places(bid=bid, places=3, by=cast.mona, now=DURING)
        submitting.take_back_bid(bid=bid, by=cast.mona, now=DURING)
        assert how_it_stands(own_bid(cast.mona, bid.key), DURING) == "draft"
        bidding.offer_places(bid=bid, places=3, by=cast.mona, now=DURING)
        assert fingerprint(own_bid(cast.mona, bid.key)) != before
    submit(bid, cast.mona, at=DURING + SECOND)
    with acting_at(cast.colin, AFTER):
        assert [one.places for one in opened_bids(bid.procurement)] == [3]


def test_a_bid_withdrawn_before_the_deadline_is_never_seen_and_another_may_be_begun(
    cast: Cast, bid: Bid, lot: Lot
) -> None:
    submit(bid, cast.mona)
    with acting_at(cast.mona, DURING):
        submitting.withdraw_bid(bid=own_bid(cast.mona, bid.key), by=cast.mona, now=DURING)
        submitting.withdraw_bid(bid=own_bid(cast.mona, bid.key), by=cast.mona, now=DURING)
        another = bidding.start_bid(lot=lot, registration=bid.registration, by=cast.mona, now=DURING)
        assert another.pk != bid.pk
        with pytest.raises(ValidationError, match="was withdrawn"):
            submitting.submit_bid(bid=own_bid(cast.mona, bid.key), by=cast.mona, now=DURING)
    with acting_at(cast.colin, AFTER):
        assert opened_bids(bid.procurement) == []


def test_after_the_deadline_the_lead_records_that_a_bid_is_withdrawn_and_its_provider_reads_why(
    cast: Cast, bid: Bid
) -> None:
    submit(bid, cast.mona)
    with acting_at(cast.mona, AFTER), pytest.raises(ValidationError, match="deadline was"):
        submitting.withdraw_bid(bid=own_bid(cast.mona, bid.key), by=cast.mona, now=AFTER)
    with acting_at(cast.colin, DURING), pytest.raises(ValidationError, match="sealed until"):
        submitting.disqualify_bid(bid=bid, ground="withdrawn", reason="Told us", by=cast.colin, now=DURING)
    with acting_at(cast.colin, AFTER):
        for _ in range(2):
            submitting.disqualify_bid(bid=bid, ground="withdrawn", reason="Told us", by=cast.colin, now=AFTER)
        with pytest.raises(ValidationError, match="out already"):
            submitting.disqualify_bid(bid=bid, ground="late", reason="No, late", by=cast.colin, now=AFTER)
    with acting_at(cast.mona, AFTER):
        assert how_it_stands(own_bid(cast.mona, bid.key), AFTER) == "out"
        assert Disqualification.objects.get().reason == "Told us"
    with acting_at(cast.harry, AFTER):
        assert Disqualification.objects.count() == 0


def test_one_establishment_bids_once_for_a_lot(cast: Cast, bid: Bid, lot: Lot) -> None:
    with acting_at(cast.mona, DURING):
        again = bidding.start_bid(lot=lot, registration=bid.registration, by=cast.mona, now=DURING)
        assert again == bid
        assert Bid.objects.count() == 1


def test_nobody_bids_for_an_establishment_of_others_or_of_another_kind_or_closed(
    cast: Cast, lot: Lot, home: Home
) -> None:
    agency = make_home(cast.meadow, "Madeup Meadow Carers", urn="SC910009", kind="foster")
    with acting_at(cast.harry, DURING), pytest.raises(ValidationError, match="registered to your organisation"):
        bidding.start_bid(lot=lot, registration=home.registration, by=cast.harry, now=DURING)
    with acting_at(cast.mona, DURING):
        with pytest.raises(ValidationError, match="not registered for what"):
            bidding.start_bid(lot=lot, registration=agency.registration, by=cast.mona, now=DURING)
        home.registration.closed_on = dt.date(2026, 1, 1)
        with pytest.raises(ValidationError, match="not registered for what"):
            bidding.start_bid(lot=lot, registration=home.registration, by=cast.mona, now=DURING)
    with acting_at(cast.colin, DURING), pytest.raises(PermissionDenied):
        bidding.start_bid(lot=lot, registration=home.registration, by=cast.colin, now=DURING)


def test_an_unfinished_bid_says_what_is_missing_and_is_not_submitted(cast: Cast, lot: Lot, home: Home) -> None:
    save_a_profile(cast.mona)
    with acting_at(cast.mona, DURING):
        bid = bidding.start_bid(lot=lot, registration=home.registration, by=cast.mona, now=DURING)
        missing = what_is_missing(bid, DURING)
        assert set(missing) == {"details", "places", "prices", *(f"question-{number}" for number in range(1, 6))}
        with pytest.raises(ValidationError) as refused:
            submitting.submit_bid(bid=bid, by=cast.mona, now=DURING)
    assert "Enter the price a week for A bed, 10 to 16." in refused.value.messages


def test_two_windows_do_not_overwrite_each_other(cast: Cast, bid: Bid) -> None:
    question = questions_of(bid.procurement)[0]
    with acting_at(cast.mona, DURING):
        kept = envelopes_of(own_bid(cast.mona, bid.key)).answers[str(question.pk)]
        seen = version_of(kept)
        bidding.save_answer(bid=bid, question=question, text="First window", seen=seen, by=cast.mona, now=DURING)
        bidding.save_answer(bid=bid, question=question, text="First window", seen=seen, by=cast.mona, now=DURING)
        with pytest.raises(ChangedMeanwhile):
            bidding.save_answer(bid=bid, question=question, text="Second window", seen=seen, by=cast.mona, now=DURING)
        with pytest.raises(ChangedMeanwhile):
            bidding.save_prices(bid=bid, prices={}, seen="another", by=cast.mona, now=DURING)


@pytest.mark.parametrize("pence", [0, -1])
def test_a_price_is_never_nought_or_less(cast: Cast, bid: Bid, pence: int) -> None:
    band = str(bid.lot.bands.get().pk)
    with acting_at(cast.mona, DURING), pytest.raises(ValidationError, match="must be more than"):
        bidding.save_prices(bid=bid, prices={band: Given(pence)}, seen="", by=cast.mona, now=DURING)


def test_places_beyond_the_lot_are_refused(cast: Cast, bid: Bid) -> None:
    with acting_at(cast.mona, DURING):
        for places in (0, -3, 16):
            with pytest.raises(ValidationError, match="between 1 and 15"):
                bidding.offer_places(bid=bid, places=places, by=cast.mona, now=DURING)


def test_details_are_copied_as_they_were_confirmed(cast: Cast, bid: Bid) -> None:
    save_a_profile(cast.mona, at=DURING + SECOND, contact_name="Somebody Else")
    with acting_at(cast.mona, DURING):
        assert own_bid(cast.mona, bid.key).profile["contact_name"] == "Mona Madeup"


def test_an_insurance_that_has_ended_is_not_confirmed(cast: Cast, bid: Bid) -> None:
    save_a_profile(cast.mona, at=DURING + SECOND, public_liability_ends_on="2026-09-01")
    with acting_at(cast.mona, DURING), pytest.raises(ValidationError, match="insurance in the profile has ended"):
        bidding.confirm_details(bid=bid, by=cast.mona, now=DURING)


def test_more_time_is_given_to_all_and_an_open_bid_profits(cast: Cast, bid: Bid) -> None:
    later = DEADLINE + dt.timedelta(days=7)
    with acting_at(cast.colin, DURING):
        for _ in range(2):
            publishing.extend_deadline(
                procurement=bid.procurement, to_at=later, reason="Two bank holidays", by=cast.colin, now=DURING
            )
        with pytest.raises(ValidationError, match="only moves later"):
            publishing.extend_deadline(
                procurement=bid.procurement, to_at=DEADLINE, reason="Earlier", by=cast.colin, now=DURING
            )
        assert bid.procurement.extensions.count() == 1
    submit(bid, cast.mona, at=DEADLINE + SECOND)
    with acting_at(cast.colin, DEADLINE + SECOND):
        assert Bid.objects.count() == 0
        tender = Procurement.objects.get(pk=bid.procurement_id)
        with pytest.raises(ValidationError, match="sealed until"):
            publishing.open_bids(procurement=tender, by=cast.colin, now=DEADLINE + SECOND)
    with acting_at(cast.harry, DURING):
        assert Procurement.objects.get(pk=bid.procurement_id).extensions.get().reason == "Two bank holidays"
    with acting_at(cast.colin, later), pytest.raises(ValidationError, match="deadline has passed"):
        publishing.extend_deadline(procurement=tender, to_at=later + SECOND, reason="Late", by=cast.colin, now=later)


def test_opening_moves_the_tender_on_once(cast: Cast, bid: Bid) -> None:
    submit(bid, cast.mona)
    with acting_at(cast.oscar, AFTER), pytest.raises(PermissionDenied):
        publishing.open_bids(procurement=bid.procurement, by=cast.oscar, now=AFTER)
    with acting_at(cast.colin, AFTER):
        for _ in range(2):
            publishing.open_bids(procurement=bid.procurement, by=cast.colin, now=AFTER)
        tender = Procurement.objects.get(pk=bid.procurement_id)
        assert (tender.state, tender.moves.filter(to_state="evaluating").count()) == ("evaluating", 1)


def test_what_waits_is_named_to_whom_it_waits_for(cast: Cast, bid: Bid) -> None:
    with acting_at(cast.mona, DURING):
        assert [one.words for one in waiting_for(cast.mona, now=DURING)] == ["Finish and submit your bid"]
    submit(bid, cast.mona)
    with acting_at(cast.mona, DURING):
        assert waiting_for(cast.mona, now=DURING) == ()
    with acting_at(cast.colin, DURING):
        assert waiting_for(cast.colin, now=DURING) == ()
    with acting_at(cast.colin, AFTER):
        assert [one.words for one in waiting_for(cast.colin, now=AFTER)] == ["Open the bids"]
