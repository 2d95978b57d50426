"""Each payer's budgets take their shares of what was posted, for every month whose charges or splits changed."""

from datetime import datetime

from nearhome.audit.record import Nearhome, record
from nearhome.design import wording
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting_for
from nearhome.settlement.models import BudgetEntry, Month
from nearhome.settlement.queries.funding import ToPost, payers_of, shares_to_post


def post_budget_shares(month: Month, now: datetime) -> None:
    """Add what each authority's budgets bear now and was not posted yet; a second time adds nothing.

    Part of working out a month, in whose transaction it runs; with Nearhome acting for each payer by itself.
    """
    with acting_for(month.partnership.finance_lead_id):
        payers = payers_of(month.partnership)
    for payer in payers:
        with acting_for(payer.pk):
            _post(month, payer, shares_to_post(payer.pk, month), now)


def _post(month: Month, payer: Organisation, to_post: ToPost, now: datetime) -> None:
    if not to_post.entries:
        return
    rows = []
    for one in to_post.entries:
        about, booking, element, funder, code = one.balance
        rows.append(
            BudgetEntry(
                month=month, about_month=about, authority=payer, booking_id=booking,
                child_ref=to_post.child_refs.get(booking or 0, ""), element=element, funder=funder, ledger_code=code,
                pence=one.pence, words=one.words,
            )
        )  # fmt: skip
    BudgetEntry.objects.bulk_create(rows, batch_size=1000)
    total = wording.money(sum(row.pence for row in rows))
    words = f"{wording.plural(len(rows), 'entry', 'entries')} divided {total} between the budgets of {payer}."
    record("budgets.shared", words, about=month, by=Nearhome(payer.pk, payer.name), at=now, thread=month.key)
