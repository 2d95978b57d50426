"""What happens on a timer: invitations lapse and offers end, each for its own authority, under row security."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from nearhome.audit.record import Nearhome
from nearhome.market.actions.occupancy import free_expired_holds
from nearhome.privacy.acting import acting_for
from nearhome.referrals.actions import inviting, offering
from nearhome.referrals.queries.inviting import authorities


def lapse_invitations(now: datetime) -> int:
    """Close every invitation that nobody answered in time; how many."""
    return _for_each_authority(inviting.lapse_invitations, now)


def expire_offers(now: datetime) -> int:
    """End every offer that nobody decided in time and free its place; how many."""
    ended = _for_each_authority(offering.expire_offers, now)
    free_expired_holds(now)
    return ended


@app.periodic(cron="*/5 * * * *")
@app.task(name="referrals.lapse_invitations", queueing_lock="referrals.lapse_invitations", pass_context=False)
def lapse_invitations_on_time(timestamp: int) -> None:
    """Every five minutes."""
    lapse_invitations(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="referrals.expire_offers", queueing_lock="referrals.expire_offers", pass_context=False)
def expire_offers_on_time(timestamp: int) -> None:
    """Every five minutes."""
    expire_offers(timezone.now())


def _for_each_authority(act: Callable[..., int], now: datetime) -> int:
    done = 0
    for organisation_id, name in authorities():
        with acting_for(organisation_id):
            done += act(authority_id=organisation_id, by=Nearhome(organisation_id, name), now=now)
    return done
