"""What the clock brings: on the first of each month the month before is worked out, for each partnership."""

import logging
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from procrastinate.contrib.django import app

from nearhome.settlement.actions import work_out_month_for_nearhome
from nearhome.settlement.queries.months import partnerships_over
from nearhome.settlement.queries.periods import last_month_over

logger = logging.getLogger(__name__)


@app.periodic(cron="0 4 1 * *", periodic_id="settlement_month")
@app.task(name="settlement.work_out_months", queueing_lock="settlement.work_out_months")
def work_out_months(timestamp: int) -> None:
    """Work out the month that is over for every partnership; one that cannot be stops no other."""
    now = datetime.fromtimestamp(timestamp, tz=UTC)
    today = timezone.localdate(now)
    for partnership in partnerships_over(today):
        try:
            work_out_month_for_nearhome(partnership=partnership, starts_on=last_month_over(today), now=now)
        except ValidationError as refused:
            logger.warning("%s was not worked out: %s", partnership, " ".join(refused.messages))
