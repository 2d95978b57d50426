"""What a child may ask for in a home of who they are, and what a condition of bail or of a court may be about."""

from nearhome.market.reference.ways_of_life import CULTURES, FAITHS, LANGUAGES
from nearhome.referrals.reference.code_list import CodeList, code_list

OTHER = "other"
_OTHER = (OTHER, "Another", "It is not on our list, so a person has to ask the home.")


def _with_other(name: str, known: dict[str, str]) -> CodeList:
    return code_list(name, *((code, words, "") for code, words in known.items()), _OTHER)


ASKED_FOR: dict[str, CodeList] = {
    "language": _with_other("languages", LANGUAGES),
    "faith": _with_other("faiths", FAITHS),
    "culture": _with_other("cultures", CULTURES),
}
PART_NAMES: dict[str, str] = {"language": "Language", "faith": "Faith", "culture": "Culture"}
CONDITION_KINDS = code_list(
    "conditions of bail or of a court",
    ("residence", "Where the child must live", ""),
    ("curfew", "When the child must be at home", ""),
    ("no_contact", "Whom the child may not meet", ""),
    ("other", "Something else", ""),
)
