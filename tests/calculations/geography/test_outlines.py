from hypothesis import given
from hypothesis import strategies as st

from nearhome.geography.calculations.cells import (
    Bounds,
    CellRun,
    owners_of_cells,
    runs_by_owner,
)
from nearhome.geography.outlines import cells_by_authority
from nearhome.geography.postcodes import Postcodes

SQUARE = Bounds(west=0, south=0, east=400, north=400)


def test_a_cell_goes_to_the_authority_with_most_postcodes_in_it() -> None:
    positions = [
        ("886", 10, 10),
        ("887", 20, 20),
        ("887", 30, 30),
        ("886", 110, 10),
        ("886", 390, 399),
    ]
    owners = owners_of_cells(positions, SQUARE, 100)
    assert owners == {(0, 3): "887", (1, 3): "886", (3, 0): "886"}


def test_what_lies_outside_the_bounds_is_left_out() -> None:
    assert owners_of_cells([("886", 400, 0), ("886", -1, 5), ("886", 5, 400)], SQUARE, 100) == {}


def test_neighbouring_cells_become_one_run() -> None:
    owners = {(0, 0): "A", (1, 0): "A", (2, 0): "B", (3, 0): "A", (0, 1): "A"}
    assert runs_by_owner(owners) == {
        "A": [CellRun(0, 0, 2), CellRun(3, 0, 1), CellRun(0, 1, 1)],
        "B": [CellRun(2, 0, 1)],
    }


@given(st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.sampled_from("ABC")))
def test_runs_hold_exactly_the_cells_they_were_made_from(
    owners: dict[tuple[int, int], str],
) -> None:
    again = {
        (run.x + step, run.y): owner
        for owner, runs in runs_by_owner(owners).items()
        for run in runs
        for step in range(run.width)
    }
    assert again == owners


def test_the_map_of_the_south_east_has_its_authorities_where_they_are(
    postcodes: Postcodes,
) -> None:
    cells = cells_by_authority(postcodes, Bounds(400_000, 70_000, 660_000, 260_000), only={"886", "938", "851"})
    assert set(cells) == {"886", "938", "851"}
    assert min(run.x for run in cells["886"]) > max(run.x for run in cells["851"])
    assert sum(run.width for run in cells["886"]) > 300
