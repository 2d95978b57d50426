"""Drawings in the documentation say what the code does."""

import re
from pathlib import Path

from nearhome.partnership.states import MOVES as DECISION_MOVES
from nearhome.referrals.states import MOVES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "follow-the-data.md"


def test_the_drawn_moves_of_a_referral_are_those_of_the_table() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", PAGE.read_text(), re.MULTILINE))
    assert drawn == {(one.value, other.value) for one, others in MOVES.items() for other in others}


def test_every_room_that_the_page_names_exists() -> None:
    source = PAGE.parents[1] / "src" / "nearhome"
    named = re.findall(r"`((?:\w+/)+\w+\.(?:py|toml))", PAGE.read_text())
    assert named
    assert not [name for name in named if not (source / name).exists()]


def test_the_drawn_moves_of_a_decision_are_those_of_the_table() -> None:
    drawn = (PAGE.parent / "methods" / "key-decisions.md").read_text()
    moves = set(re.findall(r"^    (\w+) --> (\w+)$", drawn, re.MULTILINE))
    assert moves == {(one.value, other.value) for one, others in DECISION_MOVES.items() for other in others}
