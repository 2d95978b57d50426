"""``nearhome ocds``: a case becomes two packages, without a server; a package is checked."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from nearhome.cli.main import app


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["ocds", *words])


def example(folder: Path) -> Path:
    file = folder / "case.json"
    file.write_text(run("export", "--example").output)
    return file


def test_the_example_becomes_releases_and_records_that_pass_the_check(tmp_path: Path) -> None:
    done = run("export", str(example(tmp_path)), "-o", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    for name, part in (("releases.json", "releases"), ("records.json", "records")):
        file = tmp_path / "out" / name
        assert json.loads(file.read_text())[part]
        checked = run("check", str(file))
        assert (checked.exit_code, checked.output) == (0, f"{name}: nothing is wrong\n")


def test_check_alone_writes_nothing(tmp_path: Path) -> None:
    done = run("export", str(example(tmp_path)), "--check", "-o", str(tmp_path / "out"))
    assert (done.exit_code, done.output) == (0, "case.json: nothing is wrong\n")
    assert not (tmp_path / "out").exists()


def test_what_is_wrong_with_a_case_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    file = example(tmp_path)
    raw = json.loads(file.read_text())
    raw["case"]["call_offs"][0]["child_name"] = "ZZMARKEDCHILD"
    file.write_text(json.dumps(raw))
    done = run("export", str(file), "-o", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "case.call_offs[0].child_name is not a field of a case" in done.output
    assert "ZZMARKEDCHILD" not in done.output
    assert not (tmp_path / "out").exists()


def test_a_package_with_a_field_that_may_not_be_published_is_refused(tmp_path: Path) -> None:
    run("export", str(example(tmp_path)), "-o", str(tmp_path))
    file = tmp_path / "releases.json"
    package = json.loads(file.read_text())
    package["releases"][0]["tender"]["childName"] = "x"
    file.write_text(json.dumps(package))
    done = run("check", str(file))
    assert done.exit_code == 2
    assert "releases[0].tender.childName is not a field that may be published" in done.output


def test_missing_arguments_and_files_are_said_in_a_sentence(tmp_path: Path) -> None:
    assert "give a CASE.json" in run("export").output
    assert "say where to write" in run("export", str(example(tmp_path))).output
    assert "cannot be read" in run("export", str(tmp_path / "none.json"), "--check").output
    assert "cannot be read" in run("check", str(tmp_path / "none.json")).output
    assert "is not JSON" in run("check", str(_written(tmp_path, "no"))).output
    assert "not a package" in run("check", str(_written(tmp_path, "{}"))).output


def _written(folder: Path, text: str) -> Path:
    file = folder / "written.json"
    file.write_text(text)
    return file


def test_the_schema_of_a_case_is_printed() -> None:
    done = CliRunner().invoke(app, ["schema", "ocds-case"])
    assert json.loads(done.output)["$defs"]["CallOffFacts"]["additionalProperties"] is False
