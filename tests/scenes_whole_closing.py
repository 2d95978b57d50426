"""The month before the last of the whole scene: sent back once with a reason, then approved and closed."""

import datetime as dt

from cast import Cast
from nearhome.partnership.models import Partnership
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import check_month, return_month, work_out_month
from scenes_closing import closed


def close_the_month_before(cast: Cast, partnership: Partnership, last: dt.date, now: dt.datetime) -> None:
    """`last`: first day of the month that is worked out afterwards."""
    starts_on = (last - dt.timedelta(days=1)).replace(day=1)
    with acting(cast.fiona):
        month = work_out_month(partnership=partnership, starts_on=starts_on, by=cast.fiona, now=now)
        check_month(month=month, by=cast.fiona, now=now)
        month = return_month(month=month, reason="ZZRETURNED", by=cast.fiona, now=now)
    closed(month, cast.fiona, cast.april, now)
