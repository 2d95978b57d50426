"""How many children live in each authority, for rates per 10,000."""

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path

CODE, CHILDREN = "dfe_code", "children_0_17_mid_2024"


@cache
def population() -> dict[str, int]:
    """Children aged 0 to 17 in the middle of 2024 by DfE code; only the authorities that the table holds."""
    text = files("nearhome.sufficiency").joinpath("reference", "population.csv").read_text(encoding="utf-8")
    return _read(text, "population.csv")


def read_population(path: Path) -> dict[str, int]:
    """The same from a file of one's own with the DfE code and the number of children as its first two columns.

    Raises ValueError, naming the row, if a code is not three digits or a number is not whole and above 0.
    """
    return _read(path.read_text(encoding="utf-8-sig"), path.name)


def rate_per_10_000(children: int, code: str, living_there: dict[str, int] | None = None) -> float | None:
    """Children in care per 10,000 children who live in the authority; None where its population is not known."""
    there = (population() if living_there is None else living_there).get(code)
    return 10_000 * children / there if there else None


def _read(text: str, name: str) -> dict[str, int]:
    rows = list(csv.reader(text.splitlines()))[1:]
    return dict(_row(cells, f"{name}, row {number}") for number, cells in enumerate(rows, start=2) if any(cells))


def _row(cells: list[str], where: str) -> tuple[str, int]:
    code, number = (*(cell.strip().replace(",", "") for cell in cells), "", "")[:2]
    if not (len(code) == 3 and code.isdecimal()):
        raise ValueError(f"{where}: “{code[:20]}” is not a DfE code of three digits, such as 886")
    if not number.isdecimal() or not int(number):
        raise ValueError(f"{where}: “{number[:20]}” is not a number of children; write a whole number above 0")
    return code, int(number)
