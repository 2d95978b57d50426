"""What was agreed about shared beds: for whom it is in force, in words, version by version, with a made-up month."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from nearhome.audit.queries import HistoryLine, history_of
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.procurement.models import BlockContract
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.calculations.rules.terms import Terms, pieces_under
from nearhome.settlement.calculations.rules.words import Change, Clause, changes_between, clauses_of
from nearhome.settlement.calculations.rules.worked_month import WorkedMonth, worked_month
from nearhome.settlement.calculations.templates import TEMPLATES, Template, template
from nearhome.settlement.models import ContractRules
from nearhome.settlement.permissions.rules import can_propose_rules, require_can_propose_rules, require_can_see_rules
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.agreed import Shares, names_in_terms, shares_of, terms_from, terms_of
from nearhome.settlement.queries.consents import ConsentLine, consents_of


@dataclass(frozen=True, slots=True)
class RulesLine:
    """One block in the list: whose it is, from when its rules hold, and what is to do."""

    key: UUID
    name: str
    host: str
    provider: str
    empty_nights: str
    since: date | None
    source: str
    to_do: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version: its state in a word and what it changed from the version in force before it."""

    row: ContractRules
    state: str
    colour: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Everything the page of one block's rules shows to one person."""

    contract: BlockContract
    terms: Terms | None
    source: str
    coming: tuple[ContractRules, ...]
    clauses: tuple[Clause, ...]
    versions: tuple[VersionLine, ...]
    waiting: ContractRules | None
    waiting_clauses: tuple[Clause, ...]
    worked: WorkedMonth | None
    names: dict[str, str]
    may_propose: bool
    may_agree: bool
    consents: tuple[ConsentLine, ...]
    to_accept: ConsentLine | None
    history: tuple[HistoryLine, ...]


def rules_list(person: Any, *, today: date) -> tuple[RulesLine, ...]:
    """Every block that the person's authority hosts or may use."""
    require_can_see_rules(person)
    rows = _contracts(person).order_by("name", "pk")
    return tuple(_line(person, one, today) for one in rows)


def contract_of(person: Any, key: UUID) -> BlockContract:
    """A block that the person's authority hosts or may use; another does not exist for them."""
    require_can_see_rules(person)
    row = _contracts(person).filter(key=key).first()
    if row is None:
        raise Http404
    return row


def rules_page(person: Any, key: UUID, *, today: date) -> RulesPage:
    """The rules in force today in words, a made-up month under them, and every version."""
    contract = contract_of(person, key)
    terms, source = _today(contract, today)
    names = names_of(contract)
    versions = list(contract.rules.all())
    waiting = next((row for row in versions if row.is_agreed is None), None)
    proposed = terms_from(waiting) if waiting else None
    shown = proposed or terms
    may, own = can_propose_rules(person, contract), person.organisation_id
    consents = consents_of(contract, today)
    return RulesPage(
        contract=contract,
        terms=terms,
        source=source,
        coming=tuple(one for one in versions if one.is_agreed and one.starts_on > max(today, contract.starts_on)),
        clauses=clauses_of(terms, names) if terms else (),
        versions=tuple(reversed([_version(row, versions, contract, names) for row in versions])),
        waiting=waiting,
        waiting_clauses=clauses_of(proposed, names) if proposed else (),
        worked=worked_month(shown, *_two_parties(contract), names) if shown else None,
        names=names,
        may_propose=may and waiting is None,
        may_agree=may and waiting is not None and waiting.proposed_by_id != person.pk,
        consents=consents,
        to_accept=next((one for one in consents if one.organisation_id == own and one.accepted_at is None), None),
        history=tuple(reversed(history_of(contract.key))),
    )


def contract_to_change(person: Any, key: UUID) -> BlockContract:
    """A block for which the person proposes rules. Raises PermissionDenied for a partner's."""
    contract = contract_of(person, key)
    require_can_propose_rules(person, contract)
    return contract


def rules_row(person: Any, key: UUID) -> ContractRules:
    """One version of rules of a block that the person's authority hosts or may use."""
    require_can_see_rules(person)
    row = ContractRules.objects.select_related("contract__host").filter(key=key).first()
    if row is None:
        raise Http404
    return row


def templates() -> tuple[Template, ...]:
    """Ways to share beds to start from."""
    return TEMPLATES


def terms_to_start_from(contract: BlockContract, chosen: str, *, today: date) -> Terms | None:
    """The terms of a template with the contract's own shares; without one those in force, None where there are none."""
    if not chosen:
        return _today(contract, today)[0]
    try:
        found = template(chosen).rule
    except KeyError:
        raise Http404 from None
    return Terms(today, found)


def parties_with_weights(contract: BlockContract) -> Shares:
    """Parties by name with their weight in the contract."""
    return shares_of(contract.parties.all())


def names_of(contract: BlockContract) -> dict[str, str]:
    """Words for the authorities of a block."""
    parties = [one.organisation for one in contract.parties.all()]
    own = {refs.organisation(one.pk): one.name for one in (*parties, contract.host)}
    return names_in_terms([contract], []) | own


def _contracts(person: Any) -> Any:
    own = person.organisation_id
    return (
        BlockContract.objects.filter(Q(host=own) | Q(parties__organisation=own))
        .select_related("host", "provider")
        .prefetch_related(
            "parties__organisation",
            "rules__shares__organisation",
            "rules__proposed_by",
            "rules__answered_by",
            "rules__consents__by",
        )
        .distinct()
    )


def _today(contract: BlockContract, today: date) -> tuple[Terms | None, str]:
    """What is in force today (or first, for a contract that begins later), and by whose agreement."""
    on = max(today, contract.starts_on)
    agreements = [one for found in _partnerships(contract, on) for one in found.agreements.all()]
    terms, _ = terms_of(contract, agreements)
    found = pieces_under(terms, Period(on, date.max))[0][1]
    own = {row.starts_on for row in contract.rules.all() if row.is_agreed}
    if found is None:
        return None, "Nothing is agreed"
    return found, "Its own rules" if found.starts_on in own else "The partnership’s agreement"


def _partnerships(contract: BlockContract, on: date) -> list[Partnership]:
    members = Q(memberships__organisation=contract.host_id, memberships__starts_on__lte=on)
    standing = Q(memberships__ends_before__isnull=True) | Q(memberships__ends_before__gt=on)
    return list(
        Partnership.objects.filter(members & standing).prefetch_related("agreements").distinct().order_by("pk")
    )[:1]


def _line(person: Any, contract: BlockContract, today: date) -> RulesLine:
    terms, source = _today(contract, today)
    waiting = next((row for row in contract.rules.all() if row.is_agreed is None), None)
    to_do = "Nothing."
    if waiting:
        mine = can_propose_rules(person, contract) and waiting.proposed_by_id != person.pk
        to_do = "Agree the proposal or turn it down." if mine else "A proposal waits for the host’s answer."
    elif any(
        one.organisation_id == person.organisation_id and one.accepted_at is None
        for one in consents_of(contract, today)
    ):
        to_do = "Accept the rules, or tell the host what is wrong with them."
    empty = clauses_of(terms, {})[1].words if terms else "Nobody agreed who bears them."
    return RulesLine(
        contract.key, contract.name, contract.host.name, contract.provider.name, empty,
        terms.starts_on if terms else None, source, to_do,
    )  # fmt: skip


def _version(
    row: ContractRules, versions: list[ContractRules], contract: BlockContract, names: dict[str, str]
) -> VersionLine:
    earlier = [one for one in versions if one.is_agreed and one.version < row.version]
    before = max(earlier, key=lambda one: (one.starts_on, one.version), default=None)
    changes = changes_between(terms_from(before), terms_from(row), names) if before else ()
    state, colour = {None: ("Proposed", "yellow"), True: ("Agreed", "green"), False: ("Turned down", "grey")}[
        row.is_agreed
    ]
    return VersionLine(row, state, colour, changes)


def _two_parties(contract: BlockContract) -> tuple[str, str]:
    others: list[Organisation] = sorted(
        (one.organisation for one in contract.parties.all() if one.organisation_id != contract.host_id),
        key=lambda one: one.name,
    )
    host = refs.organisation(contract.host_id)
    return host, refs.organisation(others[0].pk) if others else host
