"""A party accepts the rules of a block that the host agreed. Nothing waits for it: who has not accepted is said."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.settlement.models import ContractRules, RulesConsent
from nearhome.settlement.permissions.rules import require_can_accept_rules
from nearhome.settlement.queries.agreed import parties_of


@transaction.atomic
def accept_rules(*, rules: ContractRules, by: Any, now: datetime) -> RulesConsent:
    """Accept one version for the person's own authority. A second time changes nothing.

    Raises PermissionDenied for the host and for who is no party, ValidationError for what the host has not agreed.
    """
    require_can_accept_rules(by, rules.contract)
    if not rules.is_agreed:
        raise ValidationError("These rules are not agreed by the host, so there is nothing to accept yet.")
    row, made = RulesConsent.objects.get_or_create(
        rules=rules, organisation_id=by.organisation_id, defaults={"by": by, "at": now}
    )
    if made:
        words = f"{by.organisation} accepted version {rules.version} of the rules of {rules.contract}."
        contract = rules.contract
        seen_by = (contract.host_id, *parties_of(contract))
        record("rules.accepted", words, about=rules, by=by, at=now, thread=contract.key, seen_by=seen_by)
    return row
