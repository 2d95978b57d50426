"""What was agreed about nights away of placements bought singly, as calculations read it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from nearhome.placements.models import Booking
from nearhome.procurement.models import CallOff, Framework, FrameworkSupplier
from nearhome.settlement.calculations.nights import AbsenceRule, AwayTerms
from nearhome.settlement.calculations.rules.terms import in_force
from nearhome.settlement.models import AwayTerms as AwayTermsRow


def away_terms_from(row: AwayTermsRow) -> AwayTerms:
    """One version of terms."""
    rules = tuple(AbsenceRule(kind, full, then, most) for kind, full, then, most in row.absences)
    return AwayTerms(row.starts_on, rules, None if row.kept_elements is None else tuple(row.kept_elements))


def named(row: AwayTermsRow) -> str:
    """Whose terms they are, as events and lists say it: a framework, or a child by pseudonym."""
    return row.of.name if isinstance(row.of, Framework) else f"{row.of.child_ref} at {row.of.home.name}"


def thread_of(of: Framework | Booking) -> UUID:
    """Where what happened about the terms is kept: with the framework, or with the search that led to the placement."""
    return of.key if isinstance(of, Framework) else of.thread or of.key


def away_of(authority_id: int, bookings: Iterable[Booking]) -> dict[int, tuple[AwayTerms, ...]]:
    """The terms of each of an authority's placements bought singly, by date; nothing for those without any.

    A placement's own terms go before its framework's from their first day. Three queries at most, however many bookings.
    """
    of_framework: dict[int, list[AwayTerms]] = defaultdict(list)
    of_booking: dict[int, list[AwayTerms]] = defaultdict(list)
    agreed = AwayTermsRow.objects.filter(Q(framework__isnull=False) | Q(authority=authority_id), is_agreed=True)
    for row in agreed.order_by("version", "id"):
        some = of_framework[row.framework_id] if row.framework_id else of_booking[row.booking_id or 0]
        some.append(away_terms_from(row))
    if not of_framework and not of_booking:
        return {}
    alone = [one for one in bookings if not one.block_contract_id and one.authority_id == authority_id]
    frameworks = frameworks_of(authority_id, alone) if of_framework else {}
    found = {one.pk: in_force(of_framework[frameworks.get(one.pk, 0)], of_booking[one.pk]) for one in alone}
    return {pk: terms for pk, terms in found.items() if terms}


def frameworks_of(authority_id: int, bookings: Sequence[Booking]) -> dict[int, int]:
    """The framework through which each placement was bought, by numbers.

    The one it was called off from; for a placement taken on from before, which has no call-off, the only framework of the
    authority to which its home was admitted when it began. Of several, none: its own terms then have to say.
    """
    through = [one for one in bookings if one.route == "framework"]
    if not through:
        return {}
    calls = CallOff.objects.filter(authority=authority_id, supplier__isnull=False, cancelled_at__isnull=True)
    called = dict(calls.values_list("booking_key", "supplier__framework_id"))
    found = {one.pk: called[one.key] for one in through if one.key in called}
    without = [one for one in through if one.pk not in found]
    admitted = _admissions(authority_id, without) if without else {}
    for one in without:
        on = one.arrived_on or one.starts_on
        fitting = {
            row.framework_id
            for row in admitted.get(one.home.registration_id or 0, ())
            if (row.admitted_from is None or row.admitted_from <= on)
            and (row.ends_before is None or on < row.ends_before)
        }
        if len(fitting) == 1:
            found[one.pk] = fitting.pop()
    return found


def _admissions(authority_id: int, bookings: Sequence[Booking]) -> dict[int, list[FrameworkSupplier]]:
    rows = FrameworkSupplier.objects.filter(
        registration__in={one.home.registration_id for one in bookings}, framework__parties__organisation=authority_id
    )
    found: dict[int, list[FrameworkSupplier]] = defaultdict(list)
    for row in rows:
        found[row.registration_id].append(row)
    return found
