"""A path agreed stage by stage, each priced before it begins: by the page, by the action, and by the database itself."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nearhome.needs.models import Child
from nearhome.people.models import Person
from nearhome.placements.actions.living import WeeklyPrice
from nearhome.placements.calculations.dates import add_months
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.actions.paths import NewStage, agree_stage, change_stage_price, tie_stage
from nearhome.settlement.models import Charge, PathStage, PricePath, Problem, StagePrice
from scenes import make_home
from scenes_settlement import BlockScene, first_place, live_in, make_block_scene

pytestmark = pytest.mark.django_db
PRICE = WeeklyPrice(300_000, therapy_pence=14_000)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def soon(months: int = 1) -> dt.date:
    """The first of a month that is still to come, by the clock that the database goes by too."""
    return add_months(timezone.localdate().replace(day=1), months)


def booked(scene: BlockScene, arrived_on: dt.date, ref: str = "K-61", weekly: int = 300_000) -> Booking:
    home = make_home(scene.cast.harbour, f"Madeup Harbour House {ref}", urn=f"SC9003{ref[-2:]}")
    return live_in(first_place(home), scene.cast.kent, ref, arrived_on, weekly=weekly)


def not_arrived(scene: BlockScene, ref: str = "K-61") -> Booking:
    home = make_home(scene.cast.harbour, f"Madeup Harbour House {ref}", urn=f"SC9003{ref[-2:]}")
    return live_in(first_place(home), scene.cast.kent, ref, None, weekly=300_000, starts_on=soon())


def agree(scene: BlockScene, child: Child, by: Person, day: dt.date, **changed: object) -> PathStage:
    facts: dict[str, object] = {"kind": "transition", "provider": scene.cast.harbour, "price": PRICE} | changed
    stage = NewStage(planned_on=day, **facts)
    with acting(by):
        return agree_stage(child=child, stage=stage, why="As planned.", by=by, now=timezone.now())


def test_stages_are_agreed_in_order_by_approvers_before_they_begin(scene: BlockScene) -> None:
    child, april = booked(scene, dt.date(2026, 9, 10)).child, scene.cast.april
    first = agree(scene, child, april, soon())
    assert agree(scene, child, april, soon()).pk == first.pk
    second = agree(scene, child, april, soon(4), kind="foster")
    assert (second.number, second.path_id) == (2, first.path_id)
    for day, words, changed in (
        (timezone.localdate(), "never after the fact", {}),
        (soon(3), "Choose a later day", {"kind": "foster"}),
        (soon(5), "Select the kind", {"kind": "hotel"}),
        (soon(5), "Enter a price", {"price": WeeklyPrice(0)}),
    ):
        with pytest.raises(ValidationError, match=words):
            agree(scene, child, april, day, **changed)
    for person in (scene.cast.olive, scene.cast.fiona, scene.cast.ada):
        with pytest.raises(PermissionDenied):
            agree(scene, child, person, soon(6))


def test_the_database_refuses_a_price_after_the_fact_whatever_it_is_told(scene: BlockScene) -> None:
    booking, april = booked(scene, dt.date(2026, 9, 10)), scene.cast.april
    stage = agree(scene, booking.child, april, soon())
    long_ago = timezone.now() - dt.timedelta(days=400)
    with acting(april):
        with pytest.raises(ValidationError, match="never after the fact"):
            change_stage_price(
                stage=stage, starts_on=timezone.localdate(), price=PRICE, why="Late.", by=april, now=timezone.now()
            )
        late = NewStage("foster", scene.cast.harbour, dt.date(2026, 1, 1), PRICE)
        other = Child.objects.create(authority=scene.cast.kent, return_ref="K-99", sex="F", born_month="2012-01-01")
        with pytest.raises(ValidationError, match="never after the fact"):
            agree_stage(child=other, stage=late, why="x", by=april, now=long_ago - dt.timedelta(days=400))
        facts = {
            "stage": stage,
            "authority": scene.cast.kent,
            "core_pence": 5,
            "agreed_by": april,
            "agreed_at": long_ago,
        }
        with pytest.raises(IntegrityError, match="never after the fact"), transaction.atomic():
            StagePrice.objects.create(starts_on=timezone.localdate(), **facts)
        for statement in (
            "UPDATE settlement_stageprice SET core_pence = 1",
            "UPDATE settlement_pathstage SET planned_on = '2026-01-01'",
            "DELETE FROM settlement_pricepath",
        ):
            with pytest.raises(Exception, match=r"append|permission denied|never"), transaction.atomic():
                connection.cursor().execute(statement)
        changed = {
            "stage": stage,
            "starts_on": soon(2),
            "price": WeeklyPrice(310_000),
            "why": "Less help.",
            "by": april,
        }
        made = change_stage_price(**changed, now=timezone.now())
        assert change_stage_price(**changed, now=timezone.now()).pk == made.pk
        with pytest.raises(ValidationError, match="agreed already"):
            change_stage_price(**changed | {"price": PRICE}, now=timezone.now())
    with acting(scene.cast.felix):
        assert not PricePath.objects.exists()
        assert not StagePrice.objects.exists()


def test_a_stage_that_is_priced_otherwise_is_charged_and_listed(scene: BlockScene) -> None:
    start = soon()
    booking = booked(scene, start, weekly=300_000)
    stage = agree(scene, booking.child, scene.cast.april, start)
    other = booked(scene, dt.date(2026, 9, 10), ref="K-62")
    with acting(scene.cast.olive):
        with pytest.raises(ValidationError, match="placement of this child"):
            tie_stage(stage=stage, booking=other, by=scene.cast.olive, now=timezone.now())
        tie_stage(stage=stage, booking=booking, by=scene.cast.olive, now=timezone.now())
        assert tie_stage(stage=stage, booking=booking, by=scene.cast.olive, now=timezone.now()).booking_id == booking.pk
    with acting(scene.cast.fiona):
        later = dt.datetime.combine(add_months(start, 2), dt.time(9), tzinfo=dt.UTC)
        month = work_out_month(partnership=scene.partnership, starts_on=start, by=scene.cast.fiona, now=later)
        words = Problem.objects.get(month=month, about__startswith="K-61").words
        assert "priced at £3,000.00 a week" in words.lower()
        assert "the path agreed £3,140.00 for stage 1 of its path, transition: therapy £0.00 and not £140.00" in words
        line = Charge.objects.get(month=month, booking=booking)
        assert ("stage 1 of its path, transition" in line.reason, line.weekly_price_pence) == (True, 300_000)
    with acting_for(scene.cast.kent.pk):
        booking.prices.update(therapy_pence=14_000)
    with acting(scene.cast.fiona):
        work_out_month(partnership=scene.partnership, starts_on=start, by=scene.cast.fiona, now=later)
        assert not Problem.objects.filter(month=month, about__startswith="K-61").exists()


def test_the_pages_agree_change_and_tie(scene: BlockScene) -> None:
    booking = not_arrived(scene)
    key, start = booking.child.key, soon()
    april = Client()
    april.force_login(scene.cast.april)
    page = reverse("settlement:price_path", args=[key])
    assert "No path is agreed yet" in april.get(page).content.decode()
    address = reverse("settlement:agree_stage", args=[key])
    assert "There is a problem" in april.post(address, {}).content.decode()
    typed = {
        "kind": "residential", "provider": str(scene.cast.harbour.pk), "core_pence": "3000", "therapy_pence": "140", "why": "As planned.",
        "starts_on-day": "1", "starts_on-month": str(start.month), "starts_on-year": "2020",
    }  # fmt: skip
    assert "never after the fact" in april.post(address, typed).content.decode()
    shown = april.post(address, typed | {"starts_on-year": str(start.year)}, follow=True).content.decode()
    assert "The stage is agreed." in shown
    assert "£3,140.00" in shown
    assert "Book the place, then tie the placement" in shown
    with acting(scene.cast.april):
        stage = PathStage.objects.get()
    change = reverse("settlement:stage_price", args=[stage.key])
    assert "There is a problem" in april.post(change, {}).content.decode()
    assert "never after the fact" in april.post(change, typed).content.decode()
    later = typed | {"starts_on-year": str(start.year + 1), "core_pence": "2500"}
    assert "The price is agreed." in april.post(change, later, follow=True).content.decode()
    olive = Client()
    olive.force_login(scene.cast.olive)
    assert "Stage 1 is the placement at Madeup Harbour House K-61" in olive.get(page).content.decode()
    tie = reverse("settlement:tie_stage", args=[stage.key, booking.key])
    shown = olive.post(tie, follow=True).content.decode()
    assert "is booked. Record the arrival when the child moves." in shown
    assert olive.post(tie).status_code == 302
    assert olive.get(address).status_code == 403
    assert olive.post(reverse("settlement:tie_stage", args=[stage.key, stage.key])).status_code == 404
    felix = Client()
    felix.force_login(scene.cast.felix)
    assert felix.get(page).status_code == 404
    assert felix.get(change).status_code == 404


def test_what_is_tied_or_priced_before_its_time_is_refused(scene: BlockScene) -> None:
    booking, april = not_arrived(scene), scene.cast.april
    first = agree(scene, booking.child, april, soon())
    second = agree(scene, booking.child, april, soon(3), kind="foster")
    with acting(april):
        for starts_on, why, words in ((soon(2), "x", "Choose that day or later"), (soon(4), " ", "Say why")):
            with pytest.raises(ValidationError, match=words):
                change_stage_price(
                    stage=second, starts_on=starts_on, price=PRICE, why=why, by=april, now=timezone.now()
                )
        tie_stage(stage=first, booking=booking, by=april, now=timezone.now())
        with pytest.raises(ValidationError, match="tied to another stage already"):
            tie_stage(stage=second, booking=booking, by=april, now=timezone.now())
    again = live_in(
        first_place(make_home(scene.cast.harbour, "Madeup Harbour Two", urn="SC900399")),
        scene.cast.kent,
        "K-63",
        soon(),
    )
    with acting_for(scene.cast.kent.pk):
        Booking.objects.filter(pk=again.pk).update(child=booking.child)
        again.refresh_from_db()
    with acting(april), pytest.raises(ValidationError, match="another placement already"):
        tie_stage(stage=first, booking=again, by=april, now=timezone.now())
    with acting(scene.cast.ada), pytest.raises(PermissionDenied):
        tie_stage(stage=second, booking=again, by=scene.cast.ada, now=timezone.now())
    with acting(april), pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        PathStage.objects.filter(pk=second.pk).update(booking=booking, tied_by=april, tied_at=timezone.now(), number=9)


def test_a_stay_that_had_begun_when_the_stage_was_agreed_is_not_that_stage(scene: BlockScene) -> None:
    booking, april = booked(scene, dt.date(2026, 9, 10)), scene.cast.april
    stage = agree(scene, booking.child, april, soon())
    client = Client()
    client.force_login(scene.cast.olive)
    page = client.get(reverse("settlement:price_path", args=[booking.child.key])).content.decode()
    assert "Stage 1 is the placement at" not in page
    assert client.post(reverse("settlement:tie_stage", args=[stage.key, booking.key])).status_code == 404
    with acting(april), pytest.raises(ValidationError, match="not begun when the stage was agreed"):
        tie_stage(stage=stage, booking=booking, by=april, now=timezone.now())
