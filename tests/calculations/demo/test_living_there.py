"""What made-up homes say of life there: possible to load, and never the same for all."""

from collections import Counter

from nearhome.demo.calculations.living_there import COLUMNS, living_there
from nearhome.market.reference.skills import SKILLS
from nearhome.market.reference.ways_of_life import CULTURES, DEGREES, FAITHS, LANGUAGES

ROWS = [living_there(f"SC{number} H1", ["autism", "esol"], is_lived_in=True) for number in range(500)]


def test_every_word_is_one_that_a_table_of_homes_may_say() -> None:
    for degrees, languages, faiths, cultures, over, under in ROWS:
        for one in filter(None, degrees.split(";")):
            skill, _, degree = one.partition(":")
            assert skill in SKILLS
            assert degree in DEGREES
        for cell, known in ((languages, LANGUAGES), (faiths, FAITHS), (cultures, CULTURES)):
            assert set(filter(None, cell.split(";"))) <= set(known)
        assert not (over and under)


def test_homes_differ_some_say_nothing_and_the_same_home_says_the_same() -> None:
    for column in range(4):
        said = Counter(row[column] for row in ROWS)
        assert len(said) > 4
        assert 0 < said[""] < 450
    assert living_there("SC7 H1", ["autism", "esol"], is_lived_in=True) == ROWS[7]


def test_a_home_where_nobody_lives_keeps_no_ages_for_those_who_do() -> None:
    empty = [living_there(f"SC{number} H1", [], is_lived_in=False) for number in range(500)]
    assert {row[column] for row in empty for column in (4, 5)} == {""}
    assert len(COLUMNS) == len(empty[0])
