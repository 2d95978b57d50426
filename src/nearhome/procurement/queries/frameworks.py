"""Reading frameworks: which there are, one of them with its suppliers and prices, and pieces that actions ask for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from nearhome.audit.models import Event
from nearhome.design.waiting import Waiting
from nearhome.design.wording import LONDON
from nearhome.market.models import Inspection, Registration
from nearhome.people.models import Organisation, Person
from nearhome.procurement.calculations.frameworks.reopening import LineOf, Window
from nearhome.procurement.calculations.frameworks.terms import TermLimit, Terms, next_reopening_due, term_limit
from nearhome.procurement.models import (
    Framework,
    FrameworkSupplier,
    FrameworkTier,
    RateLine,
    ReopeningWindow,
    Suspension,
)
from nearhome.procurement.permissions import buys, can_lead, require_leads, require_reads_contracts, sells
from nearhome.procurement.queries.standing import admitted_on, holding, is_suspended, tier_on

ENDS_SOON_DAYS = 270
HISTORY_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """One supplier as it stands on a day. Prices: pence a week, None where the reader may not know or there is none."""

    row: FrameworkSupplier
    tier: int
    is_suspended: bool
    judgement: str
    cheapest: int | None
    dearest: int | None
    is_over: bool

    @property
    def words(self) -> str:
        if self.is_over:
            return "No longer admitted"
        return "Suspended" if self.is_suspended else "May be offered placements"

    @property
    def should_be_looked_at(self) -> bool:
        """Its last judgement is inadequate and it is not suspended: a suggestion, people decide."""
        return not (self.is_over or self.is_suspended) and self.judgement.casefold().startswith("inadequate")


@dataclass(frozen=True, slots=True)
class FrameworkShown:
    """Everything the page of one framework says to this reader."""

    row: Framework
    today: date
    parties: tuple[str, ...]
    limit: TermLimit
    tiers: tuple[FrameworkTier, ...]
    suppliers: tuple[Standing, ...]
    windows: tuple[ReopeningWindow, ...]
    leads: bool
    buys: bool
    open_windows: tuple[ReopeningWindow, ...]
    reopening_due: date | None
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last_day(self) -> date | None:
        return self.row.ends_before - timedelta(days=1) if self.row.ends_before else None

    @property
    def to_look_at(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.suppliers if one.should_be_looked_at)


def today_at(now: datetime) -> date:
    """The day in London."""
    return timezone.localdate(now, LONDON)


def frameworks_of(person: Person) -> QuerySet[Framework]:
    """Frameworks the person's authority leads or may call off from; those a provider supplies or may apply to now."""
    require_reads_contracts(person)
    own = Q(pk__in=[])
    if buys(person):
        own |= Q(lead_id=person.organisation_id) | Q(parties__organisation_id=person.organisation_id)
    if sells(person):
        reopens = Q(windows__closes_before__gt=today_at(timezone.now()))
        own |= (
            Q(suppliers__provider_id=person.organisation_id)
            | Q(applications__provider_id=person.organisation_id)
            | reopens
        )
    return Framework.objects.filter(own).select_related("lead").distinct().order_by("name", "pk")


def framework_for(person: Person, key: UUID) -> Framework:
    """One of them. Raises PermissionDenied for another role and Http404 for what is not theirs."""
    found = frameworks_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such framework")
    return found


def framework_to_lead(person: Person, key: UUID) -> Framework:
    """One that the person leads; to anybody else it does not exist, or they are refused."""
    found = framework_for(person, key)
    require_leads(person, found.lead_id)
    return found


def framework_shown(person: Person, key: UUID, *, now: datetime) -> FrameworkShown:
    """The page of one framework; a provider reads its own admissions and prices in it and no others."""
    row, today = framework_for(person, key), today_at(now)
    windows = tuple(row.windows.order_by("opens_on", "pk"))
    parties = tuple(row.parties.select_related("organisation").values_list("organisation__name", flat=True))
    return FrameworkShown(
        row, today, tuple(sorted(parties)), term_limit(terms_of(row)), tiers_on(row, today), suppliers_shown(person, row, today),
        windows, can_lead(person, row.lead_id), buys(person),
        tuple(one for one in windows if one.opens_on <= today < one.closes_before),
        next_reopening_due(row.form, row.starts_on, _awards(row), row.ends_before),
        _history(person, row),
    )  # fmt: skip


def _history(person: Person, row: Framework) -> list[dict[str, Any]]:
    """The newest of what happened. An authority's own service reads none of it: it competes with the others."""
    if not buys(person) and person.organisation.kind == Organisation.Kind.AUTHORITY:
        return []
    rows = Event.objects.filter(thread=row.key).order_by("-at", "-id")[:HISTORY_SHOWN]
    return [{"what": one.words, "at": one.at, "who": one.by_name, "organisation": one.by_organisation} for one in rows]


def _awards(row: Framework) -> list[date]:
    """Days on which newcomers were admitted: what an open framework counts as its next awards."""
    rows = FrameworkSupplier.objects.filter(framework=row, admitted_from__isnull=False, came_from=None)
    return [day for day in rows.values_list("admitted_from", flat=True).distinct() if day]


def tiers_on(row: Framework, on: date) -> tuple[FrameworkTier, ...]:
    """The rule of each tier that holds on a day, in order; and those still to come where a tier has none yet."""
    found: dict[int, FrameworkTier] = {}
    for one in row.tiers.order_by("tier", "starts_on"):
        if one.starts_on <= on or one.tier not in found:
            found[one.tier] = one
    return tuple(found.values())


def suppliers_shown(person: Person, row: Framework, on: date) -> tuple[Standing, ...]:
    """Its suppliers with how each stands on a day, by tier and name; a provider's own alone. Four queries."""
    rows = FrameworkSupplier.objects.filter(framework=row).select_related("registration", "provider")
    if not buys(person):
        rows = rows.filter(provider_id=person.organisation_id)
    suspended = ExpressionWrapper(Q(is_suspended(on)), output_field=BooleanField())
    read = list(
        rows.annotate(tier_now=tier_on(on), suspended=suspended).order_by("tier_now", "registration__name", "pk")
    )
    prices: dict[int, list[int]] = defaultdict(list)
    lines = RateLine.objects.filter(holding(on), supplier__framework=row)
    for supplier_id, pence in lines.values_list("supplier_id", "weekly_price_pence"):
        prices[supplier_id].append(pence)
    judged = judgements([one.registration_id for one in read], on)
    return tuple(
        Standing(
            one, one.tier_now, one.suspended, judged.get(one.registration_id, ""), min(prices[one.pk], default=None),
            max(prices[one.pk], default=None), one.ends_before is not None and one.ends_before <= on,
        )
        for one in read
    )  # fmt: skip


def judgements(registration_ids: Iterable[int], on: date) -> dict[int, str]:
    """The last judgement of each registration up to a day."""
    rows = Inspection.objects.filter(registration_id__in=list(registration_ids), inspected_on__lte=on)
    return dict(rows.order_by("registration_id", "inspected_on").values_list("registration_id", "judgement"))


def parties_of(framework: Framework) -> tuple[int, ...]:
    """The organisations that may call off, the lead among them."""
    return tuple({framework.lead_id, *framework.parties.values_list("organisation_id", flat=True)})


def authorities_of(framework: Framework) -> list[Organisation]:
    """The same as organisations, by name."""
    return list(Organisation.objects.filter(pk__in=parties_of(framework)).order_by("name"))


def terms_of(framework: Framework) -> Terms:
    """What decides how long it may run. The end that counts is the one first agreed."""
    first = framework.extensions.order_by("earlier_end").first() if framework.pk else None
    admitted = framework.suppliers.values("registration").distinct().count() if framework.pk else 0
    return Terms(
        framework.regime, framework.form, framework.starts_on, framework.light_touch,
        first.earlier_end if first else framework.ends_before, admitted == 1, framework.term_justification,
    )  # fmt: skip


def windows_of(framework: Framework) -> tuple[Window, ...]:
    """Every window on which it was or will be open again."""
    return tuple(Window(one.opens_on, one.closes_before, one.admits) for one in framework.windows.all())


def window_row(framework: Framework, for_prices: bool, on: date) -> ReopeningWindow:
    """The window that is open on a day for prices or for newcomers; the one open longest."""
    admits = ("both", "prices" if for_prices else "newcomers")
    rows = framework.windows.filter(opens_on__lte=on, closes_before__gt=on, admits__in=admits)
    return rows.order_by("-closes_before")[0]


def admission_of(framework: Framework, registration: Registration, on: date) -> FrameworkSupplier | None:
    """The admission of a registration that holds on a day, if it is admitted."""
    rows = FrameworkSupplier.objects.filter(admitted_on(on), framework=framework, registration=registration)
    return rows.select_related("framework", "registration", "provider").first()


def card_on(supplier: FrameworkSupplier, on: date) -> dict[LineOf, int]:
    """The rate card of a supplier that holds on a day, pence a week by line."""
    rows = RateLine.objects.filter(holding(on), supplier=supplier).order_by("starts_on")
    return {(one.category, one.min_age, one.before_age): one.weekly_price_pence for one in rows}


def suppliers_by_framework(rows: Iterable[Framework], person: Person) -> Mapping[int, int]:
    """How many admissions each framework has today; of a provider, its own."""
    found = FrameworkSupplier.objects.filter(admitted_on(today_at(timezone.now())), framework__in=list(rows))
    if not buys(person):
        found = found.filter(provider_id=person.organisation_id)
    return dict(found.values_list("framework_id").annotate(Count("pk")))


def waiting_for(person: Person, *, now: datetime) -> list[Waiting]:
    """Of a commissioner: frameworks that end soon, open ones that must reopen, suppliers judged inadequate."""
    if not can_lead(person, person.organisation_id):
        return []
    today, found = today_at(now), []
    led = Framework.objects.filter(lead_id=person.organisation_id, starts_on__lte=today)
    for row in led.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=today)):
        page = reverse("procurement:framework", args=[row.key])
        if row.ends_before and row.ends_before - today <= timedelta(days=ENDS_SOON_DAYS):
            last = row.ends_before - timedelta(days=1)
            found.append(Waiting(f"Extend or replace it: it ends on {last:%-d %B %Y}", row.name, page))
        due = next_reopening_due(row.form, row.starts_on, _awards(row), row.ends_before)
        if due and due - today <= timedelta(days=ENDS_SOON_DAYS):
            found.append(Waiting(f"Open it again: it must award anew before {due:%-d %B %Y}", row.name, page))
    return [*found, *_judged_inadequate(person, today)]


def _judged_inadequate(person: Person, today: date) -> list[Waiting]:
    """One line a supplier; the last judgement counts, and who is suspended already is left out."""
    rows = (
        FrameworkSupplier.objects.filter(
            admitted_on(today), framework__lead_id=person.organisation_id,
            registration__inspections__judgement__istartswith="inadequate",
        )
        .exclude(is_suspended(today))
        .select_related("framework", "registration")
        .distinct()
    )  # fmt: skip
    read = list(rows.order_by("registration__name"))
    last = judgements([one.registration_id for one in read], today)
    return [
        Waiting(
            f"Judged inadequate: think about suspending {one.registration}", one.framework.name,
            reverse("procurement:supplier", args=[one.framework.key, one.pk]),
        )
        for one in read
        if last.get(one.registration_id, "").casefold().startswith("inadequate")
    ]  # fmt: skip


def suspensions_of(supplier: FrameworkSupplier) -> QuerySet[Suspension]:
    """Every suspension of a supplier, newest first."""
    return Suspension.objects.filter(supplier=supplier).order_by("-starts_on")


def other_authorities(lead: Organisation) -> list[Organisation]:
    """Authorities that may be parties besides the lead, by name."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).exclude(pk=lead.pk)
    return list(rows.order_by("name"))
