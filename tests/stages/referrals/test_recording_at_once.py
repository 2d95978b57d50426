"""Two people at the same moment, in transactions of their own: one wins, the other is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from cast import NOW, make_cast, make_person
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.permission import decide_permission
from nearhome.referrals.actions.recording import answer_question, start_referral, submit_referral
from nearhome.referrals.models import Referral, ReferralMove, SearchPermission
from scenes import make_child
from scenes_referrals import make_draft, make_submitted


def at_once(*deeds: Callable[[], str]) -> list[str]:
    """Run each in a thread of its own, all released together; what each came to, in order."""
    outcomes, ready = [""] * len(deeds), Barrier(len(deeds))

    def run(place: int) -> None:
        ready.wait()
        try:
            outcomes[place] = deeds[place]()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[place]) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.usefixtures("committed_database")
def test_two_officers_who_answer_at_once_cannot_both_win() -> None:
    cast = make_cast()
    referral = make_draft(cast.olive, make_child(cast.kent, "BLUE-KITE-1"))

    def answer(pets: str) -> Callable[[], str]:
        def deed() -> str:
            try:
                with acting(cast.olive):
                    mine = Referral.objects.get(pk=referral.pk)
                    answers = {"pets": pets}
                    answer_question(referral=mine, answers=answers, by=cast.olive, now=NOW, version=referral.version)
                    return pets
            except ChangedMeanwhile:
                return "told"

        return deed

    outcomes = at_once(answer("No"), answer("Yes-must"))
    assert outcomes.count("told") == 1
    winner = next(one for one in outcomes if one != "told")
    with acting(cast.olive):
        assert Referral.objects.get(pk=referral.pk).answers["pets"] == winner


@pytest.mark.usefixtures("committed_database")
def test_two_clicks_at_once_start_one_referral_and_submit_it_once() -> None:
    cast = make_cast()
    child = make_child(cast.kent, "BLUE-KITE-1")

    def start() -> str:
        with acting(cast.olive):
            return start_referral(child=child, by=cast.olive, now=NOW).ref

    assert len(set(at_once(start, start))) == 1
    referral = make_draft(cast.olive, child)

    def submit() -> str:
        with acting(cast.olive):
            mine = Referral.objects.get(pk=referral.pk)
            return submit_referral(referral=mine, by=cast.olive, now=NOW, version=referral.version).state

    assert at_once(submit, submit) == ["awaiting_permission"] * 2
    with acting(cast.olive):
        assert SearchPermission.objects.count() == 1
        assert ReferralMove.objects.filter(to_state="awaiting_permission").count() == 1


@pytest.mark.usefixtures("committed_database")
def test_two_approvers_who_decide_at_once_cannot_both_decide() -> None:
    cast = make_cast()
    other = make_person("Astrid Madeup-Approver", cast.kent, "approver")
    referral = make_submitted(cast.olive, make_child(cast.kent, "BLUE-KITE-1"))

    def decide(person: object, granted: bool) -> Callable[[], str]:
        def deed() -> str:
            try:
                with acting(person):
                    asked = SearchPermission.objects.select_related("referral").get(referral=referral)
                    decide_permission(permission=asked, granted=granted, reason="No", by=person, now=NOW)
                    return "searching" if granted else "draft"
            except ValidationError:
                return "told"

        return deed

    outcomes = at_once(decide(cast.april, True), decide(other, False))
    assert outcomes.count("told") == 1
    with acting(cast.olive):
        assert Referral.objects.get(pk=referral.pk).state in outcomes
