"""What happens on a timer: every authority tells its partners who waits, and each partnership's plan follows the facts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from nearhome.audit.record import Nearhome
from nearhome.matching.actions.planning import keep_newest_missing, plan_if_changed, tell_searches
from nearhome.privacy.acting import acting_for
from nearhome.referrals.queries.inviting import authorities


def tell_and_plan(now: datetime) -> int:
    """Tell for every authority that is in a partnership, then plan for each partnership whose facts changed; how many.

    What goes wrong for one authority or partnership stops no other; it is raised at the end, all of it together.
    """
    asking: dict[int, list[tuple[int, str]]] = {}
    wrong: list[Exception] = []
    for organisation_id, name in authorities():
        by = Nearhome(organisation_id, name)
        with _noting(wrong), acting_for(organisation_id):
            partnership_id = tell_searches(authority_id=organisation_id, by=by, now=now)
            if partnership_id is not None:
                asking.setdefault(partnership_id, []).append((organisation_id, name))
    made = sum(_plan(partners, now, wrong) for partners in asking.values())
    if wrong:
        raise ExceptionGroup("Telling partners and planning did not work for everybody", wrong)
    return made


def _plan(partners: list[tuple[int, str]], now: datetime, wrong: list[Exception]) -> int:
    """The first partner asks; every partner then keeps for itself what the plan found missing."""
    (first, its_name), made = partners[0], 0
    with _noting(wrong), acting_for(first):
        made = plan_if_changed(authority_id=first, by=Nearhome(first, its_name), now=now)
    for organisation_id, name in partners:
        with _noting(wrong), acting_for(organisation_id):
            keep_newest_missing(authority_id=organisation_id, by=Nearhome(organisation_id, name), now=now)
    return made


@contextmanager
def _noting(wrong: list[Exception]) -> Iterator[None]:
    """Whatever goes wrong inside is noted, and the next in turn goes on."""
    try:
        yield
    except Exception as error:
        wrong.append(error)


@app.periodic(cron="*/15 * * * *")
@app.task(name="matching.tell_and_plan", queueing_lock="matching.tell_and_plan", pass_context=False)
def tell_and_plan_on_time(timestamp: int) -> None:
    """Every fifteen minutes."""
    tell_and_plan(timezone.now())
