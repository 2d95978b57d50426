"""Opening a framework again, applying to it, and deciding what was applied for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Registration
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions.rates import set_rate_card, set_rate_line
from nearhome.procurement.actions.suppliers import admit
from nearhome.procurement.actions.terms import same_as_kept
from nearhome.procurement.calculations.frameworks.age_bands import band_problem
from nearhome.procurement.calculations.frameworks.reopening import (
    LineOf,
    application_problem,
    improvement_problem,
)
from nearhome.procurement.models import (
    ApplicationDecision,
    Framework,
    FrameworkApplication,
    FrameworkSupplier,
    RateLine,
    ReopeningWindow,
)
from nearhome.procurement.permissions import require_leads, require_sells
from nearhome.procurement.queries.frameworks import admission_of, card_on, parties_of, window_row, windows_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the lead decides about an application: accepted from a day, into a tier if it is a newcomer; or refused."""

    accepted: bool
    words: str
    starts_on: date | None = None
    tier: int = 1


@transaction.atomic
def open_again(
    *, framework: Framework, opens_on: date, closes_before: date, admits: str, words: str = "", by: Any, now: datetime
) -> ReopeningWindow:
    """Open a framework to new entrants, lower prices, or both, on days that are published."""
    require_leads(by, framework.lead_id)
    kept = ReopeningWindow.objects.filter(framework=framework, opens_on=opens_on, admits=admits).first()
    if kept:
        return same_as_kept(kept, "This reopening", closes_before=closes_before)
    problem = _window_problem(framework, opens_on, closes_before, admits, timezone.localdate(now, wording.LONDON))
    if problem:
        raise ValidationError(problem)
    window = ReopeningWindow.objects.create(
        framework=framework, opens_on=opens_on, closes_before=closes_before, admits=admits, words=words.strip(),
        by_name=str(by), at=now,
    )  # fmt: skip
    said = f"{framework} opens again from {wording.date(opens_on)}: {window.get_admits_display().lower()}."
    suppliers = FrameworkSupplier.objects.filter(framework=framework).values_list("provider_id", flat=True).distinct()
    readers = (*parties_of(framework), *suppliers)
    record("framework.reopened", said, about=framework, by=by, at=now, thread=framework.key, seen_by=readers)
    return window


def _window_problem(framework: Framework, opens_on: date, closes_before: date, admits: str, today: date) -> str:
    if admits not in ReopeningWindow.Admits.values:
        return "Choose whom or what it opens for."
    if opens_on < today:
        return f"It opens today or later. Choose {wording.date(today)} or later."
    if closes_before <= opens_on:
        return "The last day must not be before it opens. Choose a later day."
    if framework.ends_before and closes_before > framework.ends_before:
        return "The framework ends while it would be open. Choose an earlier last day."
    if admits != ReopeningWindow.Admits.PRICES and framework.form in ("closed", "pcr_framework"):
        return f"A {framework.get_form_display().lower()} takes no new entrants in its term. Choose lower prices only."
    return ""


@transaction.atomic
def apply_to_framework(
    *,
    framework: Framework,
    registration: Registration,
    lines: dict[LineOf, int],
    words: str = "",
    by: Any,
    now: datetime,
) -> FrameworkApplication:
    """A provider asks for admission, or offers lower prices if it is admitted. Asked twice the same, it is asked once."""
    provider = require_sells(by)
    if registration.provider_id != provider.pk:
        raise ValidationError("The registration is another provider’s. Choose one of yours.")
    today = timezone.localdate(now, wording.LONDON)
    admission = admission_of(framework, registration, today)
    problem = application_problem(windows_of(framework), is_admitted=admission is not None, on=today)
    if problem:
        raise ValidationError(problem)
    kind = FrameworkApplication.Kind.PRICES if admission else FrameworkApplication.Kind.ADMISSION
    problem = improvement_problem(card_on(admission, today), lines) if admission else _card_problem(lines)
    if problem:
        raise ValidationError(problem)
    kept = FrameworkApplication.objects.filter(framework=framework, registration=registration, decision=None).first()
    if kept:
        return same_as_kept(kept, "Your application, not decided yet,", lines=_stored(lines))
    made = FrameworkApplication.objects.create(
        framework=framework, window=window_row(framework, kind == "prices", today), provider=provider,
        registration=registration, kind=kind, lines=_stored(lines), words=words.strip(), by_name=str(by), at=now,
    )  # fmt: skip
    said = f"{provider} applied to {framework} with {registration}: {made.get_kind_display().lower()}."
    record("framework.applied", said, about=made, by=by, at=now, thread=framework.key, seen_by=(framework.lead_id,))
    return made


def _card_problem(lines: dict[LineOf, int]) -> str:
    if any(pence <= 0 for pence in lines.values()):
        return "A weekly price is more than £0.00. Check the prices."
    for category in {name for name, _, _ in lines} or {"standard"}:
        bands = [(low, before) for name, low, before in lines if name == category]
        lowest, last = min((one[0] for one in bands), default=0), max((one[1] for one in bands), default=18)
        problem = band_problem(bands, lowest, last)
        if problem:
            return problem
    return ""


def _stored(lines: dict[LineOf, int]) -> list[dict[str, Any]]:
    names = ("category", "min_age", "before_age")
    return [
        dict(zip(names, line, strict=True)) | {"weekly_price_pence": pence} for line, pence in sorted(lines.items())
    ]


@transaction.atomic
def decide_application(
    *, application: FrameworkApplication, verdict: Verdict, by: Any, now: datetime
) -> ApplicationDecision:
    """Accept or refuse an application, once. Accepted prices begin on a day; placements called off before keep theirs."""
    framework = application.framework
    require_leads(by, framework.lead_id)
    outcome = ApplicationDecision.Outcome.ACCEPTED if verdict.accepted else ApplicationDecision.Outcome.REFUSED
    kept = _lock_and_find(application)
    if kept:
        return same_as_kept(kept, "The application", outcome=outcome)
    if not verdict.accepted and not verdict.words.strip():
        raise ValidationError("Say why it is refused. The provider reads it.")
    if verdict.accepted:
        _accept(application, verdict, by, now)
    decision = _decided(
        application, outcome, by, now, starts_on=verdict.starts_on if verdict.accepted else None,
        words=verdict.words.strip(),
    )  # fmt: skip
    said = f"The application of {application.provider} with {application.registration} was {outcome.value}."
    _note("framework.application_decided", said, application, by, now)
    return decision


def _lock_and_find(application: FrameworkApplication) -> ApplicationDecision | None:
    # The framework's row is what both sides can lock; an application itself is never changed.
    list(Framework.objects.select_for_update().filter(pk=application.framework_id))
    return ApplicationDecision.objects.filter(application=application).first()


def _accept(application: FrameworkApplication, verdict: Verdict, by: Any, now: datetime) -> None:
    today = timezone.localdate(now, wording.LONDON)
    starts_on, framework = verdict.starts_on, application.framework
    if starts_on is None or starts_on < today:
        raise ValidationError(f"Choose a day from {wording.date(today)} on from which it applies.")
    if application.kind == FrameworkApplication.Kind.ADMISSION:
        supplier = admit(framework, application.registration, verdict.tier, starts_on, by=by, now=now)
        for category in {line["category"] for line in application.lines}:
            bands = _bands(application.lines, category)
            set_rate_card(supplier=supplier, category=category, bands=bands, starts_on=starts_on, by=by, now=now)
        return
    admission = admission_of(framework, application.registration, starts_on)
    if admission is None:
        raise ValidationError("It is no longer admitted on that day. Choose an earlier day, or refuse.")
    _lower(application, admission, starts_on, by, now)


def _bands(lines: Sequence[dict[str, Any]], category: str) -> list[tuple[int, int, int]]:
    return [
        (one["min_age"], one["before_age"], one["weekly_price_pence"]) for one in lines if one["category"] == category
    ]


def _lower(
    application: FrameworkApplication, supplier: FrameworkSupplier, starts_on: date, by: Any, now: datetime
) -> None:
    """Only what is still lower on that day is written: a price may have fallen meanwhile."""
    if RateLine.objects.filter(supplier=supplier, starts_on__gte=starts_on).exists():
        raise ValidationError("One of its prices begins on or after that day. Choose a later day.")
    card = card_on(supplier, starts_on)
    offered = {
        (one["category"], one["min_age"], one["before_age"]): one["weekly_price_pence"] for one in application.lines
    }
    problem = improvement_problem(card, offered)
    if problem:
        raise ValidationError(f"{problem} Refuse it, or choose another day.")
    for (category, low, before), pence in offered.items():
        if pence < card[category, low, before]:
            set_rate_line(
                supplier=supplier, weekly_price_pence=pence, starts_on=starts_on, ages=(low, before), category=category,
                by=by, now=now,
            )  # fmt: skip


@transaction.atomic
def withdraw_application(*, application: FrameworkApplication, by: Any, now: datetime) -> ApplicationDecision:
    """The provider takes its application back before it is decided."""
    provider = require_sells(by)
    if application.provider_id != provider.pk:
        raise ValidationError("The application is another provider’s.")
    kept = ApplicationDecision.objects.filter(application=application).first()
    if kept:
        return same_as_kept(kept, "The application", outcome=ApplicationDecision.Outcome.WITHDRAWN)
    decision = _decided(application, ApplicationDecision.Outcome.WITHDRAWN, by, now)
    _note("framework.application_withdrawn", f"{provider} withdrew its application.", application, by, now)
    return decision


def _decided(
    application: FrameworkApplication, outcome: str, by: Any, now: datetime, **also: Any
) -> ApplicationDecision:
    """The one decision there is: of a provider who withdraws and a lead who decides at once, the second is told."""
    try:
        with transaction.atomic():
            return ApplicationDecision.objects.create(
                application=application, outcome=outcome, by_name=str(by), at=now, **also
            )
    except IntegrityError:
        raise ChangedMeanwhile("The application") from None


def _note(name: str, words: str, application: FrameworkApplication, by: Any, now: datetime) -> None:
    framework = application.framework
    readers = (application.provider_id, framework.lead_id)
    record(name, words, about=application, by=by, at=now, thread=framework.key, seen_by=readers)
