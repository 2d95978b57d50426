"""Making the contracts an award came to, once its standstill is over: a framework with tiers and rates, blocks, a later end."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.procurement.actions import (
    admit_supplier,
    make_block_contract,
    make_framework,
    set_block_price,
    set_rate_line,
)
from nearhome.procurement.actions.extending import extend_framework
from nearhome.procurement.actions.frameworks import FrameworkTerms
from nearhome.procurement.actions.terms import TermException
from nearhome.tendering.actions.extension_limits import require_same_law
from nearhome.tendering.actions.moving import lock_procurement, move_procurement, require_state
from nearhome.tendering.actions.recommending import partners_of, require_newest
from nearhome.tendering.calculations.award.value import nearest_penny
from nearhome.tendering.models import Award, AwardLine, Lot, Procurement
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.awards import basket_price, is_standstill_over, needs_award_notice
from nearhome.tendering.states import ProcurementState

MOST_NAME = 200

# What the tender calls an instrument, a framework calls its form.
FORMS = {
    "closed_framework": "closed", "open_framework": "open", "flexible_framework": "flexible", "dynamic_market": "market",
    "provider_list": "list",
}  # fmt: skip


@transaction.atomic
def make_contracts(*, award: Award, contracted_on: date, by: Any, now: datetime) -> Award:
    """Write the contracts of an approved award and close the procurement. Made already: nothing happens.

    Raises PermissionDenied, and ValidationError before the approval, the notice or the end of the standstill.
    """
    require_can_lead(by, award.procurement)
    locked = lock_procurement(award.procurement)
    kept = require_newest(locked, award)
    if kept.contracted_on is not None:
        return kept
    require_state(locked, ProcurementState.APPROVED)
    _require_ready(kept, contracted_on, now)
    if hasattr(kept, "extension"):
        _extend(locked, kept, by, now)
    else:
        _write(locked, kept, by, now)
    kept.contracted_on = contracted_on
    kept.save(update_fields=["contracted_on"])
    move_procurement(locked, ProcurementState.CONTRACTED, by=by, now=now)
    words = f"The contract of {locked.ref} was made on {wording.date(contracted_on)}."
    record("award.contracted", words, about=kept, by=by, at=now, thread=locked.key, seen_by=partners_of(locked))
    return kept


def _extend(locked: Procurement, award: Award, by: Any, now: datetime) -> None:
    """Held once more to its law and its longest term: the framework may have been changed since it was recommended."""
    more = award.extension
    require_same_law(locked, more.framework)
    exception = TermException(
        award.affordability.get("exception", ""), award.recommended_by_id, award.decided_by_id, award.decided_by
    )
    extend_framework(
        framework=more.framework, ended_before=more.ended_before, ends_before=more.ends_before, reason=award.narrative,
        exception=exception, by=by, now=now,
    )  # fmt: skip


def _require_ready(kept: Award, contracted_on: date, now: datetime) -> None:
    if kept.notice_on is None and needs_award_notice(kept):
        raise ValidationError("Record the award notice first: the contract is made after it.")
    if not is_standstill_over(kept, now):
        last = wording.date(kept.standstill_ends_on)
        raise ValidationError(
            f"The standstill lasts to the end of {last}. The contract can be made from the day after."
        )
    if contracted_on > now.astimezone(wording.LONDON).date():
        raise ValidationError("Record the contract on the day it is made or later, not before.")
    decided_on = (kept.decided_at or now).astimezone(wording.LONDON).date()
    first = max(day for day in (kept.notice_on, decided_on) if day)
    if contracted_on < first or (kept.standstill_ends_on and contracted_on <= kept.standstill_ends_on):
        raise ValidationError(
            f"The contract cannot have been made on {wording.date(contracted_on)}: that is too early."
        )


def _write(locked: Procurement, award: Award, by: Any, now: datetime) -> None:
    term = award.affordability["term"]
    starts_on, ends_before = date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_before"])
    rows = award.lines.select_related("lot", "provider", "registration__provider").prefetch_related("lot__bands")
    write = _write_blocks if locked.buys == Procurement.Buys.BLOCK else _write_framework
    for lot, lines in groupby(rows, key=lambda line: line.lot):
        write(locked, lot, list(lines), (starts_on, ends_before), by, now)


def _write_framework(
    locked: Procurement, lot: Lot | None, lines: Sequence[AwardLine], term: tuple[date, date], by: Any, now: datetime
) -> None:
    """One framework for each lot: an establishment's tier and prices belong to the lot it won."""
    framework = make_framework(
        name=_name(locked, lot), kind=lot.kind_bought if lot else locked.kind, starts_on=term[0], ends_before=term[1], by=by, now=now,
        parties=[party.organisation for party in locked.parties.select_related("organisation")], terms=_terms(locked),
    )  # fmt: skip
    for line in lines:
        supplier = admit_supplier(
            framework=framework, registration=line.registration, tier=line.tier or 1, by=by, now=now
        )
        for price in line.prices:
            set_rate_line(
                supplier=supplier, weekly_price_pence=price["weekly_pence"], starts_on=term[0],
                ages=(price["min_age"], price["before_age"]), category=price["category"], by=by, now=now,
            )  # fmt: skip
        line.supplier = supplier
        line.save(update_fields=["supplier"])


def _terms(locked: Procurement) -> FrameworkTerms:
    """Under which law and in which form the framework was let, as the tender said."""
    older = {"closed_framework": "pcr_framework", "dynamic_market": "pcr_dps"} if locked.regime == "PCR2015" else {}
    return FrameworkTerms(
        regime=locked.regime, form=(FORMS | older).get(locked.instrument, "flexible"), light_touch=locked.light_touch,
        reference=locked.ref, extension_months=locked.extension_months,
        estimated_value_pence=locked.estimated_value_pence,
    )  # fmt: skip


def _write_blocks(
    locked: Procurement, lot: Lot | None, lines: Iterable[AwardLine], term: tuple[date, date], by: Any, now: datetime
) -> None:
    """One block for each supplier of a lot; its places join when they are registered and able to take a child."""
    parties = {party.organisation: party.weight for party in locked.parties.select_related("organisation")}
    for line in lines:
        block = make_block_contract(
            name=_name(locked, lot, line), provider=line.provider, starts_on=term[0], ends_before=term[1],
            parties=parties, by=by, now=now,
        )  # fmt: skip
        weekly = nearest_penny(basket_price(line))
        set_block_price(contract=block, starts_on=term[0], weekly_price_pence=weekly, by=by, now=now)
        line.block = block
        line.save(update_fields=["block"])


def _name(locked: Procurement, lot: Lot | None, line: AwardLine | None = None) -> str:
    """A name nobody else has: it ends with the reference of the procurement, the lot and the establishment."""
    parts = [locked.ref, f"lot {lot.number}" if lot else "", line.registration.name if line else ""]
    end = f" ({', '.join(part for part in parts if part)})"[:MOST_NAME]
    return f"{locked.name[: MOST_NAME - len(end)]}{end}"
