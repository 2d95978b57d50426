"""What is wrong with a file of `nearhome plan`: every fault found, each with where it is and how to mend it."""

import json
import math
from collections.abc import Iterator
from typing import Any

MOST_PLACES = 1_000_000
MOST_VALUE = 1e12
MOST_IN_A_GROUP = 64
SHOWN = 20
NOTES = ("note", "comment")
TOP = ("children", "homes", "options", "conflicts", "promise")


class PlanFileError(ValueError):
    """A file that cannot be used, with one sentence for each fault."""

    def __init__(self, name: str, sentences: tuple[str, ...]) -> None:
        super().__init__(f"{name}: {'; '.join(sentences)}")
        self.name = name
        self.sentences = sentences


class Complaints:
    """Faults by their kind: the first 20 of each kind are told, the others counted."""

    def __init__(self) -> None:
        self._told: dict[str, list[str]] = {}
        self._more: dict[str, int] = {}

    def add(self, kind: str, sentence: str) -> None:
        """One fault."""
        told = self._told.setdefault(kind, [])
        if len(told) < SHOWN:
            told.append(sentence)
        else:
            self._more[kind] = self._more.get(kind, 0) + 1

    def sentences(self) -> tuple[str, ...]:
        """Every sentence, kinds in the order in which they were first met."""
        found = []
        for kind, told in self._told.items():
            found += told
            if kind in self._more:
                found.append(f"and {self._more[kind]:,} more like this ({kind})")
        return tuple(found)


def read_slowly(content: bytes, name: str) -> Any:
    """The JSON with NaN and Infinity let through, so that they can be named. Raises PlanFileError if it is no JSON."""
    try:
        return json.loads(content.decode("utf-8"))
    except json.JSONDecodeError as error:
        raise PlanFileError(name, (f"this is not JSON: {error.msg} (line {error.lineno}, column {error.colno})",)) from None  # fmt: skip
    except UnicodeDecodeError as error:
        raise PlanFileError(name, (f"it is not UTF-8 (byte {error.start + 1:,}); save it as UTF-8",)) from None
    except RecursionError:
        raise PlanFileError(name, ("it is nested too deeply to be a plan",)) from None
    except ValueError:
        raise PlanFileError(name, ("a number has too many digits to be read; give fewer",)) from None


def complaints_of_plan(data: Any) -> tuple[str, ...]:
    """Every fault of the file's content; none if it is right."""
    said = Complaints()
    if not isinstance(data, dict):
        said.add("top", f"it must be an object with children, homes and options, not {kind_of(data)}")
        return said.sentences()
    unknown_keys(said, "the file", data, TOP)
    for key in ("children", "homes", "options"):
        if key not in data:
            said.add("missing", f"“{key}” is missing; give a list, which may be empty")
    if not isinstance(data.get("promise", False), bool):
        said.add("promise", f"“promise” must be true or false, not {kind_of(data['promise'])}")
    groups = _children(said, data)
    homes = _homes(said, data)
    _options(said, data, set(groups), homes)
    _conflicts(said, data, groups)
    return said.sentences()


def _children(said: Complaints, data: dict[str, Any]) -> dict[str, str | None]:
    """The group of each child."""
    groups: dict[str, str | None] = {}
    first: dict[str, int] = {}
    for number, row in rows(said, data, "children", "child"):
        where = f"child {number}"
        unknown_keys(said, where, row, ("id", "authority", "group"))
        reference = text(said, where, row, "id")
        text(said, where, row, "authority")
        group = group_in(said, where, row)
        if reference in first:
            said.add("child twice", f"child {number} has the id {quoted(reference)} of child {first[reference]}; ids must differ")  # fmt: skip
        elif reference:
            first[reference], groups[reference] = number, group
    too_large(said, list(groups.values()))
    return groups


def group_in(said: Complaints, where: str, row: dict[str, Any]) -> str | None:
    """The group a row names; null and no key mean alone."""
    group = row.get("group")
    if group is None or (isinstance(group, str) and group):
        return group
    said.add("group", f"{where}: “group” must be text in quotes, or null for a child alone, not {kind_of(group)}")
    return None


def too_large(said: Complaints, groups: list[str | None], where: str = "") -> None:
    """Says which groups have more children than can be placed as one."""
    sizes: dict[str, int] = {}
    for group in groups:
        if group is not None:
            sizes[group] = sizes.get(group, 0) + 1
    for group, size in sizes.items():
        if size > MOST_IN_A_GROUP:
            said.add("group size", f"{where}group {quoted(group)} has {size} children; at most {MOST_IN_A_GROUP} go together")  # fmt: skip


def _homes(said: Complaints, data: dict[str, Any]) -> set[str]:
    first: dict[str, int] = {}
    for number, row in rows(said, data, "homes", "home"):
        where = f"home {number}"
        unknown_keys(said, where, row, ("id", "authority", "capacity"))
        reference = text(said, where, row, "id")
        text(said, where, row, "authority")
        _capacity(said, f"{where} ({quoted(reference)})", row)
        if reference in first:
            said.add("home twice", f"home {number} has the id {quoted(reference)} of home {first[reference]}; ids must differ")  # fmt: skip
        elif reference:
            first[reference] = number
    return set(first)


def _capacity(said: Complaints, where: str, row: dict[str, Any]) -> None:
    places = row.get("capacity")
    is_number = isinstance(places, int | float) and not isinstance(places, bool) and 0 <= places <= MOST_PLACES
    if not is_number or float(places or 0) % 1:
        given = "is missing" if "capacity" not in row else f"{shown(places)} cannot be used"
        said.add("capacity", f"{where}: the capacity {given}; give a whole number from 0 to {MOST_PLACES:,}")


def _options(said: Complaints, data: dict[str, Any], children: set[str], homes: set[str]) -> None:
    first: dict[tuple[str, str], int] = {}
    for number, row in rows(said, data, "options", "option"):
        child, home = text(said, f"option {number}", row, "child"), text(said, f"option {number}", row, "home")
        where = f"option {number} (child {quoted(child)}, home {quoted(home)})"
        unknown_keys(said, where, row, ("child", "home", "value"))
        if child and child not in children:
            said.add("unknown child", f"{where}: there is no such child in “children”; add the child or leave the option out")  # fmt: skip
        if home and home not in homes:
            said.add("unknown home", f"{where}: there is no such home in “homes”; add the home or leave the option out")
        value_in(said, where, row)
        if child and home and (before := first.setdefault((child, home), number)) != number:
            said.add("option twice", f"options {before} and {number} are both for child {quoted(child)} and home {quoted(home)}; keep one")  # fmt: skip


def value_in(said: Complaints, where: str, row: dict[str, Any]) -> None:
    """Says what is wrong with the value of an option, if anything."""
    value = row.get("value")
    if "value" not in row:
        said.add("value", f"{where} has no value; give a number, 0 or more")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        said.add("value", f"{where}: the value must be a number, not {kind_of(value)}")
    elif isinstance(value, float) and not math.isfinite(value):
        said.add("value", f"{where}: the value {shown(value)} is not a finite number; give one, 0 or more")
    elif value < 0:
        said.add("value", f"{where}: the value {shown(value)} is below 0; leave the option out if the child should not go there")  # fmt: skip
    elif value > MOST_VALUE:
        said.add("value", f"{where}: the value {shown(value)} is above {MOST_VALUE:,.0f}; use a smaller unit for all values")  # fmt: skip


def _conflicts(said: Complaints, data: dict[str, Any], groups: dict[str, str | None]) -> None:
    found = data.get("conflicts", [])
    if not isinstance(found, list):
        said.add("list", f"“conflicts” must be a list of pairs, not {kind_of(found)}")
        return
    for number, pair in enumerate(found, 1):
        where = f"conflict {number}"
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(name, str) and name for name in pair):
            said.add("conflict", f"{where} must be a pair of two children's ids, such as [“c1”, “c2”], not {shown(pair)}")  # fmt: skip
            continue
        one, other = pair
        for name in pair:
            if name not in groups:
                said.add("conflict unknown", f"{where}: there is no child {quoted(name)} in “children”; add the child or leave the conflict out")  # fmt: skip
        if one == other:
            said.add("conflict itself", f"{where} is of child {quoted(one)} with itself; name two children")


def rows(said: Complaints, data: dict[str, Any], key: str, singular: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list with their numbers, from 1."""
    found = data.get(key, [])
    if not isinstance(found, list):
        said.add("list", f"“{key}” must be a list, not {kind_of(found)}")
        return
    for number, row in enumerate(found, 1):
        if isinstance(row, dict):
            yield number, row
        else:
            said.add(f"{key} row", f"{singular} {number} must be an object, not {kind_of(row)}")


def unknown_keys(said: Complaints, where: str, row: dict[str, Any], known: tuple[str, ...]) -> None:
    """Says which keys mean nothing here, so that a slip of the pen is not passed over."""
    for key, content in row.items():
        if key in NOTES and (content is None or isinstance(content, str)):
            continue
        if key in NOTES:
            said.add("note", f"{where}: “{key}” must be text, not {kind_of(content)}")
        elif key not in known:
            said.add("unknown key", f"{where}: {quoted(key)} is not known here; there are {', '.join(known)} (and note): mend the spelling or take it out")  # fmt: skip


def text(said: Complaints, where: str, row: dict[str, Any], key: str) -> str:
    """A reference, or "" with what is wrong said."""
    found = row.get(key)
    if isinstance(found, str) and found:
        return found
    given = "is missing" if key not in row else f"must be text in quotes and not empty, not {kind_of(found)}"
    said.add(key, f"{where}: “{key}” {given}")
    return ""


def kind_of(found: Any) -> str:
    """What something is, in words."""
    words = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
    if type(found) in words:
        return words[type(found)]
    return "empty text" if found == "" else f"{'the text ' if isinstance(found, str) else 'the number '}{shown(found)}"


def shown(found: Any) -> str:
    """Something as it stands in the file, cut short."""
    written = json.dumps(found, ensure_ascii=True)
    return written if len(written) <= 60 else f"{written[:57]}…"


def quoted(reference: str) -> str:
    """A reference in quotation marks, on one line."""
    return f"“{shown(reference)[1:-1]}”"
