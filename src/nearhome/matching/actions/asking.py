"""Asking homes in order: whoever asks a later step says first why the earlier ones are passed over."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.market.models import Home
from nearhome.matching.queries.call_off import answer_windows, chosen_category, owed_for
from nearhome.people.models import Person
from nearhome.procurement.actions.call_offs import pass_over_steps, reason_field
from nearhome.procurement.calculations.call_offs.order import Step
from nearhome.referrals.actions.inviting import Invited, invite_homes
from nearhome.referrals.models import Referral
from nearhome.referrals.permissions import require_can_work_on


class ReasonsOwed(ValidationError):
    """Something is to be said first: why `steps` are passed over, and which of `categories` of need the child has."""

    def __init__(self, steps: tuple[Step, ...], categories: tuple[str, ...] = ()) -> None:
        missing = {reason_field(step): f"Enter why you pass over: {step.words}." for step in steps}
        missing |= {"rate_category": "Select the category of need."} if categories else {}
        super().__init__(missing)
        self.steps, self.categories = steps, categories


@transaction.atomic
def ask_homes(
    *, referral: Referral, homes: Iterable[Home], reasons: Mapping[Step, str], by: Person, now: datetime,
    ranking_positions: Mapping[int, int] | None = None, rate_category: str = "",
) -> Invited:  # fmt: skip
    """Invite homes; earlier steps of the order of asking that are not over need a reason each, kept with the search.

    `rate_category` is owed too where rate cards of these homes have several. Each is told to answer within the window of its step: of a tier as its framework published it.

    Raises ReasonsOwed naming what is owed, and whatever `invite_homes` raises: then nothing was done.
    """
    require_can_work_on(by, referral)
    asked = list(homes)
    owed = owed_for(referral, [str(home.key) for home in asked], now=now)
    missing = tuple(step for step in owed if not reasons.get(step, "").strip())
    category, choices = chosen_category(referral, asked, rate_category, now=now)
    if missing or not category:
        raise ReasonsOwed(missing, () if category else choices)
    if owed:
        given = {step: reasons[step] for step in owed}
        pass_over_steps(authority_id=referral.authority_id, thread=referral.key, reasons=given, by=by, now=now)
    windows = answer_windows(referral, now=now)
    respond_by = {home.pk: now + windows[str(home.key)] for home in asked if str(home.key) in windows}
    return invite_homes(
        referral=referral, homes=asked, by=by, now=now, ranking_positions=ranking_positions, respond_by=respond_by,
        rate_category=category,
    )  # fmt: skip
