"""A load that is stopped half-way leaves nothing behind, and the next one completes."""

import subprocess
import sys
from pathlib import Path

import pytest

from cast import NOW, make_cast
from nearhome.needs.actions import loading
from nearhome.needs.actions.loading import load_return
from nearhome.needs.models import Child, Episode, ReturnLoad, ReturnRecord
from nearhome.privacy.acting import acting
from scenes_needs import made_up_return

HALF_A_LOAD = """
import sys, time
import conftest
import django
django.setup()
from tests_database import use_database
use_database(sys.argv[1])
from cast import NOW
from nearhome.needs.actions import loading
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from scenes_needs import made_up_return

def stop_here(plan):
    print("half-way", flush=True)
    time.sleep(60)

loading.write_episodes = stop_here
anna = Person.objects.get(name__startswith="Anna")
with acting(anna):
    loading.load_return(made_up_return(), authority=anna.organisation, year=2026, by=anna, now=NOW)
"""


def rows() -> tuple[int, int, int, int]:
    return Child.objects.count(), Episode.objects.count(), ReturnRecord.objects.count(), ReturnLoad.objects.count()


def test_a_process_killed_half_way_leaves_nothing_and_the_next_load_completes(committed_database: str) -> None:
    cast = make_cast()
    tests = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", HALF_A_LOAD, committed_database], stdout=subprocess.PIPE, cwd=tests.parent, text=True,
        env={"PYTHONPATH": f"{tests}:{tests.parent / 'src'}", **_environment()},
    )  # fmt: skip
    assert process.stdout
    try:
        assert process.stdout.readline().strip() == "half-way"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    with acting(cast.anna):
        assert rows() == (0, 0, 0, 0)
    for _ in range(2):
        with acting(cast.anna):
            load_return(made_up_return(), authority=cast.kent, year=2026, by=cast.anna, now=NOW)
    with acting(cast.anna):
        assert rows() == (2, 3, 2, 2)


@pytest.mark.django_db
def test_a_mistake_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(loading, "write_records", fail)
    with acting(cast.anna), pytest.raises(OSError, match="disk"):
        load_return(made_up_return(), authority=cast.kent, year=2026, by=cast.anna, now=NOW)
    monkeypatch.undo()
    with acting(cast.anna):
        assert rows() == (0, 0, 0, 0)
        load_return(made_up_return(), authority=cast.kent, year=2026, by=cast.anna, now=NOW)
        assert rows() == (2, 3, 2, 1)


def _environment() -> dict[str, str]:
    import os

    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
