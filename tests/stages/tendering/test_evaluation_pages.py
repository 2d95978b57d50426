"""The evaluation in the browser: who reaches which page, what it says, what it refuses, and that no price shows early."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.tendering.models import (
    ConflictDeclaration,
    Consensus,
    FeedbackLetter,
    LotResult,
    PanelMember,
    QualityLock,
    Score,
    ScoringClosed,
)
from scenes_evaluation import (
    agree,
    close,
    decide,
    declare,
    evaluate,
    lock,
    make_closed_tender,
    score_lot,
    seat,
    work_out,
)
from scenes_tender import Tender, make_tender

pytestmark = pytest.mark.django_db
PRICES = ("4,400", "4,500", "440000", "450000", "four thousand, four hundred")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make_closed_tender(cast)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words_of(response: Any) -> str:
    """What a person reads, or a download says, on one line."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if "html" not in response["Content-Type"]:
        return str(content.decode("utf-8", "replace"))
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", content.decode())).split())


def lot_page(name: str, tender: Tender, lot: int = 1) -> str:
    return reverse(f"tendering:{name}", args=[tender.procurement.key, lot])


def bid_page(name: str, tender: Tender, who: str = "Meadow", title: str = "Care") -> str:
    return reverse(f"tendering:{name}", args=[tender.bids[who, 1].key, tender.criteria[title].pk])


def every_page(tender: Tender) -> list[str]:
    of_lot = [lot_page(name, tender) for name in ("interest", "scores", "close_scoring", "moderation", "lock_quality", "lot_prices", "lot_result")]  # fmt: skip
    of_all = [
        reverse(f"tendering:{name}", args=[tender.procurement.key]) for name in ("evaluation", "panel", "results")
    ]
    return [*of_all, *of_lot, bid_page("score", tender), bid_page("moderate", tender), reverse("tendering:low_price", args=[tender.bids["Meadow", 1].key])]  # fmt: skip


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return words_of(response)


def test_an_outsider_and_a_bidder_find_nothing(cast: Cast, tender: Tender) -> None:
    evaluate(tender, cast.colin, cast.colin, (cast.april, cast.oscar))
    for person in (cast.hilda, cast.mona, cast.harry):
        assert {signed_in(person).get(path).status_code for path in every_page(tender)} == {404}


def test_before_the_deadline_the_pages_say_until_when_bids_are_sealed(cast: Cast) -> None:
    open_tender = make_tender(cast, ref="T-OPEN1-2", deadline=timezone.now() + dt.timedelta(days=3))
    said = read(signed_in(cast.colin), reverse("tendering:evaluation", args=[open_tender.procurement.key]))
    assert "Bids are sealed until" in said


def test_the_panel_is_chosen_on_its_page_and_partners_only_look(cast: Cast, tender: Tender) -> None:
    path = reverse("tendering:panel", args=[tender.procurement.key])
    colin = signed_in(cast.colin)
    assert "Add to the panel" in read(colin, path)
    assert "There is a problem" in words_of(colin.post(path, {"person": "", "is_chair": "no"}))
    for person, chairs in ((cast.colin, "yes"), (cast.oscar, "no")):
        assert colin.post(path, {"person": person.pk, "is_chair": chairs}).status_code == 302
    assert "a chair already" in words_of(colin.post(path, {"person": cast.april.pk, "is_chair": "yes"}))
    assert colin.post(path, {"person": cast.hilda.pk, "is_chair": "no"}).status_code == 200  # no such choice
    oscar = signed_in(cast.oscar)
    assert "Add to the panel" not in read(oscar, path)
    assert oscar.post(path, {"person": cast.ada.pk, "is_chair": "no"}).status_code == 403
    with acting(cast.colin):
        member = PanelMember.objects.get(person=cast.oscar)
        assert PanelMember.objects.count() == 2
    seat_page = reverse("tendering:seat", args=[tender.procurement.key, member.pk])
    assert oscar.get(seat_page).status_code == 403
    assert oscar.post(reverse("tendering:chair", args=[tender.procurement.key, member.pk])).status_code == 403
    assert "There is a problem" in words_of(colin.post(seat_page, {"reason": ""}))
    assert colin.post(seat_page, {"reason": "A new post"}).status_code == 302
    assert "A new post" in read(colin, path)


def test_a_member_of_no_reading_role_scores_while_the_same_person_off_the_panel_is_refused(
    cast: Cast, tender: Tender
) -> None:
    Person.objects.filter(pk=cast.anna.pk).update(roles=["administrator"])
    anna, path = (
        signed_in(Person.objects.get(pk=cast.anna.pk)),
        reverse("tendering:evaluation", args=[tender.procurement.key]),
    )
    assert anna.get(path).status_code == 403
    seat(tender, cast.colin, cast.colin, Person.objects.get(pk=cast.anna.pk))
    assert "Declare whether you have an interest in lot 1" in read(anna, path)


def test_a_member_declares_scores_and_goes_on_to_the_next(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.oscar)
    oscar = signed_in(cast.oscar)
    assert "First say whether you have an interest" in read(oscar, lot_page("scores", tender))
    assert "First declare" in read(oscar, bid_page("score", tender))
    wrong = words_of(oscar.post(lot_page("interest", tender), {"has_interest": "yes", "words": ""}))
    assert "Say what the interest is" in wrong
    assert "Madeup Meadow House" in wrong
    assert oscar.post(lot_page("interest", tender), {"has_interest": "no"}).status_code == 302
    said = read(oscar, bid_page("score", tender))
    assert "Madeup Meadow Care Ltd on Care" in said
    unsure = words_of(oscar.post(bid_page("score", tender), {"score": "4", "rationale": "Page 2"}))
    assert "Tick the box" in unsure
    assert "Page 2" in unsure
    for bad in ({"score": "6"}, {"score": ""}, {"rationale": " "}):
        assert (
            oscar.post(
                bid_page("score", tender), {"score": "4", "rationale": "Page 2", "is_final": "on", **bad}
            ).status_code
            == 200
        )
    done = oscar.post(bid_page("score", tender), {"score": "4", "rationale": "Page 2", "is_final": "on"})
    assert done.status_code == 302
    assert done["Location"] != bid_page("score", tender)
    assert "Your score" in read(oscar, bid_page("score", tender))
    with acting(cast.oscar):
        assert list(Score.objects.values_list("score", "rationale")) == [(4, "Page 2")]
        assert ConflictDeclaration.objects.count() == 1
    across = read(oscar, f"{lot_page('scores', tender)}?by=question")
    assert "In the order of questions" in across
    assert "3 answers wait" in across
    download = words_of(oscar.get(f"{lot_page('scores', tender)}?download=csv&table=answers-to-score"))
    assert "Madeup Harbour House,Madeup Harbour Homes Ltd,Care,," in download


def test_whoever_declared_an_interest_is_shown_no_form_and_a_post_is_refused(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.oscar)
    declare(tender, cast.oscar, has_interest=True)
    oscar = signed_in(cast.oscar)
    assert "so you do not score it" in read(oscar, lot_page("scores", tender))
    assert "Keep this score" not in read(oscar, bid_page("score", tender))
    refused = oscar.post(bid_page("score", tender), {"score": "4", "rationale": "Page 2", "is_final": "on"})
    assert refused.status_code == 403
    with acting(cast.oscar):
        assert Score.objects.count() == 0


def test_the_chair_closes_moderates_and_locks_and_others_only_look(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar), why="ZZ said on page 2")
    colin, oscar = signed_in(cast.colin), signed_in(cast.oscar)
    assert "ZZ said on page 2" not in read(colin, bid_page("moderate", tender))
    assert oscar.get(lot_page("close_scoring", tender)).status_code == 403
    assert "4 scores are still owed" in read(colin, lot_page("close_scoring", tender))
    assert "Some scores are missing" in words_of(colin.post(lot_page("close_scoring", tender), {"reason": ""}))
    assert colin.post(lot_page("close_scoring", tender), {"reason": "The chair abstains"}).status_code == 302
    said = read(oscar, bid_page("moderate", tender, "Harbour"))
    assert "ZZ said on page 2" in said
    assert "Far apart" in said
    assert "The chair of the panel records" in said
    assert oscar.post(bid_page("moderate", tender), {"score": "3", "reason": "x"}).status_code == 403
    assert "4 answers have no agreed score yet" in read(colin, lot_page("lock_quality", tender))
    colin.post(lot_page("lock_quality", tender))
    with acting(cast.colin):
        assert ScoringClosed.objects.count() == 1
        assert QualityLock.objects.count() == 0
    for who in ("Meadow", "Harbour"):
        for title in ("Care", "Step across"):
            assert (
                colin.post(bid_page("moderate", tender, who, title), {"score": "4", "reason": "Clear"}).status_code
                == 302
            )
    colin.post(bid_page("moderate", tender), {"score": "3", "reason": "Clear, but thin"})
    assert "Agreed before" in read(colin, bid_page("moderate", tender))
    assert colin.post(lot_page("lock_quality", tender)).status_code == 302
    assert colin.post(lot_page("lock_quality", tender)).status_code == 302  # a double click
    with acting(cast.colin):
        assert QualityLock.objects.count() == 1
        assert Consensus.objects.count() == 5
    assert "Nothing of it changes any more" in read(colin, lot_page("moderation", tender))
    assert colin.post(bid_page("moderate", tender), {"score": "1", "reason": "Late"}).status_code == 403


def test_no_page_shows_a_price_before_quality_is_locked(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    close(tender, cast.colin)
    agree(tender, cast.colin)
    for person in (cast.colin, cast.anna, cast.oscar):
        client = signed_in(person)
        for path in every_page(tender):
            for query in ("", "?download=csv&table=prices-a-week", "?download=csv&table=ranking"):
                response = client.get(path + query)
                said = words_of(response)
                assert not any(price in said for price in PRICES), path
    assert (
        signed_in(cast.colin).get(reverse("tendering:low_price", args=[tender.bids["Meadow", 1].key])).status_code
        == 404
    )
    assert "Prices stay closed" in read(signed_in(cast.colin), lot_page("lot_prices", tender))
    refused = signed_in(cast.colin).post(lot_page("work_out_results", tender), follow=True)
    assert "not locked yet" in words_of(refused)


def test_results_show_the_ranking_marks_and_the_effect_of_choices_and_downloads(cast: Cast, tender: Tender) -> None:
    evaluate(tender, cast.colin, cast.colin, (cast.april, cast.oscar))
    oscar, colin = signed_in(cast.oscar), signed_in(cast.colin)
    prices = read(oscar, lot_page("lot_prices", tender))
    assert "£4,400.00" in prices
    assert "four thousand, four hundred pounds" in prices
    said = read(oscar, lot_page("lot_result", tender))
    for words in (
        "88.00",
        "75.11",
        "Pro rata to the lowest",
        "By means without Oscar Madeup-Officer Madeup Harbour House",
        "the same, to the last place",
        "Show the figures as a table",
    ):
        assert words in said, words
    assert "Work out the results again" not in said
    csv = words_of(oscar.get(f"{lot_page('lot_result', tender)}?download=csv&table=ranking"))
    assert "Madeup Meadow House,Madeup Meadow Care Ltd,1,88.00,48.00,40.00,4400.00" in csv
    assert oscar.get(f"{lot_page('lot_result', tender)}?download=xlsx&table=marks-by-question").status_code == 200
    assert oscar.post(lot_page("work_out_results", tender)).status_code == 403
    assert colin.post(lot_page("work_out_results", tender)).status_code == 302
    with acting(cast.colin):
        assert LotResult.objects.count() == 1
    assert "No results yet" in read(colin, lot_page("lot_result", tender, 2))
    assert "Lot 1" in read(colin, reverse("tendering:results", args=[tender.procurement.key]))


def test_a_low_price_is_asked_answered_and_decided_on_its_page(cast: Cast, tender: Tender) -> None:
    evaluate(tender, cast.colin, cast.colin, (cast.april, cast.oscar))
    path = reverse("tendering:low_price", args=[tender.bids["Meadow", 1].key])
    colin = signed_in(cast.colin)
    assert signed_in(cast.oscar).post(path, {"question": "Why?"}).status_code == 403
    assert colin.post(path, {"question": "How is it staffed?"}).status_code == 302
    assert colin.post(path, {"answer": "We own the house."}).status_code == 302
    assert "Select yes or no" in words_of(colin.post(path, {"reason": "x"}))
    assert colin.post(path, {"is_accepted": "no", "reason": "Not sustainable"}).status_code == 302
    assert "Rejected: Not sustainable" in read(colin, path)
    assert "Something has changed since" in read(colin, lot_page("lot_result", tender))


def test_a_bidder_reads_its_own_letter_once_sent_as_page_and_pdf(cast: Cast, tender: Tender) -> None:
    evaluate(tender, cast.colin, cast.colin, (cast.april, cast.oscar))
    colin, harry, mona = signed_in(cast.colin), signed_in(cast.harry), signed_in(cast.mona)
    draft = reverse("tendering:draft_feedback", args=[tender.procurement.key])
    send = reverse("tendering:send_feedback", args=[tender.procurement.key])
    assert signed_in(cast.oscar).post(draft).status_code == 403
    assert "Letters drafted: 2" in words_of(colin.post(draft, follow=True))
    with acting(cast.colin):
        letter = FeedbackLetter.objects.get(bid=tender.bids["Harbour", 1])
    path, pdf = (reverse(f"tendering:{name}", args=[letter.key]) for name in ("feedback", "feedback_pdf"))
    assert "This is a draft" in read(colin, path)
    assert harry.get(path).status_code == harry.get(pdf).status_code == 404
    assert "cannot be done now" in words_of(colin.post(send, follow=True))
    with acting(cast.colin):
        decide(tender.procurement, cast.colin, "abandoned")
    assert "each bidder can read its own" in words_of(colin.post(send, follow=True))
    said = read(harry, path)
    assert "This lot is not awarded." in said
    assert "A clear plan, thinly staffed (Harbour)" in said
    assert not any(word in said for word in ("(Meadow)", "Madeup Meadow"))
    assert mona.get(path).status_code == signed_in(cast.hilda).get(path).status_code == 404
    assert "Madeup Harbour House" in read(harry, reverse("tendering:feedback_received"))
    document = harry.get(pdf)
    assert (document["Content-Type"], document.content[:5]) == ("application/pdf", b"%PDF-")
    assert document.content == harry.get(pdf).content


def test_very_long_and_odd_words_survive_into_the_letter_and_its_pdf(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    close(tender, cast.colin)
    agree(tender, cast.colin, reason="#let x = 1 <script> & “é” " + "word " * 700)
    lock(tender, cast.colin)
    work_out(tender, cast.colin)
    colin = signed_in(cast.colin)
    colin.post(reverse("tendering:draft_feedback", args=[tender.procurement.key]))
    with acting(cast.colin):
        key = FeedbackLetter.objects.first().key  # type: ignore[union-attr]
    response = colin.get(reverse("tendering:feedback", args=[key]))
    assert "&lt;script&gt;" in response.content.decode()
    assert colin.get(reverse("tendering:feedback_pdf", args=[key])).content[:5] == b"%PDF-"
