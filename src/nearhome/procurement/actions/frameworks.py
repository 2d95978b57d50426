"""Making a framework, publishing how its tiers are asked, and extending it within its limits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.people.models import Organisation
from nearhome.procurement.actions.terms import require_in_order, require_lawful, same_as_kept
from nearhome.procurement.calculations.frameworks.quorum import HALF
from nearhome.procurement.models import Framework, FrameworkExtension, FrameworkParty, FrameworkTier
from nearhome.procurement.permissions import require_commissioning, require_leads
from nearhome.procurement.queries.frameworks import parties_of

MOST_HOURS = 24 * 28


@dataclass(frozen=True, slots=True)
class FrameworkTerms:
    """Under which law it was let and what it allows. As shipped: light touch, reopening as its notice says."""

    regime: str = "PA23"
    form: str = "flexible"
    light_touch: bool = True
    reference: str = ""
    term_justification: str = ""
    extension_months: int = 0
    price_firm_until: date | None = None
    birthday_rule: str = "birthday"
    vote_quorum_percent: int = HALF
    estimated_value_pence: int | None = None

    def as_columns(self) -> dict[str, Any]:
        """Column and value, for the row."""
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def make_framework(
    *,
    name: str,
    kind: str,
    starts_on: date,
    parties: Iterable[Organisation],
    ends_before: date | None = None,
    terms: FrameworkTerms | None = None,
    by: Any,
    now: datetime,
) -> Framework:
    """Begin a framework that the commissioner's authority leads and these authorities may call off from.

    Raises ValidationError where its term is longer than the law of its form allows.
    """
    lead = require_commissioning(by)
    require_in_order(starts_on, ends_before)
    kept = Framework.objects.filter(lead=lead, name=name).first()
    if kept:
        return same_as_kept(kept, name, kind=kind, starts_on=starts_on, ends_before=ends_before)
    wanted = terms or FrameworkTerms()
    framework = Framework(
        name=name, kind=kind, lead=lead, starts_on=starts_on, ends_before=ends_before, **wanted.as_columns()
    )
    if not 1 <= framework.vote_quorum_percent <= 100:
        raise ValidationError("A quorum is from 1% to 100% of those who may vote.")
    require_lawful(framework, ends_before)
    framework.save()
    joined = {party.pk: party for party in (lead, *parties)}
    for party in joined.values():
        FrameworkParty.objects.create(framework=framework, organisation=party)
    words = f"{lead} made the framework {name} from {wording.date(starts_on)}."
    record("framework.made", words, about=framework, by=by, at=now, thread=framework.key, seen_by=tuple(joined))
    return framework


@transaction.atomic
def join_framework(
    *, framework: Framework, authority: Organisation, words: str, by: Any, now: datetime
) -> FrameworkParty:
    """Another authority may call off from now on. `words`: where the framework names it, or allows it to join.

    A second time changes nothing. Raises ValidationError without words, for what is no authority, and once it is over.
    """
    require_leads(by, framework.lead_id)
    locked = Framework.objects.select_for_update().get(pk=framework.pk)
    kept = FrameworkParty.objects.filter(framework=locked, organisation=authority).first()
    if kept:
        return kept
    if authority.kind != Organisation.Kind.AUTHORITY:
        raise ValidationError("Only an authority calls off from a framework.")
    if locked.ends_before is not None and locked.ends_before <= now.astimezone(wording.LONDON).date():
        raise ValidationError("This framework is over, so nobody can join it.")
    if not words.strip():
        raise ValidationError("Say where the framework or its notice names this authority, or lets it join.")
    made = FrameworkParty.objects.create(framework=locked, organisation=authority)
    said = f"{authority} may call off from {locked} too: {words.strip()}"
    seen_by = parties_of(locked)
    record("framework.joined", said, about=locked, by=by, at=now, thread=locked.key, seen_by=seen_by)
    return made


@transaction.atomic
def set_framework_tier(
    *,
    framework: Framework,
    tier: int,
    hours: tuple[int, int],
    selection_rule: str,
    starts_on: date,
    by: Any,
    now: datetime,
) -> FrameworkTier:
    """Say how long suppliers of a tier have to answer, usually and in an emergency, and how one is chosen; from a day."""
    require_leads(by, framework.lead_id)
    usual, emergency = hours
    if tier < 1:
        raise ValidationError("A tier is 1 or more. Give the number of the tier.")
    if not 0 < emergency <= usual <= MOST_HOURS:
        raise ValidationError(
            f"Suppliers have from 1 to {MOST_HOURS} hours to answer, and no longer in an emergency. Change the hours."
        )
    if not selection_rule.strip():
        raise ValidationError("Say by which published rule a supplier of this tier is chosen.")
    kept = FrameworkTier.objects.filter(framework=framework, tier=tier, starts_on=starts_on).first()
    terms = {"response_hours": usual, "emergency_hours": emergency, "selection_rule": selection_rule.strip()}
    if kept:
        return same_as_kept(kept, f"Tier {tier} from {wording.date(starts_on)}", **terms)
    made = FrameworkTier.objects.create(
        framework=framework, tier=tier, starts_on=starts_on, by_name=str(by), at=now, **terms
    )
    words = f"Suppliers of tier {tier} have {usual} hours to answer from {wording.date(starts_on)}."
    record(
        "framework.tier_set", words, about=framework, by=by, at=now, thread=framework.key, seen_by=parties_of(framework)
    )
    return made


@transaction.atomic
def extend_framework(
    *, framework: Framework, ends_before: date, words: str, by: Any, now: datetime
) -> FrameworkExtension:
    """Move the end of a framework later, within what it and the law allow. The end before stays on record."""
    require_leads(by, framework.lead_id)
    locked = Framework.objects.select_for_update().get(pk=framework.pk)
    kept = FrameworkExtension.objects.filter(framework=locked, ends_before=ends_before).first()
    if kept:
        return kept
    problem = _extension_problem(locked, ends_before)
    if problem:
        raise ValidationError(problem)
    require_lawful(locked, ends_before)
    if not words.strip():
        raise ValidationError("Say why it is extended.")
    assert locked.ends_before is not None
    made = FrameworkExtension.objects.create(
        framework=locked,
        earlier_end=locked.ends_before,
        ends_before=ends_before,
        words=words.strip(),
        by_name=str(by),
        at=now,
    )
    locked.ends_before = ends_before
    locked.save(update_fields=["ends_before"])
    said = f"The framework {locked} was extended to {wording.date(ends_before - timedelta(days=1))}."
    record("framework.extended", said, about=locked, by=by, at=now, thread=locked.key, seen_by=parties_of(locked))
    return made


def _extension_problem(framework: Framework, ends_before: date) -> str:
    if framework.ends_before is None:
        return "This framework has no end, so there is nothing to extend."
    if ends_before <= framework.ends_before:
        last = wording.date(framework.ends_before - timedelta(days=1))
        return f"It already runs to {last}. Choose a later day."
    first = framework.extensions.order_by("earlier_end").first()
    latest = _months_later(first.earlier_end if first else framework.ends_before, framework.extension_months)
    if ends_before <= latest:
        return ""
    if not framework.extension_months:
        return (
            "It was let without a right to extend it. Let a new one, or begin a procurement for a short direct award."
        )
    return (
        f"It may be extended by {wording.plural(framework.extension_months, 'month')} in all."
        f" Choose a last day no later than {wording.date(latest - timedelta(days=1))}."
    )


def _months_later(day: date, months: int) -> date:
    """The first of the days that are so many months later; the last of the month where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))
