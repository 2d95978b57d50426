"""Begin a procurement and change what it is to be, while it is being prepared."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.spoken_refs import new_ref
from nearhome.people.models import Organisation
from nearhome.sufficiency.models import Requirement
from nearhome.tendering.actions.moving import lock_procurement, require_state
from nearhome.tendering.calculations.instruments.checking import last_day, refusals
from nearhome.tendering.models import Procurement, ProcurementMove, ProcurementParty
from nearhome.tendering.permissions.cases import require_can_begin, require_can_lead
from nearhome.tendering.queries.instruments import case_of, instrument_rules
from nearhome.tendering.states import ProcurementState

_LOCK = 917  # one procurement of an authority is begun at a time, so that a double click begins one
MOST_WEIGHT = 100_000


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """What is bought and how. `value_pence` is for the whole term with VAT; `lead_weight` the lead's share of what is shared."""

    name: str
    kind: str
    buys: str
    instrument: str
    summary: str = ""
    regime: str = "PA23"
    light_touch: bool = True
    estimated_value_pence: int | None = None
    term_starts_on: date | None = None
    term_months: int | None = None
    extension_months: int = 0
    commenced_on: date | None = None
    lead_weight: int = 1
    requirement_id: int | None = None


_FIELDS = [one.name for one in fields(CaseTerms)]


def terms_of(procurement: Procurement) -> CaseTerms:
    """The terms as they are kept."""
    return CaseTerms(**{name: getattr(procurement, name) for name in _FIELDS})


@transaction.atomic
def begin_procurement(*, terms: CaseTerms, parties: Mapping[int, int], by: Any, now: datetime) -> Procurement:
    """Begin a procurement led by the commissioner's authority. `parties` are other authorities' ids with their weights.

    The same asked twice is begun once. Raises PermissionDenied, and ValidationError with the mend for what cannot be.
    """
    lead = require_can_begin(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, lead.pk])
    _require_sound(terms, lead, now)
    partners = _partners(lead, parties)
    same = Procurement.objects.filter(lead=lead, name=terms.name).exclude(state=ProcurementState.ABANDONED).first()
    if same is not None:
        return _begun_already(same, terms)
    made = _new_procurement(terms, lead, by, now)
    _set_parties(made, partners)
    ProcurementMove.objects.create(
        procurement=made, to_state=ProcurementState.PREPARING, by_name=str(by), by_person_id=by.pk, at=now
    )
    words = f"{lead} began the procurement {made.ref}, {made.name}."
    record("procurement.begun", words, about=made, by=by, at=now, thread=made.key, seen_by=tuple(partners))
    return made


def _begun_already(same: Procurement, terms: CaseTerms) -> Procurement:
    if terms_of(same) == terms and same.state == ProcurementState.PREPARING:
        return same
    raise ValidationError(
        f"Your authority has a procurement of this name already: {same.ref}. Open that one, or choose another name."
    )


def _new_procurement(terms: CaseTerms, lead: Organisation, by: Any, now: datetime) -> Procurement:
    for _ in range(9):
        try:
            with transaction.atomic():
                return Procurement.objects.create(
                    ref=new_ref("T"), lead=lead, made_at=now, made_by=str(by), **asdict(terms)
                )
        except IntegrityError as error:
            if "_ref_" not in str(error):
                raise
    raise RuntimeError("No free reference was found nine times in a row")


@transaction.atomic
def change_procurement(
    *, procurement: Procurement, terms: CaseTerms, parties: Mapping[int, int], version: int, by: Any, now: datetime
) -> Procurement:
    """Change what is bought, how and with whom, before it is published. Saying what stands already changes nothing.

    Raises ChangedMeanwhile if somebody else changed it after that version, ValidationError with the mend.
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    require_state(locked, ProcurementState.PREPARING)
    _require_sound(terms, locked.lead, now)
    partners = _partners(locked.lead, parties)
    before = dict(locked.parties.values_list("organisation_id", "weight"))
    if terms_of(locked) == terms and before == partners:
        return locked
    locked = lock_procurement(locked, version=version)
    _require_free_name(locked, terms.name)
    changed = [name for name in _FIELDS if getattr(locked, name) != getattr(terms, name)]
    for name in changed:
        setattr(locked, name, getattr(terms, name))
    locked.version += 1
    locked.save(update_fields=[*changed, "version"])
    _set_parties(locked, partners)
    words = f"{locked.ref} was changed: {_changed_words(changed, before != partners)}."
    seen_by = tuple({*before, *partners})
    record("procurement.changed", words, about=locked, by=by, at=now, thread=locked.key, seen_by=seen_by)
    return locked


_SAID = {
    "name": "its name", "kind": "the kind of place", "buys": "what is bought", "instrument": "the instrument",
    "summary": "its summary", "regime": "the regime", "light_touch": "whether it is light touch",
    "estimated_value_pence": "the estimated value", "term_starts_on": "the first day", "term_months": "the term",
    "extension_months": "the extensions", "commenced_on": "the day it commenced", "lead_weight": "the shares", "requirement_id": "the requirement",
}  # fmt: skip


def _changed_words(changed: list[str], parties_too: bool) -> str:
    parts = list(dict.fromkeys(_SAID[name] for name in changed))
    return ", ".join([*parts, *(["who buys together"] if parties_too else [])])


def _require_free_name(locked: Procurement, name: str) -> None:
    others = Procurement.objects.filter(lead_id=locked.lead_id, name=name).exclude(pk=locked.pk)
    other = others.exclude(state=ProcurementState.ABANDONED).first()
    if other is not None:
        raise ValidationError(f"{other.ref} has this name already. Choose another name.")


def _require_sound(terms: CaseTerms, lead: Organisation, now: datetime) -> None:
    """Raise ValidationError, every reason with its mend, if the terms break a published rule or cannot be."""
    today = london_date(now)
    wrong = [*_wrong_with(terms, today), *_wrong_requirement(terms, lead)]
    try:
        if terms.term_starts_on and terms.term_months:
            last_day(terms.term_starts_on, terms.term_months + terms.extension_months)
        wrong += refusals(case_of(terms, terms.commenced_on or today), instrument_rules())
    except ValueError as mistake:
        wrong.append(str(mistake))
    if wrong:
        raise ValidationError(wrong)


def _wrong_with(terms: CaseTerms, today: date) -> Iterator[str]:
    if not terms.name.strip():
        yield "Give the procurement a name."
    if (terms.buys == Procurement.Buys.BLOCK) != (terms.instrument == Procurement.Instrument.BLOCK):
        yield "A block of places is bought by a block contract, and by nothing else. Change one of the two."
    if terms.estimated_value_pence is not None and terms.estimated_value_pence <= 0:
        yield "The estimated value must be more than nothing. Leave it empty while it is not known."
    if terms.extension_months and not terms.term_months:
        yield "Extensions need a term to extend. Enter the months of the term."
    if terms.commenced_on and terms.commenced_on > today:
        yield "The day on which it commenced cannot be in the future. Leave it empty until then."
    if not 0 < terms.lead_weight <= MOST_WEIGHT:
        yield f"The weight of the lead must be from 1 to {MOST_WEIGHT:,}."


def _wrong_requirement(terms: CaseTerms, lead: Organisation) -> Iterator[str]:
    if terms.requirement_id is None:
        return
    if not Requirement.objects.filter(authority=lead, pk=terms.requirement_id).exists():
        yield "A procurement rests on a requirement of the authority that leads it. Choose one of yours, or none."


def _partners(lead: Organisation, parties: Mapping[int, int]) -> dict[int, int]:
    if any(not 0 < weight <= MOST_WEIGHT for weight in parties.values()):
        raise ValidationError(f"The weight of an authority must be from 1 to {MOST_WEIGHT:,}.")
    authorities = Organisation.objects.filter(pk__in=parties, kind=Organisation.Kind.AUTHORITY)
    known = set(authorities.values_list("pk", flat=True)) - {lead.pk}
    if known != set(parties):
        raise ValidationError("Only other authorities buy together with the lead. Choose them from the list.")
    return dict(parties)


def _set_parties(procurement: Procurement, partners: Mapping[int, int]) -> None:
    procurement.parties.exclude(organisation_id__in=partners).delete()
    for organisation_id, weight in partners.items():
        ProcurementParty.objects.update_or_create(
            procurement=procurement, organisation_id=organisation_id, defaults={"weight": weight}
        )
