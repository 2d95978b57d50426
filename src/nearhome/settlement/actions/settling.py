"""The finance lead's part: who owes whom in all, with the fewest payments, and a statement for everyone."""

from collections.abc import Iterable
from datetime import datetime

from nearhome.people.models import Organisation
from nearhome.settlement.actions.holding import settle_open_months, settle_positions
from nearhome.settlement.actions.moving import lock_open_months
from nearhome.settlement.models import Month, Statement


def settle_month(month: Month, authorities: Iterable[Organisation], touched: set[int], *, now: datetime) -> None:
    """Write net positions (they sum to zero), transfers and statements. Call while acting for the finance lead.

    Later months that are open rest on what this one holds, so they are settled again.
    `touched`: authorities with new lines; what they had said to an earlier statement of the month falls.
    """
    _issue(month, settle_positions(month, authorities, now=now) | touched, touched, now)
    later = (one for one in lock_open_months(month.partnership) if one.starts_on > month.starts_on)
    settle_open_months(later, now=now)


def _issue(month: Month, organisation_ids: set[int], touched: set[int], now: datetime) -> None:
    for organisation_id in sorted(organisation_ids):
        statement, is_new = Statement.objects.get_or_create(
            month=month, organisation_id=organisation_id, defaults={"issued_at": now}
        )
        if not is_new and organisation_id in touched:
            statement.issued_at = now
            statement.agreed_at = statement.agreed_by = statement.disputed_at = None
            statement.dispute = ""
            statement.save()
