from pathlib import Path
from time import perf_counter

import pytest

from nearhome.geography import postcodes as module
from nearhome.geography.postcodes import FILE_NAME, Postcodes, build, data_folder


def test_a_postcode_is_found_however_it_is_typed(postcodes: Postcodes) -> None:
    found = postcodes.find(" bn1 1EE")
    assert found is not None
    assert (found.postcode, found.district_code) == ("BN1 1EE", "E06000043")
    assert (found.point.easting, found.point.northing) == (
        found.easting,
        found.northing,
    )


@pytest.mark.parametrize("text", ["", "ZZ99 9ZZ", "not a postcode", "é", "BN1", "BN1 1", "BT1 5GS"])
def test_what_is_not_a_known_postcode_is_not_found(postcodes: Postcodes, text: str) -> None:
    assert postcodes.find(text) is None


def test_every_record_can_be_found_again(postcodes: Postcodes) -> None:
    assert len(postcodes) > 2_600_000
    for number in range(0, len(postcodes), 4001):
        place = postcodes.at(number)
        assert postcodes.find(place.postcode) == place


def test_a_look_up_takes_microseconds(postcodes: Postcodes) -> None:
    started = perf_counter()
    for _ in range(2000):
        postcodes.find("ME14 1XQ")
    assert (perf_counter() - started) / 2000 < 0.0005


def test_the_postcodes_of_a_county_are_those_of_its_districts(
    postcodes: Postcodes,
) -> None:
    kent = postcodes.in_authority("E10000016")
    assert len(kent) > 50_000
    assert {place.district_code for place in kent[::50]} == {f"E07000{n}" for n in range(105, 117)}
    assert len(postcodes.in_authority("E07000110")) < len(kent)
    assert len(postcodes.in_authority("E99999999")) == 0


def test_an_old_code_finds_the_same_postcodes_as_the_present_one(
    postcodes: Postcodes,
) -> None:
    assert len(postcodes.in_authority("E08000016")) == len(postcodes.in_authority("E08000038")) > 1000


def test_an_interrupted_build_leaves_nothing_half_done(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Postcodes.open(tmp_path, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[int, int]] = []
    path = tmp_path / FILE_NAME
    tables = sorted(module._package_folder().glob("postcodes_[JZ].*"))
    folder = tmp_path / "package"
    folder.mkdir()
    for table in tables:
        (folder / table.name).write_bytes(table.read_bytes())
    monkeypatch.setattr(module, "_package_folder", lambda: folder)
    build(path)
    whole = path.read_bytes()
    for damage in (whole[:-1], whole[:10], b"", b"OTHERFMT" + whole[8:]):
        path.write_bytes(damage)
        assert len(Postcodes.open(tmp_path, progress=lambda done, total: steps.append((done, total)))) > 500
        assert path.read_bytes() == whole
    assert steps[:3] == [(0, 2), (1, 2), (2, 2)]


def test_the_data_folder_is_the_named_one_or_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARHOME_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("NEARHOME_DATA")
    monkeypatch.chdir(tmp_path)
    assert data_folder() == tmp_path / ".nearhome"
