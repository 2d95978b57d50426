"""The JSON Schemas (draft 2020-12) of what `nearhome match` reads and prints, made from the records it uses.

They are shipped under reference/schemas; a test holds the shipped ones against these.
"""

import json
from typing import Any

import msgspec

from nearhome.matching.exporters.match_answer import AnswerGiven
from nearhome.matching.importers.match_problem import example
from nearhome.matching.importers.match_rows import MatchFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def problem_schema() -> dict[str, Any]:
    """The schema of PROBLEM.json, with the shipped example in it."""
    made = msgspec.json.schema(MatchFile)
    return {"$schema": DRAFT, "title": "A region's case, as `nearhome match` reads it"} | made | {
        "examples": [json.loads(example())]
    }  # fmt: skip


def answer_schema() -> dict[str, Any]:
    """The schema of what `nearhome match --json` prints."""
    return {"$schema": DRAFT, "title": "What `nearhome match --json` prints"} | msgspec.json.schema(AnswerGiven)
