"""A kept analysis as a file: PDF, web page, workbook, JSON."""

import json

from nearhome.sufficiency.calculations.publishing.publishing import published
from nearhome.sufficiency.exporters.document import document
from nearhome.sufficiency.exporters.plain import as_plain
from nearhome.sufficiency.exporters.web_page import web_page
from nearhome.sufficiency.exporters.workbook import workbook
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.analyses import figures_of

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def file_of(kept: KeptAnalysis, kind: str, *, to_publish: bool) -> bytes:
    """The bytes of the file; `to_publish` hides small numbers and leaves single children out."""
    analysis = figures_of(kept)
    analysis = published(analysis) if to_publish else analysis
    if kind == "pdf":
        return document(analysis, authority=str(kept.authority), made_on=kept.worked_out_at.date())
    if kind == "html":
        return web_page(analysis).encode()
    if kind == "xlsx":
        return workbook(analysis)
    return json.dumps(as_plain(analysis), ensure_ascii=False, indent=1).encode()
