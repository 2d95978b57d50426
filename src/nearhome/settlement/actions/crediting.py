"""Credit lines of disputes are tied to the disputes they end, once each. Called while acting for the host."""

from collections.abc import Sequence

from nearhome.settlement.models import Charge, DisputeCredit
from nearhome.settlement.queries.credits import CreditToPost


def keep_credits(credits: Sequence[CreditToPost], rows: Sequence[Charge]) -> None:
    """`rows`: lines just posted, of which the last are the credits' own, two for each: the payer's comes first."""
    own = rows[len(rows) - 2 * len(credits) :]
    DisputeCredit.objects.bulk_create(
        DisputeCredit(dispute_id=one.dispute_id, charge=row) for one, row in zip(credits, own[::2], strict=True)
    )
