"""Terms for nights away, for who agrees and who reads them: of which framework or placement, in words, version by version."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from nearhome.audit.queries import HistoryLine, history_of
from nearhome.placements.models import Booking
from nearhome.procurement.models import Framework
from nearhome.settlement.calculations.nights import AwayTerms
from nearhome.settlement.calculations.rules.away_words import away_changes, away_clauses
from nearhome.settlement.calculations.rules.terms import in_force
from nearhome.settlement.calculations.rules.words import Change, Clause
from nearhome.settlement.models import AwayTerms as AwayTermsRow
from nearhome.settlement.permissions.away import can_propose_away_terms, require_can_propose_away_terms
from nearhome.settlement.permissions.rules import require_can_see_rules
from nearhome.settlement.queries.agreed_away import away_of, away_terms_from, frameworks_of, thread_of
from nearhome.settlement.queries.stay_money import ELEMENT_WORDS, ELEMENTS

KEPT_CHOICES = tuple((name, words) for name, words in ELEMENTS if name != "one-off")
Kind = Literal["framework", "placement"]
IN_FULL = "Nothing is agreed, so every night away is paid in full."


@dataclass(frozen=True, slots=True)
class AwayLine:
    """One framework or placement in the list: what holds today, since when, and what is to do."""

    key: UUID
    kind: Kind
    name: str
    whose: str
    words: str
    since: date | None
    to_do: str


@dataclass(frozen=True, slots=True)
class AwayVersion:
    """One version: its state in a word and what it changed from the version in force before it."""

    row: AwayTermsRow
    state: str
    colour: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AwayPage:
    """Everything the page of one framework's or placement's terms shows to one person."""

    of: Framework | Booking
    kind: Kind
    name: str
    terms: AwayTerms | None
    source: str
    clauses: tuple[Clause, ...]
    coming: tuple[AwayTermsRow, ...]
    versions: tuple[AwayVersion, ...]
    waiting: AwayTermsRow | None
    waiting_clauses: tuple[Clause, ...]
    may_propose: bool
    may_agree: bool
    is_own: bool
    history: tuple[HistoryLine, ...]


def away_list(person: Any, *, today: date) -> tuple[AwayLine, ...]:
    """Frameworks that the authority may call off from, and its own placements that have terms of their own."""
    require_can_see_rules(person)
    rows: dict[tuple[Kind, int], list[AwayTermsRow]] = {}
    every = AwayTermsRow.objects.select_related("booking__home", "booking__authority").order_by("version", "id")
    for row in every:
        kind, number = ("framework", row.framework_id) if row.framework_id else ("placement", row.booking_id)
        rows.setdefault((kind, number), []).append(row)  # type: ignore[arg-type]
    frameworks = _frameworks(person).order_by("name", "pk")
    own = [row.booking for (kind, _), some in rows.items() if kind == "placement" and (row := some[0]).booking]
    return (
        *(_line(person, one, "framework", rows.get(("framework", one.pk), []), today) for one in frameworks),
        *(_line(person, one, "placement", rows["placement", one.pk], today) for one in own),
    )


def framework_of(person: Any, key: UUID) -> Framework:
    """A framework that the person's authority leads or may call off from; another does not exist for them."""
    require_can_see_rules(person)
    row: Framework | None = _frameworks(person).filter(key=key).first()
    if row is None:
        raise Http404
    return row


def placement_of(person: Any, key: UUID) -> Booking:
    """A placement of the authority's own child that was bought singly."""
    require_can_see_rules(person)
    rows = Booking.objects.select_related("home", "authority", "place")
    row = rows.filter(key=key, authority=person.organisation_id, block_contract__isnull=True).first()
    if row is None:
        raise Http404
    return row


def away_page(person: Any, of: Framework | Booking, *, today: date) -> AwayPage:
    """What holds today in words, what waits, and every version."""
    rows = list(_rows(of).select_related("proposed_by", "answered_by"))
    terms, source = held_today(of, rows, today)
    waiting = next((row for row in rows if row.is_agreed is None), None)
    may = can_propose_away_terms(person, of)
    return AwayPage(
        of=of,
        kind=kind_of(of),
        name=name_of(of),
        terms=terms,
        source=source,
        clauses=away_clauses(terms, ELEMENT_WORDS) if terms else (),
        coming=tuple(row for row in rows if row.is_agreed and row.starts_on > today),
        versions=tuple(reversed([_version(row, rows) for row in rows])),
        waiting=waiting,
        waiting_clauses=away_clauses(away_terms_from(waiting), ELEMENT_WORDS) if waiting else (),
        may_propose=may and waiting is None,
        may_agree=may and waiting is not None and waiting.proposed_by_id != person.pk,
        is_own=may,
        history=_history(of, rows),
    )


def held_today(of: Framework | Booking, rows: list[AwayTermsRow], today: date) -> tuple[AwayTerms | None, str]:
    """The terms in force today, and by whose agreement; None where every night is paid in full."""
    own = [away_terms_from(row) for row in rows if row.is_agreed]
    every = in_force((), own) if isinstance(of, Framework) else away_of(of.authority_id, [of]).get(of.pk, ())
    found = next((one for one in reversed(every) if one.starts_on <= today), None)
    if found is None:
        return None, IN_FULL
    if found in own:
        return found, "Terms of the framework" if isinstance(of, Framework) else "Terms of this placement alone"
    numbers = frameworks_of(of.authority_id, [of]).values() if isinstance(of, Booking) else ()
    name = Framework.objects.filter(pk__in=numbers).values_list("name", flat=True).first()
    return found, f"Terms of {name}"


def stay_terms(booking: Booking, *, today: date) -> tuple[tuple[Clause, ...], str]:
    """The same for the page of a stay bought singly, in words; () where every night is paid in full."""
    terms, source = held_today(booking, list(_rows(booking)), today)
    return away_clauses(terms, ELEMENT_WORDS) if terms else (), source


def to_change(person: Any, of: Framework | Booking, *, today: date) -> AwayTerms | None:
    """What to start a proposal from. Raises PermissionDenied for a partner's framework."""
    require_can_propose_away_terms(person, of)
    return held_today(of, list(_rows(of)), today)[0]


def proposal_row(person: Any, key: UUID) -> AwayTermsRow:
    """One version of terms that the person's authority reads."""
    require_can_see_rules(person)
    row = AwayTermsRow.objects.select_related("framework", "booking__home").filter(key=key).first()
    if row is None:
        raise Http404
    return row


def kind_of(of: Framework | Booking) -> Kind:
    """Which of the two it is."""
    return "framework" if isinstance(of, Framework) else "placement"


def _rows(of: Framework | Booking) -> Any:
    about = {"framework": of} if isinstance(of, Framework) else {"booking": of}
    return AwayTermsRow.objects.filter(**about).order_by("version")


def _frameworks(person: Any) -> Any:
    own = person.organisation_id
    return Framework.objects.filter(Q(lead=own) | Q(parties__organisation=own)).select_related("lead").distinct()


def name_of(of: Framework | Booking) -> str:
    """What pages call it."""
    return of.name if isinstance(of, Framework) else f"{of.child_ref} at {of.home.name}"


def _history(of: Framework | Booking, rows: list[AwayTermsRow]) -> tuple[HistoryLine, ...]:
    about = {f"{row._meta.model_name} {row.key}" for row in rows}
    return tuple(reversed(history_of(thread_of(of), about=about))) if about else ()


def _line(person: Any, of: Framework | Booking, kind: Kind, rows: list[AwayTermsRow], today: date) -> AwayLine:
    own = in_force((), [away_terms_from(row) for row in rows if row.is_agreed])
    terms = next((one for one in reversed(own) if one.starts_on <= today), None)
    waiting, to_do = next((row for row in rows if row.is_agreed is None), None), "Nothing."
    if waiting:
        mine = can_propose_away_terms(person, of) and waiting.proposed_by_id != person.pk
        to_do = "Agree the proposal or turn it down." if mine else "A proposal waits for an answer."
    whose = of.lead.name if isinstance(of, Framework) else of.authority.name
    words = away_clauses(terms, ELEMENT_WORDS)[0].words if terms else "No terms of its own."
    if isinstance(of, Framework) and terms is None:
        words = IN_FULL
    return AwayLine(of.key, kind, name_of(of), whose, words, terms.starts_on if terms else None, to_do)


def _version(row: AwayTermsRow, rows: list[AwayTermsRow]) -> AwayVersion:
    earlier = [one for one in rows if one.is_agreed and one.version < row.version]
    before = max(earlier, key=lambda one: (one.starts_on, one.version), default=None)
    changes = away_changes(away_terms_from(before), away_terms_from(row), ELEMENT_WORDS) if before else ()
    states = {None: ("Proposed", "yellow"), True: ("Agreed", "green"), False: ("Turned down", "grey")}
    return AwayVersion(row, *states[row.is_agreed], changes)
