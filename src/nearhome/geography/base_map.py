"""The base map: which squares of the country belong to which authority. Worked out once and kept in the data folder."""

import json
import os
from functools import cache
from pathlib import Path

from nearhome.geography.calculations.cells import Bounds
from nearhome.geography.outlines import cells_by_authority
from nearhome.geography.postcodes import Postcodes, data_folder

CELL_METRES = 2500
WHOLE = Bounds(west=80_000, south=0, east=660_000, north=660_000)
Cells = dict[str, list[tuple[int, int, int]]]


@cache
def base_cells() -> Cells:
    """Runs of squares by authority (DfE code): column from the west, row from the north, length."""
    path = data_folder() / f"base-map-{CELL_METRES}.json"
    if not path.exists():
        _keep(path)
    return {code: [tuple(run) for run in runs] for code, runs in json.loads(path.read_text()).items()}


def _keep(path: Path) -> None:
    """The file appears whole or not at all."""
    found = cells_by_authority(Postcodes.open(), WHOLE, CELL_METRES)
    plain = {code: [(run.x, run.y, run.width) for run in runs] for code, runs in sorted(found.items())}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_text(json.dumps(plain))
    unfinished.replace(path)
