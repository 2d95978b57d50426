import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from nearhome.placements.calculations.taking_on import KnownHome, RunningEpisode, assign_places

DAY = dt.date(2025, 9, 1)


def episode(number: int, urn: str = "SC1", postcode: str = "ME14 1XX") -> RunningEpisode:
    return RunningEpisode(number, f"K{number}", DAY, urn, postcode)


@given(children=st.integers(0, 8), places=st.integers(0, 8), taken=st.sets(st.integers(1, 8)))
def test_no_place_is_given_twice_and_nobody_is_forgotten(children: int, places: int, taken: set[int]) -> None:
    home = KnownHome(1, "SC1", "childrens_home", "ME14 1XX", tuple(range(1, places + 1)))
    found = assign_places([episode(n) for n in range(children)], [home], dict.fromkeys(taken))
    given_places = [one.place_id for one in found.assigned]
    assert len(set(given_places)) == len(given_places)
    assert not set(given_places) & taken
    assert len(found.assigned) + len(found.not_placed) == children


def test_a_place_that_was_free_again_before_the_child_came_is_free() -> None:
    home = KnownHome(1, "SC1", "childrens_home", "ME14 1XX", (1,))
    assert assign_places([episode(1)], [home], {1: DAY}).assigned
    assert not assign_places([episode(1)], [home], {1: DAY + dt.timedelta(days=1)}).assigned


def test_one_carer_of_an_agency_is_told_from_another_by_postcode() -> None:
    homes = [KnownHome(n, "SC1", "foster", f"ME14 {n}XX", (n,)) for n in (1, 2)]
    assert assign_places([episode(1, postcode="me142xx")], homes, {}).assigned[0].home_id == 2
    assert "postcode" in assign_places([episode(1, postcode="")], homes, {}).not_placed[0].reason
