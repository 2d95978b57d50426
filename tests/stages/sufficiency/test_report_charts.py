"""Charts of figures: what is worth drawing is drawn so that it can be read."""

import re
from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from nearhome.design.charts import bar_chart, end_names, wrapped
from nearhome.design.interval_charts import Funnel, FunnelPoint, funnel_chart
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column
from nearhome.sufficiency.exporters.arranging import charts_once
from nearhome.sufficiency.exporters.charts import chart_of
from nearhome.sufficiency.exporters.flow_map import flow_map
from scenes_report import made_up_report

SVG = "{http://www.w3.org/2000/svg}"


def words(drawing: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def bars(*rows: tuple[Cell, ...]) -> Breakdown:
    columns = (Column("what", "What"), Column("rate", "Rate", "rate"))
    return Breakdown("b", "Bars", "Made up.", columns, rows, chart=Chart("bars", "what", ("rate",)))


def test_one_bar_compares_nothing_and_a_hundred_nobody_reads() -> None:
    assert chart_of(bars(("Kent", 53.34984))) is None
    assert chart_of(bars(*((f"Place {at}", 1.0) for at in range(100)))) is None
    drawn = chart_of(bars(("Kent", 53.34984), ("Medway", 61.0)))
    assert drawn is not None
    assert {"53.3", "61"} <= set(words(drawn))


def test_bars_below_nought_run_the_other_way_and_say_so() -> None:
    drawing = bar_chart(["Kent", "Medway"], [300.0, -200.0], lambda value: f"{value:+.0f}")
    over, under = [float(one.attrib["x"]) for one in ElementTree.fromstring(drawing).iter(f"{SVG}rect")]
    assert under < over
    assert {"+300", "-200"} <= set(words(drawing))


def test_months_that_are_not_even_are_drawn_as_far_apart_as_they_are() -> None:
    table = Breakdown(
        "s", "Staying", "Made up.",
        (Column("months", "Months", "number"), Column("a", "Foster care: still there", "share"), Column("b", "Other: still there", "share")),
        ((0, 1.0, 1.0), (1, 0.8, 0.9), (12, 0.5, 0.6), (24, 0.2, None)), chart=Chart("lines", "months", ("a", "b")),
    )  # fmt: skip
    drawn = chart_of(table)
    assert drawn is not None
    told = words(drawn)
    assert {"Months", "0", "12", "24", "Foster care", "Other"} <= set(told)
    labels = {one.text: float(one.attrib["x"]) for one in ElementTree.fromstring(drawn).iter(f"{SVG}text")}
    assert labels["24"] - labels["12"] == labels["12"] - labels["0"]


@given(st.lists(st.tuples(st.text("abc ", min_size=1, max_size=60), st.floats(16, 280)), min_size=1, max_size=6))
def test_the_names_of_lines_never_lie_over_one_another(ends: list[tuple[str, float]]) -> None:
    drawn = [[float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.-]+)"', name)] for name in end_names(ends)]
    heights = [y for name in drawn for y in name]
    assert all(after - before >= 15.9 for before, after in pairwise(heights))


@given(st.text("abcdefg ", max_size=120), st.integers(8, 40))
def test_long_words_are_wrapped_into_the_room_there_is(text: str, letters: int) -> None:
    lines = wrapped(text, letters, 2)
    assert len(lines) <= 2
    assert all(len(line) <= letters for line in lines)


def test_only_names_that_have_room_are_written_beside_outliers() -> None:
    points = [FunnelPoint(f"Madeup Provider {at}", 30.0, 1.5 + at / 1000, is_outside=True) for at in range(20)]
    drawing = funnel_chart(points, [Funnel([10, 30], [0.8, 0.9], [1.2, 1.1], 1.0)], "Placements")
    named = [one for one in words(drawing) if one.startswith("Madeup")]
    assert len(named) <= 1
    alone = funnel_chart(
        [FunnelPoint("Madeup Dear Ltd", 20, 1.9, is_outside=True)],
        [Funnel([10, 30], [0.8, 0.9], [1.2, 1.1], 1.0)],
        "Placements",
    )
    assert "Madeup Dear Ltd" in words(alone)


def test_the_map_shows_borders_and_names_where_children_go() -> None:
    table = Breakdown(
        "flows", "Flows", "Made up.",
        (Column("from", "From"), Column("to", "To"), Column("children", "Children", "count")),
        (("886", "352", 12), ("886", "886", 40), ("886", "887", 5)), chart=Chart("flows", "from", ("children",), to="to"),
    )  # fmt: skip
    drawing = flow_map(table)
    assert drawing is not None
    assert {"Kent", "Manchester", "Medway"} <= set(words(drawing))
    assert 'fill="none" stroke="#7d868c"' in drawing
    assert "Kent to Manchester: 12" in drawing


def test_no_drawing_is_shown_twice_in_a_report() -> None:
    drawn = list(charts_once(made_up_report()).values())
    assert len(drawn) > 10
    assert len(drawn) == len(set(drawn))
