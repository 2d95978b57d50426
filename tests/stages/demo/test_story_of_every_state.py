"""The made-up region as somebody finds it who signs in for the first time: something to do in every role."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Sum

from nearhome.demo import analyses, contracts, counting, loading, people, story
from nearhome.demo.region import RegionFiles
from nearhome.demo.story import agreeing_away, budgeting, buying_fostering, buying_residential, buying_small
from nearhome.needs.models import ReturnLoad
from nearhome.partnership.models import Ballot, DecisionRecord
from nearhome.partnership.queries import waiting_for as partnership_waits
from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Agreement, Booking, ClockEvent, OutOfArea
from nearhome.privacy.acting import acting, acting_for
from nearhome.privacy.clock import playing_at
from nearhome.procurement.models import BlockAdjustment, BlockContract
from nearhome.procurement.queries import waiting_for
from nearhome.procurement.queries.block_changes import state_of
from nearhome.procurement.queries.block_commitment import Assumed, commitment_of
from nearhome.referrals.models import Invitation, Offer, Question, Referral, SearchPermission
from nearhome.referrals.states import ReferralState
from nearhome.settlement.models import (
    Budget,
    BudgetEntry,
    Charge,
    ContractRules,
    DisputeCredit,
    LineHold,
    Month,
    NetPosition,
    PathStage,
    PaymentRun,
    Statement,
)
from nearhome.settlement.queries import waiting_for as money_waits
from nearhome.settlement.queries.against_spot import HOSTS, TYPED, blocks_against_spot
from nearhome.settlement.queries.away_terms import away_list
from nearhome.settlement.queries.budget_years import year_of_lines
from nearhome.settlement.queries.disputes import disputes_of
from nearhome.settlement.queries.provider_accounts import accounts_with
from nearhome.settlement.queries.rules import rules_list
from nearhome.sufficiency.actions.picturing import work_out_again
from nearhome.sufficiency.models import KeptAnalysis, Requirement, Scenario
from nearhome.sufficiency.queries.records import care_records_of
from nearhome.sufficiency.queries.region import shared_pictures
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries.cases import procurements_of
from nearhome.tendering.queries.notices import checklist_of
from nearhome.tendering.queries.tenders import waiting_for as tenders_wait

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SEED = 2026
pytestmark = pytest.mark.xdist_group("the made-up region is built once")


def _silent(done: int, of: int) -> None:
    """Nobody watches."""


def _build(folder: Path) -> RegionFiles:
    files = loading.write_files(folder, region="founders", seed=SEED, progress=_silent)
    loading.add_organisations(files)
    loading.read_registers(files, progress=_silent)
    loading.read_returns(files, progress=_silent)
    loading.open_homes(files, progress=_silent)
    analyses.work_out(files, seed=SEED, progress=_silent)
    story.tell(files, progress=_silent, now=NOW)
    return files


@pytest.fixture(scope="module")
def region(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegionFiles]:
    """The founders, built once through the importers and actions, and taken back when all have looked at them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _build(tmp_path_factory.mktemp("region"))
        transaction.set_rollback(True)


def _person(email: str) -> Person:
    return Person.objects.select_related("organisation").get(email=email)


def test_kent_has_a_referral_in_every_state(region: RegionFiles) -> None:
    with acting(_person("olive@kent.example")):
        assert set(Referral.objects.values_list("state", flat=True)) == {state.value for state in ReferralState}


def test_approver_finds_searches_to_permit_and_an_emergency_with_its_deadline_ahead(region: RegionFiles) -> None:
    with acting(_person("april@kent.example")):
        waiting = SearchPermission.objects.filter(granted__isnull=True)
        assert {row.referral.state for row in waiting} == {"awaiting_permission", "searching"}
        assert all(row.due_at > NOW for row in waiting if row.referral.is_emergency)
        assert SearchPermission.objects.filter(granted=False, referral__state="draft").exists()


def test_a_search_has_every_kind_of_answer(region: RegionFiles) -> None:
    with acting(_person("olive@kent.example")):
        searching = Referral.objects.get(state="searching", invitations__isnull=False, invitations__answer="declined")
        invitations = Invitation.objects.filter(referral=searching)
        assert sorted(invitations.values_list("answer", flat=True)) == ["", "", "", "declined", "offered"]
        assert Question.objects.filter(invitation__in=invitations, answered_at__isnull=True).count() == 1
        offer = Offer.objects.select_related("hold").get(invitation__in=invitations)
        assert offer.expires_at > NOW
        assert offer.hold is not None
        assert offer.hold.freed_at is None
        assert (offer.therapy_pence, offer.transport_pence) == (18_500, 7_200)


def test_therapy_and_transport_of_offers_are_charged_as_the_placements_own_lines(region: RegionFiles) -> None:
    with acting(_person("olive@kent.example")):
        offers = Offer.objects.filter(therapy_pence__gt=0)
        assert offers.count() == 4
        ended = Booking.objects.get(departed_on__isnull=False, decision__offer__in=offers)
        assert ended.prices.get().transport_pence == 7_200
    with acting(_person("fiona@kent.example")):
        assert {"therapy", "transport"} <= set(Charge.objects.filter(booking=ended).values_list("element", flat=True))


def test_agreements_wait_for_the_provider_and_for_the_full_form(region: RegionFiles) -> None:
    kent = Organisation.objects.get(kind="authority", name="Kent")
    provider = contracts.block_provider(kent, contracts.KENT_BLOCK)
    with acting(_person(f"manager@{people.domain_of(provider)}")):
        unsigned = [row for row in Agreement.objects.all() if row.signatures.count() == 1]
        assert len(unsigned) == 1
    with acting_for(kent.pk):
        short = Agreement.objects.get(form="emergency")
        assert short.complete_by > NOW.date()
        assert short.booking.arrived_on == NOW.date() - dt.timedelta(days=1)


def test_the_director_has_a_placement_at_a_distance_to_approve(region: RegionFiles) -> None:
    with acting(_person("desmond@kent.example")):
        waiting = OutOfArea.objects.get(approved_at__isnull=True)
        assert (waiting.relation, waiting.booking.arrived_on) == ("at_a_distance", None)


def test_partners_children_live_in_the_shared_blocks(region: RegionFiles) -> None:
    for name in ("Kent", "Portsmouth", "West Sussex"):
        authority = Organisation.objects.get(kind="authority", name=name)
        with acting_for(authority.pk):
            booking = Booking.objects.get(authority=authority, route="block", arrived_on__isnull=False)
            assert booking.arrived_on < NOW.date().replace(day=1)
            assert ClockEvent.objects.filter(booking=booking, rule="C06").exists()


def test_months_since_the_blocks_began_are_closed_but_the_last(region: RegionFiles) -> None:
    with acting(_person("fiona@kent.example")):
        months = Month.objects.order_by("starts_on")
        assert [(row.starts_on.month, row.state) for row in months] == [(8, "closed"), (9, "closed"), (10, "draft")]
        for month in months:
            net = list(NetPosition.objects.filter(month=month).values_list("pence", flat=True))
            assert sum(net) == 0
            assert any(net)
        last = Statement.objects.filter(month=months[2])
        assert last.filter(agreed_at__isnull=False).count() == 1
        assert last.filter(disputed_at__isnull=False).count() == 1


def test_the_screen_names_somebody_for_every_role_in_few_lines(region: RegionFiles) -> None:
    kent = Organisation.objects.get(kind="authority", name="Kent")
    lines = people.who_can_sign_in(people.SHOWN, contracts.block_provider(kent, contracts.KENT_BLOCK))
    assert len(lines) <= 16
    assert {role for role, _, _ in lines} >= {*people.ROLE_WORDS.values(), "Director (approver)", "Own fostering team"}


def _authority(name: str) -> Organisation:
    return Organisation.objects.get(kind="authority", name=name)


def test_three_years_of_every_authority_are_on_record_without_a_problem(region: RegionFiles) -> None:
    assert list(region.earlier) == [2024, 2025]
    for authority in loading.authorities_of(region).values():
        with acting(analyses.analyst_of(authority)):
            loads = ReturnLoad.objects.order_by("pk")
            assert [one.year for one in loads] == [2024, 2025, 2026]
            assert not any(one.problems.exists() for one in loads)
            records, repairs = care_records_of(authority)
        assert records.years == (2024, 2025, 2026)
        assert repairs == ()


def test_partners_agreed_vote_and_decide(region: RegionFiles) -> None:
    with acting(_person("colin@kent.example")):
        assert [row.state for row in DecisionRecord.objects.order_by("reference")] == [
            "implemented", "implemented", "proposed",
        ]  # fmt: skip
        closed, ballot = Ballot.objects.order_by("opened_at")
        assert closed.is_carried
        assert closed.outcome.startswith("Carried: 2 for, 1 against")
        assert sorted(str(one.organisation) for one in ballot.votes.all()) == ["Kent", "Portsmouth"]
    with acting(_person("april@west-sussex.example")):
        waits = [one.words for one in partnership_waits(_person("april@west-sussex.example"), now=NOW)]
    assert waits == ["Vote", "Settle the matter"]
    with acting(_person("carla@kent.example")):
        assert "Take the decision" in [one.words for one in partnership_waits(_person("carla@kent.example"), now=NOW)]


def test_each_analyst_sees_the_shared_figures_of_all_four(region: RegionFiles) -> None:
    for name in ("Kent", "West Sussex", "Portsmouth", "Medway"):
        analyst = analyses.analyst_of(_authority(name))
        with acting(analyst):
            assert KeptAnalysis.objects.filter(kind="picture").count() == 1
            shown = shared_pictures(analyst)
        assert [row.authority.name for row in shown] == ["Kent", "Medway", "Portsmouth", "West Sussex"]
        assert {row.on for row in shown} == {dt.date(2026, 3, 31)}


def test_a_picture_works_out_the_same_again(region: RegionFiles) -> None:
    analyst = analyses.analyst_of(_authority("Portsmouth"))
    with acting(analyst):
        kept = KeptAnalysis.objects.get(kind="picture")
        assert work_out_again(kept=kept, by=analyst, now=analyses.WORKED_OUT_AT)


def test_kent_looks_ahead_and_compares_prices(region: RegionFiles) -> None:
    with acting(analyses.analyst_of(_authority("Kent"))):
        forecast = KeptAnalysis.objects.get(kind="forecast")
        assert [one["name"] for one in forecast.asked["scenarios"]] == [Scenario.objects.get().name]
        requirement = Requirement.objects.get()
        assert requirement.forecast == forecast
        assert [(one["by_month"], one["in_all"]) for one in requirement.steps] == [(12, 5), (18, 10), (24, 15)]
        prices = KeptAnalysis.objects.get(kind="benchmark")
        assert prices.result["data"]["authorities"] == ["851", "886", "887", "938"]
        assert prices.result["data"]["rows_left_out"] == 0


def test_the_same_seed_writes_the_same_files_of_every_year(region: RegionFiles, tmp_path: Path) -> None:
    again = loading.write_files(tmp_path, region="founders", seed=SEED, progress=_silent)
    for path in sorted(again.folder.rglob("*.csv")):
        assert path.read_bytes() == (region.folder / path.relative_to(again.folder)).read_bytes(), path


def test_every_state_of_a_procurement_can_be_seen_by_kent(region: RegionFiles) -> None:
    april = _person("april@kent.example")
    with acting(april):
        states = {one.name: one.state for one in procurements_of(april)}
    assert states == {
        buying_residential.NAME: "contracted", buying_fostering.TWO_MONTHS: "contracted", buying_fostering.NAME: "published",
        buying_small.TO_APPROVE: "recommended", buying_small.EVALUATED: "evaluating", buying_small.PREPARED: "preparing",
    }  # fmt: skip


def test_no_notice_of_a_made_up_procurement_is_late(region: RegionFiles) -> None:
    for email in ("colin@kent.example", "colin@west-sussex.example"):
        person = _person(email)
        with playing_at(NOW), acting(person):
            lines = [line for one in procurements_of(person) for line in checklist_of(one, NOW.date())]
        assert lines
        assert [line.notice.code for line in lines if line.notice.state == "late"] == [], email


def test_the_tender_in_preparation_rests_on_kents_requirement(region: RegionFiles) -> None:
    with acting(_person("colin@kent.example")):
        case = Procurement.objects.get(name=buying_small.PREPARED)
        assert case.requirement == Requirement.objects.get()
        assert [step.in_all for step in case.lots.get().places_wanted.order_by("by_on")] == [5, 10, 15]


def test_kents_block_has_its_terms_and_its_provider_is_asked_for_one_more_bed(region: RegionFiles) -> None:
    colin = _person("colin@kent.example")
    with acting(colin):
        block = BlockContract.objects.get(name=contracts.KENT_BLOCK)
        found = commitment_of(block, Assumed(), NOW.date()).worked.commitment
        asked = BlockAdjustment.objects.get(contract=block)
        assert [row.beds for row in block.capacities.order_by("starts_on")] == [5, 10, 15]
        assert sum(found.by_authority) == found.pence > 0
        assert dict(zip(found.authorities, found.by_authority, strict=True))["Kent"] > 0
        assert state_of(asked, NOW.date()) == "Waits for the provider"
    manager = Person.objects.select_related("organisation").get(
        organisation=block.provider, roles__contains=["provider"]
    )
    with acting(manager):
        waits = [one.words for one in waiting_for(manager, now=NOW)]
    assert "Say whether you agree to other beds" in waits


def test_a_tender_is_open_with_a_question_that_waits(region: RegionFiles) -> None:
    colin = _person("colin@kent.example")
    with playing_at(NOW), acting(colin):
        tender = Procurement.objects.get(name=buying_fostering.NAME)
        assert tender.bids.count() == 0
        assert [one.words for one in tenders_wait(colin, now=NOW)] == ["Answer 1 question from bidders"]


def _block_provider() -> Organisation:
    return contracts.block_provider(_authority("Kent"), contracts.KENT_BLOCK)


def test_kents_block_has_two_versions_of_rules_and_pays_less_for_a_bed_kept_while_in_hospital(
    region: RegionFiles,
) -> None:
    colin = _person("colin@kent.example")
    with acting(colin):
        (line,) = [one for one in rules_list(colin, today=NOW.date()) if one.name == contracts.KENT_BLOCK]
        assert (line.source, line.to_do) == ("Its own rules", "Nothing.")
        versions = list(ContractRules.objects.order_by("version").values_list("starts_on", "is_agreed"))
    assert versions == [(dt.date(2026, 8, 1), True), (dt.date(2026, 10, 1), True)]
    fiona = _person("fiona@portsmouth.example")
    with acting(fiona):
        away = Charge.objects.filter(payer=fiona.organisation, kind="absent").order_by("starts_on")
        assert [(one.nights, one.weekly_price_pence) for one in away] == [(2, 455_700), (3, 364_560)]


def test_a_child_placed_through_the_regional_framework_cost_less_while_in_hospital(region: RegionFiles) -> None:
    colin = _person("colin@kent.example")
    with acting(colin):
        (line,) = [one for one in away_list(colin, today=NOW.date()) if one.name == agreeing_away.FRAMEWORK]
        assert (line.whose, line.to_do) == ("West Sussex", "Nothing.")
        away = Charge.objects.filter(payer=colin.organisation, kind="absent", contract__isnull=True).order_by(
            "starts_on"
        )
        full, half = away
    assert (full.nights, half.nights) == (3, 4)
    assert half.weekly_price_pence == (full.weekly_price_pence + 1) // 2
    assert "child away (hospital), place kept at 50 % of the price" in half.reason


def test_one_disputed_line_ended_with_a_credit_and_of_another_portsmouth_has_to_reply(region: RegionFiles) -> None:
    fiona = _person("fiona@portsmouth.example")
    with acting(fiona):
        told = {one.month: one for one in disputes_of(fiona, today=NOW.date())}
        credit = DisputeCredit.objects.select_related("charge").get()
        waits = [one.words for one in money_waits(fiona, now=NOW)]
    assert [told[month].waits_for_you for month in ("September 2026", "October 2026")] == [False, True]
    assert (credit.charge.pence, credit.charge.about_month) == (-130_200, dt.date(2026, 9, 1))
    assert "Reply to the answer on a line you dispute" in waits


def test_an_invoice_is_paid_one_partly_held_and_one_waits(region: RegionFiles) -> None:
    frank = _person("frank@kent.example")
    with acting(frank):
        waits = [one.words for one in money_waits(frank, now=NOW)]
        holds = LineHold.objects.order_by("line__number")
        assert [(one.line.match.verdict, bool(one.released_at)) for one in holds] == [
            ("over", True), ("over", False), ("unknown", False),
        ]  # fmt: skip
        sent, made = PaymentRun.objects.order_by("number")
        assert sent.bacs_file
        assert sent.sent_by != sent.made_by
        assert made.sent_at is None
    assert waits.count("Approve an invoice") == 1
    assert {"Send a payment run that a colleague made", "Confirm a bank account that a colleague entered"} <= {*waits}
    manager = _person(f"manager@{people.domain_of(_block_provider())}")
    with acting(manager):
        (account,) = [one for one in accounts_with(manager) if one.other == "Kent"]
    assert account.paid_pence > 0
    assert [one.what for one in account.entries] == ["Invoice MADE-UP-A-09", "Payment", "Invoice MADE-UP-A-10"]


def test_two_authorities_see_their_year_and_why_it_differs(region: RegionFiles) -> None:
    for email in ("fiona@kent.example", "fiona@portsmouth.example"):
        fiona = _person(email)
        with acting(fiona):
            year = year_of_lines(fiona, 2026, today=NOW.date())
            assert Budget.objects.filter(version=2).count() == 1
        assert not year.problems
        for line in year.lines:
            assert line.budget
            assert line.outlook.forecast_pence > 0
            assert line.variance
        assert any(one.price and one.volume and one.mix for line in year.lines for one in line.variance.kinds)


def test_a_block_is_held_against_a_spot_price_of_its_host(region: RegionFiles) -> None:
    for email, how in (("fiona@kent.example", TYPED), ("fiona@portsmouth.example", HOSTS)):
        fiona = _person(email)
        with acting(fiona):
            found = {one.contract.name: one for one in blocks_against_spot(fiona).blocks}
        october = next(one for one in found[contracts.KENT_BLOCK].held if one.month == dt.date(2026, 10, 1))
        assert (october.how, october.weekly_pence) == (how, budgeting.SPOT_PENCE)


def test_the_check_names_what_is_missing() -> None:
    whole = {"children": 5, "held_lines": 1, "net_positions_pence": 0}
    assert counting.amiss(whole) == ()
    assert counting.amiss({**whole, "held_lines": 0, "net_positions_pence": 3}) == (
        "no held lines", "net positions that do not sum to nought",
    )  # fmt: skip


def test_education_and_health_pay_their_part_of_one_placement_whose_next_stage_is_agreed(region: RegionFiles) -> None:
    colin, fiona = _person("colin@kent.example"), _person("fiona@kent.example")
    with acting(fiona):
        shares = dict(BudgetEntry.objects.values_list("funder").annotate(sum=Sum("pence")))
        names = set(BudgetEntry.objects.values_list("ledger_code", flat=True))
        posted = Charge.objects.filter(payer=fiona.organisation).aggregate(sum=Sum("pence"))["sum"]
    assert set(shares) == {"social care", "education", "health"}
    assert all(pence > 0 for pence in shares.values())
    assert sum(shares.values()) == posted
    assert {"M4100-310", "M5200-120", "M9000-705"} <= names
    with acting(colin):
        stage = PathStage.objects.get()
        assert (stage.kind, stage.booking) == ("foster", None)
        assert stage.planned_on > NOW.date()
