"""Both decisions, told through the real actions from the options to a contract, and the small cases for every other state."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from nearhome.demo.organisations import add_authorities, add_people, form
from nearhome.demo.story import buying_fostering, buying_residential, buying_small
from nearhome.demo.story.players import KENT, MEDWAY, PORTSMOUTH, SUSSEX, Players
from nearhome.partnership.models import DecisionRecord
from nearhome.partnership.queries import waiting_for as partnership_waits
from nearhome.people.models import Organisation, Person
from nearhome.procurement.models import BlockContract, Framework
from nearhome.procurement.queries.block_commitment import Assumed, commitment_of
from nearhome.procurement.queries.block_records import nominations_of
from nearhome.tendering.models import (
    Award,
    AwardExtension,
    Bid,
    BidOutcome,
    ConflictDeclaration,
    FeedbackLetter,
    LotResult,
    LowPriceQuery,
    Procurement,
    Score,
)
from nearhome.tendering.queries.awards import waiting_for as awards_wait
from nearhome.tendering.queries.notices import checklist_of
from nearhome.tendering.queries.options import completed_of
from nearhome.tendering.queries.standing import standing_of
from nearhome.tendering.queries.steps import Step, steps_of
from nearhome.tendering.queries.tenders import waiting_for as tenders_wait
from scenes import make_home
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
CODES = (KENT, SUSSEX, PORTSMOUTH, MEDWAY)


@pytest.fixture
def players() -> Players:
    """The four authorities with their people, and providers with homes and agencies in Kent and West Sussex."""
    authorities = add_authorities()
    form(authorities, list(CODES), {KENT: 5, SUSSEX: 3, PORTSMOUTH: 1, MEDWAY: 1}, NOW)
    add_people([authorities[code] for code in CODES])
    for number in range(6):
        name = f"Madeup Provider {number} Ltd"
        provider = Organisation.objects.create(kind="provider", name=name, owner_ref=f"RP91{number}")
        Person.objects.create(
            email=f"manager@madeup-provider-{number}-ltd.example", name=f"Manager {number}", organisation=provider, roles=["provider"]
        )  # fmt: skip
        area = KENT if number < 4 else SUSSEX
        make_home(provider, f"Madeup House {number}", urn=f"SC91{number}", area_code=area, places=6)
        make_home(provider, f"Madeup Fostering {number}", urn=f"SC92{number}", kind="foster", area_code=area)
    return Players(now=NOW, codes=CODES)


def _named(name: str) -> Procurement:
    return Procurement.objects.select_related("lead").get(name=name)


def _step(person: Person, procurement: Procurement, name: str) -> Step:
    return next(one for one in steps_of(person, standing_of(procurement, now=NOW)) if one.name == name)


def _open_and_late(procurement: Procurement, on: dt.date) -> list[str]:
    return [line.notice.code for line in checklist_of(procurement, on) if line.notice.state == "late"]


def test_21_00094_goes_from_three_options_to_a_block_of_fifteen_beds(players: Players) -> None:
    buying_residential.regional_block(players)
    lead = players.person(SUSSEX, "colin")
    with acting_at(lead, NOW):
        case = _named(buying_residential.NAME)
        assert case.state == "contracted"
        assert completed_of(case)[0].result["first"] == "A block shared by three authorities"
        decision = DecisionRecord.objects.get(about_key=case.key)
        assert (str(decision.authority), decision.state, decision.is_key) == ("Kent", "implemented", True)
        assert decision.call_in_until < case.published_at.date()
        assert case.clarifications.get().answered_at < case.deadline_at
        assert Bid.objects.filter(procurement=case, submitted_at__isnull=False).count() == 3
        home, family = case.lots.order_by("number")
        assert (home.step_across, family.step_across) == (family, home)
        assert (home.kind_bought, family.kind_bought) == ("childrens_home", "foster")
        assert "£30.32m" in decision.financial
        (result,) = LotResult.objects.filter(lot=home)
        assert [row["rank"] for row in result.result["ranking"]] == [1, 2, 3]
        award = Award.objects.get(procurement=case)
        assert award.affordability["verdict"] == "affordable"
        assert award.recommended_by_id != award.decided_by_id
        assert award.told_at.date() < award.notice_on <= award.standstill_ends_on < award.contracted_on < NOW.date()
        assert sorted(BidOutcome.objects.values_list("outcome", flat=True)) == ["not_won", "not_won", "won"]
        assert FeedbackLetter.objects.filter(sent_at__isnull=True).count() == 0
        assert FeedbackLetter.objects.count() == 3
        assert _open_and_late(case, NOW.date()) == []


def test_a_partner_with_an_interest_did_not_score_the_regional_bids(players: Players) -> None:
    buying_residential.regional_block(players)
    conflicted = players.person(PORTSMOUTH, "colin")
    with acting_at(players.person(SUSSEX, "colin"), NOW):
        declared = ConflictDeclaration.objects.filter(has_conflict=True).values_list("person_id", flat=True)
        assert set(declared) == {conflicted.pk}  # for both lots
        scorers = set(Score.objects.values_list("person__organisation__name", flat=True))
    assert scorers == {"Kent", "West Sussex"}


def test_the_block_says_what_it_commits_to_and_who_calls_first(players: Players) -> None:
    buying_residential.regional_block(players)
    lead = players.person(SUSSEX, "colin")
    with acting_at(lead, NOW):
        block = BlockContract.objects.get()
        assert str(block.host) == "West Sussex"
        assert [row.beds for row in block.capacities.order_by("starts_on")] == [5, 10, 15]
        found = commitment_of(block, Assumed(), NOW.date()).worked.commitment
        assert sum(found.by_authority) == found.pence > 3_000_000_000
        assert {row.authority: row.places for row in nominations_of(block)} == {
            "Kent": 3, "Portsmouth": 1, "West Sussex": 1,
        }  # fmt: skip


def test_21_00077_gives_two_months_more_and_has_a_new_framework_open_for_bids(players: Players) -> None:
    buying_fostering.two_months_more(players)
    buying_fostering.new_framework(players)
    colin = players.person(KENT, "colin")
    with acting_at(colin, NOW):
        assert Framework.objects.get().ends_before == dt.date(2022, 4, 1)
        assert AwardExtension.objects.get().ended_before == dt.date(2022, 2, 1)
        case = _named(buying_fostering.NAME)
        assert completed_of(case)[0].result["first"] == "A new framework, tendered with Medway"
        decision = DecisionRecord.objects.get(about_key=case.key)
        assert decision.state == "implemented"
        assert (case.state, case.published_at < NOW < case.deadline_at) == ("published", True)
        assert case.bids.count() == 0, "bids are sealed"
        assert [bool(one.answered_at) for one in case.clarifications.order_by("asked_at")] == [True, False]
        assert [one.words for one in tenders_wait(colin, now=NOW)] == ["Answer 1 question from bidders"]
        assert _open_and_late(case, NOW.date()) == []
        longer = _named(buying_fostering.TWO_MONTHS)
        assert _open_and_late(longer, NOW.date()) == []
        step = _step(colin, longer, "decision")
        assert (step.status, "approved by Desmond" in step.hint) == ("The award alone", True)
        step = _step(colin, case, "decision")
        assert (step.status, step.hint) == ("Completed", f"{decision.reference}: Carried out")


def test_the_small_cases_show_the_states_the_decisions_have_passed(players: Players) -> None:
    for story in (buying_small.award_to_approve, buying_small.being_evaluated, buying_small.being_prepared):
        story(players)
    director, carla = players.person(KENT, "desmond"), players.cabinet_member(KENT)
    with acting_at(players.person(KENT, "colin"), NOW):
        states = {one.name: one.state for one in Procurement.objects.all()}
        assert LowPriceQuery.objects.filter(answered_at__isnull=True).count() == 1
        first, second = _named(buying_small.EVALUATED).lots.order_by("number")
        assert LotResult.objects.filter(lot=first).exists()
        assert not LotResult.objects.filter(lot=second).exists()
        assert {line.places for line in Award.objects.get().lines.all()} == {3, 1}
    assert states == {
        buying_small.TO_APPROVE: "recommended", buying_small.EVALUATED: "evaluating", buying_small.PREPARED: "preparing",
    }  # fmt: skip
    with acting_at(director, NOW):
        assert [one.words for one in awards_wait(director, now=NOW)] == ["Decide about the award"]
    with acting_at(carla, NOW):
        assert "Take the decision" in [one.words for one in partnership_waits(carla, now=NOW)]


def test_a_story_that_ends_at_christmas_keeps_its_order(players: Players) -> None:
    later = Players(now=dt.datetime(2027, 1, 3, 10, 0, tzinfo=dt.UTC), codes=CODES)
    buying_fostering.new_framework(later)
    with acting_at(later.person(KENT, "colin"), later.now):
        case = _named(buying_fostering.NAME)
        assert case.published_at < later.now < case.deadline_at


def test_the_award_page_leads_to_the_block_that_came_of_it(players: Players, client: Client) -> None:
    buying_residential.regional_block(players)
    lead = players.person(SUSSEX, "colin")
    with acting_at(lead, NOW):
        award, block = _named(buying_residential.NAME), BlockContract.objects.get()
    client.force_login(lead)
    shown = client.get(reverse("tendering:award", args=[award.key])).content.decode()
    assert reverse("procurement:block", args=[block.key]) in shown
    assert "does not follow" not in shown
