from nearhome.settlement.permissions.months import (
    can_answer,
    can_close,
    can_see_payments,
    can_see_settlement,
    can_settle,
    require_can_answer,
    require_can_close,
    require_can_see_payments,
    require_can_see_settlement,
    require_can_settle,
)

__all__ = [
    "can_answer",
    "can_close",
    "can_see_payments",
    "can_see_settlement",
    "can_settle",
    "require_can_answer",
    "require_can_close",
    "require_can_see_payments",
    "require_can_see_settlement",
    "require_can_settle",
]
