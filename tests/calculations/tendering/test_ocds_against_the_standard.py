"""Our packages under the standard's own schemas, its own merging program and its own checking program.

The schemas come from locked source distributions (setup/ocds_schemas.py), the programs run in an environment of their own
(setup/ocds_check.py). What no package carries are the extensions as they are pinned: their fields are a table of ours,
which is held here against the register's extensions merged together, except those of the UK extension.
"""

import copy
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from nearhome.tendering.calculations.ocds.fields import schema_patch, table_from_mapping
from nearhome.tendering.calculations.ocds.packages import compiled_release
from nearhome.tendering.calculations.ocds.releases import releases
from nearhome.tendering.exporters.ocds_files import packages_of_case, packages_of_releases
from nearhome.tendering.reference import read_ocds_fields
from scenes_ocds import AT, CASES, KENT, URI

pytestmark = pytest.mark.xdist_group("ocds")  # one set of schemas, one environment

ROOT = Path(__file__).resolve().parents[3]
TABLE = table_from_mapping(read_ocds_fields())
# Objects that the register's extensions name otherwise than the pinned versions, or that are only ours.
NAMED_OTHERWISE = {"Statistic": "BidsStatistic", "Rating": "Classification"}
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})")
DATES = FormatChecker(formats=())


@DATES.checks("date-time")
def _is_moment(value: object) -> bool:
    """RFC 3339; without a check of our own jsonschema would not look at moments at all."""
    return not isinstance(value, str) or bool(MOMENT.fullmatch(value))


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    folder: Path = runpy.run_path(str(ROOT / "setup" / "ocds_schemas.py"))["ready"]()
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


def merged(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """A JSON merge patch (RFC 7396), as extensions are applied."""
    for name, value in patch.items():
        if isinstance(value, dict):
            target[name] = merged(target.get(name) or {}, value)
        else:
            target[name] = value
    return target


def errors(package: Any, package_schema: Any, release: Any) -> list[str]:
    registry = Registry().with_resource(release["id"], Resource.from_contents(release, default_specification=DRAFT4))
    validator = Draft4Validator(package_schema, registry=registry, format_checker=DATES)
    return [f"{'/'.join(map(str, one.path))}: {one.message[:200]}" for one in validator.iter_errors(package)]


def unknown_fields(value: Any, schema: Any, root: Any, path: str = "") -> set[str]:
    """Fields that the schema does not name: JSON Schema itself lets them through."""
    while "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rsplit("/", 1)[-1]]
    if isinstance(value, list):
        return {one for item in value for one in unknown_fields(item, schema.get("items", {}), root, path)}
    if not isinstance(value, dict) or "properties" not in schema:
        return set()
    found: set[str] = set()
    for name, child in value.items():
        known = schema["properties"].get(name)
        here = f"{path}/{name}"
        found |= {here} if known is None else unknown_fields(child, known, root, here)
    return found


def package_of(case: Any) -> dict[str, Any]:
    return dict(json.loads(packages_of_case(case, KENT, uri=URI, at=AT).releases))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_packages_are_valid_and_every_field_is_known(case: Any, schemas: dict[str, Any]) -> None:
    release = merged(copy.deepcopy(schemas["release-schema"]), schema_patch(TABLE))
    package = package_of(case)
    assert errors(package, schemas["release-package-schema"], release) == []
    assert set().union(*(unknown_fields(one, release, release) for one in package["releases"])) == set()
    records = json.loads(packages_of_case(case, KENT, uri=URI, at=AT).records)["records"]
    for one in records:
        as_package = {**package, "releases": [one["compiledRelease"]]}
        assert errors(as_package, schemas["release-package-schema"], release) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_the_register_s_own_extensions_know_every_field_but_those_of_the_uk(case: Any, schemas: dict[str, Any]) -> None:
    release = copy.deepcopy(schemas["every-extension-release-schema"])
    # That collection also merges a profile for public-private partnerships, which narrows this one word.
    release["properties"]["initiationType"]["enum"] = ["tender"]
    package = package_of(case)
    assert errors(package, schemas["release-package-schema"], release) == []
    uk = {field for fields in TABLE.objects.values() for field, made in fields.items() if made.source == "uk"}
    unknown = set().union(*(unknown_fields(one, release, release) for one in package["releases"]))
    assert {one.rsplit("/", 1)[-1] for one in unknown} <= uk


def test_our_table_says_of_each_extension_what_the_register_says(schemas: dict[str, Any]) -> None:
    theirs = schemas["every-extension-release-schema"]
    ours = schema_patch(TABLE)
    for name, fields in TABLE.objects.items():
        for field, made in fields.items():
            if made.source in ("standard", "uk"):
                continue
            known = theirs if name == "Release" else theirs["definitions"][NAMED_OTHERWISE.get(name, name)]
            mine = ours if name == "Release" else ours["definitions"][name]
            told, said = mine["properties"][field], known["properties"][field]
            kinds = [told["type"]] if isinstance(told.get("type"), str) else told.get("type", [])
            allowed = [said["type"]] if isinstance(said.get("type"), str) else said.get("type", kinds)
            # whole numbers are numbers
            assert set(kinds) - {"null"} <= set(allowed) | ({"integer"} if "number" in allowed else set()), (
                name,
                field,
            )
            if said.get("enum"):
                assert set(told.get("enum", [])) <= {*said["enum"], None}, (name, field)


def test_our_table_names_no_field_of_the_standard_that_is_not_there(schemas: dict[str, Any]) -> None:
    standard = schemas["release-schema"]
    for name, fields in TABLE.objects.items():
        if name in ("ReleasePackage", "RecordPackage", "Record", "Publisher"):
            continue
        known = standard if name == "Release" else standard["definitions"].get(NAMED_OTHERWISE.get(name, name), {})
        for field, made in fields.items():
            if made.source == "standard":
                assert field in known["properties"], (name, field)


def damaged(change: str) -> dict[str, Any]:
    package = package_of(CASES[0])
    tendered = package["releases"][2]
    if change == "misspelt":
        tendered["tender"]["lotz"] = []
    elif change == "date":
        tendered["date"] = "21/11/2026"
    elif change == "no ocid":
        del tendered["ocid"]
    elif change == "status":
        tendered["tender"]["lots"][0]["status"] = "open"
    else:
        tendered["tender"]["techniques"]["frameworkAgreement"]["method"] = "cheapest"
    return package


@pytest.mark.parametrize("change", ["misspelt", "date", "no ocid", "status", "method"])
def test_damage_is_found_by_the_standard_and_by_our_own_check(change: str, schemas: dict[str, Any]) -> None:
    from nearhome.tendering.calculations.ocds.checking import complaints

    release = merged(copy.deepcopy(schemas["release-schema"]), schema_patch(TABLE))
    package = damaged(change)
    found = errors(package, schemas["release-package-schema"], release)
    unknown = set().union(*(unknown_fields(one, release, release) for one in package["releases"]))
    assert found or unknown
    assert complaints(package, TABLE)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the standard's programs say of one package with every made-up case in it."""
    rows = [release for case in CASES for release in releases(case)]
    file = tmp_path_factory.mktemp("ocds") / "releases.json"
    file.write_bytes(packages_of_releases(rows, KENT, uri=URI, at=AT).releases)
    command = [sys.executable, str(ROOT / "setup" / "ocds_check.py"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_standard_s_checking_program_finds_nothing(said: dict[str, Any]) -> None:
    assert said["errors"] == []
    assert said["additional_fields"] == []
    assert said["invalid_extensions"] == {}
    assert said["dereference_error"] is None
    assert said["extended"] is True
    assert said["checks"] == {}


def test_records_are_what_the_standard_s_merging_program_makes_of_the_releases(said: dict[str, Any]) -> None:
    by_process: dict[str, list[Any]] = {}
    for case in CASES:
        for one in releases(case):
            by_process.setdefault(one["ocid"], []).append(json.loads(json.dumps(one, default=float)))
    ours = [compiled_release(rows) for rows in by_process.values()]
    assert len(said["compiled"]) == len(ours)
    for mine, theirs in zip(ours, said["compiled"], strict=True):
        assert {name: part for name, part in mine.items() if name != "id"} == {
            name: part for name, part in theirs.items() if name != "id"
        }
