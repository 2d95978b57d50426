"""Arrival, visits, the expected end, the price, the ending: one form and one action each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from nearhome.design.tables import Column, Table, Tag
from nearhome.placements.actions import arriving, clock_events, distance, ending, living
from nearhome.placements.actions import booking as cancelling
from nearhome.placements.forms import (
    AreaToldForm,
    ArrivalForm,
    CancelForm,
    ClockEventForm,
    CorrectArrivalForm,
    DistanceApprovalForm,
    EndingForm,
    ExpectedEndForm,
    PriceForm,
)
from nearhome.placements.pages.answering import Question, answered, form_page, person_of
from nearhome.placements.permissions import (
    can_approve,
    can_work_on,
    require_can_approve,
    require_can_extend,
    require_can_work_on,
)
from nearhome.placements.queries.facts import clocks_of
from nearhome.placements.queries.placements import (
    booking_for,
    distance_rule,
    has_episode,
    history_shown,
    lives_elsewhere,
    placement_shown,
)

CLOCK_COLOURS = {"overdue": "red", "due": "orange", "upcoming": "blue", "done": "green"}
CLOCK_WORDS = {"overdue": "Overdue", "due": "Due soon", "upcoming": "Upcoming", "done": "Done"}


@login_required
def arrival(request: HttpRequest, key: UUID) -> HttpResponse:
    """The child moved in."""
    booking = booking_for(person_of(request), key)
    may_override = can_approve(person_of(request), booking)
    if not may_override:
        require_can_work_on(person_of(request), booking)
    form = ArrivalForm(
        request.POST or None, in_care=has_episode(booking), may_override=may_override,
        initial={"arrived_on": booking.starts_on, "reason_place_change": "CARPL"},
    )  # fmt: skip

    def act(said: dict[str, Any]) -> Any:
        arrived_on = said.pop("arrived_on")
        facts = arriving.Arrival(**said)
        return arriving.record_arrival(
            booking=booking, arrived_on=arrived_on, by=person_of(request), now=timezone.now(), arrival=facts
        )

    elsewhere = lives_elsewhere(booking)
    lead = f"The child lives at {elsewhere} now: that placement ends on the same day." if elsewhere else ""
    question = Question("Record the arrival", lead, "Record the arrival", "The arrival is recorded.")
    return form_page(request, booking, form, act, question)


@login_required
def dates(request: HttpRequest, key: UUID) -> HttpResponse:
    """The child moved in on another day than recorded."""
    booking = booking_for(person_of(request), key)
    require_can_work_on(person_of(request), booking)
    form = CorrectArrivalForm(request.POST or None, initial={"arrived_on": booking.arrived_on})

    def act(said: dict[str, Any]) -> Any:
        return arriving.correct_arrival(booking=booking, **said, by=person_of(request), now=timezone.now())

    lead = "What was recorded before stays in the history, and the child's episode moves with it."
    question = Question("Correct the day of arrival", lead, "Correct the date", "The date is corrected.")
    return form_page(request, booking, form, act, question)


@login_required
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """The child left; or left on another day than recorded."""
    booking = booking_for(person_of(request), key)
    require_can_work_on(person_of(request), booking)
    first = {"departed_on": booking.departed_on, "reason": booking.end_reason, "words": booking.end_words}
    form = EndingForm(request.POST or None, initial=first)
    change = ending.correct_ending if booking.departed_on else ending.end_placement

    def act(said: dict[str, Any]) -> Any:
        return change(booking=booking, **said, by=person_of(request), now=timezone.now())

    title = "Correct the ending" if booking.departed_on else "Record the ending"
    lead = "The place is free from that day, and the child's episode of care ends with this reason."
    return form_page(request, booking, form, act, Question(title, lead, title, "The ending is recorded."))


@login_required
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """The child will not move in."""
    booking = booking_for(person_of(request), key)
    require_can_work_on(person_of(request), booking)
    form = CancelForm(request.POST or None)

    def act(said: dict[str, Any]) -> Any:
        facts: dict[str, Any] = {"booking": booking, "by": person_of(request), "now": timezone.now()}
        if said["did_not_arrive"]:
            return cancelling.record_non_arrival(words=said["words"], **facts)
        return cancelling.cancel_booking(reason=said["words"], **facts)

    lead = "The place is free again at once, and the search for a home goes on."
    return form_page(
        request,
        booking,
        form,
        act,
        Question("Cancel the booking", lead, "Cancel the booking", "The booking is cancelled."),
    )


@login_required
def expected_end(request: HttpRequest, key: UUID) -> HttpResponse:
    """The placement is expected to end on another day."""
    booking = booking_for(person_of(request), key)
    require_can_extend(person_of(request), booking)
    form = ExpectedEndForm(request.POST or None, initial={"expected_ends_on": booking.expected_ends_on})

    def act(said: dict[str, Any]) -> Any:
        return living.extend_placement(booking=booking, **said, by=person_of(request), now=timezone.now())

    lead = "The child keeps the place after that day until an ending is recorded, unless you say otherwise here."
    return form_page(
        request, booking, form, act, Question("Change the expected end", lead, done="The expected end is changed.")
    )


@login_required
def price(request: HttpRequest, key: UUID) -> HttpResponse:
    """The placement costs something else from a day."""
    booking = booking_for(person_of(request), key)
    require_can_approve(person_of(request), booking)
    form = PriceForm(request.POST or None)

    def act(said: dict[str, Any]) -> Any:
        return living.change_price(
            booking=booking, starts_on=said["starts_on"], price=form.price(), by=person_of(request), now=timezone.now()
        )

    lead = "Months that are settled stay as they are: the next one charges or credits the difference."
    return form_page(
        request, booking, form, act, Question("Change the weekly price", lead, done="The new price is recorded.")
    )


@login_required
def clocks(request: HttpRequest, key: UUID) -> HttpResponse:
    """The statutory deadlines, and what was done about them."""
    booking, now = booking_for(person_of(request), key), timezone.now()
    if not can_approve(person_of(request), booking):
        require_can_work_on(person_of(request), booking)
    form = ClockEventForm(request.POST or None)

    def act(said: dict[str, Any]) -> Any:
        return clock_events.record_clock_event(booking=booking, **said, by=person_of(request), now=now)

    if request.method == "POST" and answered(form, act):
        messages.success(request, "Recorded.")
        return redirect("placements:clocks", booking.key)
    rows = [
        (one.what, one.who, one.due_on, one.done_on, Tag(_clock_words(one), CLOCK_COLOURS[one.state]), one.source)
        for one in clocks_of(booking, now)
    ]
    heads = (
        Column("What"),
        Column("Who"),
        Column("Due", "date"),
        Column("Done", "date"),
        Column("State"),
        Column("Source"),
    )
    table = Table(
        "Deadlines", heads, rows, when_empty="No deadline follows from this placement yet. Record a visit to begin."
    )
    shown = {
        "form": form, "booking": booking, "table": table, "may_work": can_work_on(person_of(request), booking),
        "lines": history_shown(booking),
    }  # fmt: skip
    return render(request, "placements/clocks.html", shown)


def _clock_words(clock: Any) -> str:
    late = " late" if clock.state == "done" and clock.missed else ""
    reminds = " (reminder only)" if clock.confidence == "unverified" else ""
    return f"{CLOCK_WORDS[clock.state]}{late}{reminds}"


@login_required
def out_of_area(request: HttpRequest, key: UUID) -> HttpResponse:
    """Outside the area: who must approve, who must be told, and that it was done."""
    booking, person = booking_for(person_of(request), key), person_of(request)
    if not can_approve(person, booking):
        require_can_work_on(person, booking)
    shown = placement_shown(person, booking, now=timezone.now())
    out = shown.out_of_area
    sent = request.POST.get("form") if request.method == "POST" else None
    approval = DistanceApprovalForm(
        request.POST if sent == "approval" else None, prefix="approval", asks_consulted=bool(out and out.rule == "D03")
    )
    told = AreaToldForm(request.POST if sent == "told" else None, prefix="told")
    facts: dict[str, Any] = {"booking": booking, "by": person, "now": timezone.now()}
    done = (sent == "approval" and answered(approval, lambda said: distance.approve_distance(**said, **facts))) or (
        sent == "told" and answered(told, lambda said: distance.record_area_told(**said, **facts))
    )
    if done:
        messages.success(request, "Recorded.")
        return redirect("placements:out_of_area", booking.key)
    page = {
        "shown": shown, "booking": booking, "out": out, "rule": distance_rule(out) if out else "", "approval": approval,
        "told": told, "may_approve": can_approve(person, booking), "may_work": can_work_on(person, booking),
        "form": approval if sent == "approval" else told,
    }  # fmt: skip
    return render(request, "placements/out_of_area.html", page)
