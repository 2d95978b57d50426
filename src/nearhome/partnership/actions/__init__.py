"""Everything that changes a partnership, its ballots and matters, and recorded decisions."""

from nearhome.partnership.actions.agreements import Terms, accept_agreement, agree_on_beds, write_agreement
from nearhome.partnership.actions.partnerships import (
    begin_partnership,
    change_membership,
    form_partnership,
    join_partnership,
    leave_partnership,
    name_task_lead,
)
from nearhome.partnership.actions.voting import cast_vote, close_ballot, open_ballot

__all__ = [
    "Terms", "accept_agreement", "agree_on_beds", "begin_partnership", "cast_vote", "change_membership", "close_ballot",
    "form_partnership", "join_partnership", "leave_partnership", "name_task_lead", "open_ballot", "write_agreement",
]  # fmt: skip
