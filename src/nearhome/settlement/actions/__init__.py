"""Every write of the stage."""

from nearhome.settlement.actions.answering import agree_statement, dispute_statement
from nearhome.settlement.actions.closing import approve_month, ask_to_close, check_month, return_month
from nearhome.settlement.actions.closing_hosts import close_month_by_hosts
from nearhome.settlement.actions.disputes import Answer, Complaint, answer_dispute, dispute_line, reply_to_answer
from nearhome.settlement.actions.working_out import work_out_month, work_out_month_for_nearhome

__all__ = [
    "Answer", "Complaint", "agree_statement", "answer_dispute", "approve_month", "ask_to_close", "check_month",
    "close_month_by_hosts", "dispute_line", "dispute_statement", "reply_to_answer", "return_month", "work_out_month",
    "work_out_month_for_nearhome",
]  # fmt: skip
