"""A case file is read, or refused with what is to be mended; nothing that the format does not name ever gets through."""

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.tendering.exporters.ocds_files import packages_of_case
from nearhome.tendering.importers.ocds_case import CaseFileError, case_from_bytes, case_schema

EXAMPLE = files("nearhome.tendering.reference").joinpath("example_ocds_case.json").read_text("utf-8")
SCHEMA = files("nearhome.tendering.reference").joinpath("schemas", "ocds-case.json").read_text("utf-8")


def example() -> dict[str, Any]:
    return dict(json.loads(EXAMPLE))


def objects_in(value: Any) -> list[dict[str, Any]]:
    """Every object of a JSON value, the outermost first."""
    if isinstance(value, list):
        return [found for one in value for found in objects_in(one)]
    if isinstance(value, dict):
        return [value, *(found for one in value.values() for found in objects_in(one))]
    return []


def refusal(raw: Any) -> str:
    with pytest.raises(CaseFileError) as refused:
        case_from_bytes(json.dumps(raw).encode() if not isinstance(raw, bytes) else raw, "case.json")
    return " ".join(refused.value.sentences)


def test_the_shipped_example_is_read_and_fits_its_published_schema() -> None:
    from jsonschema import Draft202012Validator

    assert case_from_bytes(EXAMPLE.encode(), "example").case.call_offs
    Draft202012Validator(json.loads(SCHEMA)).validate(example())


def test_the_published_schema_is_the_one_that_is_kept() -> None:
    assert json.loads(SCHEMA) == json.loads(json.dumps(case_schema()))


@settings(max_examples=80)
@given(st.data())
def test_a_field_about_a_child_is_refused_wherever_it_stands_and_what_it_says_is_not_repeated(
    data: st.DataObject,
) -> None:
    raw = example()
    places = objects_in(raw)
    place = data.draw(st.sampled_from(range(len(places))))
    name = data.draw(
        st.sampled_from(("child", "child_name", "date_of_birth", "referral", "home", "notes", "urn", "postcode"))
    )
    places[place][name] = data.draw(st.sampled_from(("ZZMARKEDCHILD", {"name": "ZZMARKEDCHILD"}, ["ZZMARKEDCHILD"])))
    said = refusal(raw)
    assert name in said
    assert "is not a field of a case" in said
    assert "ZZMARKEDCHILD" not in said


def test_no_word_of_a_case_leaves_that_is_not_in_a_field_for_publication() -> None:
    """Every text of the example is marked in turn; what of it is published is exactly this list."""
    leaves = set()
    for place, one in enumerate(objects_in(example())):
        for name, value in one.items():
            if (
                not isinstance(value, str)
                or name in ("on", "kind", "method", "regime", "ocid", "uri", "weight", "least_score")
                or name.endswith(("_at", "_on", "code"))
            ):
                continue
            raw = example()
            objects_in(raw)[place][name] = "ZZMARKED-1" if name in ("number", "reference") else "ZZMARKED"
            read = case_from_bytes(json.dumps(raw).encode(), "case.json")
            made = packages_of_case(read.case, read.publisher, uri=read.uri, at=read.published_at)
            if b"ZZMARKED" in made.releases + made.records:
                leaves.add(name)
    assert leaves == {"name", "number", "scheme", "title", "description", "reference"}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "is not JSON"),
        (b"[]", "Expected"),
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        ({}, "publisher"),
        ({**example(), "published_at": "2027-07-01T09:00:00"}, "must say its zone"),
        ({**example(), "uri": "file:///etc/passwd"}, "beginning with https://"),
        ({**example(), "published_at": "yesterday"}, "published_at"),
        ({**example(), "published_at": "2027-05-31T09:00:00Z"}, "only what has been published is released"),
        (
            {**example(), "publisher": {"scheme": "ONS", "number": "Jayden 1", "name": "Kent"}},
            "publisher.number must be a number",
        ),
        (
            {**example(), "uri": "https://kent.example/child-1-943-476-5919.json"},
            "uri looks as if it held an NHS number",
        ),
    ],
)
def test_a_file_that_is_no_case_is_refused_with_the_mend(raw: Any, said: str) -> None:
    assert said in refusal(raw)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("value_pence", -1, "above nought"), ("value_pence", 1.5, "value_pence"), ("lots", [], "one lot"), ("ocid", "x", "ocds-"), ("method", "guess", "method")],
)  # fmt: skip
def test_wrong_values_are_named(field: str, value: Any, said: str) -> None:
    raw = example()
    raw["case"][field] = value
    assert said in refusal(raw)
