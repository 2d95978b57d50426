"""What PostgreSQL itself keeps: bids sealed until the deadline, prices until quality is locked, scores once and by the right people."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting_for
from nearhome.tendering.models import (
    Bid,
    BidAnswers,
    BidPrices,
    Clarification,
    ConflictDeclaration,
    Consensus,
    PanelMember,
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
        # The row itself says who bids and when: in plain words, to the bidder and to nobody else.
        cursor.execute("SELECT provider_id, registration_id IS NULL, submitted_at IS NULL, profile FROM tendering_bid")
        assert {row[:3] for row in cursor.fetchall()} == {(cast.meadow.pk, False, False)}


@pytest.mark.parametrize("who", ["harry", "colin", "anna", "oscar", "hilda", "ada", "nobody"])
def test_before_the_deadline_nobody_else_reads_by_sql_that_somebody_bids(cast: Cast, tender: Tender, who: str) -> None:
    """Another bidder reads its own row; buyers, the administrator and others none, whatever they ask for."""
    person = getattr(cast, who, None)
    with acting_at(person, DEADLINE - SECOND) if person else acting_for(None), connection.cursor() as cursor:
        cursor.execute("SELECT profile, submitted_at, registration_id, provider_id FROM tendering_bid")
        rows = cursor.fetchall()
        assert {row[3] for row in rows} == ({cast.harbour.pk} if who == "harry" else set())
        cursor.execute("SELECT count(*) FROM audit_rowchange WHERE table_name = 'tendering_bid'")
        assert cursor.fetchone() == (0,)


def test_a_chair_who_has_declared_nothing_neither_closes_nor_moderates_nor_locks_by_sql(
    cast: Cast, tender: Tender
) -> None:
    bid, at = tender.bids["Meadow", 1], AFTER
    closes = "INSERT INTO tendering_scoringclosed (lot_id, at, by_name, reason) VALUES (%s, %s, 'Colin', '')"
    locks = "INSERT INTO tendering_qualitylock (lot_id, at, by_name) VALUES (%s, %s, 'Colin')"
    agrees = "INSERT INTO tendering_consensus (bid_id, criterion_id, score, reason, at, by_name) VALUES (%s, %s, 4, 'x', %s, 'Colin')"
    other = PanelMember.objects.filter(procurement=tender.procurement)
    with acting_at(cast.colin, at):
        refused("row-level security", closes, tender.lots[0].pk, at)
        declare(cast.colin, tender)
        ScoringClosed.objects.create(lot=tender.lots[0], at=at, by_name="Colin")
        other.filter(is_chair=True).update(is_chair=False)
        other.filter(person=cast.april).update(is_chair=True)
    with acting_at(cast.april, at):
        refused("in which they have an interest", agrees, bid.pk, tender.criteria["Care"].pk, at)
        refused("row-level security|no consensus", locks, tender.lots[0].pk, at)
        declare(cast.april, tender)
        agree(tender, bid, "Care")


def test_nobody_clears_an_interest_of_their_own_by_sql(cast: Cast, tender: Tender) -> None:
    adds = (
        "INSERT INTO tendering_conflictdeclaration (lot_id, person_id, has_conflict, words, at, cleared_by_id)"
        " VALUES (%s, %s, false, %s, %s, %s)"
    )
    lot, april, oscar, colin = tender.lots[0].pk, cast.april.pk, cast.oscar.pk, cast.colin.pk
    with acting_at(cast.april, AFTER):
        refused("no interest to clear", adds, lot, april, "None", AFTER, april)
        declare(cast.april, tender, conflict=True)
        refused("Nobody clears an interest of their own", adds, lot, april, "", AFTER, None)
        # Nor by naming an earlier or a later moment, nor in somebody else's name, nor as one's own second.
        refused("Nobody clears an interest of their own", adds, lot, april, "", AFTER + dt.timedelta(days=9), None)
        refused("row-level security", adds, lot, april, "None", AFTER, colin)
        refused("Nobody with an interest", adds, lot, april, "None", AFTER, april)
    with acting_at(cast.oscar, AFTER):
        refused("Only the chair or the lead", adds, lot, april, "None", AFTER, oscar)
    with acting_at(cast.colin, AFTER):
        refused("by_another_with_a_reason", adds, lot, april, "", AFTER, colin)
        declare(cast.colin, tender, conflict=True)
        refused("Nobody with an interest", adds, lot, april, "None", AFTER, colin)
    with acting_at(cast.fiona, AFTER), connection.cursor() as cursor:
        cursor.execute(adds, [lot, april, "Sold the shares in 2019", AFTER, cast.fiona.pk])
    with acting_at(cast.april, AFTER):
        score(cast.april, tender, tender.bids["Meadow", 1], "Care")


def test_bids_of_a_tender_given_up_before_its_deadline_stay_sealed_for_ever(cast: Cast, tender: Tender) -> None:
    moves = "UPDATE tendering_procurement SET state = %s"
    with acting_at(cast.colin, BEFORE), connection.cursor() as cursor:
        cursor.execute(moves, ["abandoned"])
    with acting_at(cast.colin, AFTER), connection.cursor() as cursor:
        assert Bid.objects.count() == BidAnswers.objects.count() == BidPrices.objects.count() == 0
        # Nor by calling it anything else afterwards.
        cursor.execute(moves, ["published"])
        cursor.execute("UPDATE tendering_procurement SET stays_sealed = false")
        assert Bid.objects.count() == BidAnswers.objects.count() == 0
    with acting_at(cast.mona, AFTER):
        assert Bid.objects.count() == 2


def test_bids_of_a_tender_given_up_after_its_deadline_stay_open(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.colin, AFTER), connection.cursor() as cursor:
        cursor.execute("UPDATE tendering_procurement SET state = 'abandoned'")
        assert Bid.objects.count() == 3


def test_no_sequence_tells_how_many_bids_there_are(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.olive, BEFORE):
        refused("permission denied", "SELECT last_value FROM tendering_bid_id_seq")


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
        declare(cast.colin, tender)
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
        declare(cast.colin, tender)
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
