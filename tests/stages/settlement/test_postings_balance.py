"""The database itself refuses an entry that does not sum to zero, when it is committed."""

import uuid

import pytest
from django.db import DatabaseError, transaction

from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions import work_out_month
from nearhome.settlement.models import Charge, Month, Posting
from scenes_settlement import IN_OCTOBER, SEPTEMBER, make_block_scene


def test_an_unbalanced_entry_is_refused_at_commit(committed_database: str) -> None:
    scene = make_block_scene()
    kent, fiona = scene.cast.kent, scene.cast.fiona
    with acting(fiona):
        month = work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=fiona, now=IN_OCTOBER)
    with acting(fiona):
        charge = Charge.objects.filter(month=month, host=kent).first()
        before = Posting.objects.count()
    with pytest.raises(DatabaseError, match="does not balance"), acting_for(kent.pk):
        Posting.objects.create(
            entry=uuid.uuid4(), month=month, charge=charge, organisation=kent, host=kent, account="placement_cost",
            pence=1,
        )  # fmt: skip
    with acting(fiona):
        assert Posting.objects.count() == before


def test_a_month_interrupted_halfway_leaves_nothing_and_is_worked_out_whole_after(
    committed_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nearhome.settlement.actions import working_out

    scene = make_block_scene()
    fiona = scene.cast.fiona

    def struck(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(working_out, "settle_month", struck)
        with pytest.raises(KeyboardInterrupt), acting(fiona):
            work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=fiona, now=IN_OCTOBER)
    with acting(fiona), transaction.atomic():
        assert (Month.objects.count(), Charge.objects.count()) == (0, 0)
    with acting(fiona):
        month = work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=fiona, now=IN_OCTOBER)
        assert Charge.objects.filter(month=month).count() == 3


def test_two_people_working_out_a_month_at_once_post_it_once(committed_database: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    scene = make_block_scene()

    def work_out(person: object) -> int:
        try:
            with acting(person):
                return work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=person, now=IN_OCTOBER).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        months = set(threads.map(work_out, (scene.cast.fiona, scene.cast.frank)))
    assert len(months) == 1
    with acting(scene.cast.fiona):
        assert Charge.objects.count() == 3
