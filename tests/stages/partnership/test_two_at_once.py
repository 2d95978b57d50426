"""Two browsers at the same moment: one ballot, one decision, one vote for an authority, one winner."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from cast import NOW, make_cast
from nearhome.partnership.actions import cast_vote, open_ballot
from nearhome.partnership.actions.deciding import take_decision
from nearhome.partnership.actions.drafting import begin_decision
from nearhome.partnership.models import Ballot, DecisionMove, DecisionRecord, Vote
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from scenes_partnership import DAY, Partners, make_partners, proposed


def at_once(*calls: tuple[Person, Callable[[], Any]]) -> list[Any]:
    """Each call in a thread and connection of its own, all let go together; what came back or was raised."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at: int, person: Person, call: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            with acting(person):
                results[at] = call()
        except Exception as refused:
            results[at] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at, *call)) for at, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.fixture
def partners(committed_database: str) -> Partners:
    return make_partners(make_cast())


def test_a_double_click_makes_one_ballot_one_decision_and_one_vote(partners: Partners) -> None:
    colin, wendy, walter = partners.cast.colin, partners.wendy, partners.walter
    asked: dict[str, Any] = {"subject": "Uplift", "words": "3%", "closes_at": NOW + 400 * DAY, "now": NOW}
    opened = at_once(
        *[(colin, lambda: open_ballot(partnership=partners.partnership, by=colin, **asked)) for _ in range(4)]
    )
    assert len({one.pk for one in opened}) == 1
    begun = at_once(
        *[(wendy, lambda: begin_decision(reference="26/9", title="Twice", by=wendy, now=NOW)) for _ in range(4)]
    )
    assert len({one.pk for one in begun}) == 1
    with acting(wendy):
        ballot = Ballot.objects.get()
    votes = at_once(
        (wendy, lambda: cast_vote(ballot=ballot, choice="for", by=wendy, now=NOW)),
        (walter, lambda: cast_vote(ballot=ballot, choice="against", by=walter, now=NOW)),
    )
    assert all(isinstance(one, Vote) for one in votes), votes
    with acting(wendy):
        assert Vote.objects.count() == 1


def test_two_approvers_at_once_take_one_decision(partners: Partners) -> None:
    decision = proposed(partners, notice_on=NOW.date() - 40 * DAY)
    second = partners.cast.ada
    second.organisation, second.approval_limit_pence = partners.cast.kent, None
    second.save()

    def take(by: Person, *, yes: bool) -> Callable[[], Any]:
        return lambda: take_decision(
            decision=decision, version=decision.version, is_approved=yes, words="No" if not yes else "", by=by, now=NOW
        )

    at_once((partners.cara, take(partners.cara, yes=True)), (second, take(second, yes=False)))
    with acting(partners.cara):
        assert DecisionMove.objects.filter(to_state__in=("approved", "refused")).count() == 1
        assert DecisionRecord.objects.get().state in ("approved", "refused")
