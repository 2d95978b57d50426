"""The way of an award through the pages: who sees what, what is offered next, what is refused in which words."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.clock import playing_at
from nearhome.procurement.actions import make_framework
from nearhome.procurement.actions.frameworks import FrameworkTerms
from nearhome.procurement.models import Framework
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.models import Award, Procurement
from nearhome.tendering.queries.awards import waiting_for
from scenes_awards import APPROVED, DAY, RECOMMENDED, approved, evaluated_tender, recommended, second_approver
from scenes_tender import Tender, acting_at

pytestmark = pytest.mark.django_db
LATER = max(dt.datetime.now(dt.UTC), dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def tender(cast: Cast) -> Tender:
    return evaluated_tender(cast)


@pytest.fixture(autouse=True)
def the_deadline_has_passed(cast: Cast) -> Iterator[None]:
    """Bids must be open: the deadline of the scene is in October 2026."""
    with playing_at(LATER):
        yield


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Person, name: str, tender: Tender) -> str:
    response = as_(person).get(reverse(f"tendering:{name}", args=[tender.procurement.key]), follow=True)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def status(person: Person, name: str, tender: Tender, method: str = "get") -> int:
    address = reverse(f"tendering:{name}", args=[tender.procurement.key])
    return int(getattr(as_(person), method)(address).status_code)


def sent(person: Person, name: str, tender: Tender, **typed: object) -> str:
    address = reverse(f"tendering:{name}", args=[tender.procurement.key])
    response = as_(person).post(address, typed, follow=True)
    assert response.status_code == 200
    return str(response.content.decode())


def typed(**changes: object) -> dict[str, object]:
    first = {
        "starts_on-day": "1", "starts_on-month": "4", "starts_on-year": "2027", "months": "120", "step": "recommend",
        "words": "Best by the rule. It would commit £30,564m.",
    }  # fmt: skip
    for lot in (1, 2):
        first |= {
            f"lot-{lot}-award": "yes",
            f"lot-{lot}-places": "15",
            f"lot-{lot}-least_places": "1",
            f"lot-{lot}-ties": "lower_price",
        }
    return {**first, **changes}


def test_the_page_shows_what_the_usual_choice_gives_before_anything_is_saved(cast: Cast, tender: Tender) -> None:
    shown = page(cast.colin, "recommend", tender)
    for words in ("5 places", "10 places", "cheaper than buying the same singly", "Value over the term"):
        assert words in shown
    with acting_at(cast.colin, LATER):
        assert not Award.objects.exists()


def test_only_shown_it_is_not_saved(cast: Cast, tender: Tender) -> None:
    shown = sent(cast.colin, "recommend", tender, **typed(step="show", **{"lot-1-places": "5"}))
    assert "higher ranks fill every place" in shown
    assert "thirty billion, five hundred and sixty-four million pounds" in shown
    with acting_at(cast.colin, LATER):
        assert not Award.objects.exists()


def test_recommended_by_one_and_approved_by_another(cast: Cast, tender: Tender) -> None:
    shown = sent(cast.colin, "recommend", tender, **typed())
    assert "The award is recommended" in shown
    assert "An approver of the lead other than who recommended it decides." in shown
    assert "does not follow from the value over the term" in shown
    bertha = second_approver(cast)
    assert "Decide about it" in page(bertha, "award", tender)
    assert "more than your limit" in page(cast.april, "decide_award", tender)
    assert "more than your limit" in sent(cast.april, "decide_award", tender, is_approved="yes")
    assert "Enter the reason" in sent(bertha, "decide_award", tender, is_approved="no")
    shown = sent(bertha, "decide_award", tender, is_approved="yes")
    assert "Award approved" in shown
    assert "Approved" in shown
    assert "Tell the bidders" in page(cast.colin, "award", tender)
    assert "Its lead makes the contract" in page(cast.fiona, "award", tender)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lot-1-places": "0"}, "must be 1 or more"),
        ({"lot-1-places": "16"}, "16 places are more than the 15"),
        ({"lot-1-places": "many"}, "whole number"),
        ({"lot-2-award": "no"}, "Select why lot 2 is not awarded"),
        ({"months": "121"}, "The tender said 120 months"),
        ({"words": ""}, "Enter an answer to “Why these?”"),
        ({"starts_on-month": "13"}, "must be a real date"),
        ({"lot-1-least_places": "11"}, "nobody would get anything"),
    ],
)
def test_a_slip_is_named_and_nothing_is_saved(cast: Cast, tender: Tender, change: dict[str, str], words: str) -> None:
    shown = sent(cast.colin, "recommend", tender, **typed(**change))
    assert "There is a problem" in shown
    assert words in shown
    with acting_at(cast.colin, LATER):
        assert not Award.objects.exists()


def test_a_lot_that_is_too_dear_is_kept_back_and_said_so(cast: Cast, tender: Tender) -> None:
    shown = sent(
        cast.colin, "recommend", tender,
        **typed(**{"lot-2-award": "no", "lot-2-ground": "unaffordable", "lot-2-reason": "ZZDEAR", "lot-2-right_reserved": "on"}),
    )  # fmt: skip
    assert "The award is recommended" in shown
    assert "ZZDEAR" in shown
    assert "reserved the right not to award" in shown


def test_told_announced_and_waited_for(cast: Cast, tender: Tender) -> None:
    award = recommended(cast, tender)
    approved(cast, award, second_approver(cast))
    assert "Tell the bidders first" in sent(
        cast.colin, "award_notice", tender, **day("notice_on", dt.date.today()), keeps_standstill="yes"
    )
    shown = sent(cast.colin, "tell_bidders", tender)
    assert "3 bidders can now read" in shown
    future = dt.date.today() + dt.timedelta(days=1)
    assert "not before" in sent(cast.colin, "award_notice", tender, **day("notice_on", future), keeps_standstill="yes")
    today = dt.date.today()
    shown = sent(cast.colin, "award_notice", tender, **day("notice_on", today), keeps_standstill="yes")
    assert "The standstill lasts to the end of" in shown
    assert "SS-LT" in shown
    assert "as the source states it" in shown
    assert "standstill lasts to the end" in sent(cast.colin, "contract", tender, **day("contracted_on", today))


def day(name: str, when: dt.date) -> dict[str, str]:
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


def test_partners_read_and_change_nothing_and_outsiders_find_nothing(cast: Cast, tender: Tender) -> None:
    recommended(cast, tender)
    assert "ZZAWARDWHY" in page(cast.oscar, "award", tender)
    changing = (
        "recommend",
        "send_back",
        "award_notice",
        "contract",
        "abandon",
        "direct_award",
        "extend",
        "decide_award",
    )
    for name in changing:
        assert status(cast.oscar, name, tender) == 403
        assert status(cast.hilda, name, tender) == 404
    assert status(cast.hilda, "award", tender) == 404
    assert status(cast.mona, "award", tender) == 403
    assert status(cast.ada, "decide_award", tender) == 403
    assert status(cast.oscar, "tell_bidders", tender, "post") == 403
    assert status(cast.colin, "tell_bidders", tender) == 405


def test_a_step_whose_time_has_passed_leads_back_to_the_award(cast: Cast, tender: Tender) -> None:
    for name in ("send_back", "award_notice", "contract", "direct_award", "extend"):
        assert "this cannot be done now" in page(cast.colin, name, tender)
    recommended(cast, tender)
    assert "no award is recommended now" in page(cast.colin, "recommend", tender)


def test_sent_back_in_the_browser_the_evaluation_is_open_again(cast: Cast, tender: Tender) -> None:
    recommended(cast, tender)
    assert "Enter an answer" in sent(cast.colin, "send_back", tender, reason="")
    shown = sent(cast.colin, "send_back", tender, reason="A score was questioned")
    assert "was sent back" in shown
    assert "Recommend an award" in shown


def test_abandoned_with_its_ground_and_the_notice_that_is_due(cast: Cast, tender: Tender) -> None:
    shown = sent(cast.colin, "abandon", tender, ground="unaffordable", reason="ZZGAVEUP")
    assert "ZZGAVEUP" in shown
    assert "UK12" in shown
    assert "this cannot be done now" in page(cast.colin, "abandon", tender)
    with acting_at(cast.mona, LATER):
        bid = tender.bids["Meadow", 1]
    outcome = as_(cast.mona).get(reverse("tendering:outcome", args=[bid.key])).content.decode()
    assert "The prices were unaffordable" in outcome
    assert "ZZGAVEUP" not in outcome


def test_an_old_page_does_not_abandon_what_has_gone_on(cast: Cast, tender: Tender) -> None:
    shown = sent(cast.colin, "abandon", tender, ground="unaffordable", reason="Why", version="1")
    assert "changed by somebody else" in shown


def test_a_provider_reads_its_own_outcome_and_no_other(cast: Cast, tender: Tender) -> None:
    mine, other = tender.bids["Meadow", 1], tender.bids["Harbour", 1]
    assert "Not decided yet" in as_(cast.mona).get(reverse("tendering:outcomes")).content.decode()
    award = recommended(cast, tender)
    approved(cast, award, second_approver(cast))
    sent(cast.colin, "tell_bidders", tender)
    shown = as_(cast.mona).get(reverse("tendering:outcome", args=[mine.key])).content.decode()
    assert "You were awarded 5 places" in shown
    assert "Harbour" not in shown
    assert as_(cast.mona).get(reverse("tendering:outcome", args=[other.key])).status_code == 404
    assert as_(cast.colin).get(reverse("tendering:outcome", args=[mine.key])).status_code == 403
    today = dt.date.today()
    sent(cast.colin, "award_notice", tender, **day("notice_on", today), keeps_standstill="yes")
    shown = as_(cast.mona).get(reverse("tendering:outcome", args=[mine.key])).content.decode()
    assert "A standstill lasts to the end of" in shown


def test_what_waits_for_whom(cast: Cast, tender: Tender) -> None:
    bertha = second_approver(cast)

    def waits(person: Person, now: dt.datetime) -> list[str]:
        with acting_at(person, now):
            return [one.words for one in waiting_for(person, now=now)]

    assert waits(cast.colin, RECOMMENDED) == ["Recommend an award"]
    award = recommended(cast, tender)
    assert waits(bertha, RECOMMENDED) == ["Decide about the award"]
    assert waits(cast.colin, RECOMMENDED) == waits(cast.oscar, RECOMMENDED) == waits(cast.ada, RECOMMENDED) == []
    approved(cast, award, bertha)
    assert waits(cast.colin, APPROVED) == ["Tell the bidders"]
    with acting_at(cast.colin, APPROVED):
        tell_bidders(award=award, by=cast.colin, now=APPROVED)
        assert [one.words for one in waiting_for(cast.colin, now=APPROVED)] == ["Record the award notice"]
        record_award_notice(award=award, notice_on=APPROVED.date(), by=cast.colin, now=APPROVED)
    assert waits(cast.colin, APPROVED + DAY) == []
    assert waits(cast.colin, APPROVED + 20 * DAY) == ["Make the contract"]
    assert waits(cast.mona, APPROVED) == []


def test_directly_in_the_browser(cast: Cast, tender: Tender) -> None:
    with acting_at(cast.colin, LATER):
        case = Procurement.objects.create(
            ref="T-DIRECT-1", lead=cast.kent, name="Made-up urgent beds", kind="childrens_home", buys="block",
            instrument="block_contract", made_at=LATER, made_by="Colin",
        )  # fmt: skip
    direct = Tender(case, [], {})
    shown = page(cast.colin, "direct_award", direct)
    assert "Whether a looked-after child’s placement qualifies was not established" in shown
    assert "Not verified" in shown
    sound = {
        "urn": "SC910001", "places": "2", "weekly": "4,557.00", **day("starts_on", dt.date(2027, 1, 4)), "months": "6",
        "value": "240000", "ground": "pa23_extreme_urgency", "narrative": "A home closed", "legal_approver": "Lena Lawyer",
    }  # fmt: skip
    assert "no establishment" in sent(cast.colin, "direct_award", direct, **{**sound, "urn": "SC0"})
    assert "between £0.01 and £50,000.00" in sent(cast.colin, "direct_award", direct, **{**sound, "weekly": "-5"})
    shown = sent(cast.colin, "direct_award", direct, **sound)
    assert "two hundred and forty thousand pounds" in shown
    assert "not over the threshold of £663,540.00" in shown
    assert "Award approved" in sent(cast.april, "decide_award", direct, is_approved="yes")


def test_two_months_more_of_a_framework_in_the_browser(cast: Cast) -> None:
    with acting_at(cast.colin, LATER):
        make_framework(
            name="Made-up fostering framework of 2018", kind="foster", starts_on=dt.date(2018, 2, 1),
            ends_before=dt.date(2022, 2, 1), parties=[], by=cast.colin, now=LATER,
            terms=FrameworkTerms(regime="PCR2015", form="pcr_framework"),
        )  # fmt: skip
        framework = Framework.objects.get()
        case = Procurement.objects.create(
            ref="T-DIRECT-1", lead=cast.kent, name="Made-up two months", kind="foster", buys="framework", regime="PCR2015",
            instrument="closed_framework", made_at=LATER, made_by="Colin",
        )  # fmt: skip
    extending = Tender(case, [], {})
    assert "Let an existing framework go on" in page(cast.colin, "award", extending)
    assert "which ends on 31 January 2022" in page(cast.colin, "extend", extending)
    sound = {
        "framework": str(framework.key), "months": "2", "value": "1790000", "ground": "pcr_existing_terms",
        "narrative": "To end with the financial year", "legal_approver": "Lena Lawyer",
    }  # fmt: skip
    assert "must be 24 or fewer" in sent(cast.colin, "extend", extending, **{**sound, "months": "25"})
    assert "If it must go on for longer, say why" in sent(cast.colin, "extend", extending, **sound)
    sound["exception"] = "ZZEXCEPTION Nothing else covers two months"
    shown = sent(cast.colin, "extend", extending, **sound)
    assert "at most 4 years" in shown
    assert "ZZEXCEPTION" in shown
    assert "31 March 2022, with the financial year: 59 days more" in shown
    assert "No threshold is kept here for the day this began" in shown
    bertha = second_approver(cast)
    sent(bertha, "decide_award", extending, is_approved="yes")
    shown = sent(cast.colin, "contract", extending, **day("contracted_on", dt.date.today()))
    assert "Contract made" in shown
    with acting_at(cast.colin, LATER):
        framework.refresh_from_db()
        assert framework.ends_before == dt.date(2022, 4, 1)
    as_colin = Client()
    as_colin.force_login(cast.colin)
    life = as_colin.get(reverse("procurement:framework", args=[framework.key])).content.decode()
    assert f"which {bertha} approved: ZZEXCEPTION" in life
