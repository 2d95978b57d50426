"""Building the made-up region: once, and again from nothing if it was interrupted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from nearhome.demo import building


def _silent(done: int, of: int) -> None:
    """Nobody watches."""


@contextmanager
def _said(words: str) -> Iterator[Callable[[int, int], None]]:
    yield _silent


def _stop(words: str) -> SystemExit:
    return SystemExit(words)


def test_an_interrupted_build_starts_again_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, str] = {"mark": ""}
    done: list[str] = []

    def interrupted(**asked: Any) -> None:
        done.append("began")
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "_mark", lambda: said["mark"])
    monkeypatch.setattr(building, "_set_mark", lambda words: said.update(mark=words))
    monkeypatch.setattr(building, "_holds_records", lambda: bool(done))
    monkeypatch.setattr(building, "_empty_database", lambda: done.append("emptied"))
    monkeypatch.setattr(building, "_build", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            building.ensure_region(region="founders", seed=1, fresh=False, bar=_said, step=_said, stop=_stop)
    assert done == ["began", "emptied", "began"]
    monkeypatch.setattr(building, "_build", lambda **asked: done.append("built"))
    for _ in range(2):
        building.ensure_region(region="founders", seed=1, fresh=False, bar=_said, step=_said, stop=_stop)
    assert done == ["began", "emptied", "began", "emptied", "built"]
