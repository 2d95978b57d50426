"""The lead shapes a tender, is told what to mend, works out its timetable and publishes it; nobody else does."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cast import Cast, make_cast
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions import clarifying, criteria, engaging, publishing, shaping, timetabling
from nearhome.tendering.actions.moving import lock_procurement, move_procurement
from nearhome.tendering.models import Lot, MarketEngagement, Procurement, ProcurementParty, TenderTimetable
from nearhome.tendering.queries.evaluation_case import case_of
from nearhome.tendering.queries.publishing import checks_of, what_refuses
from nearhome.tendering.queries.tenders import tree_of
from nearhome.tendering.queries.timetables import Lengths, TimetableAsked, steps_kept, worked_timetable
from nearhome.tendering.states import ProcurementState
from reading_responses import client_of, text_of
from scenes import make_home
from scenes_bidding import DEADLINE, DURING, PUBLISHED, QUESTIONS_UNTIL, begin, open_tender, publish, shape, write_bid
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
SPOKEN = dt.date(2026, 9, 1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def tender(cast: Cast) -> Procurement:
    return begin(cast, term_starts_on=dt.date(2027, 4, 1))


def lot_terms(**changed: object) -> shaping.LotTerms:
    return shaping.LotTerms(**{"name": "Made-up lot", "min_age": 10, "before_age": 17, **changed})


def test_the_shipped_lot_asks_for_5_10_and_15_beds_by_12_18_and_24_months(cast: Cast, tender: Procurement) -> None:
    lot = shape(cast, tender)
    with acting_at(cast.colin, PUBLISHED):
        assert [(one.by_on, one.in_all) for one in lot.places_wanted.all()] == [
            (dt.date(2028, 4, 1), 5), (dt.date(2028, 10, 1), 10), (dt.date(2029, 4, 1), 15),
        ]  # fmt: skip
        assert (lot.min_age, lot.before_age, lot.area, lot.benchmark.spot_weekly_pence) == (10, 17, cast.kent, 455_700)
        assert what_refuses(tender) == []
        shaping.start_lot_from_example(example="regional_residential", procurement=tender, by=cast.colin, now=PUBLISHED)
        assert tender.lots.count() == 1


def test_a_lot_is_not_made_of_nothing(cast: Cast, tender: Procurement) -> None:
    with acting_at(cast.colin, PUBLISHED):
        with pytest.raises(ValidationError, match="rests on no requirement"):
            shaping.start_lot_from_requirement(procurement=tender, by=cast.colin, now=PUBLISHED)
        with pytest.raises(ValidationError, match="one of the examples"):
            shaping.start_lot_from_example(example="other", procurement=tender, by=cast.colin, now=PUBLISHED)


def test_everything_to_mend_is_named_with_its_mend_before_publishing(cast: Cast, tender: Procurement) -> None:
    with acting_at(cast.colin, PUBLISHED):
        lot = shaping.save_lot(procurement=tender, terms=lot_terms(most_places=3), by=cast.colin, now=PUBLISHED)
        shaping.set_places(lot=lot, by_on=dt.date(2028, 4, 1), in_all=5, by=cast.colin, now=PUBLISHED)
        band = shaping.BandTerms("A bed", "standard", 10, 16, Decimal(52))
        shaping.save_band(lot=lot, terms=band, by=cast.colin, now=PUBLISHED)
        refused = " ".join(what_refuses(tender))
        for words in ("at most 3", "Nothing is asked for age 16", "bought singly", "There are no criteria"):
            assert words in refused
        with pytest.raises(ValidationError, match="at most 3"):
            publishing.publish_tender(
                procurement=tender, deadline_at=DEADLINE, questions_until_at=QUESTIONS_UNTIL, decision="1",
                version=Procurement.objects.get(pk=tender.pk).version, by=cast.colin, now=PUBLISHED,
            )  # fmt: skip
        assert Procurement.objects.get(pk=tender.pk).published_at is None


def test_prices_that_pass_or_fail_need_a_cap(cast: Cast, tender: Procurement) -> None:
    lot = shape(cast, tender)
    with acting_at(cast.colin, PUBLISHED):
        Lot.objects.filter(pk=lot.pk).update(price_formula="cap_gate")
        assert any("has none: enter it" in words for words in what_refuses(tender))


def test_a_band_forecast_for_no_week_is_mended_by_its_cap(cast: Cast, tender: Procurement) -> None:
    lot = shape(cast, tender)
    with acting_at(cast.colin, PUBLISHED):
        rare = shaping.BandTerms("A solo bed", "solo", lot.min_age, lot.before_age, Decimal(0))
        band = shaping.save_band(lot=lot, terms=rare, by=cast.colin, now=PUBLISHED)
        assert any("set a cap" in words for words in what_refuses(tender))
        capped = shaping.BandTerms("A solo bed", "solo", lot.min_age, lot.before_age, Decimal(0), 900_000)
        shaping.save_band(lot=lot, terms=capped, position=band.position, by=cast.colin, now=PUBLISHED)
        assert what_refuses(tender) == []


def test_two_lots_pair_residential_with_foster_care(cast: Cast, tender: Procurement) -> None:
    with acting_at(cast.colin, PUBLISHED):
        first = shaping.save_lot(procurement=tender, terms=lot_terms(name="Residential"), by=cast.colin, now=PUBLISHED)
        terms = lot_terms(name="Foster care", step_across=1, kind="foster")
        second = shaping.save_lot(procurement=tender, terms=terms, by=cast.colin, now=PUBLISHED)
        first.refresh_from_db()
        assert (first.step_across, second.step_across) == (second, first)
        assert (first.kind_bought, second.kind_bought, first.kind) == ("childrens_home", "foster", "")
        with pytest.raises(ValidationError, match="kinds of place"):
            shaping.save_lot(procurement=tender, terms=lot_terms(name="x", kind="y"), by=cast.colin, now=PUBLISHED)
        with pytest.raises(ValidationError, match="another lot"):
            shaping.save_lot(procurement=tender, terms=terms, number=1, by=cast.colin, now=PUBLISHED)
        shaping.remove_lot(procurement=tender, number=2, by=cast.colin, now=PUBLISHED)
        shaping.remove_lot(procurement=tender, number=2, by=cast.colin, now=PUBLISHED)
        first.refresh_from_db()
        assert first.step_across is None


def test_a_criterion_does_not_stand_inside_itself_nor_lose_its_parts(cast: Cast, tender: Procurement) -> None:
    shape(cast, tender)
    with acting_at(cast.colin, PUBLISHED):
        quality = tender.criteria.get(title="Quality")
        as_question = criteria.CriterionTerms("question", "Quality", "How?", Decimal(60))
        with pytest.raises(ValidationError, match="has parts"):
            criteria.save_criterion(
                procurement=tender, terms=as_question, criterion=quality, by=cast.colin, now=PUBLISHED
            )
        as_section = criteria.CriterionTerms("section", "Quality", "", Decimal(60))
        with pytest.raises(ValidationError, match="inside itself"):
            criteria.save_criterion(
                procurement=tender, terms=as_section, parent=quality.pk, criterion=quality, by=cast.colin, now=PUBLISHED
            )
        criteria.remove_criterion(procurement=tender, pk=quality.pk, by=cast.colin, now=PUBLISHED)
        assert [one.title for one in tree_of(tender)] == ["Registration", "Price"]


def test_a_section_of_passed_or_failed_questions_is_published_and_can_be_judged(cast: Cast) -> None:
    tender = begin(cast, term_starts_on=dt.date(2027, 4, 1))
    lot = shape(cast, tender)
    with acting_at(cast.colin, PUBLISHED):
        tender.criteria.filter(title="Registration").delete()
        told = criteria.CriterionTerms("section", "Gates")
        gates = criteria.save_criterion(procurement=tender, terms=told, by=cast.colin, now=PUBLISHED)
        asked = criteria.CriterionTerms("pass", "Insured", "Are you insured?")
        criteria.save_criterion(procurement=tender, terms=asked, parent=gates.pk, by=cast.colin, now=PUBLISHED)
        with pytest.raises(ValidationError, match="enter 0"):
            weighing = criteria.CriterionTerms("pass", "Registered", "Are you registered?", Decimal(5))
            criteria.save_criterion(procurement=tender, terms=weighing, by=cast.colin, now=PUBLISHED)
        assert what_refuses(tender) == []
    publish(cast, tender)
    with acting_at(cast.colin, PUBLISHED):
        case = case_of(Lot.objects.select_related("procurement").get(pk=lot.pk))
        assert {one.title: one.share for one in case.questions}["Insured"] == 0
        assert sum((one.share for one in case.questions), case.price_share) == 1


def test_once_published_nothing_that_bidders_rely_on_changes(cast: Cast) -> None:
    lot = open_tender(cast)
    with acting_at(cast.colin, DURING):
        for change in (
            lambda: shaping.save_lot(procurement=lot.procurement, terms=lot_terms(), by=cast.colin, now=DURING),
            lambda: shaping.set_benchmark(lot=lot, spot_weekly_pence=1, source="x", by=cast.colin, now=DURING),
            lambda: criteria.start_tree(procurement=lot.procurement, example="quality_70", by=cast.colin, now=DURING),
        ):
            with pytest.raises(ValidationError, match="fixed once the tender is published"):
                change()


def test_only_the_leads_commissioner_shapes_and_partners_read(cast: Cast, tender: Procurement) -> None:
    with acting(cast.colin):
        ProcurementParty.objects.create(procurement=tender, organisation=cast.portsmouth)
    for person in (cast.olive, cast.oscar, cast.hilda, cast.mona):
        with acting_at(person, PUBLISHED), pytest.raises(PermissionDenied):
            shaping.save_lot(procurement=tender, terms=lot_terms(), by=person, now=PUBLISHED)
    path = reverse("tendering:shape", args=[tender.key])
    statuses = {
        name: client_of(getattr(cast, name)).get(path).status_code for name in ("colin", "oscar", "hilda", "mona")
    }
    assert statuses == {"colin": 200, "oscar": 200, "hilda": 404, "mona": 403}
    assert client_of(cast.oscar).get(reverse("tendering:publish", args=[tender.key])).status_code == 403


def test_two_people_do_not_both_publish(cast: Cast, tender: Procurement) -> None:
    shape(cast, tender)
    given = {
        "procurement": tender,
        "questions_until_at": QUESTIONS_UNTIL,
        "decision": "21/00094",
        "by": cast.colin,
        "now": PUBLISHED,
    }
    with acting_at(cast.colin, PUBLISHED):
        version = Procurement.objects.get(pk=tender.pk).version
        with pytest.raises(ChangedMeanwhile):
            publishing.publish_tender(deadline_at=DEADLINE, version=version - 1, **given)
        for _ in range(2):
            publishing.publish_tender(deadline_at=DEADLINE, version=version, **given)
        kept = Procurement.objects.get(pk=tender.pk)
        assert (kept.state, kept.moves.count(), kept.moves.get().why) == ("published", 1, "Decision: 21/00094")


@pytest.mark.parametrize(
    ("deadline", "until", "words"),
    [
        (PUBLISHED - dt.timedelta(days=1), QUESTIONS_UNTIL, "must be later than now"),
        (DEADLINE + dt.timedelta(days=400), QUESTIONS_UNTIL, "check the year"),
        (DEADLINE, DEADLINE + dt.timedelta(days=1), "no later than the deadline"),
    ],
)
def test_a_deadline_that_cannot_be_is_refused(
    cast: Cast, tender: Procurement, deadline: dt.datetime, until: dt.datetime, words: str
) -> None:
    shape(cast, tender)
    with acting_at(cast.colin, PUBLISHED), pytest.raises(ValidationError, match=words):
        publishing.publish_tender(
            procurement=tender, deadline_at=deadline, questions_until_at=until, decision="1",
            version=Procurement.objects.get(pk=tender.pk).version, by=cast.colin, now=PUBLISHED,
        )  # fmt: skip


def test_an_ordinary_contract_is_not_published_for_fewer_than_25_days(cast: Cast) -> None:
    tender = begin(cast, light_touch=False)
    shape(cast, tender)
    with pytest.raises(ValidationError, match="the earliest lawful day for the deadline is 3 October 2026"):
        publish(cast, tender, deadline=dt.datetime(2026, 10, 2, 11, 0, tzinfo=dt.UTC))
    publish(cast, tender, deadline=dt.datetime(2026, 10, 5, 11, 0, tzinfo=dt.UTC))
    assert tender.state == "published"


def asked(on: dt.date, anchor: str = "start", **lengths: int) -> TimetableAsked:
    return TimetableAsked(anchor, on, Lengths(**lengths))


def test_a_timetable_is_kept_once_and_one_that_breaks_a_limit_is_refused(cast: Cast, tender: Procurement) -> None:
    with acting_at(cast.colin, PUBLISHED):
        given = {"procurement": tender, "by": cast.colin, "now": PUBLISHED}
        for _ in range(2):
            timetabling.save_timetable(asked=asked(dt.date(2026, 9, 14)), **given)
        assert TenderTimetable.objects.count() == 1
        assert steps_kept(TenderTimetable.objects.get())["starts"] == dt.date(2026, 9, 14)
        slow = timetabling.save_timetable(asked=asked(dt.date(2026, 9, 14), mobilisation_months=19), **given)
        assert "Enter 18 or fewer" in slow.warnings[0]
        with pytest.raises(ValidationError, match="questions would end before"):
            timetabling.save_timetable(asked=asked(dt.date(2026, 9, 14), tender_days=5), **given)
        with pytest.raises(ValidationError, match="within 6 years"):
            timetabling.save_timetable(asked=asked(dt.date(9999, 1, 1)), **given)


def test_a_contract_needed_too_soon_is_answered_with_the_earliest_day_it_can_be_made(
    cast: Cast, tender: Procurement
) -> None:
    today = dt.date(2026, 9, 7)
    with acting_at(cast.colin, PUBLISHED):
        with pytest.raises(ValidationError, match="at the earliest") as refused:
            worked_timetable(tender, asked(dt.date(2026, 10, 1), "contract"), today=today)
        earliest = dt.datetime.strptime(
            str(refused.value.messages[0]).split("made on ")[1].split(" at")[0], "%d %B %Y"
        ).date()
        steps = worked_timetable(tender, asked(earliest, "contract"), today=today).steps
        assert steps[0].on >= today
        with pytest.raises(ValidationError, match="at the earliest"):
            worked_timetable(tender, asked(earliest - dt.timedelta(days=1), "contract"), today=today)


def test_talks_with_the_market_are_kept_and_bidders_read_only_what_is_published(cast: Cast) -> None:
    lot = open_tender(cast)
    talk = engaging.Talk(SPOKEN, "event", "Made-up providers", "ZZLEARNT")
    with acting_at(cast.colin, DURING):
        for _ in range(2):
            row = engaging.record_engagement(procurement=lot.procurement, talk=talk, by=cast.colin, now=DURING)
        later = engaging.Talk(dt.date(2026, 12, 1), "event", "Nobody", "Nothing")
        with pytest.raises(ValidationError, match="not to come"):
            engaging.record_engagement(procurement=lot.procurement, talk=later, by=cast.colin, now=DURING)
        assert MarketEngagement.objects.count() == 1
    with acting_at(cast.mona, DURING):
        assert MarketEngagement.objects.count() == 0
    with acting_at(cast.colin, DURING):
        engaging.publish_engagement(engagement=row, is_published=True, by=cast.colin, now=DURING)
    with acting_at(cast.mona, DURING):
        assert MarketEngagement.objects.get().learnt == "ZZLEARNT"


def test_a_question_is_asked_until_questions_end_and_no_later(cast: Cast) -> None:
    lot = open_tender(cast)
    until = lot.procurement.questions_until_at
    with acting_at(cast.mona, until - dt.timedelta(seconds=1)):
        clarifying.ask_question(
            procurement=lot.procurement, question="One?", by=cast.mona, now=until - dt.timedelta(seconds=1)
        )
    with acting_at(cast.mona, until), pytest.raises(ValidationError, match="Questions ended"):
        clarifying.ask_question(procurement=lot.procurement, question="Two?", by=cast.mona, now=until)


def page(person: object, name: str, /, *arguments: object, **sent: object) -> str:
    path = reverse(f"tendering:{name}", args=arguments)
    client = client_of(person)
    return text_of(client.post(path, sent, follow=True) if sent else client.get(path))


def test_the_pages_shape_and_publish_a_tender_without_scripts(cast: Cast) -> None:
    tender = begin(cast, at=timezone.now())
    key = tender.key
    assert "There is no lot yet" in page(cast.colin, "shape", key)
    typed = {
        "name": "Foster care",
        "min_age": "0",
        "last_age": "17",
        "price_formula": "lowest_ratio",
        "area": str(cast.kent.pk),
    }
    assert "Oldest age must be 5 or more" in page(
        cast.colin, "new_lot", key, **typed | {"min_age": "5", "last_age": "3"}
    )
    assert "Lot 1 is saved" in page(cast.colin, "new_lot", key, **typed)
    places = {"by_on-day": "1", "by_on-month": "4", "by_on-year": "2028", "in_all": "4"}
    assert "1 Apr 2028" in page(cast.colin, "places", key, 1, **places)
    band = {"label": "Any child", "category": "standard", "min_age": "0", "last_age": "15", "forecast_weeks": "200"}
    assert "Nothing is asked for ages 16 to 17" in page(cast.colin, "new_band", key, 1, **band)
    assert "Nothing is asked for" not in page(cast.colin, "change_band", key, 1, 1, **band | {"last_age": "17"})
    assert "£900.00 a week" in page(cast.colin, "benchmark", key, 1, spot_weekly_pence="900", source="Made-up average")
    assert "The criteria were added" in page(cast.colin, "start_criteria", key, example="quality_70")
    assert "Quality › Care and outcomes" in page(cast.colin, "criteria", key)
    assert "Everything is right" in page(cast.colin, "shape", key)
    _publishes(cast, tender)


def _publishes(cast: Cast, tender: Procurement) -> None:
    now = timezone.now()
    day = (now + dt.timedelta(days=50)).date()
    sunday = day + dt.timedelta(days=6 - day.weekday())
    typed = {"decision": "21/00094"}
    with acting(cast.colin):
        typed["version"] = str(Procurement.objects.get(pk=tender.pk).version)
    for name, on in (("deadline_at", sunday), ("questions_until_at", now.date() + dt.timedelta(days=20))):
        typed |= {
            f"{name}-day": str(on.day),
            f"{name}-month": str(on.month),
            f"{name}-year": str(on.year),
            f"{name}-time": "12:00",
        }
    warned = page(cast.colin, "publish", tender.key, **typed)
    assert "is not a working day" in warned
    assert "The tender is published" in page(cast.colin, "publish", tender.key, **typed, despite_warnings="on")
    assert "Open for bids" in page(cast.colin, "shape", tender.key)
    with acting(cast.colin):
        assert all(one.is_right for one in checks_of(tender) if one.refuses)


def test_an_ordinary_contract_keeps_its_standstill(cast: Cast) -> None:
    tender = begin(cast, light_touch=False)
    with (
        acting_at(cast.colin, PUBLISHED),
        pytest.raises(ValidationError, match="Enter 8 or more"),
    ):
        worked_timetable(tender, asked(dt.date(2026, 9, 14), standstill_days=7), today=PUBLISHED.date())


def test_an_abandoned_tender_says_so_to_whoever_bid(cast: Cast) -> None:
    now = timezone.now()
    lot = open_tender(cast, at=now, deadline=now + dt.timedelta(days=30))
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC910001")
    bid = write_bid(lot, cast.mona, home, at=now)
    with acting(cast.colin):
        locked = lock_procurement(lot.procurement)
        move_procurement(locked, ProcurementState.ABANDONED, by=cast.colin, now=now, why="Made up")
    assert "Tender abandoned" in page(cast.mona, "bid", bid.key)
    assert "was abandoned" in page(cast.mona, "opportunity", lot.procurement.key)
    assert "cannot be changed" in page(cast.mona, "bid_places", bid.key, places="3")
