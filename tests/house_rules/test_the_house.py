"""Rules of the house that no other check keeps."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "nearhome"
MODULES = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
TRACKED = [
    ROOT / name
    for name in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
]


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_no_file_outgrows_one_head() -> None:
    assert not [path.name for path in MODULES if len(path.read_text().splitlines()) > 350]


def test_no_function_outgrows_one_screen() -> None:
    long = [f"{path.name}:{one.name}" for path in MODULES for one in functions(path) if length(one) > 45]
    assert not long


def test_the_median_function_is_under_ten_lines() -> None:
    lengths = sorted(length(one) for path in MODULES for one in functions(path))
    assert lengths[len(lengths) // 2] < 10


def test_no_template_outgrows_its_page() -> None:
    assert not [path.name for path in SOURCE.rglob("*.html") if len(path.read_text().splitlines()) > 150]


def test_rooms_have_names_from_the_field() -> None:
    banned = {"utils", "helpers", "core", "services", "service", "manager", "managers", "common", "misc"}
    assert not [
        path for path in MODULES if banned & {part.removesuffix(".py") for part in path.relative_to(SOURCE).parts}
    ]


@pytest.mark.parametrize(
    "pattern", [r"https?://(?!127\.0\.0\.1|localhost)", r"\bon(click|load|change|submit)=", r"\bstyle=", r"<style"]
)
def test_templates_ask_nothing_of_anybody_else_and_carry_no_inline_code(pattern: str) -> None:
    found = [path.name for path in SOURCE.rglob("*.html") if re.search(pattern, path.read_text())]
    assert not found


def test_templates_mark_nothing_safe() -> None:
    assert not [path.name for path in SOURCE.rglob("*.html") if re.search(r"\|\s*safe\b", path.read_text())]


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile(rb"registry\.npmjs|pypi\.org|pythonhosted|files\.pythonhosted")
    offending = [p.name for p in TRACKED if p.is_file() and p != Path(__file__) and hosts.search(p.read_bytes())]
    assert not offending


def test_every_public_calculation_says_what_it_answers() -> None:
    silent = [
        f"{path.relative_to(SOURCE)}:{node.name}"
        for path in MODULES
        if "calculations" in path.parts
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]
    assert not silent


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert numbers
    assert len(numbers) == len(set(numbers))


def test_every_place_of_the_navigation_stands_there_once() -> None:
    from nearhome.website.navigation import PLACES

    words, names = [place[0] for place in PLACES], [place[1] for place in PLACES]
    assert len(set(words)) == len(words) == len(set(names))


def test_each_term_stands_once_in_the_glossary() -> None:
    rows = [
        line.split("|")[1].strip()
        for line in (ROOT / "docs" / "glossary.md").read_text().splitlines()
        if line[:2] == "| "
    ]
    assert len(rows) == len(set(rows))
