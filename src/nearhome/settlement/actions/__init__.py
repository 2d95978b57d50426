"""Every write of the stage."""

from nearhome.settlement.actions.answering import agree_statement, dispute_statement
from nearhome.settlement.actions.closing import check_month, close_month, return_month
from nearhome.settlement.actions.working_out import work_out_month, work_out_month_for_nearhome

__all__ = [
    "agree_statement", "check_month", "close_month", "dispute_statement", "return_month", "work_out_month",
    "work_out_month_for_nearhome",
]  # fmt: skip
