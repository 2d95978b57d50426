"""The JSON Schemas (draft 2020-12) of what `nearhome settle` reads and prints, made from the records it uses.

They are shipped under reference/schemas; a test holds the shipped ones against these.
"""

import json
from typing import Any

import msgspec

from nearhome.settlement.exporters.settle_answer import AnswerGiven
from nearhome.settlement.importers.settle_rows import SettleFile

_TITLES = {
    "settle-case": "What `nearhome settle` reads: contracts, rules, stays and prices of a period. Money in whole pence, days as 2026-04-01.",
    "settle-result": "What `nearhome settle --json` prints: nights, lines, corrections, payables, recharges, net positions.",
}


def schemas() -> dict[str, str]:
    """Each schema as it is shipped, by its name."""
    return {"settle-case": _written("settle-case", SettleFile), "settle-result": _written("settle-result", AnswerGiven)}


def _written(name: str, record: Any) -> str:
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"nearhome/{name}/1",
        "description": _TITLES[name],
        **msgspec.json.schema(record),
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
