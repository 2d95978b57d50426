"""Two people close a month; nobody changes it after."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from nearhome.privacy.acting import acting, acting_for
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement.actions import (
    agree_statement,
    check_month,
    close_month,
    dispute_statement,
    return_month,
    work_out_month,
)
from nearhome.settlement.models import Charge, Month, NetPosition, Posting, Statement, Transfer
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


def test_who_checked_a_month_cannot_close_it(scene: BlockScene, month: Month) -> None:
    fiona, frank = scene.cast.fiona, scene.cast.frank
    step(scene, check_month, month, fiona)
    with pytest.raises(PermissionDenied, match="You checked this month, so another finance officer must close it"):
        step(scene, close_month, month, fiona)
    closed = step(scene, close_month, month, frank)
    assert (closed.state, closed.closed_by) == ("closed", frank)
    assert step(scene, close_month, month, frank).closed_at == closed.closed_at


def test_the_database_too_refuses_one_person_for_both(scene: BlockScene, month: Month) -> None:
    refused = pytest.raises(DatabaseError, match="a_month_is_closed_by_somebody_else")
    with acting(scene.cast.fiona), refused, transaction.atomic():
        Month.objects.update(state="closed", checked_by=scene.cast.fiona, closed_by=scene.cast.fiona)


def test_members_do_not_check_or_close(scene: BlockScene, month: Month) -> None:
    for action in (check_month, close_month):
        with pytest.raises(PermissionDenied):
            step(scene, action, month, scene.cast.felix)


def test_the_database_lets_only_the_finance_lead_change_a_month(scene: BlockScene, month: Month) -> None:
    for person in (scene.cast.felix, scene.harriet):
        with acting(person):
            assert Month.objects.update(state="closed") == 0
    with acting(scene.cast.felix), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Month.objects.create(partnership=scene.partnership, starts_on=IN_OCTOBER.date())


def test_a_closed_month_never_changes(scene: BlockScene, month: Month) -> None:
    step(scene, check_month, month, scene.cast.fiona)
    step(scene, close_month, month, scene.cast.frank)
    with pytest.raises(ValidationError, match="is closed and never changes"):
        work_out(scene)
    with pytest.raises(ValidationError, match="is closed and never changes"):
        step(scene, return_month, month, scene.cast.fiona, reason="Wrong")
    with acting(scene.cast.fiona):
        line = Charge.objects.filter(month=month, host=scene.cast.kent).first()
        line.pk, line._state.adding = None, True
        import uuid

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
    step(scene, check_month, month, scene.cast.fiona)
    with pytest.raises(ValidationError, match="Portsmouth disputes its statement"):
        step(scene, close_month, month, scene.cast.frank)
    with acting(felix):
        agreed = agree_statement(**issue)
        assert agreed.agreed_by == felix
    assert step(scene, close_month, month, scene.cast.frank).state == "closed"


def test_an_answer_to_an_older_issue_of_a_statement_does_not_count(scene: BlockScene, month: Month) -> None:
    import datetime as dt

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
