"""Forming a partnership, joining and leaving it, and who leads which task."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import date as in_words
from nearhome.partnership.actions.taking_turns import take_turns
from nearhome.partnership.models import Membership, Partnership, TaskLead
from nearhome.partnership.permissions import require_can_form, require_can_lead
from nearhome.people.models import Organisation

MOST_WEIGHT = 1_000_000


@transaction.atomic
def form_partnership(
    *, name: str, lead: Organisation, finance_lead: Organisation, starts_on: date, by: Any, now: datetime
) -> Partnership:
    """Begin a partnership; acting for its lead. Raises PermissionDenied, and ValidationError where the name is taken."""
    require_can_form(by, lead)
    if Partnership.objects.filter(name=name).exists():
        raise ValidationError(f"There is a partnership called {name} already. Choose another name.")
    partnership = Partnership.objects.create(name=name, lead=lead, finance_lead=finance_lead, starts_on=starts_on)
    record("partnership.formed", f"{name} was formed, led by {lead}.", about=partnership, by=by, at=now)
    return partnership


@transaction.atomic
def begin_partnership(*, name: str, weight: int, starts_on: date, by: Any, now: datetime) -> Partnership:
    """Form a partnership that one's own authority leads, settles for and is the first member of."""
    take_turns(by.organisation_id)
    mine = Partnership.objects.filter(name=name, lead_id=by.organisation_id, starts_on=starts_on).first()
    if mine is not None:
        require_can_lead(by, mine)
        return mine
    lead = by.organisation
    made = form_partnership(name=name, lead=lead, finance_lead=lead, starts_on=starts_on, by=by, now=now)
    join_partnership(
        partnership=made, organisation=lead, standing=Membership.Standing.MEMBER, weight=weight, starts_on=starts_on, by=by,
        now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def join_partnership(
    *,
    partnership: Partnership,
    organisation: Organisation,
    standing: str,
    weight: int,
    starts_on: date,
    by: Any,
    now: datetime,
) -> Membership:
    """Take in a member or an ally from a date; acting for the lead. Harmless when it has joined so already."""
    _locked(partnership, by)
    _check_weight(weight)
    if organisation.kind != Organisation.Kind.AUTHORITY:
        raise ValidationError(f"{organisation} is not a local authority, so it cannot join a partnership.")
    if starts_on < partnership.starts_on:
        raise ValidationError(
            f"{partnership} begins on {in_words(partnership.starts_on)}. Choose that day or a later one."
        )
    present = _present(partnership, organisation, starts_on)
    if present is not None:
        if (present.standing, present.contribution_weight, present.starts_on) == (standing, weight, starts_on):
            return present
        raise ValidationError(f"{organisation} takes part already. Open its line to change it.")
    membership = Membership.objects.create(
        partnership=partnership,
        organisation=organisation,
        standing=standing,
        contribution_weight=weight,
        starts_on=starts_on,
    )
    words = f"{organisation} joined {partnership} as {membership.get_standing_display().lower()}."
    record("partnership.joined", words, about=partnership, by=by, at=now)
    return membership


@transaction.atomic
def change_membership(
    *, membership: Membership, standing: str, weight: int, starts_on: date, by: Any, now: datetime
) -> Membership:
    """Another standing or contribution from a date on; what applied before stays on record. Harmless when repeated."""
    partnership = _locked(membership.partnership, by)
    _check_weight(weight)
    kept = Membership.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=membership.pk)
    later = _present(partnership, kept.organisation, starts_on)
    wanted = (standing, weight)
    if later is not None and (later.standing, later.contribution_weight) == wanted:
        return later
    if kept.ends_before is not None:
        raise ValidationError(f"This line of {kept.organisation} has an end already. Change its newest line.")
    if starts_on <= kept.starts_on:
        raise ValidationError(f"This line began on {in_words(kept.starts_on)}. A change applies from a later day.")
    kept.ends_before = starts_on
    kept.save(update_fields=["ends_before"])
    changed = Membership.objects.create(
        partnership=partnership, organisation=kept.organisation, standing=standing, contribution_weight=weight,
        starts_on=starts_on,
    )  # fmt: skip
    words = (
        f"From {in_words(starts_on)} {kept.organisation} is {changed.get_standing_display().lower()} of {partnership}"
        f" with contribution weight {weight}."
    )
    record("partnership.membership_changed", words, about=partnership, by=by, at=now)
    return changed


@transaction.atomic
def leave_partnership(*, membership: Membership, ends_before: date, by: Any, now: datetime) -> Membership:
    """End a membership: `ends_before` is the first day without it. Harmless when repeated; the lead cannot leave."""
    partnership = _locked(membership.partnership, by)
    kept = Membership.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=membership.pk)
    if kept.ends_before == ends_before:
        return kept
    if kept.organisation_id == partnership.lead_id:
        raise ValidationError(f"{kept.organisation} leads {partnership}, so it cannot leave it.")
    if kept.ends_before is not None:
        raise ValidationError(f"{kept.organisation} leaves on {in_words(kept.ends_before)} already.")
    if ends_before <= kept.starts_on:
        raise ValidationError(f"It joined on {in_words(kept.starts_on)}. The first day without it must be later.")
    kept.ends_before = ends_before
    kept.save(update_fields=["ends_before"])
    words = f"{kept.organisation} leaves {partnership}; {in_words(ends_before)} is the first day without it."
    record("partnership.left", words, about=partnership, by=by, at=now)
    return kept


@transaction.atomic
def name_task_lead(
    *, partnership: Partnership, task: str, organisation: Organisation, starts_on: date, by: Any, now: datetime
) -> TaskLead:
    """Say who leads a task from a date. The finance lead settles the months, so it changes from today or an earlier day."""
    kept = _locked(partnership, by)
    if _present(kept, organisation, starts_on) is None and organisation.pk != kept.lead_id:
        raise ValidationError(f"{organisation} does not take part on {in_words(starts_on)}. Add it first.")
    if starts_on < kept.starts_on:
        raise ValidationError(f"{kept} begins on {in_words(kept.starts_on)}. Choose that day or a later one.")
    if task == TaskLead.Task.FINANCE and starts_on > london_date(now):
        raise ValidationError(
            "The finance lead changes from today or an earlier day: months are settled by who leads now."
        )
    same = kept.task_leads.filter(task=task, starts_on=starts_on).first()
    if same is not None:
        if same.organisation_id == organisation.pk:
            return same
        raise ValidationError("Another authority was named from that very day. Choose another day.")
    if task == TaskLead.Task.FINANCE and not kept.task_leads.filter(task=task).exists() and starts_on > kept.starts_on:
        # Who settled until now stays on record: the partnership itself names only who does today.
        TaskLead.objects.create(partnership=kept, task=task, organisation=kept.finance_lead, starts_on=kept.starts_on)
    named = TaskLead.objects.create(partnership=kept, task=task, organisation=organisation, starts_on=starts_on)
    newest = kept.task_leads.filter(task=task).order_by("-starts_on").first()
    if task == TaskLead.Task.FINANCE and newest == named:
        kept.finance_lead = organisation
        kept.save(update_fields=["finance_lead"])
    words = f"{organisation} leads {named.get_task_display().lower()} for {kept} from {in_words(starts_on)}."
    record("partnership.task_lead_named", words, about=kept, by=by, at=now)
    return named


def _locked(partnership: Partnership, by: Any) -> Partnership:
    kept = Partnership.objects.select_for_update(of=("self",)).select_related("lead").filter(pk=partnership.pk).first()
    require_can_lead(by, kept or partnership)
    return kept or partnership


def _present(partnership: Partnership, organisation: Organisation, on: date) -> Membership | None:
    """Its membership on a day, or the one that is to begin later."""
    rows = partnership.memberships.filter(organisation=organisation).order_by("starts_on")
    return next((row for row in rows if row.ends_before is None or row.ends_before > on), None)


def _check_weight(weight: int) -> None:
    if not 0 <= weight <= MOST_WEIGHT:
        raise ValidationError(f"The contribution weight must be between 0 and {MOST_WEIGHT:,}.")
