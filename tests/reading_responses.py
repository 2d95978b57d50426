"""Asking for pages as a person, and everything they could read in a response: a page, CSV, a workbook, a PDF."""

import html
import io
import re
import zipfile
from typing import Any

import pikepdf
from django.http import HttpResponse
from django.test import Client


def client_of(person: Any) -> Client:
    """A browser without scripts in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    """A page as it was sent, with every run of spaces as one, and without what is drawn anew for each: letters by chance."""
    drawn = r'(name="csrfmiddlewaretoken" value="|nonce=")[^"]*'
    return re.sub(r"\s+", " ", re.sub(drawn, r"\1", response.content.decode()))


def text_of_response(response: HttpResponse) -> str:
    """The words of a response of any kind the site sends, without spaces, so that line breaks hide nothing."""
    body, kind = response.content, response.get("Content-Type", "")
    if body.startswith(b"%PDF"):
        text = text_of_pdf(body)
    elif body.startswith(b"PK") and "spreadsheet" in kind:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            text = html.unescape(" ".join(book.read(name).decode() for name in book.namelist()))
    else:
        text = html.unescape(body.decode())
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return "".join(f"{text} {headers}".split())


def text_of_pdf(body: bytes) -> str:
    """The text of every page, through each font's own map from glyphs to characters."""
    with pikepdf.open(io.BytesIO(body)) as pdf:
        return " ".join([*(_page_text(page) for page in pdf.pages), *(str(value) for value in pdf.docinfo.values())])


def _page_text(page: pikepdf.Page) -> str:
    maps = {name: _to_unicode(font) for name, font in page.resources.get("/Font", {}).items()}
    shown: list[str] = []
    current: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = instruction.operands, str(instruction.operator)
        if operator == "Tf":
            current = maps[str(operands[0])]
        if operator in {"Tj", "TJ"}:
            parts = operands[0] if operator == "TJ" else [operands[0]]
            shown += [_decoded(bytes(part), current) for part in parts if isinstance(part, pikepdf.String)]
    return "".join(shown)


def _decoded(codes: bytes, font: dict[int, str]) -> str:
    return "".join(font.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2))


def _to_unicode(font: pikepdf.Object) -> dict[int, str]:
    found: dict[int, str] = {}
    for line in font.ToUnicode.read_bytes().decode("latin-1").split("\n"):
        parts = [part.strip("<> []") for part in line.replace("><", "> <").split(" ")]
        if len(parts) == 2 and line.startswith("<"):
            found[int(parts[0], 16)] = bytes.fromhex(parts[1]).decode("utf-16-be")
    return found
