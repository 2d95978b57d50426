from nearhome.settlement.forms.months import AnswerForm, DisputeForm, ReturnForm, WorkOutForm

__all__ = ["AnswerForm", "DisputeForm", "ReturnForm", "WorkOutForm"]
