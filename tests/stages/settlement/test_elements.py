"""Price elements, one-off amounts and the budgets that pay, from booking to posted month."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.http import Http404

from cast import NOW
from nearhome.people.models import Person
from nearhome.placements.actions.living import WeeklyPrice, change_price
from nearhome.placements.models import Booking, BookingPrice
from nearhome.placements.queries.terms import draft_terms
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions.amounts import record_amount, withdraw_amount
from nearhome.settlement.actions.invoicing import submit_invoice
from nearhome.settlement.actions.splitting import set_ledger_code, split_funding
from nearhome.settlement.actions.staying import accept_funder, ask_funder
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import BookingAmount, BudgetEntry, Charge, FundingShare, FundingSplit, LineMatch
from nearhome.settlement.queries.budget_years import year_of_lines
from nearhome.settlement.queries.stay_money import PaidStay, paid_stay
from scenes_disputes import close, work_out
from scenes_elements import ARRIVED, PRICE, amount, borne, code, placed, split
from scenes_placements import booked, full_answers, make_scene
from scenes_settlement import IN_OCTOBER, OCTOBER, SEPTEMBER, BlockScene, depart, live_in, make_block_scene

pytestmark = pytest.mark.django_db
IN_NOVEMBER = dt.datetime(2026, 11, 3, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def lines(scene: BlockScene, booking: Booking, **wanted: object) -> list[Charge]:
    with acting(scene.cast.felix):
        return list(Charge.objects.filter(booking=booking, **wanted).order_by("id"))


def test_each_element_is_a_line_and_accommodation_counts_the_nights(scene: BlockScene) -> None:
    booking = placed(scene)
    work_out(scene)
    found = {line.element: line for line in lines(scene, booking)}
    assert set(found) == {"", "extra staffing", "education", "therapy", "transport", "other"}
    assert (found[""].kind, found[""].nights, found[""].weekly_price_pence) == ("occupied", 21, 400_000)
    assert {(line.kind, line.nights) for name, line in found.items() if name} == {("element", 0)}
    assert sum(line.pence for line in found.values()) == 3 * sum(PRICE.values())
    assert found["therapy"].pence == 3 * 17_503
    assert found["therapy"].reason.startswith("21 nights from 10 September 2026 to 30 September 2026 in")
    assert "therapy, child of Portsmouth, placed by spot purchase, £175.03 a week" in found["therapy"].reason


def test_a_price_of_one_element_posts_what_it_always_did_and_a_second_run_nothing(scene: BlockScene) -> None:
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-5", ARRIVED, weekly=700_000)
    work_out(scene)
    (line,) = lines(scene, booking)
    assert (line.element, line.pence, line.nights) == ("", 2_100_000, 21)
    with acting(scene.cast.felix):
        before = Charge.objects.count(), BudgetEntry.objects.count()
    work_out(scene)
    with acting(scene.cast.felix):
        assert (Charge.objects.count(), BudgetEntry.objects.count()) == before


def test_a_late_departure_corrects_each_element_as_itself(scene: BlockScene) -> None:
    booking = placed(scene)
    close(scene, work_out(scene))
    depart(booking, dt.date(2026, 9, 24))
    month = work_out(scene, OCTOBER, IN_NOVEMBER)
    found = {line.element: (line.kind, line.pence) for line in lines(scene, booking, month=month)}
    assert found["therapy"] == ("correction", -17_503)
    assert sum(pence for _, pence in found.values()) == -sum(PRICE.values())


def test_an_amount_is_posted_in_its_month_or_late_as_a_difference_and_reversed(scene: BlockScene) -> None:
    booking, felix = placed(scene), scene.cast.felix
    amount(booking, felix, "Setting up", dt.date(2026, 9, 12), 25_000)
    close(scene, work_out(scene))
    (line,) = lines(scene, booking, element="Setting up")
    assert (line.kind, line.pence, line.nights, line.about_month) == ("one_off", 25_000, 0, SEPTEMBER)
    assert line.reason == "Setting up, once, on 12 September 2026: £250.00, child of Portsmouth"
    credit = amount(booking, felix, "Bed returned", dt.date(2026, 9, 20), -4_000)
    with acting(felix):
        withdraw_amount(amount=BookingAmount.objects.get(name="Setting up"), by=felix, now=IN_NOVEMBER)
    month = work_out(scene, OCTOBER, IN_NOVEMBER)
    late = {one.element: (one.kind, one.pence) for one in lines(scene, booking, month=month, about_month=SEPTEMBER)}
    assert late == {"Setting up": ("correction", -25_000), "Bed returned": ("correction", -4_000)}
    assert borne(felix, element="Setting up") == {}
    with acting(felix):
        assert withdraw_amount(amount=credit, by=felix, now=IN_NOVEMBER).withdrawn_at


def test_an_amount_in_a_block_goes_through_its_host(scene: BlockScene) -> None:
    booking = live_in(scene.places[0], scene.cast.portsmouth, "P-6", ARRIVED, block=scene.contract)
    amount(booking, scene.cast.felix, "School taxi", dt.date(2026, 9, 12), 12_000)
    month = work_out(scene)
    (line,) = lines(scene, booking, element="School taxi")
    assert (line.host_id, line.payer_id, line.contract_id) == (
        scene.cast.kent.pk, scene.cast.portsmouth.pk, scene.contract.pk,
    )  # fmt: skip
    work_out(scene)
    assert len(lines(scene, booking, element="School taxi", month=month)) == 1


def test_the_same_amount_twice_is_one_and_what_makes_no_sense_is_refused(scene: BlockScene) -> None:
    booking, felix, day = placed(scene), scene.cast.felix, dt.date(2026, 9, 12)
    assert amount(booking, felix, "Bike", day, 100).pk == amount(booking, felix, " bike ", day, 100).pk
    for name, on, pence, words in (
        ("Therapy", day, 100, "a name of its own"),
        ("Lead_cost", day, 100, "a name of its own"),
        ("Bike", dt.date(2026, 9, 9), 100, "arrived on 10 September 2026"),
        ("Bike", day, 0, "more than £0.00"),
    ):
        with pytest.raises(ValidationError, match=words):
            amount(booking, felix, name, on, pence)
    with pytest.raises(PermissionDenied):
        amount(booking, scene.cast.fiona, "Bike", day, 100)
    with acting(felix), pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        BookingAmount.objects.update(pence=5)


def test_budgets_bear_what_was_charged_and_a_changed_split_moves_it_without_adding_any(scene: BlockScene) -> None:
    booking, felix = placed(scene), scene.cast.felix
    code(felix, "", "social care", "4500")
    code(felix, "therapy", "health", "H77")
    split(booking, felix, "education", ARRIVED, education=100)
    split(booking, felix, "therapy", dt.date(2026, 9, 17), social_care=70, health=30)
    close(scene, work_out(scene))
    therapy = 3 * 17_503
    found = borne(felix, booking=booking)
    assert found["education", "education"] == 3 * 30_001
    assert found["therapy", "health"] == round(therapy * 14 * 0.3 / 21)
    assert sum(found.values()) == 3 * sum(PRICE.values())
    split(booking, felix, "therapy", ARRIVED, health=100)
    split(booking, felix, "", ARRIVED, grant=100)
    month = work_out(scene, OCTOBER, IN_NOVEMBER)
    late = borne(felix, booking=booking, month=month, about_month=SEPTEMBER)
    assert sum(late.values()) == 0
    assert late["", "grant"] == 1_200_000
    with acting(felix):
        rows = BudgetEntry.objects.filter(month=month, about_month=SEPTEMBER, element="", funder="grant")
        assert (
            rows.get().words
            == "Accommodation and care, September 2026: funding changed; grant 100% from 10 September 2026"
        )
        assert set(BudgetEntry.objects.filter(funder="health").values_list("ledger_code", flat=True)) == {"H77"}
        for about in (SEPTEMBER, OCTOBER):
            charged = Charge.objects.filter(payer=felix.organisation_id, about_month=about).aggregate(sum=Sum("pence"))
            shared = BudgetEntry.objects.filter(about_month=about).aggregate(sum=Sum("pence"))
            assert charged == shared
        before = BudgetEntry.objects.count()
    work_out(scene, OCTOBER, IN_NOVEMBER)
    with acting(felix):
        assert BudgetEntry.objects.count() == before


def test_another_authority_that_pays_divides_its_own_part(scene: BlockScene) -> None:
    booking = placed(scene)
    with acting(scene.cast.felix):
        asked = ask_funder(
            booking=booking, funder=scene.cast.kent, starts_on=dt.date(2026, 9, 24), why="Moved to Kent.",
            by=scene.cast.felix, now=IN_OCTOBER,
        )  # fmt: skip
    with pytest.raises(Http404):
        split(booking, scene.cast.fiona, "", ARRIVED, key=asked.key, health=100)
    with acting(scene.cast.fiona):
        accept_funder(asked=asked, by=scene.cast.fiona, now=IN_OCTOBER)
    split(booking, scene.cast.fiona, "", ARRIVED, key=asked.key, health=100)
    work_out(scene)
    week = sum(PRICE.values())
    assert set(borne(scene.cast.fiona, booking=booking)) == {(name, "health") for name in
        ("", "extra staffing", "education", "therapy", "transport", "other")}  # fmt: skip
    assert sum(borne(scene.cast.fiona, booking=booking).values()) == week
    assert sum(borne(scene.cast.felix, booking=booking).values()) == 2 * week


def test_nobody_else_sees_a_payers_budgets_and_nobody_edits_them(scene: BlockScene) -> None:
    booking, felix = placed(scene), scene.cast.felix
    made = split(booking, felix, "", ARRIVED, social_care=50, health=50)
    assert split(booking, felix, "", ARRIVED, social_care=50, health=50).pk == made.pk
    work_out(scene)
    for other in (scene.cast.fiona, scene.harriet, scene.cast.mona):
        with acting(other):
            assert not FundingSplit.objects.filter(booking=booking).exists()
            assert not FundingShare.objects.filter(split=made).exists()
            assert not BudgetEntry.objects.filter(booking=booking).exists()
    with acting(felix):
        for statement in ("UPDATE settlement_budgetentry SET pence = 0", "DELETE FROM settlement_fundingsplit"):
            with pytest.raises(Exception, match=r"append|permission denied|never"), transaction.atomic():
                connection.cursor().execute(statement)
        with pytest.raises(IntegrityError, match="do not sum to 10,000"), transaction.atomic():
            row = FundingSplit.objects.create(
                booking=booking, authority=scene.cast.portsmouth, element="", starts_on=ARRIVED, why="x",
                recorded_by=felix, recorded_at=IN_OCTOBER,
            )  # fmt: skip
            FundingShare.objects.create(split=row, authority=scene.cast.portsmouth, funder="health", basis_points=9_999)
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_split_says_what_is_wrong(scene: BlockScene) -> None:
    booking, felix = placed(scene), scene.cast.felix
    with pytest.raises(ValidationError, match="come to 90%"):
        split(booking, felix, "", ARRIVED, social_care=60, health=30)
    with pytest.raises(ValidationError, match="Select the part"):
        split(booking, felix, "accomodation", ARRIVED, health=100)
    with pytest.raises(PermissionDenied):
        split(booking, scene.cast.mona, "", ARRIVED, health=100)
    with pytest.raises(ValidationError, match="first day of a month"):
        code(felix, "", "health", "H1", dt.date(2026, 9, 2))
    with pytest.raises(ValidationError, match="at most 40"):
        code(felix, "", "health", " ")
    assert code(felix, "", "health", "H1").pk == code(felix, "", "health", "H1 ").pk


def test_an_old_single_line_is_put_right_into_elements_without_new_money(scene: BlockScene) -> None:
    """What was posted as one line before a price had elements becomes them, for the same money."""
    booking = live_in(scene.places[1], scene.cast.portsmouth, "P-8", ARRIVED, weekly=500_000)
    close(scene, work_out(scene))
    with acting_for(booking.authority_id):
        BookingPrice.objects.filter(booking=booking).update(core_pence=430_000, education_pence=70_000)
    month = work_out(scene, OCTOBER, IN_NOVEMBER)
    late = {one.element: one.pence for one in lines(scene, booking, month=month, about_month=SEPTEMBER)}
    assert late == {"": -210_000, "education": 210_000}


def test_a_month_cannot_be_divided_once_it_is_closed(scene: BlockScene) -> None:
    booking, felix = placed(scene), scene.cast.felix
    month = close(scene, work_out(scene))
    with acting(felix), pytest.raises(IntegrityError, match="only a draft month"), transaction.atomic():
        BudgetEntry.objects.create(
            month=month,
            about_month=SEPTEMBER,
            authority=scene.cast.portsmouth,
            booking=booking,
            funder="health",
            pence=1,
            words="x",
        )


def test_a_budget_year_counts_each_night_once_and_all_the_money(scene: BlockScene) -> None:
    booking, felix = placed(scene, departed_on=dt.date(2026, 10, 8)), scene.cast.felix
    amount(booking, felix, "Setting up", dt.date(2026, 9, 12), 25_000)
    amount(booking, felix, "Bed returned", dt.date(2026, 10, 2), -4_000)
    week, today = sum(PRICE.values()), dt.date(2026, 10, 5)
    for _ in range(2):
        with acting(felix):
            year = year_of_lines(felix, 2026, today=today)
        kinds = {one.kind: (one.nights, one.pence) for one in year.lines[0].kinds}
        assert kinds == {"spot": (28, 4 * week), "other": (0, 21_000)}
        work_out(scene)
    assert year.lines[0].outlook.actual_pence == 3 * week + 25_000


def test_an_amount_before_an_arrival_or_without_a_reason_is_refused(scene: BlockScene) -> None:
    felix = scene.cast.felix
    waiting = live_in(scene.places[1], scene.cast.portsmouth, "P-9", None, weekly=700_000, starts_on=ARRIVED)
    with pytest.raises(ValidationError, match="No arrival is recorded"):
        amount(waiting, felix, "Bike", ARRIVED, 100)
    booking = placed(scene)
    with acting(felix), pytest.raises(ValidationError, match="Say why"):
        record_amount(booking=booking, name="Bike", on=ARRIVED, pence=100, why=" ", by=felix, now=IN_OCTOBER)
    stay = paid_stay_of(felix, booking)
    for changed, words in (({"why": " "}, "Say why"), ({"shares": {"friends": 10_000}}, "Change them")):
        facts = {"stay": stay, "element": "", "starts_on": ARRIVED, "shares": {"health": 10_000}, "why": "x"} | changed
        with acting(felix), pytest.raises(ValidationError, match=words):
            split_funding(**facts, by=felix, now=IN_OCTOBER)
    with acting(felix), pytest.raises(ValidationError, match="and the budget"):
        set_ledger_code(element="", funder="friends", code="1", starts_on=SEPTEMBER, by=felix, now=IN_OCTOBER)


def paid_stay_of(person: Person, booking: Booking) -> PaidStay:
    with acting(person):
        return paid_stay(person, booking.key)


def test_a_changed_price_names_therapy_and_transport_in_the_agreement() -> None:
    scene = make_scene()
    booking = booked(scene)
    april = scene.cast.april
    with acting(april):
        price = WeeklyPrice(400_000, therapy_pence=20_000, transport_pence=3_000)
        later = booking.starts_on + dt.timedelta(days=1)
        change_price(booking=booking, starts_on=later, price=price, by=april, now=NOW)
        assert change_price(booking=booking, starts_on=later, price=price, by=april, now=NOW).therapy_pence == 20_000
        with pytest.raises(ValidationError, match="recorded already"):
            change_price(
                booking=booking, starts_on=later, price=WeeklyPrice(400_000, therapy_pence=3_000, transport_pence=20_000),
                by=april, now=NOW,
            )  # fmt: skip
        terms = draft_terms(booking, full_answers(), version=1, is_short=False)
    named = {one.words: one.weekly_pence for one in terms.price.elements}
    assert named == {"Accommodation and care": 400_000, "Therapy": 20_000, "Transport": 3_000}
    assert terms.price.weekly_total_pence == 423_000


def test_an_invoice_is_matched_element_by_element(scene: BlockScene) -> None:
    booking = placed(scene)
    amount(booking, scene.cast.felix, "Uniform", dt.date(2026, 9, 12), 12_050)
    work_out(scene)
    nights = {"child_ref": "P-77", "first_night": "10/09/2026", "last_night": "30/09/2026"}
    day = {"child_ref": "P-77", "first_night": "12/09/2026", "last_night": "12/09/2026"}
    rows = [
        {**nights, "amount": "12000.00", "element": "accommodation"}, {**nights, "amount": "525.09", "element": "Therapy"},
        {**day, "amount": "120.50", "element": "uniform"}, {**nights, "amount": "1.00", "element": "music"},
    ]  # fmt: skip
    lines_sent, faults = lines_from_rows(enumerate(rows, start=2))
    assert not faults
    harry = scene.cast.harry
    with acting(harry):
        invoice = submit_invoice(
            authority=scene.cast.portsmouth, number="HH-1", dated_on=dt.date(2026, 10, 6), lines=lines_sent,
            source="file", by=harry, now=dt.datetime(2026, 10, 6, 9, 0, tzinfo=dt.UTC),
        )  # fmt: skip
    with acting(scene.cast.felix):
        verdicts = [one.verdict for one in LineMatch.objects.filter(line__invoice=invoice).order_by("line__number")]
        assert verdicts == ["agreed", "agreed", "agreed", "unknown"]
