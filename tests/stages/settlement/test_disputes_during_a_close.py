"""A line is disputed while its month is on its way to being closed: nobody closes what nobody checked."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from nearhome.privacy.acting import acting
from nearhome.settlement.actions import close_month_by_hosts
from nearhome.settlement.models import HeldLine, Month, NetPosition, Transfer
from scenes_closing import asked, checked_and_approved, closed, nearhome_for
from scenes_disputes import answer, dispute, line_of, positions, work_out
from scenes_settlement import IN_OCTOBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db
OWED = 976_500  # 15 nights of £651.00


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def month(scene: BlockScene) -> Month:
    left = dt.date(2026, 9, 25)
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), left, block=scene.contract)
    return work_out(scene)


def as_it_is(scene: BlockScene, month: Month) -> Month:
    with acting(scene.cast.fiona):
        return Month.objects.select_related("partnership__finance_lead").get(pk=month.pk)


@pytest.mark.parametrize("on_its_way", [checked_and_approved, asked])
def test_a_dispute_sends_an_approved_month_back_to_draft_and_says_why(
    scene: BlockScene, month: Month, on_its_way: object
) -> None:
    on_its_way(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)  # type: ignore[operator]
    dispute(scene.cast.felix, line_of(scene.cast.felix))
    again = as_it_is(scene, month)
    assert (again.state, again.checked_by, again.approved_by) == ("draft", None, None)
    with acting(scene.cast.fiona):
        last = again.moves.last()
        assert last is not None
        assert "disputed lines" in last.why
        assert last.by_name == "Nearhome"
        assert not Transfer.objects.filter(month=month, payer=scene.cast.portsmouth).exists()
    left = close_month_by_hosts(month=again, by=nearhome_for(scene.partnership), now=IN_OCTOBER)
    assert left.state == "draft"


def test_checked_again_the_month_closes_with_the_line_held_and_the_books_balance(
    scene: BlockScene, month: Month
) -> None:
    checked_and_approved(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    dispute(scene.cast.felix, line_of(scene.cast.felix))
    assert closed(as_it_is(scene, month), scene.cast.fiona, scene.cast.frank, IN_OCTOBER).state == "closed"
    with acting(scene.cast.fiona):
        assert HeldLine.objects.filter(month=month).count() == 1
    held = {name: one[1] for name, one in positions(scene, month).items() if one[1]}
    assert held == {"Kent": OWED, "Portsmouth": -OWED}


def test_a_step_that_changes_no_payment_leaves_the_month_where_it_is(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    checked_and_approved(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    answer(scene.cast.fiona, row, "explained")
    assert as_it_is(scene, month).state == "approved"
    answer(scene.cast.felix, row, "accepted", words="")
    assert as_it_is(scene, month).state == "draft"  # the money is no longer held, so the payments are others


@pytest.mark.parametrize("model", [NetPosition, Transfer])
def test_the_database_keeps_positions_and_payments_of_a_checked_month(
    scene: BlockScene, month: Month, model: type[NetPosition] | type[Transfer]
) -> None:
    checked_and_approved(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    with acting(scene.cast.fiona), pytest.raises(DatabaseError, match="only a draft month"), transaction.atomic():
        model.objects.filter(month=month).update(pence=1)
    with acting(scene.cast.fiona), pytest.raises(DatabaseError, match="only a draft month"), transaction.atomic():
        model.objects.filter(month=month).delete()
