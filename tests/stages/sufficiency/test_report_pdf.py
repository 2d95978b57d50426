"""The report as a PDF that anybody can read: tagged, named, with words for every picture, the same bytes each time."""

import datetime as dt
from io import BytesIO

import pikepdf
import pytest

from nearhome.sufficiency.calculations.publishing.publishing import published
from nearhome.sufficiency.exporters.arranging import charts_once
from nearhome.sufficiency.exporters.document import document
from scenes_report import made_up_report

MADE_ON = dt.date(2026, 4, 7)


@pytest.fixture(scope="module")
def made() -> bytes:
    return document(made_up_report(), authority="Kent", made_on=MADE_ON)


@pytest.fixture
def report(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(made))


def elements(node: pikepdf.Object) -> list[pikepdf.Dictionary]:
    """Every element of the structure, top to bottom."""
    if isinstance(node, pikepdf.Array):
        return [one for child in node for one in elements(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    return [node, *(elements(node.K) if "/K" in node else [])]


def tagged(report: pikepdf.Pdf, tag: str) -> list[pikepdf.Dictionary]:
    return [one for one in elements(report.Root.StructTreeRoot) if str(one.get("/S", "")) == tag]


def outline(report: pikepdf.Pdf) -> list[str]:
    with report.open_outline() as found:
        return [item.title for item in found.root]


def test_it_is_tagged_in_english_with_a_title_and_claims_to_be_accessible(report: pikepdf.Pdf) -> None:
    assert bool(report.Root.MarkInfo.Marked)
    assert str(report.Root.Lang) == "en-GB"
    assert str(report.docinfo["/Title"]) == "Need on 31 March 2026"
    assert str(report.docinfo["/Author"]) == "Kent"
    with report.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"


def test_every_picture_has_words_in_its_place(report: pikepdf.Pdf) -> None:
    figures = tagged(report, "/Figure")
    assert len(figures) == len(charts_once(made_up_report()))
    assert all(str(one.Alt).strip() for one in figures)


def test_every_table_has_headings(report: pikepdf.Pdf) -> None:
    tables = tagged(report, "/Table")
    assert len(tables) > 20
    for table in tables:
        assert any(str(one.get("/S", "")) == "/TH" for one in elements(table))


def test_the_parts_come_first_and_the_same_by_age_sex_and_need_in_an_annex(report: pikepdf.Pdf) -> None:
    names = outline(report)
    where, rests, annex = (
        names.index(one) for one in ("Where children live", "What these figures rest on", "Annex: Where children live")
    )
    assert where < rests < annex


def test_the_same_report_is_the_same_bytes(made: bytes) -> None:
    assert document(made_up_report(), authority="Kent", made_on=MADE_ON) == made


def test_the_report_to_publish_is_shorter_and_still_tagged(report: pikepdf.Pdf) -> None:
    to_publish = pikepdf.open(BytesIO(document(published(made_up_report()), authority="Kent", made_on=MADE_ON)))
    assert bool(to_publish.Root.MarkInfo.Marked)
    assert len(to_publish.pages) < len(report.pages)
