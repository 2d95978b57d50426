"""A tender evaluated through its actions: who may do what and when, what is refused and why, nothing twice."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cast import Cast, make_cast, make_person
from nearhome.people.models import Person
from nearhome.tendering.actions.feedback import make_letters, send_letters
from nearhome.tendering.actions.low_prices import ask_about_price, decide_low_price, record_price_answer
from nearhome.tendering.actions.moderating import agree_score, lock_quality
from nearhome.tendering.actions.panel import (
    add_panel_member,
    change_chair,
    clear_interest,
    declare_interest,
    leave_panel,
)
from nearhome.tendering.actions.results import work_out_results
from nearhome.tendering.actions.scoring import close_scoring, give_score
from nearhome.tendering.models import (
    Award,
    AwardCriterion,
    AwardLine,
    BidPrices,
    ConflictDeclaration,
    Consensus,
    Disqualification,
    FeedbackLetter,
    LotResult,
    PanelMember,
    QualityLock,
    Score,
    ScoringClosed,
)
from nearhome.tendering.queries.evaluation import waiting_for
from nearhome.tendering.queries.progress import scores_by_person
from nearhome.tendering.queries.results import replays_the_same, shown_result
from scenes_evaluation import (
    after,
    agree,
    at,
    close,
    decide,
    declare,
    evaluate,
    fresh,
    fresh_bid,
    lock,
    make_closed_tender,
    publish,
    score_lot,
    score_one,
    seat,
    work_out,
)
from scenes_tender import MADE, Tender, acting_at, make_bids, make_tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return make_closed_tender(cast)


def whole(cast: Cast, tender: Tender) -> LotResult:
    return evaluate(tender, cast.colin, cast.colin, (cast.april, cast.oscar))


def words_waiting(tender: Tender, person: object, hours: int = 1) -> list[str]:
    with at(tender, person, hours):  # type: ignore[arg-type]
        return [one.words for one in waiting_for(person, now=after(tender, hours))]  # type: ignore[arg-type]


def test_the_whole_way_ranks_by_the_published_rule_and_replays_to_the_same(cast: Cast, tender: Tender) -> None:
    row = whole(cast, tender)
    meadow, harbour = (str(tender.bids[name, 1].key) for name in ("Meadow", "Harbour"))
    # Quality 60: 4 of 5 is 48, 3 of 5 is 36. Price 40: £4,400 is lowest; £4,500 gets 40 x 4400/4500 = 39.11.
    assert [(one["bid"], one["rank"], one["total"], one["quality"], one["price"]) for one in row.result["ranking"]] == [
        (meadow, 1, "88.00", "48.00", "40.00"), (harbour, 2, "75.11", "36.00", "39.11"),
    ]  # fmt: skip
    with at(tender, cast.oscar, 7):
        shown = shown_result(fresh(tender.lots[0]))
        assert shown is not None
        assert shown.is_current
        assert replays_the_same(shown)
        assert any("no single" in one.lower() or "tried" in one for one in shown.sentences)


def test_working_out_again_adds_nothing_until_something_changes(cast: Cast, tender: Tender) -> None:
    row = whole(cast, tender)
    assert work_out(tender, cast.colin).pk == row.pk
    with at(tender, cast.colin, 7):
        assert LotResult.objects.count() == 1
        Disqualification.objects.create(bid=tender.bids["Meadow", 1], ground="ineligible", reason="Not registered", at=after(tender, 7), by_name="Colin")  # fmt: skip
        shown = shown_result(fresh(tender.lots[0]))
        assert shown is not None
        assert not shown.is_current
        assert replays_the_same(shown)
    again = work_out(tender, cast.colin)
    assert again.pk != row.pk
    # The lowest is out, so the other's price is marked anew.
    assert [(one["rank"], one["price"]) for one in again.result["ranking"]] == [(1, "40.00"), (None, None)]


def test_only_the_lead_gives_seats_and_only_to_people_of_the_buyers(cast: Cast, tender: Tender) -> None:
    now = after(tender)
    for by in (cast.april, cast.oscar, cast.mona, cast.hilda):
        with at(tender, by), pytest.raises(PermissionDenied):
            add_panel_member(procurement=tender.procurement, person=cast.april, by=by, now=now)
    with at(tender, cast.colin):
        for outsider in (cast.hilda, cast.mona):
            with pytest.raises(ValidationError, match="authority that buys here"):
                add_panel_member(procurement=tender.procurement, person=outsider, by=cast.colin, now=now)
        first = add_panel_member(
            procurement=tender.procurement, person=cast.fiona, is_chair=True, by=cast.colin, now=now
        )
        assert (
            add_panel_member(
                procurement=tender.procurement, person=cast.fiona, is_chair=True, by=cast.colin, now=now
            ).pk
            == first.pk
        )
        with pytest.raises(ValidationError, match="a chair already"):
            add_panel_member(procurement=tender.procurement, person=cast.april, is_chair=True, by=cast.colin, now=now)


def test_nobody_scores_before_they_declare_and_whoever_has_an_interest_never(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    bid = tender.bids["Meadow", 1]
    with pytest.raises(PermissionDenied, match="First declare"):
        score_one(tender, cast.april, bid, "Care", 3)
    declare(tender, cast.april, has_interest=True)
    with pytest.raises(PermissionDenied, match="You declared an interest"):
        score_one(tender, cast.april, bid, "Care", 3)
    # Nor by SQL as the site's role.
    with at(tender, cast.april), pytest.raises(DatabaseError, match="no interest"), transaction.atomic(), connection.cursor() as cursor:  # fmt: skip
        cursor.execute(
            "INSERT INTO tendering_score (bid_id, criterion_id, person_id, score, rationale, at) VALUES (%s, %s, %s, 3, 'x', now())",
            [bid.pk, tender.criteria["Care"].pk, cast.april.pk],
        )
    # An interest in one lot is none in the other.
    declare(tender, cast.april, lot=2)
    score_one(tender, cast.april, tender.bids["Meadow", 2], "Care", 3)
    with at(tender, cast.april):
        assert Score.objects.count() == 1
    with at(tender, cast.hilda), pytest.raises(PermissionDenied):
        declare_interest(lot=fresh(tender.lots[0]), has_interest=False, by=cast.hilda, now=after(tender))


def test_an_interest_is_described_and_said_once(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april)
    with at(tender, cast.april):
        with pytest.raises(ValidationError, match="what the interest is"):
            declare_interest(lot=fresh(tender.lots[0]), has_interest=True, words=" ", by=cast.april, now=after(tender))
        for _ in range(2):
            declare_interest(lot=fresh(tender.lots[0]), has_interest=False, by=cast.april, now=after(tender))
        assert ConflictDeclaration.objects.count() == 1


def test_a_score_has_a_reason_is_on_the_scale_and_is_never_changed(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april)
    declare(tender, cast.april)
    bid = tender.bids["Meadow", 1]
    for score, why, said in ((6, "x", "from 0 to 5"), (-1, "x", "from 0 to 5"), (3, "  ", "why you give"), (3, "x" * 4001, "4,001")):  # fmt: skip
        with pytest.raises(ValidationError, match=said):
            score_one(tender, cast.april, bid, "Care", score, why)
    score_one(tender, cast.april, bid, "Care", 3)
    score_one(tender, cast.april, bid, "Care", 3)  # a double click
    with pytest.raises(ValidationError, match="not changed"):
        score_one(tender, cast.april, bid, "Care", 4)
    with at(tender, cast.april):
        assert list(Score.objects.values_list("score", flat=True)) == [3]
        with pytest.raises(ValidationError, match="Only a question"):
            give_score(
                bid=fresh_bid(bid),
                criterion=tender.criteria["Price"],
                score=3,
                rationale="x",
                by=cast.april,
                now=after(tender),
            )


def test_a_pass_or_fail_question_takes_nothing_between_not_even_by_sql(cast: Cast) -> None:
    draft = make_tender(cast, published=False)
    with acting_at(cast.colin, MADE):
        draft.criteria["Insured"] = AwardCriterion.objects.create(procurement=draft.procurement, position=9, kind="pass", title="Insured", weight=0)  # fmt: skip
        publish(draft)
    make_bids(cast, draft)
    seat(draft, cast.colin, cast.colin, cast.april)
    declare(draft, cast.april)
    with pytest.raises(ValidationError, match="passed or failed"):
        score_one(draft, cast.april, draft.bids["Meadow", 1], "Insured", 3)
    with at(draft, cast.april), pytest.raises(DatabaseError, match="0 or 5"), transaction.atomic():
        Score.objects.create(bid=draft.bids["Meadow", 1], criterion=draft.criteria["Insured"], person=cast.april, score=3, rationale="x", at=after(draft))  # fmt: skip
    score_one(draft, cast.april, draft.bids["Meadow", 1], "Insured", 5)


def test_whoever_leaves_midway_stays_on_record_and_is_replaced(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_one(tender, cast.oscar, tender.bids["Meadow", 1], "Care", 3)
    with at(tender, cast.colin):
        member = PanelMember.objects.select_related("procurement", "person").get(person=cast.oscar)
        with pytest.raises(ValidationError, match="Say why"):
            leave_panel(member=member, reason=" ", by=cast.colin, now=after(tender))
        for _ in range(2):
            leave_panel(member=member, reason="A new post", by=cast.colin, now=after(tender))
        with pytest.raises(ValidationError, match="cannot join again"):
            add_panel_member(procurement=tender.procurement, person=cast.oscar, by=cast.colin, now=after(tender))
        add_panel_member(procurement=tender.procurement, person=cast.ada, by=cast.colin, now=after(tender))
    with pytest.raises(PermissionDenied, match="member of the panel"):
        score_one(tender, cast.oscar, tender.bids["Meadow", 1], "Step across", 3)
    declare(tender, cast.ada)
    score_lot(tender, (cast.april, cast.ada))
    close(tender, cast.colin)
    with at(tender, cast.colin, 4):
        given = Score.objects.filter(bid=tender.bids["Meadow", 1], criterion=tender.criteria["Care"])
        assert set(given.values_list("person__name", flat=True)) == {"Oscar Madeup-Officer", "April Madeup-Approver", "Ada Madeup-Approver"}  # fmt: skip


def test_the_chair_can_change_hands_but_not_to_somebody_who_left(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    now = after(tender)

    def seat_of(person: Person) -> PanelMember:
        return PanelMember.objects.select_related("procurement", "person").get(person=person)

    with at(tender, cast.colin):
        for _ in range(2):
            change_chair(member=seat_of(cast.april), by=cast.colin, now=now)
        assert [one.person for one in PanelMember.objects.filter(is_chair=True)] == [cast.april]
        leave_panel(member=seat_of(cast.oscar), reason="Ill", by=cast.colin, now=now)
        with pytest.raises(ValidationError, match="has left"):
            change_chair(member=seat_of(cast.oscar), by=cast.colin, now=now)
    with at(tender, cast.april), pytest.raises(PermissionDenied):
        change_chair(member=seat_of(cast.colin), by=cast.april, now=now)


def test_scoring_is_closed_with_a_reason_if_scores_are_missing_and_never_with_an_answer_unscored(
    cast: Cast, tender: Tender
) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    lot = tender.lots[0]
    for title in ("Care", "Step across"):
        score_one(tender, cast.april, tender.bids["Meadow", 1], title, 3)
    with pytest.raises(ValidationError, match="Nobody has scored 2"):
        close(tender, cast.colin)
    for title in ("Care", "Step across"):
        score_one(tender, cast.april, tender.bids["Harbour", 1], title, 3)
    with pytest.raises(ValidationError, match="Say why scoring is closed"):
        close(tender, cast.colin, reason=" ")
    with at(tender, cast.april, 3), pytest.raises(PermissionDenied, match="Only the chair"):
        close_scoring(lot=fresh(lot), reason="x", by=cast.april, now=after(tender, 3))
    close(tender, cast.colin, reason="Oscar was ill")
    close(tender, cast.colin, reason="Oscar was ill")
    with pytest.raises(ValidationError, match="is closed"):
        score_one(tender, cast.oscar, tender.bids["Meadow", 1], "Care", 3)


def test_members_read_one_another_only_after_scoring_is_closed_but_progress_is_known(
    cast: Cast, tender: Tender
) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    with at(tender, cast.colin, 3):
        assert Score.objects.count() == 0
        assert scores_by_person(tender.lots[0]) == {cast.april.pk: 4, cast.oscar.pk: 4}
    with at(tender, cast.hilda, 3):
        assert scores_by_person(tender.lots[0]) == {}
    close(tender, cast.colin)
    with at(tender, cast.april, 4):
        assert Score.objects.count() == 8


def test_moderation_is_the_chairs_after_closing_with_a_reason_and_the_newest_counts(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    with pytest.raises(ValidationError, match="Close individual scoring first"):
        agree(tender, cast.colin)
    close(tender, cast.colin)
    bid, care, now = fresh_bid_as(cast, tender), tender.criteria["Care"], after(tender, 4)
    with at(tender, cast.april, 4), pytest.raises(PermissionDenied):
        agree_score(bid=bid, criterion=care, score=3, reason="x", by=cast.april, now=now)
    with at(tender, cast.colin, 4):
        with pytest.raises(ValidationError, match="the bidder reads it"):
            agree_score(bid=bid, criterion=care, score=3, reason="", by=cast.colin, now=now)
        for score, reason in ((3, "First"), (3, "First"), (2, "Better put")):
            agree_score(bid=bid, criterion=care, score=score, reason=reason, by=cast.colin, now=now)
        assert list(Consensus.objects.values_list("score", "reason")) == [(3, "First"), (2, "Better put")]
        with pytest.raises(ValidationError, match="3 answers have no agreed score"):
            lock_quality(lot=fresh(tender.lots[0]), by=cast.colin, now=now)


def fresh_bid_as(cast: Cast, tender: Tender) -> object:
    with at(tender, cast.colin):
        return fresh_bid(tender.bids["Meadow", 1])


def test_a_chair_with_an_interest_neither_closes_nor_moderates(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, has_interest=True)
    declare(tender, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    with pytest.raises(PermissionDenied, match="You declared an interest"):
        close(tender, cast.colin)
    # Nor by SQL: the database asks for the same.
    lot, now = tender.lots[0], after(tender, 4)
    with at(tender, cast.colin, 4), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ScoringClosed.objects.create(lot=lot, at=now, by_name="Colin")
    other = make_person("Cora Madeup-Commissioner", cast.kent, "commissioner")
    with at(tender, other):
        clear_interest(lot=fresh(lot), person=cast.colin, reason="Sold in 2019", by=other, now=after(tender))
    close(tender, cast.colin)
    agree(tender, cast.colin)
    declare(tender, cast.colin, has_interest=True)
    with at(tender, cast.colin, 4):
        care = tender.criteria["Care"]
        with pytest.raises(DatabaseError, match="have an interest"), transaction.atomic():
            bid = fresh_bid(tender.bids["Meadow", 1])
            Consensus.objects.create(bid=bid, criterion=care, score=3, reason="x", at=now, by_name="Colin")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            QualityLock.objects.create(lot=lot, at=now, by_name="Colin")


def test_no_price_is_read_and_nothing_ranked_or_awarded_before_the_lock(cast: Cast, tender: Tender) -> None:
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    close(tender, cast.colin)
    agree(tender, cast.colin)
    lot, bid = tender.lots[0], tender.bids["Meadow", 1]
    with pytest.raises(ValidationError, match="prices stay closed"):
        work_out(tender, cast.colin)
    with at(tender, cast.colin, 5):
        assert BidPrices.objects.count() == 0
        with pytest.raises(DatabaseError, match="not locked"), transaction.atomic():
            LotResult.objects.create(lot=lot, inputs={}, result={}, worked_out_at=after(tender), worked_out_by="Colin")
        award = Award.objects.create(procurement=tender.procurement, recommended_at=after(tender), recommended_by="Colin", recommended_by_id=cast.colin.pk)  # fmt: skip
        with pytest.raises(DatabaseError, match="before quality of the lot is locked"), transaction.atomic():
            AwardLine.objects.create(
                award=award, lot=lot, bid=bid, provider=cast.meadow, registration_id=bid.registration_id
            )
        with pytest.raises(ValidationError, match="Prices are not open"):
            ask_about_price(bid=fresh_bid(bid), question="Why?", by=cast.colin, now=after(tender))
    lock(tender, cast.colin)
    lock(tender, cast.colin)
    with at(tender, cast.colin, 6):
        assert QualityLock.objects.count() == 1
        assert BidPrices.objects.count() == 2
    with at(tender, cast.april, 6), pytest.raises(PermissionDenied):
        work_out_results(lot=fresh(lot), by=cast.april, now=after(tender, 6))


def test_a_low_price_is_asked_about_answered_and_decided_and_a_rejected_bid_is_out(cast: Cast, tender: Tender) -> None:
    whole(cast, tender)
    now = after(tender, 7)
    with at(tender, cast.colin, 7):
        bid = fresh_bid(tender.bids["Meadow", 1])
        with pytest.raises(ValidationError, match="not been asked"):
            record_price_answer(bid=bid, answer="x", by=cast.colin, now=now)
        ask_about_price(bid=bid, question="How is it staffed?", by=cast.colin, now=now)
        ask_about_price(bid=bid, question="How is it staffed?", by=cast.colin, now=now)
        with pytest.raises(ValidationError, match="unheard"):
            decide_low_price(bid=bid, is_accepted=False, reason="Too low", by=cast.colin, now=now)
        record_price_answer(bid=bid, answer="We own the house.", by=cast.colin, now=now)
        for _ in range(2):
            decide_low_price(bid=bid, is_accepted=False, reason="Not sustainable", by=cast.colin, now=now)
        assert Disqualification.objects.get().ground == "abnormally_low"
        with pytest.raises(ValidationError, match="decided already"):
            decide_low_price(bid=bid, is_accepted=True, reason="On reflection", by=cast.colin, now=now)
    again = work_out(tender, cast.colin)
    assert [one["passed"] for one in again.result["ranking"]] == [True, False]


def test_letters_are_sent_once_decided_and_then_never_changed(cast: Cast, tender: Tender) -> None:
    with at(tender, cast.colin), pytest.raises(ValidationError, match="No lot has results"):
        make_letters(procurement=tender.procurement, by=cast.colin, now=after(tender))
    whole(cast, tender)
    now = after(tender, 8)
    with at(tender, cast.colin, 8):
        drafts = make_letters(procurement=tender.procurement, by=cast.colin, now=now)
        assert [row.words["outcome"] for row in drafts] == ["draft", "draft"]
        with pytest.raises(ValidationError, match="cannot be done now"):
            send_letters(procurement=tender.procurement, by=cast.colin, now=now)
        with pytest.raises(DatabaseError, match="before the award is decided"), transaction.atomic():
            FeedbackLetter.objects.update(sent_at=now)
    with at(tender, cast.harry, 8):
        assert FeedbackLetter.objects.count() == 0
    with at(tender, cast.colin, 8):
        award = Award.objects.create(procurement=tender.procurement, recommended_at=now, recommended_by="Colin", recommended_by_id=cast.colin.pk)  # fmt: skip
        bid = tender.bids["Meadow", 1]
        AwardLine.objects.create(
            award=award, lot=tender.lots[0], bid=bid, provider=cast.meadow, registration_id=bid.registration_id
        )
        award.decided_at, award.decided_by, award.decided_by_id, award.is_approved = now, "April", cast.april.pk, True
        award.save()
        decide(tender.procurement, cast.colin, "approved")
        for _ in range(2):
            sent = send_letters(procurement=tender.procurement, by=cast.colin, now=now)
        assert {row.words["outcome"] for row in sent} == {"successful", "unsuccessful"}
        with pytest.raises(DatabaseError, match="sent is not changed"), transaction.atomic():
            FeedbackLetter.objects.update(words={})
    with at(tender, cast.harry, 9):
        letter = FeedbackLetter.objects.get()
        said = str(letter.words)
        assert letter.words["sums"] == [
            ["Quality", "36.00", "48.00"],
            ["Price", "39.11", "40.00"],
            ["Total", "75.11", "88.00"],
        ]
        assert [(one["score"], one["successful"], one["reason"]) for one in letter.words["marks"]] == [
            ("3 of 5", "4 of 5", "A clear plan, thinly staffed (Harbour)")] * 2  # fmt: skip
        assert "(Meadow)" not in said
        assert "4400" not in said
        assert "Meadow" not in said
    with at(tender, cast.hilda, 9):
        assert FeedbackLetter.objects.count() == 0


def test_each_person_is_told_what_waits_for_them_and_nobody_else_is(cast: Cast, tender: Tender) -> None:
    assert words_waiting(tender, cast.colin) == ["Choose the panel and its chair"]
    assert words_waiting(tender, cast.colin, -30) == []
    seat(tender, cast.colin, cast.colin, cast.april, cast.oscar)
    assert words_waiting(tender, cast.oscar) == [
        f"Declare whether you have an interest in lot {number}" for number in (1, 2)
    ]
    declare(tender, cast.colin, cast.april, cast.oscar)
    assert words_waiting(tender, cast.oscar)[0] == "Score 4 answers of lot 1"
    assert (
        words_waiting(tender, cast.fiona) == words_waiting(tender, cast.hilda) == words_waiting(tender, cast.mona) == []
    )
    score_lot(tender, (cast.april, cast.oscar))
    for title in ("Care", "Step across"):
        for name in ("Meadow", "Harbour"):
            score_one(tender, cast.colin, tender.bids[name, 1], title, 3)
    assert "Close individual scoring of lot 1" in words_waiting(tender, cast.colin)
    close(tender, cast.colin)
    assert "Moderate 4 answers of lot 1" in words_waiting(tender, cast.colin)
    agree(tender, cast.colin)
    assert "Lock quality of lot 1, so that its prices can be opened" in words_waiting(tender, cast.colin)
    lock(tender, cast.colin)
    assert "Look at the prices of lot 1 and work out its results" in words_waiting(tender, cast.colin)
    work_out(tender, cast.colin)
    assert not [one for one in words_waiting(tender, cast.colin) if "lot 1" in one]
