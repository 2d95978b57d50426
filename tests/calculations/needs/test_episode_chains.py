from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nearhome.needs.calculations.chains import chain_problems
from nearhome.needs.calculations.rows import EpisodeRow, Origin

BORN = date(2012, 5, 12)


def episode(row: int, starts_on: date, ends_before: date | None, rne: str, rec: str, **other: str) -> EpisodeRow:
    first = EpisodeRow(
        origin=Origin("Episodes.csv", row, 2026),
        child="BLUE",
        starts_on=starts_on,
        reason_new=rne,
        legal_status="C2",
        need="N1",
        place_type="U6",
        place_provider="PR1",
        ends_before=ends_before,
        reason_ceased=rec,
        reason_place_change="",
        home_postcode="ME14 1XQ",
        place_postcode="ME14 1XX",
        urn="1234567",
    )
    return replace(first, **other)


def found(*episodes: EpisodeRow, has_gaps: bool = False) -> list[tuple[int, str, str]]:
    problems = chain_problems(BORN, episodes, has_gaps=has_gaps)
    return [(problem.row, problem.rule, problem.severity) for problem in problems]


MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)


def test_a_move_and_a_return_to_care_have_no_problem() -> None:
    moved = episode(3, JUNE, JULY, "P", "E4A", place_type="K2", urn="7654321")
    back = episode(4, date(2025, 9, 1), None, "S", "", need="N5")
    assert found(episode(2, MAY, JUNE, "S", "X1"), moved, back) == []


def test_an_open_episode_followed_by_another_needs_an_end() -> None:
    after = episode(3, JUNE, None, "P", "", place_type="K2")
    assert found(episode(2, MAY, None, "S", ""), after) == [(2, "142", "error")]


def test_overlapping_episodes_are_refused() -> None:
    after = episode(3, JUNE, None, "P", "", place_type="K2")
    assert found(episode(2, MAY, JULY, "S", "X1"), after) == [(3, "501", "error")]


def test_x1_needs_another_episode_the_same_day() -> None:
    assert found(episode(2, MAY, JUNE, "S", "X1")) == [(2, "388", "error")]
    later = episode(3, JULY, None, "S", "")
    assert found(episode(2, MAY, JUNE, "S", "X1"), later) == [(2, "388", "error")]


def test_s_cannot_follow_the_same_day_and_must_follow_an_end_of_care() -> None:
    ended = episode(2, MAY, JUNE, "S", "E4A")
    assert (3, "431", "error") in found(ended, episode(3, JUNE, None, "S", ""))
    assert (3, "432", "error") in found(ended, episode(3, JULY, None, "P", "", place_type="K2"))


def test_what_goes_on_starts_the_day_the_last_ended() -> None:
    late = episode(3, JULY, None, "P", "", place_type="K2")
    assert found(episode(2, MAY, JUNE, "S", "X1"), late) == [(2, "388", "error"), (3, "433", "error")]


def test_a_row_that_could_not_be_read_is_not_held_against_its_neighbours() -> None:
    late = episode(4, JULY, None, "P", "", place_type="K2")
    assert found(episode(2, MAY, JUNE, "S", "X1"), late, has_gaps=True) == []


def test_the_first_episode_of_the_year_starts_care() -> None:
    assert found(episode(2, MAY, None, "P", "")) == [(2, "357", "warning")]
    assert found(episode(2, date(2024, 1, 1), None, "P", "")) == []


def test_what_changed_should_be_what_the_reason_says() -> None:
    first = episode(2, MAY, JUNE, "S", "X1")
    assert found(first, episode(3, JUNE, None, "L", "")) == [(3, "434", "warning")]
    assert found(first, episode(3, JUNE, None, "L", "", legal_status="E1")) == []
    assert found(first, episode(3, JUNE, None, "P", "")) == [(3, "435", "warning")]
    assert found(first, episode(3, JUNE, None, "P", "", place_type="K2", legal_status="E1")) == [(3, "435", "warning")]
    assert found(first, episode(3, JUNE, None, "B", "", place_type="K2")) == [(3, "436", "warning")]
    assert found(first, episode(3, JUNE, None, "U", "", place_type="K2", legal_status="E1")) == []


def test_the_need_stays_the_same_in_a_period_of_care() -> None:
    changed = episode(3, JUNE, None, "P", "", place_type="K2", need="N4")
    assert found(episode(2, MAY, JUNE, "S", "X1"), changed) == [(3, "504", "warning")]


def test_a_start_after_the_year_is_questioned() -> None:
    assert (2, "year", "warning") in found(episode(2, date(2062, 6, 1), None, "S", ""))


days = st.integers(1, 400)


@given(st.lists(days, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_an_unbroken_chain_has_no_error_in_any_order_of_rows(lengths: list[int], random) -> None:  # type: ignore[no-untyped-def]
    chain, start = [], date(2022, 1, 1)
    for number, length in enumerate(lengths):
        last = number == len(lengths) - 1
        end = start + timedelta(days=length)
        place = "K2" if number % 2 else "U6"
        rne, rec = ("P" if number else "S"), ("E8" if last else "X1")
        chain.append(episode(number + 2, start, end, rne, rec, place_type=place))
        start = end
    random.shuffle(chain)
    assert [problem for problem in found(*chain) if problem[1] != "year"] == []


@given(st.lists(st.tuples(days, st.one_of(st.none(), days)), min_size=2, max_size=6))
def test_episodes_that_are_kept_never_overlap(spans: list[tuple[int, int | None]]) -> None:
    first = date(2024, 1, 1)
    rows = [
        episode(
            number + 2,
            first + timedelta(days=start),
            first + timedelta(days=start + length) if length else None,
            "S",
            "E8" if length else "",
        )
        for number, (start, length) in enumerate(spans)
    ]
    refused = {problem.row for problem in chain_problems(None, rows) if problem.refuses_row}
    kept = sorted((row for row in rows if row.origin.row not in refused), key=lambda row: row.starts_on)
    assert all(
        before.ends_before is not None and before.ends_before <= after.starts_on for before, after in pairwise(kept)
    )
