"""The macros give the very markup that the design system publishes for its components."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.template import engines

from nearhome.design.jinja_environment import GOVUK


class Parts(HTMLParser):
    """Tags with their attributes in order of name, and words with single spaces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(" ".join(data.split()))


def parts(html: str) -> list[Any]:
    reader = Parts()
    reader.feed(html)
    reader.close()
    return reader.parts


def fixtures(home: Path, component: str) -> list[dict[str, Any]]:
    folder = home / "npm/node_modules/govuk-frontend/dist/govuk/components" / component
    return json.loads((folder / "fixtures.json").read_text(encoding="utf-8"))["fixtures"]


@pytest.mark.parametrize("component", GOVUK)
def test_a_macro_gives_the_published_markup(component: str, fetched_assets: Path) -> None:
    name = "govuk" + "".join(part.title() for part in component.split("-"))
    macro = engines["jinja2"].env.globals[name]
    examples = fixtures(fetched_assets, component)
    different = [each["name"] for each in examples if parts(macro(each["options"])) != parts(each["html"])]
    assert examples
    assert different == []
