"""What is to be done next about one placement, by the person who looks at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from nearhome.calendars.calculations.working_days import london_date
from nearhome.people.models import Person
from nearhome.placements.calculations.status import STAGES, BookingStatus, Stage
from nearhome.placements.permissions import can_approve, can_sign, can_work_on
from nearhome.placements.queries.placements import PlacementShown


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list; without `href` it cannot be started by this person now."""

    text: str
    status: str
    href: str = ""
    colour: str = ""
    hint: str = ""


def tasks_for(person: Person, shown: PlacementShown, *, now: datetime) -> tuple[Task, ...]:
    """The steps of the placement with their state; none once it is over."""
    if STAGES[shown.status] == Stage.ENDED:
        return ()
    tasks = [*_agreement(person, shown)]
    if can_work_on(person, shown.booking) or can_approve(person, shown.booking):
        tasks += [*_distance(shown), *_arrival(shown, now), *_living(person, shown)]
    return tuple(tasks)


def _agreement(person: Person, shown: PlacementShown) -> Iterator[Task]:
    key, works = shown.booking.key, can_work_on(person, shown.booking)
    if not shown.agreements:
        href = reverse("placements:issue", args=[key]) if works else ""
        yield Task("Issue the placement agreement", "To do" if works else "Waiting for the authority", href, "blue")
        return
    latest = shown.agreements[0]
    href = reverse("placements:agreement", args=[key, latest.version])
    signed = {side for side, _, _ in latest.signed}
    if shown.side not in signed and can_sign(person, shown.booking):
        yield Task(f"Sign version {latest.version} of the agreement", "To do", href, "blue")
    elif len(signed) < 2:
        yield Task("Placement agreement", latest.state, href, "yellow")
    else:
        yield Task("Placement agreement", "Completed", href)
    if works and latest.complete_by:
        hint = f"Due by {latest.complete_by.day} {latest.complete_by:%B %Y}"
        yield Task(
            "Replace the short form with the full agreement",
            "To do",
            reverse("placements:issue", args=[key]),
            "blue",
            hint,
        )


def _distance(shown: PlacementShown) -> Iterator[Task]:
    out = shown.out_of_area
    if out is None:
        return
    href = reverse("placements:out_of_area", args=[shown.booking.key])
    done = out.approved_at and out.area_told_at
    missing = "Approval needed" if not out.approved_at else "Notice to the area needed"
    yield Task(
        f"Outside the area: {out.get_relation_display().lower()}",
        "Completed" if done else missing,
        href,
        "" if done else "orange",
    )


def _arrival(shown: PlacementShown, now: datetime) -> Iterator[Task]:
    if shown.booking.arrived_on:
        yield Task("Arrival", "Completed", reverse("placements:dates", args=[shown.booking.key]))
        return
    is_due = shown.booking.starts_on <= london_date(now)
    status = "To do" if is_due else "Not yet"
    yield Task(
        "Record the arrival",
        status,
        reverse("placements:arrival", args=[shown.booking.key]),
        "blue" if is_due else "grey",
    )


def _living(person: Person, shown: PlacementShown) -> Iterator[Task]:
    if STAGES[shown.status] != Stage.LIVING or not can_work_on(person, shown.booking):
        return
    key = shown.booking.key
    is_past = shown.status == BookingStatus.PAST_EXPECTED_END
    yield Task("Visits, reviews and notices", "Look", reverse("placements:clocks", args=[key]), "grey")
    yield Task(
        "Expected end",
        "Has passed" if is_past else "Look",
        reverse("placements:expected_end", args=[key]),
        "orange" if is_past else "grey",
    )
