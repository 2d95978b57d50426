"""An analysis as one HTML file that needs nothing beside it: no server, no script, no other file."""

from importlib.resources import files

from jinja2 import Environment
from markupsafe import Markup

from nearhome.sufficiency.calculations.figures import Analysis
from nearhome.sufficiency.exporters.arranging import arranged, charts_once, only_here, told_later
from nearhome.sufficiency.exporters.in_short import in_short
from nearhome.sufficiency.exporters.words import NUMERIC, cell_words, indicator_words, out_of, said

LONG, SHOWN_OF_LONG = 200, 100
OPEN = 20  # a longer table is folded away


def web_page(analysis: Analysis) -> str:
    """The page, in plain English, every figure with its definition, every chart with its table.

    What matters first stands first; the same figures by age, sex, need … are folded together, and so are long tables.
    Of a table with more than 200 rows the first 100 are shown; the workbook has all.
    """
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files(__package__) / "web_page.html").read_text(encoding="utf-8"))
    style = (files(__package__) / "web_page.css").read_text(encoding="utf-8")
    later = told_later(analysis)
    return template.render(
        analysis=analysis,
        style=Markup(f"<style>{style}</style>"),  # noqa: S704 our own file; the page has no other beside it
        in_short=in_short(analysis),
        charts=charts_once(analysis),
        arranged=arranged,
        later=later,
        only_here=only_here,
        cell_words=cell_words,
        indicator_words=indicator_words,
        out_of=out_of,
        said=said,
        numeric=NUMERIC,
        long=LONG,
        shown_of_long=SHOWN_OF_LONG,
        open_rows=OPEN,
    )
