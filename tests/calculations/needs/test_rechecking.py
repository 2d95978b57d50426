from hypothesis import given
from hypothesis import strategies as st

from nearhome.needs.calculations.rechecking import recheck

PROBLEMS = st.lists(
    st.tuples(st.sampled_from(["header.csv"]), st.sampled_from("AB"), st.just("DOB"), st.sampled_from(["301", "302"]))
)


def test_a_mended_problem_is_told_from_one_that_stands_and_from_a_new_one() -> None:
    before = [("episodes.csv", "A1", "DEC", "356"), ("episodes.csv", "A2", "CIN", "504")]
    now = [("episodes.csv", "A2", "CIN", "504"), ("header.csv", "A3", "SEX", "code")]
    found = recheck(before, now)
    assert found.mended == (("episodes.csv", "A1", "DEC", "356"),)
    assert found.standing == (("episodes.csv", "A2", "CIN", "504"),)
    assert found.new == (("header.csv", "A3", "SEX", "code"),)


@given(PROBLEMS, PROBLEMS)
def test_every_problem_of_both_readings_is_counted_once(before: list, now: list) -> None:
    found = recheck(before, now)
    assert sorted([*found.mended, *found.standing]) == sorted(before)
    assert sorted([*found.new, *found.standing]) == sorted(now)
