"""Terms for nights away: agreed by two, from a framework or of one placement, and what months, late facts and invoices make of them."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import make_person
from nearhome.people.models import Person
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.models import CallOff, RateLine
from nearhome.settlement.actions.away_terms import answer_away_terms, propose_away_terms
from nearhome.settlement.actions.invoicing import submit_invoice
from nearhome.settlement.actions.staying import withdraw_absence
from nearhome.settlement.calculations.nights import AbsenceRule, AwayTerms, Period
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import AwayTerms as AwayTermsRow
from nearhome.settlement.models import Charge, LineMatch, Problem, StayAbsence
from nearhome.settlement.queries.agreed_away import away_of, frameworks_of
from nearhome.settlement.queries.commitments import ahead_of
from scenes_away import WHY, agreed_away, away_terms, proposed_away, through_framework
from scenes_disputes import close, work_out
from scenes_elements import ARRIVED, PRICE, placed
from scenes_frameworks import Region, make_region
from scenes_rules import away
from scenes_settlement import IN_OCTOBER, OCTOBER, SEPTEMBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db
IN_NOVEMBER = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
FIRST_NIGHT = dt.date(2026, 9, 12)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def paula(scene: BlockScene) -> Person:
    return make_person("Paula Madeup-Finance", scene.cast.portsmouth, "finance_officer")


def lines(scene: BlockScene, booking: Booking, **wanted: object) -> list[Charge]:
    with acting(scene.cast.felix):
        return list(Charge.objects.filter(booking=booking, **wanted).order_by("element", "starts_on", "id"))


def own_terms(scene: BlockScene, booking: Booking, paula: Person, wanted: AwayTerms | None = None) -> AwayTermsRow:
    return agreed_away(booking, wanted or away_terms(ARRIVED), scene.cast.felix, paula)


def test_without_terms_nights_away_change_nothing(scene: BlockScene) -> None:
    booking = placed(scene)
    away(scene, booking, "hospital", FIRST_NIGHT)
    work_out(scene)
    found = lines(scene, booking)
    assert {line.kind for line in found} == {"occupied", "element"}
    assert sum(line.pence for line in found) == 3 * sum(PRICE.values())


def test_a_placements_own_terms_reach_its_month_and_lines_say_why(scene: BlockScene, paula: Person) -> None:
    """By hand: from 10 to 30 September; away from 12: three nights in full, seven at half, then nothing for nine."""
    booking = placed(scene)
    own_terms(scene, booking, paula)
    away(scene, booking, "hospital", FIRST_NIGHT)
    work_out(scene)
    home = lines(scene, booking, element="")
    assert [(line.kind, line.nights, line.weekly_price_pence) for line in home] == [
        ("occupied", 2, 400_000), ("absent", 3, 400_000), ("absent", 7, 200_000), ("absent", 9, 0),
    ]  # fmt: skip
    assert sum(line.pence for line in home) == round(5 * 400_000 / 7) + 200_000
    assert home[2].reason.endswith("child away (hospital), place kept at 50 % of the price, £2,000.00 a week")
    assert home[3].reason.endswith("child away (hospital), nothing is paid after 10 nights away, £0.00 a week")
    taxi = lines(scene, booking, element="transport")
    assert sum(line.pence for line in taxi) == round(5 * 9_999 / 7)
    assert "transport not paid" in taxi[2].reason
    with acting(scene.cast.felix):
        before = Charge.objects.count()
    work_out(scene)
    with acting(scene.cast.felix):
        assert Charge.objects.count() == before


def test_nights_away_learnt_after_the_close_post_the_difference_with_its_reason_and_back(
    scene: BlockScene, paula: Person
) -> None:
    booking = placed(scene)
    own_terms(scene, booking, paula)
    close(scene, work_out(scene))
    away(scene, booking, "hospital", FIRST_NIGHT, FIRST_NIGHT + 10 * DAY)
    month = work_out(scene, OCTOBER, IN_NOVEMBER)
    late = {line.element: line for line in lines(scene, booking, month=month, about_month=SEPTEMBER)}
    assert {line.kind for line in late.values()} == {"correction"}
    assert (late[""].pence, late["transport"].pence, late["therapy"].pence) == (-200_000, -9_999, -17_503)
    assert "place kept at 50 % of the price" in late[""].reason
    with acting(scene.cast.felix):
        row = StayAbsence.objects.select_related("booking").get()
        withdraw_absence(absence=row, by=scene.cast.felix, now=IN_NOVEMBER)
    work_out(scene, OCTOBER, IN_NOVEMBER)
    assert sum(line.pence for line in lines(scene, booking, about_month=SEPTEMBER)) == 3 * sum(PRICE.values())


def test_terms_agreed_late_post_the_difference_too(scene: BlockScene, paula: Person) -> None:
    booking = placed(scene)
    away(scene, booking, "missing", FIRST_NIGHT, FIRST_NIGHT + 7 * DAY)
    close(scene, work_out(scene))
    own_terms(scene, booking, paula, away_terms(ARRIVED, (AbsenceRule("missing", 0, 7_500),), None))
    month = work_out(scene, OCTOBER, IN_NOVEMBER)
    late = lines(scene, booking, month=month, about_month=SEPTEMBER)
    weekly = sum((3 * pence + 2) // 4 for pence in PRICE.values())  # three quarters, half a penny up
    assert sum(line.pence for line in late) == weekly - sum(PRICE.values())


@pytest.fixture
def region(scene: BlockScene) -> Region:
    return make_region(scene.cast, urn="SC9400")


def admitted(scene: BlockScene, region: Region, booking: Booking) -> None:
    from nearhome.procurement.actions.suppliers import admit_supplier

    with acting(scene.cast.colin):
        admit_supplier(
            framework=region.framework,
            registration=booking.home.registration,
            tier=1,
            by=scene.cast.colin,
            now=IN_OCTOBER,
        )


def test_a_frameworks_terms_reach_its_placements_until_a_placement_has_its_own(
    scene: BlockScene, region: Region, paula: Person
) -> None:
    booking, single = through_framework(scene, region.framework), placed(scene, "P-78")
    admitted(scene, region, booking)
    common = away_terms(SEPTEMBER, (AbsenceRule("hospital", 0, 0),), None)
    agreed_away(region.framework, common, scene.cast.colin, scene.cast.fiona)
    for one in (booking, single):
        away(scene, one, "hospital", FIRST_NIGHT, FIRST_NIGHT + 14 * DAY)
    own_terms(scene, booking, paula, away_terms(FIRST_NIGHT + 7 * DAY, (AbsenceRule("hospital", 14, 0),), None))
    work_out(scene)
    home = [(line.kind, line.nights, line.pence) for line in lines(scene, booking, element="")]
    assert home == [("occupied", 2, 114_286), ("absent", 7, 0), ("absent", 7, 400_000), ("occupied", 5, 285_714)]
    assert {line.kind for line in lines(scene, single, element="")} == {"occupied"}


def test_a_call_off_says_through_which_framework_before_where_its_home_was_admitted(
    scene: BlockScene, region: Region
) -> None:
    booking = through_framework(scene, region.framework)
    with acting(scene.cast.felix):
        assert frameworks_of(booking.authority_id, [booking]) == {}
    admitted(scene, region, booking)
    other = make_region(scene.cast, name="Another made-up framework", urn="SC9500")
    with acting(scene.cast.felix):
        assert frameworks_of(booking.authority_id, [booking]) == {booking.pk: region.framework.pk}
    admitted(scene, other, booking)
    with acting(scene.cast.felix):
        assert frameworks_of(booking.authority_id, [booking]) == {}  # of two, neither
        line = RateLine.objects.filter(supplier=other.meadow).order_by("pk").first()
        CallOff.objects.create(
            authority=booking.authority, thread=booking.key, booking_key=booking.key, provider=booking.provider,
            registration=other.meadow.registration, route="framework", method="direct", method_words="Made up",
            supplier=other.meadow, tier=1, rate_line=line, category=line.category, age_years=line.min_age,
            starts_on=booking.starts_on, weekly_price_pence=1,
            made_at=IN_OCTOBER, made_by="Made up",
        )  # fmt: skip
        assert frameworks_of(booking.authority_id, [booking]) == {booking.pk: other.framework.pk}


def test_however_many_placements_terms_take_no_more_queries(scene: BlockScene, region: Region, paula: Person) -> None:
    agreed_away(region.framework, away_terms(), scene.cast.colin, scene.cast.fiona)
    counts = []
    for refs in (["P-81"], ["P-82", "P-83", "P-84"]):
        for ref in refs:
            admitted(scene, region, through_framework(scene, region.framework, ref))
        with acting(scene.cast.felix):
            rows = list(Booking.objects.select_related("home").order_by("pk"))
            with CaptureQueriesContext(connection) as asked:
                found = away_of(scene.cast.portsmouth.pk, rows)
        counts.append((len(found), len(asked)))
    assert [found for found, _ in counts] == [1, 4]
    assert counts[0][1] == counts[1][1] <= 3


def test_the_outlook_of_the_budget_knows_the_terms(scene: BlockScene, paula: Person) -> None:
    booking = placed(scene)
    own_terms(scene, booking, paula)
    away(scene, booking, "hospital", FIRST_NIGHT, FIRST_NIGHT + 10 * DAY)
    work_out(scene)
    with acting(scene.cast.felix):
        ahead = ahead_of(scene.cast.portsmouth, since=SEPTEMBER, before=OCTOBER, today=dt.date(2026, 10, 5))
        charges, _ = ahead.due(Period(SEPTEMBER, OCTOBER))
    assert sum(one.pence for one in charges) == sum(line.pence for line in lines(scene, booking))


def test_an_invoice_at_the_full_price_is_over_and_one_by_the_terms_agrees(scene: BlockScene, paula: Person) -> None:
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-5", SEPTEMBER, weekly=700_000)
    own_terms(scene, booking, paula, away_terms(SEPTEMBER, (AbsenceRule("hospital", 0, 4_000),)))
    away(scene, booking, "hospital", SEPTEMBER, SEPTEMBER + 14 * DAY)
    work_out(scene)
    verdicts = {}
    for number, pence in (("FULL", 3_000_000), ("RIGHT", 2 * 280_000 + 1_600_000)):
        row = {
            "child_ref": "P-5",
            "first_night": "01/09/2026",
            "last_night": "30/09/2026",
            "amount": f"{pence / 100:.2f}",
        }
        rows, faults = lines_from_rows([(2, row)])
        assert not faults
        with acting(scene.cast.mona), transaction.atomic():
            submit_invoice(
                authority=scene.cast.portsmouth, number=number, dated_on=dt.date(2026, 10, 5), lines=rows, source="file",
                by=scene.cast.mona, now=IN_OCTOBER,
            )  # fmt: skip
            verdicts[number] = LineMatch.objects.get(line__invoice__number=number)
            found = verdicts[number].verdict, verdicts[number].payable_pence
            transaction.set_rollback(True)
        assert found == ("over" if number == "FULL" else "agreed", 2_160_000)


STORIES = st.tuples(
    st.integers(0, 9), st.sampled_from([0, 3_333, 5_000, 10_000]), st.none() | st.integers(0, 9),
    st.sampled_from([None, (), ("accommodation", "therapy")]), st.integers(0, 15), st.none() | st.integers(1, 30),
    st.integers(-5, 15), st.booleans(), st.booleans(),
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STORIES)
def test_whatever_is_learnt_before_or_after_the_close_two_months_come_to_each_night_by_itself(
    scene: BlockScene, paula: Person, story: tuple
) -> None:
    full, then, more, kept, gone, length, begins, terms_late, absence_late = story
    most, first_terms = (None if more is None else full + more), ARRIVED + max(begins, 0) * DAY
    first, back = ARRIVED + gone * DAY, None if length is None else ARRIVED + (gone + length) * DAY
    with transaction.atomic():
        booking = placed(scene)
        wanted = AwayTerms(first_terms, (AbsenceRule("missing", full, then, most),), kept)
        steps = [(terms_late, lambda: own_terms(scene, booking, paula, wanted)),
                 (absence_late, lambda: away(scene, booking, "missing", first, back))]  # fmt: skip
        for _, step in [one for one in steps if not one[0]]:
            step()
        close(scene, work_out(scene))
        for _, step in [one for one in steps if one[0]]:
            step()
        work_out(scene, OCTOBER, IN_NOVEMBER)
        expected = 0
        fields = {"core_pence": "accommodation", "additional_support_pence": "extra staffing", "education_pence": "education",
                  "therapy_pence": "therapy", "transport_pence": "transport", "other_pence": "other"}  # fmt: skip
        for number in range((dt.date(2026, 11, 1) - ARRIVED).days):
            night = ARRIVED + number * DAY
            is_away = first <= night and (back is None or night < back) and night >= first_terms
            nth = (night - first).days
            for field, pence in PRICE.items():
                points = 10_000
                if is_away and most is not None and nth >= most:
                    points = 0
                elif is_away and nth >= full:
                    points = then if kept is None or fields[field] in kept else 0
                rate = (2 * pence * points + 10_000) // 20_000
                expected += (2 * rate * (number + 1) + 7) // 14 - (2 * rate * number + 7) // 14
        assert sum(line.pence for line in lines(scene, booking)) == expected
        with acting(scene.cast.felix):
            assert not Problem.objects.exists()
        transaction.set_rollback(True)


# Who proposes, agrees and reads ------------------------------------------------------------------------------------


def test_who_proposed_cannot_agree_and_terms_are_never_edited(scene: BlockScene, paula: Person) -> None:
    booking, felix = placed(scene), scene.cast.felix
    row = proposed_away(booking, away_terms(ARRIVED), felix)
    assert proposed_away(booking, away_terms(ARRIVED), felix).pk == row.pk
    with acting(felix), pytest.raises(PermissionDenied, match="a colleague must agree"):
        answer_away_terms(proposal=row, agree=True, by=felix, now=IN_OCTOBER)
    with acting(felix), pytest.raises(ValidationError, match="Version 1 waits"):
        propose_away_terms(of=booking, terms=away_terms(ARRIVED + DAY), why=WHY, by=felix, now=IN_OCTOBER)
    with acting(felix), pytest.raises(DatabaseError, match="awayterms_agreed_by_another"), transaction.atomic():
        AwayTermsRow.objects.filter(pk=row.pk).update(is_agreed=True, answered_by=felix, answered_at=IN_OCTOBER)
    with acting(paula):
        answer_away_terms(proposal=row, agree=True, by=paula, now=IN_OCTOBER)
        answer_away_terms(proposal=row, agree=True, by=paula, now=IN_OCTOBER)  # a double click
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            AwayTermsRow.objects.filter(pk=row.pk).update(absences=[])
        with pytest.raises(ValidationError, match="already in force"):
            propose_away_terms(of=booking, terms=away_terms(ARRIVED), why=WHY, by=paula, now=IN_OCTOBER)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (away_terms(ARRIVED - DAY), "begin with the stay or later: 10 September 2026"),
        (away_terms(ARRIVED, (AbsenceRule("lost", 1),)), "missing, hospital or holiday"),
        (away_terms(ARRIVED, (AbsenceRule("missing", 9_999),)), "at most 3,650"),
        (away_terms(ARRIVED, kept=("swimming",)), "Select them from the list"),
    ],
)
def test_what_makes_no_sense_is_refused(scene: BlockScene, wanted: AwayTerms, words: str) -> None:
    booking = placed(scene)
    with acting(scene.cast.felix), pytest.raises(ValidationError, match=words):
        propose_away_terms(of=booking, terms=wanted, why=WHY, by=scene.cast.felix, now=IN_OCTOBER)


def test_a_bed_of_a_block_has_the_blocks_rules(scene: BlockScene) -> None:
    booking = live_in(scene.places[0], scene.cast.portsmouth, "P-6", ARRIVED, block=scene.contract)
    with acting(scene.cast.felix), pytest.raises(ValidationError, match="has the block"):
        propose_away_terms(of=booking, terms=away_terms(ARRIVED), why=WHY, by=scene.cast.felix, now=IN_OCTOBER)


def test_only_who_leads_sets_a_frameworks_terms_and_only_parties_read_them(scene: BlockScene, region: Region) -> None:
    row = proposed_away(region.framework, away_terms(), scene.cast.colin)
    with acting(scene.cast.felix):  # Portsmouth may call off from it
        assert AwayTermsRow.objects.get().pk == row.pk
        with pytest.raises(PermissionDenied, match="who leads the framework"):
            answer_away_terms(proposal=row, agree=True, by=scene.cast.felix, now=IN_OCTOBER)
        assert AwayTermsRow.objects.filter(pk=row.pk).update(is_agreed=False) == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            AwayTermsRow.objects.create(
                framework=region.framework, authority=scene.cast.portsmouth, version=2, starts_on=SEPTEMBER, why=WHY,
                proposed_by=scene.cast.felix, proposed_at=IN_OCTOBER,
            )  # fmt: skip
    for person in (scene.wendy, scene.harriet, scene.cast.mona):
        with acting(person):
            assert not AwayTermsRow.objects.exists()


def test_no_other_authority_reads_a_placements_terms(scene: BlockScene, paula: Person) -> None:
    own_terms(scene, placed(scene), paula)
    for organisation in (scene.cast.kent, scene.cast.west_sussex, scene.cast.hampshire, scene.cast.harbour):
        with acting_for(organisation.pk):
            assert not AwayTermsRow.objects.exists()
