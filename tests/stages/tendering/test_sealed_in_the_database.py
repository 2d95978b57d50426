"""What PostgreSQL itself keeps: bids sealed until the deadline, prices until quality is locked, scores once and by the right people."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.tendering.models import (
    Bid,
    BidAnswers,
    BidPrices,
    Clarification,
    ConflictDeclaration,
    Consensus,
    QualityLock,
    Score,
    ScoringClosed,
)
from scenes_tender import AFTER, BEFORE, DEADLINE, SECOND, Tender, acting_at, make_bids, make_panel, make_tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def tender(cast: Cast) -> Tender:
    made = make_tender(cast)
    make_bids(cast, made)
    make_panel(cast, made)
    return made


def refused(words: str, statement: str, *values: object) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def declare(person: Person, tender: Tender, *, conflict: bool = False, lot: int = 1) -> None:
    ConflictDeclaration.objects.create(lot=tender.lots[lot - 1], person=person, has_conflict=conflict, at=AFTER)


def score(person: Person, tender: Tender, bid: Bid, title: str, given: int = 3) -> Score:
    return Score.objects.create(
        bid=bid, criterion=tender.criteria[title], person=person, score=given, rationale="Because", at=AFTER
    )


def agree(tender: Tender, bid: Bid, title: str) -> None:
    Consensus.objects.create(
        bid=bid, criterion=tender.criteria[title], score=4, reason="Agreed", at=AFTER, by_name="Chair"
    )


def test_until_the_deadline_a_bid_exists_for_its_provider_alone(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.mona, DEADLINE - SECOND):
        assert Bid.objects.count() == BidAnswers.objects.count() == BidPrices.objects.count() == 2
    for person in (cast.colin, cast.anna, cast.oscar, cast.hilda):
        with acting_at(person, DEADLINE - SECOND):
            assert Bid.objects.count() == BidAnswers.objects.count() == BidPrices.objects.count() == 0


def test_from_the_deadline_on_the_buyers_read_quality_but_no_price(cast: Cast, tender: Tender) -> None:
    for person, bids in ((cast.colin, 3), (cast.oscar, 3), (cast.hilda, 0), (cast.harry, 1)):
        with acting_at(person, DEADLINE):
            assert (Bid.objects.count(), BidAnswers.objects.count()) == (bids, bids)
            assert BidPrices.objects.count() == (1 if person == cast.harry else 0)


def test_whoever_pretends_to_be_the_bidder_by_sql_reads_ciphertext(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.mona, BEFORE), connection.cursor() as cursor:
        cursor.execute("SELECT prices FROM tendering_bidprices UNION ALL SELECT answers FROM tendering_bidanswers")
        kept = [bytes(row[0]) for row in cursor.fetchall()]
    assert kept
    assert not any(b"440000" in one or b"Care" in one for one in kept)


def test_the_deadline_is_not_brought_forward(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.colin, BEFORE):
        refused("never earlier", "UPDATE tendering_procurement SET deadline_at = %s", BEFORE)
        refused("published once", "UPDATE tendering_procurement SET published_at = NULL")
        refused("is kept", "DELETE FROM tendering_procurement")
    with acting_at(cast.colin, AFTER):
        refused("has passed", "UPDATE tendering_procurement SET deadline_at = %s", AFTER + dt.timedelta(days=9))


def test_nothing_of_a_bid_changes_after_the_deadline(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.mona, DEADLINE), connection.cursor() as cursor:
        for table in ("tendering_bid", "tendering_bidanswers", "tendering_bidprices"):
            cursor.execute(f"DELETE FROM {table}")
            assert cursor.rowcount == 0
        refused("row-level security", "INSERT INTO tendering_bid (key, procurement_id, lot_id, provider_id, registration_id, profile, started_at, submitted_by)"
                " SELECT gen_random_uuid(), procurement_id, lot_id, provider_id, registration_id, '{}', started_at, '' FROM tendering_bid")  # fmt: skip


def test_what_is_asked_for_is_fixed_once_published(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.colin, BEFORE), connection.cursor() as cursor:
        for table in ("lot", "lotplaces", "priceband", "awardcriterion"):
            cursor.execute(f"DELETE FROM tendering_{table}")
            assert cursor.rowcount == 0


def test_nobody_scores_without_having_declared_to_have_no_interest(cast: Cast, tender: Tender) -> None:
    bid = tender.bids["Meadow", 1]
    with acting_at(cast.oscar, AFTER):
        declare(cast.oscar, tender)
    with acting_at(cast.april, AFTER), transaction.atomic():
        with pytest.raises(DatabaseError, match="no interest"), transaction.atomic():
            score(cast.april, tender, bid, "Care")
        declare(cast.april, tender, conflict=True)
        with pytest.raises(DatabaseError, match="no interest"), transaction.atomic():
            score(cast.april, tender, bid, "Care")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            score(cast.oscar, tender, bid, "Care")
    with acting_at(cast.fiona, AFTER):
        declare(cast.fiona, tender)
        with pytest.raises(DatabaseError, match="member of the panel"), transaction.atomic():
            score(cast.fiona, tender, bid, "Care")


def test_members_do_not_read_one_another_before_scoring_is_closed(cast: Cast, tender: Tender) -> None:
    bid = tender.bids["Meadow", 1]
    for person in (cast.april, cast.oscar):
        with acting_at(person, AFTER):
            declare(person, tender)
            score(person, tender, bid, "Care")
            assert Score.objects.count() == 1
    with acting_at(cast.april, AFTER), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ScoringClosed.objects.create(lot=tender.lots[0], at=AFTER, by_name="April")
    with acting_at(cast.colin, AFTER):
        ScoringClosed.objects.create(lot=tender.lots[0], at=AFTER, by_name="Colin")
        assert Score.objects.count() == 2
    with acting_at(cast.april, AFTER):
        with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
            score(cast.april, tender, bid, "Step across")
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE tendering_score SET score = 5")


def test_prices_open_only_when_every_answer_has_its_consensus(cast: Cast, tender: Tender) -> None:
    lot = tender.lots[0]
    with acting_at(cast.colin, AFTER):
        with pytest.raises(DatabaseError, match="not closed"), transaction.atomic():
            agree(tender, tender.bids["Meadow", 1], "Care")
        ScoringClosed.objects.create(lot=lot, at=AFTER, by_name="Colin")
        for name, title in (("Meadow", "Care"), ("Meadow", "Step across"), ("Harbour", "Care")):
            agree(tender, tender.bids[name, 1], title)
        with pytest.raises(DatabaseError, match="no consensus yet"), transaction.atomic():
            QualityLock.objects.create(lot=lot, at=AFTER, by_name="Colin")
        assert BidPrices.objects.count() == 0
        agree(tender, tender.bids["Harbour", 1], "Step across")
        QualityLock.objects.create(lot=lot, at=AFTER, by_name="Colin")
        assert BidPrices.objects.count() == 2
        with pytest.raises(DatabaseError, match="is locked"), transaction.atomic():
            agree(tender, tender.bids["Meadow", 1], "Care")
    with acting_at(cast.oscar, AFTER):
        assert BidPrices.objects.count() == 2
    with acting_at(cast.harry, AFTER):
        assert BidPrices.objects.count() == 1


def test_a_question_is_read_by_others_once_it_is_answered_and_never_says_who_asked(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.harry, BEFORE), connection.cursor() as cursor:
        one = Clarification(procurement=tender.procurement, asked_at=BEFORE, question="May a bid be joint?")
        cursor.execute(
            "INSERT INTO tendering_clarificationasker (clarification_key, procurement_id, provider_id) VALUES (%s, %s, %s)",
            [one.key, tender.procurement.pk, cast.harbour.pk],
        )
        one.save()
        assert Clarification.objects.count() == 1
    with acting_at(cast.mona, BEFORE):
        assert Clarification.objects.count() == 0
    with acting_at(cast.colin, BEFORE):
        Clarification.objects.update(answer="No.", answered_at=BEFORE)
    with acting_at(cast.mona, BEFORE), connection.cursor() as cursor:
        assert Clarification.objects.count() == 1
        cursor.execute("SELECT count(*) FROM tendering_clarificationasker")
        assert cursor.fetchone() == (0,)
