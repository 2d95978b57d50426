"""The JSON form of an analysis: what its schema promises, inside the authority and published."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app
from nearhome.sufficiency.calculations.publishing.publishing import published
from nearhome.sufficiency.exporters.plain import as_plain
from scenes_report import made_up_report


def schema(name: str) -> dict[str, Any]:
    text = files("nearhome.sufficiency").joinpath("reference", "schemas", f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def printed(is_published: bool) -> dict[str, Any]:
    analysis = published(made_up_report()) if is_published else made_up_report()
    return json.loads(json.dumps(as_plain(analysis), allow_nan=False))  # type: ignore[no-any-return]


@pytest.mark.parametrize("is_published", [False, True])
def test_an_analysis_is_as_its_schema_says(is_published: bool) -> None:
    wanted = schema("needs")
    jsonschema.Draft202012Validator.check_schema(wanted)
    jsonschema.validate(printed(is_published), wanted, format_checker=jsonschema.FormatChecker())


def test_the_command_prints_the_schema() -> None:
    answer = CliRunner().invoke(app, ["schema", "needs"])
    assert json.loads(answer.stdout) == schema("needs")


@pytest.mark.parametrize("lacking", ["indicators", "sections", "published", "schema"])
def test_a_form_that_lacks_something_is_refused(lacking: str) -> None:
    told = printed(False)
    del told[lacking]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, schema("needs"))


def test_every_indicator_that_was_promised_is_there_with_all_it_should_say() -> None:
    found = printed(False)["indicators"]
    promised = {
        "children_looked_after", "started_in_year", "ceased_in_year", "share_outside_authority", "share_at_a_distance",
        "median_miles", "share_over_20_miles", "share_over_50_miles", "share_over_100_miles", "far_with_no_recorded_reason",
        "under_16_unlawful_settings", "three_or_more_placements", "long_term_stable", "share_foster", "share_residential",
        "share_supported", "share_foster_external", "unknown_distance",
    }  # fmt: skip
    assert promised <= set(found)
    for one in found.values():
        assert {"value", "numerator", "denominator", "unit", "definition", "suppressed"} <= set(one)
        assert one["definition"]


def test_a_hidden_figure_is_null_and_named_and_no_child_is_in_the_published_form() -> None:
    told = printed(True)
    rows = [row for section in told["sections"] for table in section["tables"] for row in table["rows"]]
    hidden = [row for row in rows if "hidden" in row]
    assert hidden
    assert all(row[key] is None for row in hidden for key in row["hidden"])
    assert not any(table["about_single_children"] for section in told["sections"] for table in section["tables"])
    assert "TC0" not in json.dumps(told)
    for one in told["indicators"].values():
        assert not one["suppressed"] or (one["value"], one["numerator"], one["denominator"]) == (None, None, None)
