"""Drawings in the documentation say what the code does."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nearhome.partnership.states import MOVES as DECISION_MOVES
from nearhome.referrals.states import MOVES
from nearhome.tendering.states import MOVES as PROCUREMENT_MOVES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "follow-the-data.md"


def drawings() -> list[set[tuple[str, str]]]:
    """The moves of each drawing on the page, in order."""
    found = re.findall(r"```mermaid\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [set(re.findall(r"^    (\w+) --> (\w+)$", one, re.MULTILINE)) for one in found]


def moves_of(table: Mapping[Any, Iterable[Any]]) -> set[tuple[str, str]]:
    return {(one.value, other.value) for one, others in table.items() for other in others}


def test_the_drawn_moves_of_a_procurement_and_a_referral_are_those_of_their_tables() -> None:
    assert drawings() == [moves_of(PROCUREMENT_MOVES), moves_of(MOVES)]


def test_every_room_that_the_page_names_exists() -> None:
    source = PAGE.parents[1] / "src" / "nearhome"
    named = re.findall(r"`((?:\w+/)+\w+\.(?:py|toml))", PAGE.read_text())
    assert named
    assert not [name for name in named if not (source / name).exists()]


def test_the_drawn_moves_of_a_decision_are_those_of_the_table() -> None:
    drawn = (PAGE.parent / "methods" / "key-decisions.md").read_text()
    moves = set(re.findall(r"^    (\w+) --> (\w+)$", drawn, re.MULTILINE))
    assert moves == moves_of(DECISION_MOVES)
