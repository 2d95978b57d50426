"""The statement between two authorities: every line both ways, what is held, what is left to settle."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from nearhome.settlement.models import Statement, Transfer
from nearhome.settlement.queries import periods, refs
from nearhome.settlement.queries.pair_accounts import Partner, partners_of
from nearhome.settlement.queries.statements import StatementLine, lines_between, lines_with_others, statement_row


@dataclass(frozen=True, slots=True)
class PairPage:
    """Two authorities' month, from the side of the one whose statement it is."""

    statement: Statement
    partner: Partner
    month: str
    starts_on: date
    made_on: date
    owed_by: tuple[StatementLine, ...]
    owed_to: tuple[StatementLine, ...]
    transfers: tuple[tuple[str, str, int], ...]


def pair_page(person: Any, key: UUID, other_key: UUID) -> PairPage:
    """For whoever may read the statement; 404 where the two have nothing to settle in the month."""
    row = statement_row(person, key)
    partner = next((one for one in partners_of(row, lines_with_others(row)) if one.key == other_key), None)
    if partner is None:
        raise Http404
    other = refs.number(partner.account.other)
    lines = lines_between(row, other)
    between = Transfer.objects.filter(month=row.month_id, payer__in=(row.organisation_id, other))
    paid = between.filter(payee__in=(row.organisation_id, other)).select_related("payer", "payee")
    return PairPage(
        statement=row,
        partner=partner,
        month=periods.in_words(row.month.starts_on),
        starts_on=row.month.starts_on,
        made_on=timezone.localdate(row.issued_at),
        owed_by=tuple(one for one in lines if one.payer == row.organisation.name),
        owed_to=tuple(one for one in lines if one.host == row.organisation.name),
        transfers=tuple((one.payer.name, one.payee.name, one.pence) for one in paid.order_by("id")),
    )
