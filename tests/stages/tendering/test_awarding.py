"""From the results to the contract: recommended, approved by somebody else, told, announced, waited for, made."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cast import Cast, make_cast
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.models import BlockContract, Framework, RateLine
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.actions.recommending import recommend_award, send_back
from nearhome.tendering.models import Award, AwardLine, BidOutcome, Disqualification, LotDecision, LotResult
from nearhome.tendering.queries.proposing import LotChoice
from scenes_awards import (
    APPROVED,
    DAY,
    NOTICE,
    RECOMMENDED,
    TOLD,
    approved,
    evaluated_tender,
    noticed,
    rank,
    recommendation,
    recommended,
    second_approver,
)
from scenes_tender import AFTER, Tender, acting_at

pytestmark = pytest.mark.django_db
LAST_DAY = dt.date(2026, 11, 4)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return evaluated_tender(cast)


def lines_of(award: Award) -> list[tuple[int, str, int | None, int | None]]:
    return [
        (one.lot.number, str(one.provider).split()[1], one.tier, one.places) for one in award.lines.all() if one.lot
    ]


def test_places_go_down_the_ranking_and_what_is_left_is_said(cast: Cast, tender: Tender) -> None:
    award = recommended(cast, tender)
    with acting_at(cast.colin, RECOMMENDED):
        assert lines_of(award) == [(1, "Meadow", None, 5), (1, "Harbour", None, 10), (2, "Meadow", None, 5)]
        first, second = LotDecision.objects.all()
        assert (first.places_wanted, first.places_unfilled) == (15, 0)
        assert (second.places_wanted, second.places_unfilled) == (15, 10)
        assert first.shown["affordability"]["verdict"] == "affordable"
        # Nights by the ramp of 5, 10 and 15 places: the first five are Meadow's, the next ten Harbour's.
        meadow, harbour = 5 * 3287, 5 * 182 + 10 * 2922
        assert award.value_pence == round(meadow * 440_000 / 7) + round(harbour * 450_000 / 7) + round(
            meadow * 430_000 / 7
        )
        tender.procurement.refresh_from_db()
        assert tender.procurement.state == "recommended"


def test_nothing_is_awarded_before_quality_is_locked_or_on_results_that_no_longer_hold(cast: Cast) -> None:
    tender = evaluated_tender(cast)
    with acting_at(cast.colin, RECOMMENDED):
        Disqualification.objects.create(
            bid=tender.bids["Harbour", 1], ground="late", reason="Made up", at=RECOMMENDED, by_name="Colin"
        )
    with pytest.raises(ValidationError, match="Work them out again"):
        recommended(cast, tender)
    with acting_at(cast.colin, RECOMMENDED):
        rank(tender, tender.lots[0], at=RECOMMENDED)
    award = recommended(cast, tender)
    with acting_at(cast.colin, RECOMMENDED):
        assert lines_of(award) == [(1, "Meadow", None, 5), (2, "Meadow", None, 5)]


def test_every_lot_is_decided_once_and_not_awarding_needs_a_ground_and_a_reason(cast: Cast, tender: Tender) -> None:
    for choices, words in (
        ((LotChoice(1, True), LotChoice(2, False, "unaffordable", " ")), "on which ground"),
        ((LotChoice(1, True),), "Every lot is decided once"),
        ((LotChoice(1, True), LotChoice(1, True)), "Every lot is decided once"),
    ):
        with pytest.raises(ValidationError, match=words):
            recommended(cast, tender, choices)


def test_a_lot_may_be_kept_back_with_a_reason_but_not_every_lot(cast: Cast, tender: Tender) -> None:
    kept_back = LotChoice(2, False, "unaffordable", "ZZDEAR dearer than singly", right_reserved=True)
    award = recommended(cast, tender, (LotChoice(1, True), kept_back))
    with acting_at(cast.colin, RECOMMENDED):
        second = LotDecision.objects.get(lot=tender.lots[1])
        assert (second.is_awarded, second.ground, second.right_reserved) == (False, "unaffordable", True)
        assert {line.lot_id for line in award.lines.all()} == {tender.lots[0].pk}
    other = evaluated_tender(cast, ref="T-OTHER-3", urn="SC9200")
    none = tuple(LotChoice(number, False, "no_suitable_bid", "None") for number in (1, 2))
    with pytest.raises(ValidationError, match="Abandon the procurement instead"):
        recommended(cast, other, none)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (LotChoice(1, True, places=16), "more than the 15"),
        (LotChoice(1, True, least_places=0), "1 or more"),
        (LotChoice(1, True, least_places=11), "nobody would get anything"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(cast: Cast, tender: Tender, choice: LotChoice, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        recommended(cast, tender, (choice, LotChoice(2, True)))
    with acting_at(cast.colin, RECOMMENDED):
        assert not Award.objects.exists()


def test_a_term_longer_than_tendered_and_no_reasons_are_refused(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.colin, RECOMMENDED):
        for wanted, words in (
            (recommendation(words=" "), "Say why"),
            (recommendation(words="x" * 10_001), "10,000 characters"),
        ):
            with pytest.raises(ValidationError, match=words):
                recommend_award(procurement=tender.procurement, recommendation=wanted, by=cast.colin, now=RECOMMENDED)


def test_recommended_twice_it_is_done_once_and_an_old_page_is_told(cast: Cast, tender: Tender) -> None:
    version = tender.procurement.version
    award = recommended(cast, tender)
    assert recommended(cast, tender) == award
    with acting_at(cast.colin, RECOMMENDED):
        assert Award.objects.count() == 1
        with pytest.raises(ChangedMeanwhile):
            recommend_award(
                procurement=tender.procurement, recommendation=recommendation(words="Other"), by=cast.colin,
                now=RECOMMENDED, version=version,
            )  # fmt: skip


def test_only_a_commissioner_of_the_lead_recommends(cast: Cast, tender: Tender) -> None:
    for person in (cast.april, cast.oscar, cast.hilda, cast.mona):
        with acting_at(person, RECOMMENDED), pytest.raises(PermissionDenied):
            recommend_award(procurement=tender.procurement, recommendation=recommendation(), by=person, now=RECOMMENDED)


def test_approved_by_somebody_else_within_their_limit(cast: Cast, tender: Tender) -> None:
    award, bertha = recommended(cast, tender), second_approver(cast)
    cast.colin.roles = ["commissioner", "approver"]
    cast.colin.save()
    for person, words in (
        (cast.colin, "You recommended"), (cast.april, "more than your limit of £1,000,000.00"),
        (cast.ada, "authority that leads"), (cast.fiona, "Only an approver"),
    ):  # fmt: skip
        with acting_at(person, APPROVED), pytest.raises(PermissionDenied, match=words):
            decide_award(award=award, is_approved=True, by=person, now=APPROVED)
    done = approved(cast, award, bertha)
    assert (done.is_approved, done.decided_by) == (True, str(bertha))
    assert approved(cast, award, bertha).decided_at == done.decided_at
    with acting_at(cast.april, APPROVED), pytest.raises(ValidationError, match="Bertha Madeup-Approver approved"):
        decide_award(award=award, is_approved=False, by=cast.april, now=APPROVED, reason="Late")


def test_the_database_lets_nobody_approve_their_own_or_change_what_was_approved(cast: Cast, tender: Tender) -> None:
    award, bertha = recommended(cast, tender), second_approver(cast)
    with acting_at(cast.colin, APPROVED):
        refused("approver_is_not_who_recommended", "UPDATE tendering_award SET is_approved = true, decided_at = now(),"
                f" decided_by_id = {cast.colin.pk}")  # fmt: skip
        refused("stays as it was recommended", "UPDATE tendering_award SET value_pence = 1")
        refused("stays as it was recommended", "UPDATE tendering_awardline SET places = 15")
        refused("is kept", "DELETE FROM tendering_awardline")
        refused("is kept", "DELETE FROM tendering_award")
    approved(cast, award, bertha)
    with acting_at(cast.colin, APPROVED):
        refused("decided once", "UPDATE tendering_award SET is_approved = false")
        line = AwardLine.objects.first()
        assert line
        line.pk = None
        with pytest.raises(DatabaseError, match="Nothing is added"), transaction.atomic():
            line.save()
    with acting(cast.oscar), connection.cursor() as cursor:
        cursor.execute("UPDATE tendering_award SET told_at = now()")
        assert cursor.rowcount == 0


def refused(words: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_refused_it_goes_back_and_may_be_recommended_anew(cast: Cast, tender: Tender) -> None:
    award = recommended(cast, tender)
    with acting_at(cast.april, APPROVED):
        with pytest.raises(ValidationError, match="Say why"):
            decide_award(award=award, is_approved=False, by=cast.april, now=APPROVED)
        decide_award(award=award, is_approved=False, by=cast.april, now=APPROVED, reason="ZZREFUSED Too dear")
        tender.procurement.refresh_from_db()
        assert tender.procurement.state == "evaluating"
    with acting_at(cast.colin, APPROVED + DAY):
        again = recommend_award(
            procurement=tender.procurement,
            recommendation=recommendation(words="Anew"),
            by=cast.colin,
            now=APPROVED + DAY,
        )
        assert again.pk != award.pk
    with acting_at(cast.april, APPROVED + DAY), pytest.raises(ValidationError, match="Another award"):
        decide_award(award=award, is_approved=False, by=cast.april, now=APPROVED, reason="No")


def test_sent_back_to_the_evaluation_by_its_own_side(cast: Cast, tender: Tender) -> None:
    award = recommended(cast, tender)
    with acting_at(cast.colin, APPROVED):
        with pytest.raises(ValidationError, match="why it goes back"):
            send_back(award=award, reason=" ", by=cast.colin, now=APPROVED)
        for _ in range(2):
            send_back(award=award, reason="A score was questioned", by=cast.colin, now=APPROVED)
        tender.procurement.refresh_from_db()
        assert tender.procurement.state == "evaluating"
        assert tender.procurement.moves.last().why == "A score was questioned"  # type: ignore[union-attr]


def test_each_bidder_is_told_of_its_own_bid_and_of_no_other(cast: Cast, tender: Tender) -> None:
    choices = (LotChoice(1, True, places=5), LotChoice(2, False, "unaffordable", "Dear", True))
    award = approved(cast, recommended(cast, tender, choices), second_approver(cast))
    with acting_at(cast.mona, TOLD):
        assert not BidOutcome.objects.exists()
    with acting_at(cast.colin, TOLD):
        told = tell_bidders(award=award, by=cast.colin, now=TOLD)
        assert len(told) == len(tell_bidders(award=award, by=cast.colin, now=TOLD)) == 3
    with acting_at(cast.mona, TOLD):
        assert [(one.outcome, one.places) for one in BidOutcome.objects.all()] == [("won", 5), ("not_awarded", None)]
        assert not Award.objects.exists()
        assert not AwardLine.objects.exists()
        assert not LotDecision.objects.exists()
    with acting_at(cast.harry, TOLD):
        assert [one.outcome for one in BidOutcome.objects.all()] == ["not_won"]
    with acting_at(cast.hilda, TOLD):
        assert not BidOutcome.objects.exists()


def test_nobody_is_told_that_they_won_before_the_approval(cast: Cast, tender: Tender) -> None:
    award = recommended(cast, tender)
    with acting_at(cast.colin, TOLD):
        with pytest.raises(ValidationError, match="waits for approval"):
            tell_bidders(award=award, by=cast.colin, now=TOLD)
        bid = tender.bids["Meadow", 1]
        with pytest.raises(DatabaseError, match="before the award is approved"), transaction.atomic():
            BidOutcome.objects.create(bid=bid, provider=bid.provider, outcome="won", told_at=TOLD, told_by="Colin")


def test_no_contract_before_the_standstill_ends_by_action_or_by_sql(cast: Cast) -> None:
    tender = evaluated_tender(cast, light_touch=False)
    award = approved(cast, recommended(cast, tender), second_approver(cast))
    with acting_at(cast.colin, TOLD):
        with pytest.raises(ValidationError, match="award notice first"):
            make_contracts(award=award, contracted_on=TOLD.date(), by=cast.colin, now=TOLD)
        with pytest.raises(ValidationError, match="Tell the bidders first"):
            record_award_notice(award=award, notice_on=TOLD.date(), by=cast.colin, now=TOLD)
    award = noticed(cast, award)
    assert award.standstill_ends_on == LAST_DAY
    assert award.standstill["rule"] == "SS-1"
    # The last minute of the last day in London, and the first of the next.
    last, next_day = (
        dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.UTC) for day, hour, minute in ((4, 23, 59), (5, 0, 0))
    )
    with acting_at(cast.colin, last):
        with pytest.raises(ValidationError, match="to the end of 4 November 2026"):
            make_contracts(award=award, contracted_on=last.date(), by=cast.colin, now=last)
        refused("before the standstill ends", "UPDATE tendering_award SET contracted_on = '2026-11-04'")
        refused("dated when it is made", "UPDATE tendering_award SET contracted_on = '2026-11-05'")
        refused(
            "shorter than its rule",
            "UPDATE tendering_award SET standstill_ends_on = '2026-10-28', contracted_on = '2026-10-29'",
        )
        refused(
            "no contract without its last day",
            "UPDATE tendering_award SET standstill_ends_on = NULL, contracted_on = '2026-10-29'",
        )
    with acting_at(cast.colin, next_day):
        refused("before the standstill ends", "UPDATE tendering_award SET contracted_on = '2026-11-04'")
        with pytest.raises(ValidationError, match="too early"):
            make_contracts(award=award, contracted_on=last.date(), by=cast.colin, now=next_day)
        done = make_contracts(award=award, contracted_on=next_day.date(), by=cast.colin, now=next_day)
        assert done.contracted_on == next_day.date()
        refused("its dates stay", "UPDATE tendering_award SET contracted_on = '2026-11-06'")


def test_in_summer_time_the_last_day_ends_at_midnight_in_london(cast: Cast, tender: Tender) -> None:
    award = approved(cast, recommended(cast, tender), second_approver(cast))
    # 23:30 UTC on the 23rd is half past midnight on the 24th in London, while clocks still stand on summer time.
    noon, late = (dt.datetime(2026, 10, 23, hour, 30, tzinfo=dt.UTC) for hour in (12, 23))
    with acting_at(cast.colin, noon):
        tell_bidders(award=award, by=cast.colin, now=noon)
    with acting_at(cast.colin, late):
        record_award_notice(award=award, notice_on=dt.date(2026, 10, 24), by=cast.colin, now=late)
        with pytest.raises(ValidationError, match="not before"):
            record_award_notice(award=award, notice_on=dt.date(2026, 10, 25), by=cast.colin, now=late)


def test_light_touch_needs_no_standstill_and_may_keep_one_longer_but_never_shorter(cast: Cast, tender: Tender) -> None:
    award = approved(cast, recommended(cast, tender), second_approver(cast))
    award = noticed(cast, award, keeps_standstill=False)
    assert award.standstill_ends_on is None
    with acting_at(cast.colin, NOTICE):
        award = record_award_notice(award=award, notice_on=NOTICE.date(), by=cast.colin, now=NOTICE)
        assert award.standstill_ends_on == LAST_DAY
        with pytest.raises(ValidationError, match="longer, never shorter"):
            record_award_notice(
                award=award, notice_on=NOTICE.date(), by=cast.colin, now=NOTICE, longer_until=LAST_DAY - DAY
            )
        award = record_award_notice(
            award=award, notice_on=NOTICE.date(), by=cast.colin, now=NOTICE, longer_until=LAST_DAY + DAY
        )
        assert award.standstill_ends_on == LAST_DAY + DAY
        for day in (TOLD.date() - DAY, NOTICE.date() + DAY):
            with pytest.raises(ValidationError, match="notice"):
                record_award_notice(award=award, notice_on=day, by=cast.colin, now=NOTICE)


def test_the_contract_is_a_block_for_each_supplier_with_its_price_and_parties(cast: Cast, tender: Tender) -> None:
    award = noticed(cast, approved(cast, recommended(cast, tender), second_approver(cast)))
    later = NOTICE + 20 * DAY
    with acting_at(cast.colin, later):
        for _ in range(2):
            make_contracts(award=award, contracted_on=later.date(), by=cast.colin, now=later)
        blocks = list(BlockContract.objects.order_by("pk"))
        assert len(blocks) == 3
        assert blocks[0].name == "Made-up regional residential block (T-MADE1-2, lot 1, Madeup Meadow House)"
        assert (blocks[0].starts_on, blocks[0].ends_before) == (dt.date(2027, 4, 1), dt.date(2037, 4, 1))
        assert [price.weekly_price_pence for block in blocks for price in block.prices.all()] == [
            440_000,
            450_000,
            430_000,
        ]
        assert {str(party.organisation) for party in blocks[0].parties.all()} == {"Kent", "Portsmouth"}
        assert {line.block_id for line in award.lines.all()} == {block.pk for block in blocks}
        tender.procurement.refresh_from_db()
        assert tender.procurement.state == "contracted"
    with acting_at(cast.oscar, later):
        assert BlockContract.objects.count() == 3
    with acting_at(cast.harry, later):
        assert BlockContract.objects.count() == 1


def test_a_framework_gets_its_suppliers_in_tiers_with_a_rate_for_each_band(cast: Cast) -> None:
    tender = evaluated_tender(cast, buys="framework")
    choices = (LotChoice(1, True, sizes=(1, 1)), LotChoice(2, True, sizes=(1,)))
    award = noticed(cast, approved(cast, recommended(cast, tender, choices), second_approver(cast)))
    later = NOTICE + 20 * DAY
    with acting_at(cast.colin, later):
        assert lines_of(award) == [(1, "Meadow", 1, None), (1, "Harbour", 2, None), (2, "Meadow", 1, None)]
        make_contracts(award=award, contracted_on=later.date(), by=cast.colin, now=later)
        first, second = Framework.objects.order_by("pk")
        assert [supplier.tier for supplier in first.suppliers.order_by("pk")] == [1, 2]
        rates = RateLine.objects.filter(supplier__framework=first).order_by("pk")
        assert [(one.min_age, one.before_age, one.weekly_price_pence) for one in rates] == [
            (10, 17, 440_000),
            (10, 17, 450_000),
        ]
        assert second.suppliers.count() == 1
    with acting_at(cast.harry, later):
        assert [one.weekly_price_pence for one in RateLine.objects.all()] == [450_000]


def test_bids_that_the_database_still_seals_are_not_awarded(cast: Cast, tender: Tender) -> None:
    before = AFTER - 2 * DAY
    with acting_at(cast.colin, before), pytest.raises(ValidationError, match="come out"):
        recommend_award(procurement=tender.procurement, recommendation=recommendation(), by=cast.colin, now=AFTER)


def test_a_price_that_was_flagged_as_low_is_said_beside_the_bid(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.colin, RECOMMENDED):
        old = LotResult.objects.get(lot=tender.lots[0])
        rows = [row | {"low": ["12% below the mean of the others"]} for row in old.result["ranking"]]
        LotResult.objects.create(
            lot=tender.lots[0], inputs={}, result={"ranking": rows}, worked_out_at=RECOMMENDED, worked_out_by="Chair"
        )
    recommended(cast, tender)
    with acting_at(cast.colin, RECOMMENDED):
        shown = LotDecision.objects.get(lot=tender.lots[0]).shown["lines"]
        assert all("Price looked into: 12% below the mean of the others" in line["why"] for line in shown)
