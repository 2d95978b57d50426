"""Two people at once, with real commits: an establishment bids once for a lot, and an answer is scored once by each."""

import pytest

from cast import make_cast, make_person
from nearhome.tendering.actions.bidding import start_bid
from nearhome.tendering.actions.scoring import close_scoring, give_score
from nearhome.tendering.models import Bid, Score, ScoringClosed
from scenes import make_home
from scenes_evaluation import QUESTIONS, after, declare, fresh, fresh_bid, make_closed_tender, score_one, seat
from scenes_tender import BEFORE, acting_at, make_tender
from scenes_together import together

pytestmark = pytest.mark.usefixtures("committed_database")


def test_two_colleagues_who_begin_a_bid_at_once_write_the_same_bid() -> None:
    cast = make_cast()
    tender = make_tender(cast)
    colleague = make_person("Moira Madeup-Manager", cast.meadow, "provider")
    registration = make_home(cast.meadow, "Madeup Meadow House", urn="SC910001", places=5).registration

    def begin(person: object) -> object:
        with acting_at(person, BEFORE):
            return start_bid(lot=fresh(tender.lots[0]), registration=registration, by=person, now=BEFORE)

    people = (cast.mona, colleague)
    assert together(*((person, lambda person=person: begin(person)) for person in people)) == ["done", "done"]
    with acting_at(cast.mona, BEFORE):
        assert Bid.objects.count() == 1


def test_one_member_in_two_windows_scores_an_answer_once_and_is_told() -> None:
    cast = make_cast()
    tender = make_closed_tender(cast)
    seat(tender, cast.colin, cast.colin, cast.april)
    declare(tender, cast.colin, cast.april)
    bid, care, now = tender.bids["Meadow", 1], tender.criteria["Care"], after(tender, 2)

    def score(given: int) -> object:
        with acting_at(cast.april, now):
            return give_score(
                bid=fresh_bid(bid), criterion=care, score=given, rationale="Page 2", by=cast.april, now=now
            )

    results = together((cast.april, lambda: score(2)), (cast.april, lambda: score(4)))
    assert sorted(result == "done" for result in results) == [False, True], results
    with acting_at(cast.april, now):
        assert Score.objects.count() == 1


def test_scoring_is_not_closed_around_a_score_that_is_being_written() -> None:
    """Either the score is in before the chair closes, or it is refused: none is written after the end."""
    cast = make_cast()
    tender = make_closed_tender(cast)
    seat(tender, cast.colin, cast.colin, cast.april)
    declare(tender, cast.colin, cast.april)
    bids = [bid for (_, number), bid in tender.bids.items() if number == 1]
    for bid in bids:
        for title in QUESTIONS:
            if (bid, title) != (bids[0], "Care"):
                score_one(tender, cast.april, bid, title, 3)
    now = after(tender, 2)

    def last_score() -> object:
        with acting_at(cast.april, now):
            return give_score(
                bid=fresh_bid(bids[0]), criterion=tender.criteria["Care"], score=3, rationale="Page 2", by=cast.april,
                now=now,
            )  # fmt: skip

    def close() -> object:
        with acting_at(cast.colin, now):
            return close_scoring(lot=fresh(tender.lots[0]), reason="The chair does not score", by=cast.colin, now=now)

    scored, closed = together((cast.april, last_score), (cast.colin, close))
    with acting_at(cast.april, now):
        assert ScoringClosed.objects.exists() == (closed == "done")
        assert Score.objects.filter(bid=bids[0], criterion=tender.criteria["Care"]).exists() == (scored == "done")
    assert "done" in (scored, closed)
