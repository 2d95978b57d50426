"""What happens on a timer: uplifts that were applied reach the placements they are for, before a month is worked out."""

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from nearhome.audit.record import Nearhome
from nearhome.placements.actions.uplifting import apply_uplifts
from nearhome.privacy.acting import acting_for
from nearhome.referrals.queries.inviting import authorities


def apply_uplifts_for_all(now: datetime) -> int:
    """For every authority in turn; how many placements. What goes wrong for one stops no other; it is raised at the end."""
    done, wrong = 0, []
    for organisation_id, name in authorities():
        try:
            with acting_for(organisation_id):
                done += apply_uplifts(authority_id=organisation_id, by=Nearhome(organisation_id, name), now=now)
        except Exception as error:
            wrong.append(error)
    if wrong:
        raise ExceptionGroup("Some uplifts did not reach their placements", wrong)
    return done


@app.periodic(cron="30 * * * *", periodic_id="placements_uplifts")
@app.task(name="placements.apply_uplifts", queueing_lock="placements.apply_uplifts")
def apply_uplifts_on_time(timestamp: int) -> None:
    """Every hour."""
    apply_uplifts_for_all(timezone.now())
