from nearhome.settlement.forms.disputes import AnswerDisputeForm, DisputeLineForm, ReplyForm
from nearhome.settlement.forms.months import AnswerForm, DisputeForm, ReturnForm, WorkOutForm

__all__ = [
    "AnswerDisputeForm", "AnswerForm", "DisputeForm", "DisputeLineForm", "ReplyForm", "ReturnForm", "WorkOutForm",
]  # fmt: skip
