"""An analysis with everything that it was worked out from, ready to be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from nearhome.sufficiency.calculations.figures import Analysis


@dataclass(frozen=True, slots=True)
class Worked:
    """What kind it is, what was asked for, the tables it ran over by name, and what it came to."""

    kind: str
    asked: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    analysis: Analysis
