"""Interests of those who judge: taken back by nobody alone, and what was scored before they came up counts for nothing."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.tendering.actions.panel import clear_interest, declare_interest, leave_panel
from nearhome.tendering.actions.recommending import recommend_award
from nearhome.tendering.models import ConflictDeclaration, LotDecision, PanelMember, Procurement, Score
from nearhome.tendering.queries.award_bids import lots_on_the_table
from nearhome.tendering.queries.evaluation_case import case_of
from nearhome.tendering.queries.moderating import answers_to_moderate
from nearhome.tendering.queries.proposing import LotChoice
from nearhome.tendering.queries.results import shown_result
from reading_responses import client_of, text_of
from scenes_awards import recommendation
from scenes_evaluation import (
    after,
    agree,
    at,
    close,
    declare,
    fresh,
    lock,
    make_closed_tender,
    score_lot,
    score_one,
    seat,
    work_out,
)
from scenes_tender import Tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def tender(cast: Cast) -> Tender:
    made = make_closed_tender(cast)
    seat(made, cast.colin, cast.colin, cast.april, cast.oscar)
    return made


def clear(tender: Tender, by: Person, person: Person, reason: str = "The cousin left in 2019", hours: int = 2) -> None:
    with at(tender, by, hours):
        clear_interest(lot=fresh(tender.lots[0]), person=person, reason=reason, by=by, now=after(tender, hours))


def test_an_interest_is_not_taken_back_by_whoever_declared_it(cast: Cast, tender: Tender) -> None:
    bid = tender.bids["Meadow", 1]
    declare(tender, cast.april, has_interest=True)
    with pytest.raises(ValidationError, match="nobody takes that back alone"):
        declare(tender, cast.april)
    with pytest.raises(PermissionDenied):
        score_one(tender, cast.april, bid, "Care", 3)
    with pytest.raises(ValidationError, match="Say why"):
        clear(tender, cast.colin, cast.april, reason=" ")
    for by in (cast.april, cast.oscar, cast.hilda):
        with pytest.raises(PermissionDenied):
            clear(tender, by, cast.april)
    for _ in range(2):
        clear(tender, cast.colin, cast.april)
    score_one(tender, cast.april, bid, "Care", 3)
    with at(tender, cast.colin):
        told = [(row.has_conflict, row.words, row.cleared_by) for row in ConflictDeclaration.objects.order_by("pk")]
        assert told == [
            (True, "A made-up cousin works there", None), (False, "The cousin left in 2019", cast.colin),
        ]  # fmt: skip


def test_whoever_has_an_interest_clears_nobody_elses(cast: Cast, tender: Tender) -> None:
    declare(tender, cast.colin, cast.april, has_interest=True)
    with pytest.raises(PermissionDenied):
        clear(tender, cast.colin, cast.april)


def test_scores_of_whoever_declares_an_interest_later_are_left_out_and_come_back_once_it_is_cleared(
    cast: Cast, tender: Tender
) -> None:
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    declare(tender, cast.april, has_interest=True)
    close(tender, cast.colin)
    with at(tender, cast.colin, 4):
        lot = fresh(tender.lots[0])
        case = case_of(lot)
        assert case.evaluators == ("Oscar Madeup-Officer",)
        assert {bid.scores for bid in case.bids} == {((3, 3),), ((2, 2),)}
        # The scores that are left out are shown, and do not make the others lie far apart.
        answers = answers_to_moderate(lot)
        assert [len(one.scores) for one in answers] == [2, 2, 2, 2]
        assert not any(one.apart for one in answers)
    clear(tender, cast.colin, cast.april, hours=4)
    with at(tender, cast.colin, 4):
        assert case_of(fresh(tender.lots[0])).evaluators == ("April Madeup-Approver", "Oscar Madeup-Officer")


def test_an_answer_scored_by_nobody_else_has_no_score(cast: Cast, tender: Tender) -> None:
    declare(tender, cast.colin, cast.april, cast.oscar)
    for name in ("Meadow", "Harbour"):
        for title in ("Care", "Step across"):
            score_one(tender, cast.april, tender.bids[name, 1], title, 3)
    declare(tender, cast.april, has_interest=True)
    with pytest.raises(ValidationError, match="Nobody has scored 4"):
        close(tender, cast.colin)


def test_whoever_leaves_midway_without_an_interest_still_counts(cast: Cast, tender: Tender) -> None:
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    with at(tender, cast.colin, 2):
        member = PanelMember.objects.select_related("procurement", "person").get(person=cast.oscar)
        leave_panel(member=member, reason="A new post", by=cast.colin, now=after(tender, 2))
    close(tender, cast.colin)
    with at(tender, cast.colin, 4):
        assert len(case_of(fresh(tender.lots[0])).evaluators) == 2
        assert Score.objects.count() == 8


def test_an_interest_after_the_lock_changes_no_result_but_the_award_has_to_answer_it(
    cast: Cast, tender: Tender
) -> None:
    declare(tender, cast.colin, cast.april, cast.oscar)
    score_lot(tender, (cast.april, cast.oscar))
    close(tender, cast.colin)
    agree(tender, cast.colin)
    lock(tender, cast.colin)
    row = work_out(tender, cast.colin)
    with at(tender, cast.april, 7):
        declare_interest(lot=fresh(tender.lots[0]), has_interest=True, words="Now owns shares", by=cast.april, now=after(tender, 7))  # fmt: skip
    with at(tender, cast.colin, 8):
        Procurement.objects.filter(pk=tender.procurement.pk).update(state="evaluating")
        shown = shown_result(fresh(tender.lots[0]))
        assert shown is not None
        assert shown.row.pk == row.pk
        assert shown.is_current
        tender.procurement.refresh_from_db()
        (late,) = lots_on_the_table(tender.procurement)[0].to_answer
        assert "after quality had been locked" in late.said
        lots = [LotChoice(1, True), LotChoice(2, False, "no_suitable_bid", "Nobody came up to it")]
        with pytest.raises(ValidationError, match="Say why the award stands nevertheless"):
            recommend_award(procurement=tender.procurement, recommendation=recommendation(lots), by=cast.colin, now=after(tender, 8))  # fmt: skip
        lots[0] = LotChoice(1, True, answer="Bought the shares by inheritance a day after the lock")
        recommend_award(procurement=tender.procurement, recommendation=recommendation(lots), by=cast.colin, now=after(tender, 8))  # fmt: skip
        kept = LotDecision.objects.get(lot=tender.lots[0]).shown
        assert "Now owns shares" in kept["interests"][0]
        assert kept["answer"].startswith("Bought the shares")


def test_pages_show_what_was_declared_and_let_another_clear_it(cast: Cast, tender: Tender) -> None:
    declare(tender, cast.colin)
    declare(tender, cast.april, has_interest=True)
    with at(tender, cast.colin):
        member = PanelMember.objects.get(person=cast.april)
    page = reverse("tendering:interest_of", args=[tender.procurement.key, 1, member.pk])
    own = reverse("tendering:interest", args=[tender.procurement.key, 1])
    april, colin = client_of(cast.april), client_of(cast.colin)
    assert "nobody takes that back alone" in text_of(april.post(own, {"has_interest": "no"}))
    assert "Clear the interest" not in text_of(april.get(page))
    assert april.post(page, {"reason": "None after all"}).status_code == 403
    assert "A made-up cousin works there" in text_of(colin.get(page))
    assert "Clear the interest" in text_of(colin.post(page, {"reason": " "}))
    assert colin.post(page, {"reason": "Left in 2019"}).status_code == 302
    said = text_of(april.get(page))
    assert "Cleared" in said
    assert "Left in 2019" in said
