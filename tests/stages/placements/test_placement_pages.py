import datetime as dt
import io
from collections.abc import Iterator

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from cast import NOW, TODAY, Cast, make_person
from nearhome.audit.record import record
from nearhome.matching.models import Decision
from nearhome.people.models import Person
from nearhome.placements.models import Agreement, Booking, ClockEvent, Signature
from nearhome.placements.queries import waiting_for
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Offer, Referral
from scenes_placements import Scene, arrived, booked, full_answers, issued, make_scene, short_answers

pytestmark = pytest.mark.django_db
ONE = (
    "placement", "arrival", "dates", "ending", "cancel", "expected_end", "price", "clocks", "out_of_area", "agreements",
    "issue",
)  # fmt: skip


@pytest.fixture(autouse=True)
def today_is_the_scenes_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages ask the clock; here it stands still."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    yield


def visit(person: Person, name: str, *args: object, follow: bool = False, **query: str) -> object:
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"placements:{name}", args=args), query, follow=follow)


def send(person: Person, page: str, *args: object, **data: object) -> object:
    client = Client()
    client.force_login(person)
    return client.post(reverse(f"placements:{page}", args=args), data, follow=True)


def day(name: str, on: dt.date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def outsiders(cast: Cast) -> list[Person]:
    return [cast.oscar, cast.ada, cast.harry, cast.hilda]


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_every_page_opens_for_the_officer_and_says_where_one_is() -> None:
    scene = make_scene(area_code="938")
    booking = booked(scene)
    for name in ONE:
        person = scene.cast.april if name == "price" else scene.cast.olive
        response = visit(person, name, booking.key)
        assert response.status_code == 200, name
        assert body(response).count("<h1") == 1, name
    assert "Madeup Meadow House" in body(visit(scene.cast.olive, "list"))


def test_outsiders_find_nothing_at_any_address() -> None:
    scene = make_scene()
    booking = booked(scene)
    agreement = issued(booking, scene.cast.olive)
    for person in outsiders(scene.cast):
        for name in ONE:
            assert visit(person, name, booking.key).status_code == 404, (person, name)
            assert send(person, name, booking.key).status_code == 404, (person, name)
        for name in ("agreement", "document"):
            assert visit(person, name, booking.key, agreement.version).status_code == 404, (person, name)
        assert "C-" not in body(visit(person, "list"))


def test_roles_without_placements_are_told_so() -> None:
    scene = make_scene()
    booking = booked(scene)
    for person in (scene.cast.fiona, scene.cast.anna):
        assert visit(person, "list").status_code == 403
        assert visit(person, "placement", booking.key).status_code == 403


def test_the_provider_reads_its_placement_but_not_the_authoritys_record() -> None:
    scene = make_scene(area_code="938")
    booking = booked(scene)
    page = body(visit(scene.cast.mona, "placement", booking.key))
    assert "Kent" in page
    assert "Test Child" not in page
    assert "irector of children" not in page
    for name in ("arrival", "clocks", "out_of_area", "ending", "issue", "price"):
        assert visit(scene.cast.mona, name, booking.key).status_code == 403, name


def test_issue_sign_and_download_as_people_do_it() -> None:
    scene = make_scene()
    booking = booked(scene)
    answers = {
        "home_address": "1 Made-up Lane", "registered_manager": "Mona", "needs": "A quiet room", "fee_includes": "Food",
        "care_plan_reference": "CP 42", "placement_plan_reference": "PP 42", "ends_automatically_when": "At 18",
        "goal_1": "Settle at school", **day("goal_1_review_on", dt.date(2027, 2, 1)),
        **day("expected_end_on", dt.date(2027, 5, 21)),
        **{f"notice_{n}_{side}_days": "28" for n in range(3) for side in ("authority", "provider")},
    }  # fmt: skip
    assert "Version 1 is issued" in body(send(scene.cast.olive, "issue", booking.key, **answers))
    with acting(scene.cast.olive):
        agreement = Agreement.objects.get()
    signing = {"name": "A Name", "digest": agreement.digest, "is_agreed": "on"}
    assert "Tick the box" in body(send(scene.cast.mona, "agreement", booking.key, 1, **(signing | {"is_agreed": ""})))
    for person in (scene.cast.mona, scene.cast.olive):
        assert "You have signed" in body(send(person, "agreement", booking.key, 1, **signing))
    with acting(scene.cast.olive):
        assert Signature.objects.count() == 2
    assert "In force" in body(visit(scene.cast.mona, "agreement", booking.key, 1))
    for person in (scene.cast.mona, scene.cast.olive):
        response = visit(person, "document", booking.key, 1)
        assert response["Content-Type"] == "application/pdf"
        assert "Test" not in response["Content-Disposition"]
        with pikepdf.open(io.BytesIO(response.content)) as pdf:
            assert pdf.Root.MarkInfo.Marked


def test_a_missing_term_keeps_what_was_typed() -> None:
    scene = make_scene()
    booking = booked(scene)
    page = body(send(scene.cast.olive, "issue", booking.key, care_plan_reference="CP 42"))
    assert "There is a problem" in page
    assert 'value="CP 42"' in page


def test_arrival_visit_price_and_ending_as_people_do_it() -> None:
    scene = make_scene()
    booking, olive = booked(scene), scene.cast.olive
    said = {**day("arrived_on", TODAY), "legal_status": "C2", "need": "N1"}
    assert "The arrival is recorded" in body(send(olive, "arrival", booking.key, **said))
    assert "Recorded" in body(send(olive, "clocks", booking.key, rule="C06", **day("done_on", TODAY)))
    price = {**day("starts_on", TODAY), "core_pence": "5,000"}
    assert "is recorded already" in body(send(scene.cast.april, "price", booking.key, **price))
    until = day("expected_ends_on", TODAY + dt.timedelta(days=90))
    assert "expected end is changed" in body(send(olive, "expected_end", booking.key, **until))
    leaving = {**day("departed_on", TODAY), "reason": "E4A", "words": "Home again."}
    page = body(send(olive, "ending", booking.key, **leaving))
    assert "The ending is recorded" in page
    assert "Returned home, planned" in page
    with acting(olive):
        assert ClockEvent.objects.count() == 1
        assert Booking.objects.get().departed_on == TODAY


def test_a_refused_arrival_says_why_on_the_page() -> None:
    scene = make_scene(area_code="938")
    booking = booked(scene)
    said = {**day("arrived_on", TODAY), "legal_status": "C2", "need": "N1"}
    page = body(send(scene.cast.olive, "arrival", booking.key, **said))
    assert "director of children" in page
    approval = {"form": "approval", "approval-approved_by_name": "Dora Madeup-Director"}
    approval |= day("approval-approved_on", TODAY) | day("approval-consulted_on", TODAY)
    assert "by Dora Madeup-Director" in body(send(scene.cast.april, "out_of_area", booking.key, **approval))
    told = {"form": "told", **day("told-told_on", TODAY)}
    assert "Recorded" in body(send(scene.cast.olive, "out_of_area", booking.key, **told))
    assert "The arrival is recorded" in body(send(scene.cast.olive, "arrival", booking.key, **said))


def test_a_cancelled_booking_says_so() -> None:
    scene = make_scene()
    booking = booked(scene)
    issued(booking, scene.cast.olive)
    assert "Test Child" in body(visit(scene.cast.mona, "placement", booking.key))
    page = body(send(scene.cast.olive, "cancel", booking.key, words="The aunt can care for them."))
    assert "Cancelled" in page
    assert "The aunt" in page
    seen_by_provider = body(visit(scene.cast.mona, "placement", booking.key))
    assert "The aunt" not in seen_by_provider
    assert "Test Child" not in seen_by_provider
    assert visit(scene.cast.mona, "agreement", booking.key, 1).status_code == 404
    assert visit(scene.cast.mona, "document", booking.key, 1).status_code == 404


def test_the_list_filters_and_downloads() -> None:
    scene = make_scene()
    booking = booked(scene)
    assert booking.child_ref in body(visit(scene.cast.olive, "list", stage="upcoming"))
    assert booking.child_ref not in body(visit(scene.cast.olive, "list", stage="living"))
    assert booking.child_ref in body(visit(scene.cast.mona, "list", download="csv"))
    assert visit(scene.cast.olive, "list", download="xlsx").content[:2] == b"PK"
    assert booking.child_ref in body(visit(scene.cast.olive, "list", search="KEN0042"))
    assert booking.child_ref in body(visit(scene.cast.mona, "list", search="meadow house"))
    assert booking.child_ref not in body(visit(scene.cast.mona, "list", search="KEN0042"))


def words_waiting(person: Person, now: dt.datetime = NOW) -> list[str]:
    with acting(person):
        return [one.words for one in waiting_for(person, now=now)]


def test_each_role_is_told_what_waits_for_it() -> None:
    scene = make_scene(area_code="938", is_emergency=True)
    booking = booked(scene)
    assert words_waiting(scene.cast.olive) == ["Issue the placement agreement", "Record the arrival"]
    assert words_waiting(scene.cast.april) == ["Record the approval of the director of children's services"]
    agreement = issued(booking, scene.cast.olive, answers=short_answers())
    assert words_waiting(scene.cast.mona) == ["Sign the placement agreement"]
    assert words_waiting(scene.cast.olive)[:2] == [
        "Sign the placement agreement", "Replace the emergency short form with the full agreement",
    ]  # fmt: skip
    arrived(booking, scene.cast.olive)
    later = NOW + dt.timedelta(days=9)
    with acting(scene.cast.olive):
        found = {one.words: one for one in waiting_for(scene.cast.olive, now=later)}
    assert found["First visit to the child"].is_overdue
    assert not words_waiting(scene.cast.hilda)
    assert not words_waiting(scene.cast.harry)
    assert agreement.complete_by == TODAY + dt.timedelta(days=5)


def busy(scene: Scene) -> Booking:
    booking = arrived(booked(scene), scene.cast.olive)
    issued(booking, scene.cast.olive, answers=full_answers())
    return booking


@pytest.mark.parametrize(("name", "most"), [("list", 21), ("placement", 34), ("clocks", 26), ("agreements", 18)])
def test_pages_ask_a_bounded_number_of_questions(name: str, most: int, django_assert_max_num_queries: object) -> None:
    scene = make_scene()
    booking = busy(scene)
    make_scene(scene.cast, ref="KEN0050", urn="SC900007")
    client = Client()
    client.force_login(scene.cast.olive)
    address = reverse(f"placements:{name}", args=[] if name == "list" else [booking.key])
    with django_assert_max_num_queries(most):  # type: ignore[operator]
        assert client.get(address).status_code in (200, 302)


def test_what_waits_asks_a_bounded_number_of_questions(django_assert_max_num_queries: object) -> None:
    scene = make_scene()
    busy(scene)
    for number in range(3):
        busy(make_scene(scene.cast, ref=f"KEN006{number}", urn=f"SC90001{number}"))
    with acting(scene.cast.olive), django_assert_max_num_queries(10):  # type: ignore[operator]
        assert len(waiting_for(scene.cast.olive, now=NOW)) >= 4


def undecided(scene: Scene) -> None:
    with acting(scene.cast.olive):
        Decision.objects.update(granted=None, approved_by=None, approved_at=None)
        Referral.objects.update(state="selected")
        Offer.objects.update(outcome="")


def test_the_approver_approves_and_the_place_is_booked_in_one_step() -> None:
    scene = make_scene()
    undecided(scene)
    key = scene.decision.key
    assert "Only an approver" in body(visit(scene.cast.olive, "approve_choice", key))
    for person in outsiders(scene.cast):
        assert visit(person, "approve_choice", key).status_code == 404
    assert "Enter why you refuse" in body(send(scene.cast.april, "approve_choice", key, granted="no"))
    page = body(send(scene.cast.april, "approve_choice", key, granted="yes"))
    assert "The place is booked" in page
    with acting(scene.cast.olive):
        booking = Booking.objects.get()
        assert Referral.objects.get().state == "approved"
    assert reverse("placements:placement", args=[booking.key]) in page
    assert send(scene.cast.april, "approve_choice", key, granted="yes").status_code == 200
    with acting(scene.cast.olive):
        assert Booking.objects.count() == 1


def test_refusing_books_nothing() -> None:
    scene = make_scene()
    undecided(scene)
    page = body(
        send(scene.cast.april, "approve_choice", scene.decision.key, granted="no", reason="Too far from school.")
    )
    assert "The search goes on" in page
    with acting(scene.cast.olive):
        assert not Booking.objects.exists()
        assert Referral.objects.get().state == "searching"


def test_an_emergency_is_booked_lived_in_and_then_approved() -> None:
    scene = make_scene(is_emergency=True)
    undecided(scene)
    key = scene.decision.key
    assert "still waits for approval" in body(send(scene.cast.olive, "book_now", key))
    assert send(scene.cast.april, "book_now", key).status_code == 403
    with acting(scene.cast.olive):
        booking = Booking.objects.get()
    arrived(booking, scene.cast.olive)
    with acting(scene.cast.olive):
        assert Referral.objects.get().state == "selected"
    send(scene.cast.april, "approve_choice", key, granted="yes")
    with acting(scene.cast.olive):
        assert Referral.objects.get().state == "placed"
        assert Booking.objects.count() == 1


def test_an_emergency_that_is_not_approved_gives_the_place_back() -> None:
    scene = make_scene(is_emergency=True)
    undecided(scene)
    send(scene.cast.olive, "book_now", scene.decision.key)
    send(scene.cast.april, "approve_choice", scene.decision.key, granted="no", reason="Too far.")
    with acting(scene.cast.olive):
        booking = Booking.objects.select_related("occupancy").get()
        assert booking.cancelled_at
        assert booking.occupancy.freed_at
        assert Referral.objects.get().state == "searching"


def test_without_an_emergency_nothing_is_booked_before_approval() -> None:
    scene = make_scene()
    undecided(scene)
    assert "not an emergency" in body(send(scene.cast.olive, "book_now", scene.decision.key))
    with acting(scene.cast.olive):
        assert not Booking.objects.exists()


def test_an_in_house_home_reads_what_any_provider_would_and_no_offer_of_another() -> None:
    scene = make_scene()
    cast, booking = scene.cast, booked(scene)
    ines = make_person("Ines Madeup-Fostering", cast.kent, "provider")
    with acting(cast.olive):
        Booking.objects.filter(pk=booking.pk).update(provider=cast.kent)
        for name, words, about in (
            ("offer.made", "Madeup Harbour House offered its place at £3,210.00 a week.", scene.offer),
            ("choice.refused", "Refused the choice of a home: too dear.", scene.decision),
            ("placement.area_told", "Told the area authority.", booking),
        ):
            record(name, words, about=about, by=cast.april, at=NOW, thread=booking.thread)
    theirs = visit(ines, "placement", booking.key).text
    assert "was booked from" in theirs
    assert not [said for said in ("£3,210.00", "too dear", "Told the area") if said in theirs]
    assert "£3,210.00" in visit(cast.olive, "placement", booking.key).text


def test_a_search_that_no_keyboard_can_type_finds_everything() -> None:
    scene = make_scene()
    booking = booked(scene)
    assert str(booking.key) in visit(scene.cast.olive, "list", search="\0").text
