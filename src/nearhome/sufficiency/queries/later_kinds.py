"""Kinds of analysis that a later stage works out: this stage keeps and shows them, and asks back to run them again."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from nearhome.sufficiency.calculations.worked import Worked
    from nearhome.sufficiency.models import KeptAnalysis

    Again = Callable[[KeptAnalysis, Mapping[str, pl.DataFrame]], Worked]

LATER: "dict[str, Again]" = {}


def is_worked_again_by(kind: str, again: "Again") -> None:
    """Say how analyses of this kind are run once more over the tables kept with them."""
    LATER[kind] = again
