"""One checks a month, another approves it, the worker closes it; nobody changes it after."""

import datetime as dt
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from nearhome.privacy.acting import acting, acting_for
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement.actions import (
    agree_statement,
    approve_month,
    ask_to_close,
    check_month,
    close_month_by_hosts,
    dispute_statement,
    return_month,
    work_out_month,
)
from nearhome.settlement.models import Charge, HostClose, Month, MonthMove, NetPosition, Posting, Statement, Transfer
from nearhome.settlement.states import MOVES, MonthState, can_move
from scenes_closing import asked, checked_and_approved, closed, nearhome_for
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def month(scene: BlockScene) -> Month:
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)
    return work_out(scene)


def work_out(scene: BlockScene) -> Month:
    with acting(scene.cast.fiona):
        return work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=scene.cast.fiona, now=IN_OCTOBER)


def step(scene: BlockScene, action, month: Month, person, **more) -> Month:
    with acting(person):
        return action(month=month, by=person, now=IN_OCTOBER, **more)


def test_who_checked_a_month_cannot_approve_it(scene: BlockScene, month: Month) -> None:
    fiona, frank, april = scene.cast.fiona, scene.cast.frank, scene.cast.april
    step(scene, check_month, month, fiona)
    with pytest.raises(PermissionDenied, match="You checked this month, so an approver or another finance officer"):
        step(scene, approve_month, month, fiona)
    approved = step(scene, approve_month, month, april)
    assert (approved.state, approved.approved_by) == ("approved", april)
    assert step(scene, approve_month, month, april).approved_at == approved.approved_at
    with pytest.raises(ValidationError, match="September 2026 is approved"):
        step(scene, approve_month, month, frank)


def test_a_month_is_closed_by_the_worker_after_it_was_approved_and_asked_for_once(
    scene: BlockScene, month: Month
) -> None:
    fiona, frank = scene.cast.fiona, scene.cast.frank
    for early in ("has not been checked", "has not been approved"):
        with pytest.raises(ValidationError, match=early):
            step(scene, ask_to_close, month, frank)
        if early == "has not been checked":
            step(scene, check_month, month, fiona)
    step(scene, approve_month, month, frank)
    first, again = step(scene, ask_to_close, month, fiona), step(scene, ask_to_close, month, frank)
    assert (first.state, again.state, again.closed_at) == ("closing", "closing", None)
    assert jobs_waiting() == 1
    for _ in range(2):
        done = close_month_by_hosts(month=month, by=nearhome_for(scene.partnership), now=IN_OCTOBER)
        assert (done.state, done.closed_by_id) == ("closed", fiona.pk)
    assert step(scene, ask_to_close, month, frank).state == "closed"
    with acting(fiona):
        moves = MonthMove.objects.filter(month=month).values_list("to_state", "by_name")
        assert [one[0] for one in moves] == ["checked", "approved", "closing", "closed"]
        assert [one[1].split()[0] for one in moves] == ["Fiona", "Frank", "Fiona", "Nearhome"]
        parts = dict(HostClose.objects.values_list("host__name", "charges_pence"))
        assert parts == {"Kent": 5_859_000, "Portsmouth": 0, "West Sussex": 0}


def jobs_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'settlement.close_month'")
        return cursor.fetchone()[0]


def test_the_database_too_refuses_one_person_for_both_and_a_step_left_out(scene: BlockScene, month: Month) -> None:
    fiona, frank = scene.cast.fiona, scene.cast.frank
    with acting(fiona), pytest.raises(DatabaseError, match="approved_by_somebody_else"), transaction.atomic():
        Month.objects.update(checked_by=fiona, approved_by=fiona)
    for state in ("approved", "closing", "closed"):
        refused = pytest.raises(DatabaseError, match=f"does not move from draft to {state}")
        with acting(fiona), refused, transaction.atomic():
            Month.objects.update(state=state, checked_by=fiona, approved_by=frank, closed_by=frank)


def test_the_database_lets_a_month_move_as_the_table_of_states_says() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'settlement_guard_month'")
        held = set(re.findall(r"\('(\w+)', '(\w+)'\)", cursor.fetchone()[0]))
    assert held == {(one.value, other.value) for one, others in MOVES.items() for other in others}
    assert not any(can_move(MonthState.CLOSED, state) for state in MonthState)


def test_nothing_is_posted_between_the_check_and_the_close(scene: BlockScene, month: Month) -> None:
    step(scene, check_month, month, scene.cast.fiona)
    with acting(scene.cast.fiona):
        line = Charge.objects.filter(month=month, host=scene.cast.kent).first()
    line.pk, line._state.adding, line.key = None, True, uuid.uuid4()
    with acting(scene.cast.fiona), pytest.raises(DatabaseError, match="only a draft month"), transaction.atomic():
        line.save(force_insert=True)


def test_what_changed_after_the_check_is_shown_and_left_for_the_next_month(scene: BlockScene, month: Month) -> None:
    before = asked(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    live_in(scene.places[0], scene.cast.portsmouth, "P-2", SEPTEMBER, dt.date(2026, 9, 8), block=scene.contract)
    close_month_by_hosts(month=before, by=nearhome_for(scene.partnership), now=IN_OCTOBER)
    with acting(scene.cast.fiona):
        kent = HostClose.objects.get(month=month, host=scene.cast.kent)
        assert (kent.lines, kent.charges_pence, kent.late_pence) == (3, 5_859_000, 0)
        assert kent.late_lines == 2  # Portsmouth's week is more, Kent's empty bed is less
        assert not Charge.objects.filter(child_ref="P-2").exists()


def test_a_dispute_that_comes_during_the_close_stops_it_and_says_so(scene: BlockScene, month: Month) -> None:
    month = asked(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    statement = statement_of(scene, month)
    with acting(scene.cast.felix):
        dispute_statement(
            statement=statement, issued_at=statement.issued_at, by=scene.cast.felix, now=IN_OCTOBER, words="P-1 left"
        )
    stopped = close_month_by_hosts(month=month, by=nearhome_for(scene.partnership), now=IN_OCTOBER)
    assert (stopped.state, stopped.closed_at) == ("approved", None)
    with acting(scene.cast.fiona):
        assert "Portsmouth disputes its statement" in MonthMove.objects.filter(month=month).last().why
    with acting(scene.cast.felix):
        agree_statement(statement=statement, issued_at=statement.issued_at, by=scene.cast.felix, now=IN_OCTOBER)
    step(scene, ask_to_close, month, scene.cast.fiona)
    done = close_month_by_hosts(month=month, by=nearhome_for(scene.partnership), now=IN_OCTOBER)
    assert done.state == "closed"


def test_books_that_do_not_balance_are_never_closed(scene: BlockScene, month: Month) -> None:
    """Nobody can make them so through the site; the owner of the database, without its guards, can."""
    with acting(scene.cast.fiona):
        NetPosition.objects.filter(month=month, organisation=scene.cast.kent).update(pence=1)
    month = asked(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    stopped = close_month_by_hosts(month=month, by=nearhome_for(scene.partnership), now=IN_OCTOBER)
    assert stopped.state == "approved"
    with acting(scene.cast.fiona):
        why = MonthMove.objects.filter(month=month).last().why
        assert "Net positions sum to −£39,059.99, not to £0.00." in why
        assert "The net position of Kent is £0.01, but the ledger says £39,060.00." in why
        Month.objects.filter(pk=month.pk).update(state="closing")
    with acting(scene.cast.fiona), pytest.raises(DatabaseError, match="cannot close: Net pos"), transaction.atomic():
        Month.objects.filter(pk=month.pk).update(state="closed", closed_by=scene.cast.frank)


def test_a_close_that_runs_is_stopped_by_sending_the_month_back(scene: BlockScene, month: Month) -> None:
    month = asked(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    step(scene, return_month, month, scene.cast.fiona, reason="A stay is missing")
    left = close_month_by_hosts(month=month, by=nearhome_for(scene.partnership), now=IN_OCTOBER)
    assert left.state == "draft"
    with acting(scene.cast.fiona):
        assert not HostClose.objects.exists()
    again = closed(left, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    assert again.state == "closed"


def test_only_the_finance_lead_is_told_what_is_wrong_with_the_books(scene: BlockScene, month: Month) -> None:
    from nearhome.settlement.queries.closing import faults_of

    with acting(scene.cast.fiona):
        assert faults_of(month)  # no part has been gone over yet
    for person in (scene.cast.felix, scene.harriet):
        with acting(person):
            assert faults_of(month) == ()


def test_members_do_not_check_or_close(scene: BlockScene, month: Month) -> None:
    for action in (check_month, approve_month, ask_to_close):
        for person in (scene.cast.felix, scene.cast.ada, scene.cast.olive):
            with pytest.raises(PermissionDenied):
                step(scene, action, month, person)


def test_the_database_lets_only_the_finance_lead_change_a_month(scene: BlockScene, month: Month) -> None:
    for person in (scene.cast.felix, scene.harriet):
        with acting(person):
            assert Month.objects.update(state="closed") == 0
    with acting(scene.cast.felix), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Month.objects.create(partnership=scene.partnership, starts_on=IN_OCTOBER.date())


def test_a_closed_month_never_changes(scene: BlockScene, month: Month) -> None:
    closed(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    with pytest.raises(ValidationError, match="is closed and never changes"):
        work_out(scene)
    with pytest.raises(ValidationError, match="is closed and never changes"):
        step(scene, return_month, month, scene.cast.fiona, reason="Wrong")
    with acting(scene.cast.fiona):
        line = Charge.objects.filter(month=month, host=scene.cast.kent).first()
        line.pk, line._state.adding = None, True
        line.key = uuid.uuid4()
        changes = (
            lambda: Charge.objects.filter(month=month).update(pence=1),
            lambda: Charge.objects.filter(month=month).delete(),
            lambda: line.save(force_insert=True),
            lambda: Posting.objects.filter(month=month).delete(),
            lambda: NetPosition.objects.filter(month=month).update(pence=0),
            lambda: Transfer.objects.filter(month=month).delete(),
            lambda: Month.objects.filter(pk=month.pk).update(state="draft", closed_by=None),
            lambda: Month.objects.filter(pk=month.pk).delete(),
        )
        for change in changes:
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_a_checked_month_goes_back_to_draft_before_it_is_worked_out_again(scene: BlockScene, month: Month) -> None:
    step(scene, check_month, month, scene.cast.fiona)
    with pytest.raises(ValidationError, match="Send it back to draft first"):
        work_out(scene)
    step(scene, return_month, month, scene.cast.frank, reason="A stay is missing")
    assert work_out(scene).state == "draft"


def statement_of(scene: BlockScene, month: Month) -> Statement:
    with acting(scene.cast.felix):
        return Statement.objects.get(month=month)


def test_an_open_dispute_keeps_a_month_open_until_it_is_agreed(scene: BlockScene, month: Month) -> None:
    felix, statement = scene.cast.felix, statement_of(scene, month)
    issue = {"statement": statement, "issued_at": statement.issued_at, "by": felix, "now": IN_OCTOBER}
    with acting(felix):
        dispute_statement(**issue, words="P-1 left on 12 September")
    checked_and_approved(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    with pytest.raises(ValidationError, match="Portsmouth disputes its statement"):
        step(scene, ask_to_close, month, scene.cast.frank)
    with acting(felix):
        agreed = agree_statement(**issue)
        assert agreed.agreed_by == felix
    assert step(scene, ask_to_close, month, scene.cast.frank).state == "closing"


def test_an_answer_to_an_older_issue_of_a_statement_does_not_count(scene: BlockScene, month: Month) -> None:
    felix, statement = scene.cast.felix, statement_of(scene, month)
    with acting_for(scene.cast.kent.pk):
        Statement.objects.filter(pk=statement.pk).update(issued_at=IN_OCTOBER + dt.timedelta(hours=1))
    with acting(felix), pytest.raises(ChangedMeanwhile):
        agree_statement(statement=statement, issued_at=statement.issued_at, by=felix, now=IN_OCTOBER)


def test_only_the_authoritys_finance_officer_answers_its_statement(scene: BlockScene, month: Month) -> None:
    statement = statement_of(scene, month)
    with acting(scene.cast.fiona), pytest.raises(PermissionDenied, match="finance officer of Portsmouth"):
        agree_statement(statement=statement, issued_at=statement.issued_at, by=scene.cast.fiona, now=IN_OCTOBER)


def test_new_lines_on_a_statement_put_an_earlier_agreement_aside(scene: BlockScene, month: Month) -> None:
    felix, statement = scene.cast.felix, statement_of(scene, month)
    with acting(felix):
        agree_statement(statement=statement, issued_at=statement.issued_at, by=felix, now=IN_OCTOBER)
    work_out(scene)
    assert statement_of(scene, month).agreed_at is not None
    live_in(scene.places[0], scene.cast.portsmouth, "P-2", SEPTEMBER, block=scene.contract)
    work_out(scene)
    assert statement_of(scene, month).agreed_at is None
