"""Two real decisions, shipped as examples to start from: our own short words for public facts, with their source."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.http import Http404

NAMES = ("kent-21-00077", "kent-21-00094")


@dataclass(frozen=True)
class Example:
    """One example: how it is called, where it is from, and the fields and risks of a draft."""

    name: str
    title: str
    source: str
    fields: dict[str, Any]
    risks: tuple[dict[str, Any], ...]


@cache
def example(name: str) -> Example:
    """The example of that name. Raises Http404 where there is none."""
    if name not in NAMES:
        raise Http404("No such example")
    told = tomllib.loads((files("nearhome.partnership.reference") / f"{name}.toml").read_text())
    source, risks = told.pop("source"), tuple(told.pop("risks", ()))
    return Example(name, f"{told['reference']} {told['title']}", source, told, risks)


def examples() -> tuple[Example, ...]:
    """All of them."""
    return tuple(example(name) for name in NAMES)
