"""Children who live in each authority, for rates."""

from pathlib import Path

import pytest

from nearhome.sufficiency.importers.population import population, rate_per_10_000, read_population


def test_the_nineteen_authorities_of_the_south_east_are_known() -> None:
    assert len(population()) == 19
    assert population()["886"] == 355_390


def test_a_rate_is_empty_where_the_population_is_not_known() -> None:
    # Published for 31 March 2025: Buckinghamshire 522 children, 40 per 10,000; Milton Keynes 509 and 68.
    assert rate_per_10_000(522, "825") == pytest.approx(40, abs=0.5)
    assert rate_per_10_000(509, "826") == pytest.approx(68, abs=0.5)
    assert rate_per_10_000(5, "201") is None
    assert rate_per_10_000(5, "201", {"201": 1000}) == 50


def test_a_file_of_ones_own_is_read_and_a_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('code,children\n886,"1,234"\n\n', encoding="utf-8-sig")
    assert read_population(path) == {"886": 1234}
    for bad, message in (
        ("88,10", "DfE code"),
        ("886,ten", "whole number"),
        ("886", "whole number"),
        ("886,0", "above 0"),
    ):
        path.write_text(f"code,children\n{bad}\n")
        with pytest.raises(ValueError, match=f"people.csv, row 2: .*{message}"):
            read_population(path)
