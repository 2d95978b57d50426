"""Does a stored ranking still come out the same, and if not, where does it differ?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nearhome.matching.calculations.ranked import Ranking
from nearhome.matching.calculations.ranking import replay
from nearhome.matching.calculations.rule_book import NoLongerHeld, book_of

SAME, DIFFERS, NOT_HELD = "same", "differs", "not_held"
_MOST_SHOWN = 20
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Replayed:
    """`status` is 'same', 'differs' or 'not_held'; then `ranking` is None and `missing` names what is not held."""

    status: str
    ranking: Ranking | None
    differences: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def made_again(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> Ranking:
    """The ranking made again from its stored inputs by the rules and criteria the stored result names.

    Raises NoLongerHeld where this program does not hold one of them.
    """
    versions = [(one, version) for one, version in result["rule_versions"]]
    criteria = [(one, version) for one, version in result.get("criterion_versions", ())]
    return replay(inputs, book_of(versions, criteria))


def replayed(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> Replayed:
    """Is the stored ranking (`Ranking.as_json`) the one its inputs give by its own versions?"""
    try:
        ranking = made_again(inputs, result)
    except NoLongerHeld as gone:
        return Replayed(NOT_HELD, None, missing=gone.missing)
    found = differences(result, ranking.as_json())
    return Replayed(DIFFERS if found else SAME, ranking, found)


def differences(stored: Any, again: Any, at: str = "") -> tuple[str, ...]:
    """Where does what was made again differ from what was stored? At most twenty places, in words.

    What the stored record does not have (a later program says more of a home) is no difference, nor are the same
    words with a number said to more decimals.
    """
    return tuple(_differences(stored, again, at)[:_MOST_SHOWN])


def _differences(stored: Any, again: Any, at: str) -> list[str]:
    if isinstance(stored, Mapping) and isinstance(again, Mapping):
        return [words for key in stored for words in _differences(stored[key], again.get(key), _joined(at, key))]
    if _is_list(stored) and _is_list(again) and len(stored) == len(again):
        pairs = enumerate(zip(stored, again, strict=True), start=1)
        return [words for number, (was, now) in pairs for words in _differences(was, now, _joined(at, number))]
    if stored == again or (at.endswith("why_here") and _said_shorter(stored, again)):
        return []
    if _is_list(stored) and _is_list(again):
        return [f"{at}: {len(stored)} were stored, {len(again)} made again"]
    return [f"{at}: stored “{stored}”, made again “{again}”"]


def _said_shorter(stored: str, again: str) -> bool:
    """The same words, and each number the other one with fewer decimals."""
    if _NUMBER.sub("#", stored) != _NUMBER.sub("#", again):
        return False
    pairs = zip(map(Decimal, _NUMBER.findall(stored)), map(Decimal, _NUMBER.findall(again)), strict=True)
    return all(was == now or (_half_a_step(was) > _half_a_step(now) and _is_near(was, now)) for was, now in pairs)


def _is_near(was: Decimal, now: Decimal) -> bool:
    return abs(was - now) <= _half_a_step(was) + _half_a_step(now)


def _half_a_step(number: Decimal) -> Decimal:
    """Half of the last decimal said."""
    return Decimal(5).scaleb(int(number.as_tuple().exponent) - 1)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _joined(at: str, part: object) -> str:
    return f"{at}, {part}" if at else str(part)
