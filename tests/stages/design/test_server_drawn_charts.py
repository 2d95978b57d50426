import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.design.charts import Series, bar_chart, line_chart, rounded_top
from nearhome.design.interval_charts import Band, band_chart
from nearhome.design.jinja_environment import inline_svg


@given(st.floats(0.001, 1e9))
def test_the_scale_always_reaches_the_highest_figure(most: float) -> None:
    assert most <= rounded_top(most) <= most * 2.1


def test_words_in_a_chart_are_escaped_and_the_drawing_is_well_formed() -> None:
    drawing = bar_chart(["<b>April</b>", "May"], [3, 0])
    assert "<b>" not in drawing
    assert len(ElementTree.fromstring(drawing).findall("{http://www.w3.org/2000/svg}rect")) == 2


def test_a_gap_in_a_line_is_left_open() -> None:
    drawing = line_chart(["a", "b", "c", "d"], [Series("Places", [1, None, 2, 3])])
    path = ElementTree.fromstring(drawing).find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    assert path.attrib["d"].count("M") == 2


@pytest.mark.parametrize("drawing", ["<p>no</p>", "<svg onload='x'/>", "<svg><script>1</script></svg>"])
def test_a_drawing_that_could_run_something_is_refused(drawing: str) -> None:
    with pytest.raises(ValueError, match="plain SVG"):
        inline_svg(drawing)


def test_charts_with_nothing_to_show_are_still_drawn() -> None:
    assert bar_chart([], []).startswith("<svg")
    assert line_chart([], []).startswith("<svg")


def test_a_band_that_falls_below_nothing_is_drawn_there_and_not_cut_off() -> None:
    drawing = band_chart(["a", "b"], [Band("Missing", [2, -3], [0, -6], [4, 1])])
    assert ">-6<" in drawing.replace("−", "-")
    line = next(
        path.attrib["d"] for path in ElementTree.fromstring(drawing).iter() if path.attrib.get("fill") == "none"
    )
    first, last = re.findall(r"[ML][\d.]+ ([\d.]+)", line)
    assert float(last) > float(first)
