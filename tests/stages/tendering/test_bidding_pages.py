"""A provider and the buyers at their pages, on the real clock and without scripts: from the opportunity to the receipt."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cast import Cast, make_cast, make_person
from nearhome.market.models import Home
from nearhome.privacy.acting import acting, acting_for
from nearhome.tendering.actions.publishing import extend_deadline
from nearhome.tendering.models import Bid, Clarification, ClarificationAsker, Lot, Procurement
from nearhome.tendering.queries.bidding import envelopes_of, own_bid
from nearhome.tendering.queries.tenders import questions_of
from reading_responses import client_of, text_of
from scenes import make_home
from scenes_bidding import PROFILE, open_tender, submit, write_bid
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def lot(cast: Cast) -> Lot:
    """Published a week ago, due in four weeks."""
    now = timezone.now()
    return open_tender(cast, at=now - 7 * DAY, deadline=now + 28 * DAY)


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast.meadow, "Madeup Meadow House", urn="SC910001", places=5)


def page(person: Any, name: str, /, *arguments: Any, **sent: Any) -> str:
    """The words of a page, after what was sent if anything was."""
    path = reverse(f"tendering:{name}", args=arguments)
    client = client_of(person)
    return text_of(client.post(path, sent, follow=True) if sent else client.get(path))


def profile_typed() -> dict[str, str]:
    typed: dict[str, str] = {}
    for name, value in PROFILE.items():
        if name.endswith("_on"):
            year, month, day = str(value).split("-")
            typed |= {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}
        elif name.endswith("_pence"):
            typed[name] = str(int(value) // 100)
        else:
            typed[name] = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return typed


def test_a_small_provider_sees_at_once_what_is_wanted_where_and_whether_it_is_for_them(
    cast: Cast, lot: Lot, home: Home
) -> None:
    words = page(cast.mona, "opportunities")
    assert "Made-up residential block" in words and "Kent: places: 5 by" in words and "Madeup Meadow House" in words
    assert "No: it buys children&#39;s homes" in page(cast.harry, "opportunities")
    full = page(cast.mona, "opportunity", lot.procurement.key)
    assert "Begin a bid from Madeup Meadow House for lot 1" in full and "Near a secondary school" in full
    assert "4,557" not in full  # the benchmark is the buyers' own
    assert "None of your establishments is registered" in page(cast.harry, "opportunity", lot.procurement.key)


def test_a_provider_bids_from_the_opportunity_to_the_receipt(cast: Cast, lot: Lot, home: Home) -> None:
    assert "Your profile is saved" in page(cast.mona, "profile", seen="", **profile_typed())
    begun = page(cast.mona, "start_bid", lot.procurement.key, lot="1", registration=str(home.registration.key))
    assert "Bid of Madeup Meadow House" in begun and "Not submitted" in begun
    with acting(cast.mona):
        bid = Bid.objects.get()
        questions = questions_of(lot.procurement)
    assert "Tick the box to say" in page(cast.mona, "bid_details", bid.key, nothing="")
    page(cast.mona, "bid_details", bid.key, confirmed="on")
    assert "at most 15 in all" in page(cast.mona, "bid_places", bid.key)
    page(cast.mona, "bid_places", bid.key, places="5")
    for number, question in enumerate(questions, start=1):
        assert question.words.split(".")[0][:40] in page(cast.mona, "bid_question", bid.key, number)
        seen = _seen(cast, bid, "bid_question", number)
        page(cast.mona, "bid_question", bid.key, number, text=f"Because of {number}", seen=seen)
    band = lot.bands.get().pk
    seen = _seen(cast, bid, "bid_prices")
    page(cast.mona, "bid_prices", bid.key, **{f"band-{band}": "4,400", "seen": seen})
    check = page(cast.mona, "bid_check", bid.key)
    assert "£4,400.00 a week" in check and "Submit the bid" in check
    receipt = page(cast.mona, "bid_check", bid.key, submit="yes")
    assert "Your bid is submitted" in receipt and "Fingerprint" in receipt
    with acting(cast.mona):
        assert own_bid(cast.mona, bid.key).submitted_at.strftime("%M:%S") in receipt
    assert "Take it back to change it" in page(cast.mona, "bid", bid.key)


def _seen(cast: Cast, bid: Bid, name: str, *more: int) -> str:
    words = client_of(cast.mona).get(reverse(f"tendering:{name}", args=[bid.key, *more])).content.decode()
    return words.split('name="seen" value="')[1].split('"')[0]


def test_the_second_of_two_windows_is_told_and_keeps_its_words(cast: Cast, lot: Lot, home: Home) -> None:
    bid = write_bid(lot, cast.mona, home, at=timezone.now())
    seen = _seen(cast, bid, "bid_question", 1)
    page(cast.mona, "bid_question", bid.key, 1, text="The first window", seen=seen)
    second = page(cast.mona, "bid_question", bid.key, 1, text="The second window", seen=seen)
    assert "was changed by somebody else" in second and "The second window" in second
    with acting(cast.mona):
        assert "The first window" in envelopes_of(own_bid(cast.mona, bid.key)).answers.values()


def test_too_many_words_are_kept_but_not_passed_by(cast: Cast, lot: Lot, home: Home) -> None:
    bid = write_bid(lot, cast.mona, home, at=timezone.now())
    seen = _seen(cast, bid, "bid_question", 1)
    words = page(cast.mona, "bid_question", bid.key, 1, text="word " * 251, seen=seen)
    assert "has 251 words, 1 more than the 250 allowed" in words
    assert "has 251 words" in page(cast.mona, "bid_check", bid.key, submit="yes")
    assert "Not submitted" in page(cast.mona, "bid", bid.key)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the price a week"),
        ("0", "must be more than £0.00"),
        ("-5", "must be more than £0.00"),
        ("a lot", "must be an amount of money"),
        ("12", "is less than £50.00"),
        ("50,000.01", "is more than £50,000.00"),
        ("99999999999", "must be between"),
    ],
)
def test_a_price_that_cannot_be_or_is_hardly_meant_is_asked_about(
    cast: Cast, lot: Lot, home: Home, typed: str, words: str
) -> None:
    bid = write_bid(lot, cast.mona, home, at=timezone.now())
    band, seen = lot.bands.get().pk, _seen(cast, bid, "bid_prices")
    assert words in page(cast.mona, "bid_prices", bid.key, **{f"band-{band}": typed, "seen": seen})
    with acting(cast.mona):
        assert envelopes_of(own_bid(cast.mona, bid.key)).prices[str(band)].pence == 440_000


def test_an_unusual_price_passes_once_it_is_said_to_be_meant(cast: Cast, lot: Lot, home: Home) -> None:
    bid = write_bid(lot, cast.mona, home, at=timezone.now())
    band, seen = lot.bands.get().pk, _seen(cast, bid, "bid_prices")
    page(cast.mona, "bid_prices", bid.key, **{f"band-{band}": "12", "seen": seen, "meant": "on"})
    with acting(cast.mona):
        assert envelopes_of(own_bid(cast.mona, bid.key)).prices[str(band)].pence == 1_200


def test_open_book_lines_sum_to_the_price(cast: Cast, lot: Lot, home: Home) -> None:
    bid = write_bid(lot, cast.mona, home, at=timezone.now())
    band, seen = lot.bands.get().pk, _seen(cast, bid, "bid_prices")
    lines = {f"book-{band}-staffing": "3000", f"book-{band}-surplus": "300"}
    sent = {f"band-{band}": "4400", "seen": seen, **lines}
    assert "come to £3,300.00, which is £1,100.00 less than the price" in page(cast.mona, "bid_prices", bid.key, **sent)
    check = page(cast.mona, "bid_prices", bid.key, **sent, **{f"book-{band}-property": "1100"})
    assert "Staffing in it" in check and "£1,100.00 a week" in check


def test_before_the_deadline_the_buyers_page_says_sealed_and_not_how_many(cast: Cast, lot: Lot, home: Home) -> None:
    without = page(cast.colin, "bids", lot.procurement.key).partition("<main")[2]
    bid = write_bid(lot, cast.mona, home, at=timezone.now())
    submit(bid, cast.mona, at=timezone.now())
    assert "Sealed until" in without
    assert page(cast.colin, "bids", lot.procurement.key).partition("<main")[2] == without
    path = reverse("tendering:opened_bid", args=[lot.procurement.key, bid.key])
    assert client_of(cast.colin).get(path).status_code == 404
    assert "Bids are sealed until" in page(cast.colin, "open_bids", lot.procurement.key, now="yes")


def test_after_the_deadline_the_buyers_read_answers_without_prices_and_open_the_bids(cast: Cast, home: Home) -> None:
    now = timezone.now()
    lot = open_tender(cast, at=now - 40 * DAY, deadline=now - DAY)
    bid = submit(write_bid(lot, cast.mona, home, at=now - 10 * DAY, word="ZZWORD"), cast.mona, at=now - 2 * DAY)
    key = lot.procurement.key
    listed = page(cast.colin, "bids", key)
    assert "Madeup Meadow House" in listed and "Open the bids" in listed
    read = page(cast.colin, "opened_bid", key, bid.key)
    assert "ZZWORD: Care and outcomes" in read and "4,400" not in read and "Mona Madeup" in read
    assert "evaluation can begin" in page(cast.colin, "open_bids", key, now="yes")
    assert "Not submitted by the deadline" not in page(cast.mona, "bid", bid.key)
    assert "the deadline was" in page(cast.mona, "take_back_bid", bid.key, now="yes")
    assert "Read what it says" in page(cast.mona, "bid", bid.key)
    put_out = page(cast.colin, "disqualify", key, bid.key, ground="withdrawn", reason="ZZREASON")
    assert "This bid is out: Withdrawn by the provider" in put_out
    assert "ZZREASON" in page(cast.mona, "bid", bid.key)


def test_a_draft_left_behind_says_plainly_that_it_was_not_submitted(cast: Cast, home: Home) -> None:
    now = timezone.now()
    lot = open_tender(cast, at=now - 40 * DAY, deadline=now - DAY)
    bid = write_bid(lot, cast.mona, home, at=now - 10 * DAY)
    assert "This bid was not submitted." in page(cast.mona, "bid", bid.key)
    assert "Not submitted by the deadline" in page(cast.mona, "my_bids")
    assert "The bid was not submitted" in page(cast.mona, "bid_check", bid.key, submit="yes")
    assert "No bid was submitted by the deadline" in page(cast.colin, "bids", lot.procurement.key)
    assert "cannot be changed: not submitted by the deadline" in page(cast.mona, "bid_places", bid.key, places="3")


def test_everybody_reads_an_answer_and_only_buyers_who_asked(cast: Cast, lot: Lot) -> None:
    key = lot.procurement.key
    assert "Your question was sent" in page(
        cast.harry, "ask", key, question="May Harbour Homes and a partner bid jointly?"
    )
    page(cast.harry, "ask", key, question="May Harbour Homes and a partner bid jointly?")
    with acting(cast.colin):
        row = Clarification.objects.get()
    assert "bid jointly" not in page(cast.mona, "opportunity", key)
    assert "Madeup Harbour Homes Ltd" in page(cast.colin, "clarifications", key)
    form = {"question": row.question, "answer": "Yes."}
    warned = page(cast.colin, "answer_clarification", key, row.key, **form)
    assert "The words may tell who asked: Harbour" in warned
    form["question"] = "May two providers bid jointly?"
    assert "The answer is published" in page(cast.colin, "answer_clarification", key, row.key, **form)
    read = page(cast.mona, "opportunity", key)
    assert "May two providers bid jointly?" in read and "Yes." in read and "Harbour" not in read
    assert "was answered meanwhile" in page(
        cast.colin, "answer_clarification", key, row.key, question="Other", answer="No."
    )
    assert "reads it now" in page(cast.colin, "tell_everybody", key, about="Joint bids", words="Corrected: no.")
    assert "Corrected: no." in page(cast.mona, "opportunity", key)
    with acting(cast.mona):
        assert ClarificationAsker.objects.count() == 0


def test_an_authoritys_own_homes_read_no_open_question_of_others(cast: Cast, lot: Lot) -> None:
    """They bid for the authority that buys: its people see the question, its homes do not."""
    ines = make_person("Ines Madeup-Fostering", cast.kent, "provider")
    page(cast.harry, "ask", lot.procurement.key, question="ZZOPENQUESTION?")
    assert "ZZOPENQUESTION" in page(cast.colin, "clarifications", lot.procurement.key)
    assert "ZZOPENQUESTION" not in page(ines, "opportunity", lot.procurement.key)


def test_questions_end_when_they_are_said_to(cast: Cast) -> None:
    now = timezone.now()
    lot = open_tender(cast, at=now - 30 * DAY, deadline=now + 10 * DAY)
    assert "Ask a question" not in page(cast.mona, "opportunity", lot.procurement.key)
    assert "Questions ended on" in page(cast.mona, "ask", lot.procurement.key, question="Still?")


def test_more_time_is_read_with_its_reason_by_whoever_bids(cast: Cast, lot: Lot, home: Home) -> None:
    bid, now = write_bid(lot, cast.mona, home, at=timezone.now()), timezone.now()
    with acting(cast.colin):
        tender = Procurement.objects.get(pk=lot.procurement_id)
        extend_deadline(procurement=tender, to_at=now + 40 * DAY, reason="ZZMORETIME", by=cast.colin, now=now)
    assert "ZZMORETIME" in page(cast.mona, "bid", bid.key)
    assert "ZZMORETIME" in page(cast.harry, "opportunity", lot.procurement.key)


@pytest.mark.parametrize(
    "name", ["bid", "bid_check", "bid_receipt", "bid_prices", "withdraw_bid", "bid_places", "bid_details"]
)
def test_a_bid_of_others_does_not_exist(cast: Cast, lot: Lot, home: Home, name: str) -> None:
    bid = submit(write_bid(lot, cast.mona, home, at=timezone.now()), cast.mona, at=timezone.now())
    path = reverse(f"tendering:{name}", args=[bid.key])
    assert client_of(cast.harry).get(path).status_code == 404
    assert client_of(cast.colin).get(path).status_code == 403
    assert client_of(cast.hilda).get(path).status_code == 403


def test_the_site_refuses_at_the_deadline_whatever_the_page_showed(
    cast: Cast, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was open, the button is pressed at the very second."""
    now = timezone.now().replace(microsecond=0)
    deadline = now + 28 * DAY
    lot = open_tender(cast, at=now - 7 * DAY, deadline=deadline)
    bid = write_bid(lot, cast.mona, home, at=now)
    for moment, words in (
        (deadline, "The bid was not submitted"),
        (deadline - dt.timedelta(seconds=1), "Your bid is submitted"),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        with acting_at(cast.mona, moment):
            assert words in page(cast.mona, "bid_check", bid.key, submit="yes")
    with acting_for(cast.meadow.pk):
        assert Bid.objects.get().submitted_at == deadline - dt.timedelta(seconds=1)
