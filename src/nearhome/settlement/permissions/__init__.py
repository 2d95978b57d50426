from nearhome.settlement.permissions.months import (
    can_answer,
    can_approve,
    can_read_months,
    can_see_payments,
    can_see_settlement,
    can_settle,
    require_can_answer,
    require_can_approve,
    require_can_read_months,
    require_can_see_payments,
    require_can_see_settlement,
    require_can_settle,
)

__all__ = [
    "can_answer",
    "can_approve",
    "can_read_months",
    "can_see_payments",
    "can_see_settlement",
    "can_settle",
    "require_can_answer",
    "require_can_approve",
    "require_can_read_months",
    "require_can_see_payments",
    "require_can_see_settlement",
    "require_can_settle",
]
