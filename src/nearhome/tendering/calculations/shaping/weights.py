"""Do the weights of a criteria tree sum to 100 at every node, and how much of the whole is each?

A weight is per cent of its parent. Questions that are passed or failed carry none, nor does a section that holds only such
questions. A tree is a tuple of nodes, each with its own parts; the root itself is no node. That weights at each node sum to
100 is what the tender promises bidders. The same rule, `wrong_sums`, decides whether bids can be judged by the tree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

SECTION, QUESTION, PASS, PRICE = "section", "question", "pass", "price"
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Node:
    """One criterion: its number in the records, kind, title, weight in per cent of its parent, and its parts."""

    number: int
    kind: str
    title: str
    weight: Decimal
    parts: tuple["Node", ...] = field(default=())


def wrong_weights(tree: tuple[Node, ...]) -> tuple[str, ...]:
    """Every way in which the tree does not hold, each a sentence with its mend; () when it holds."""
    if not tree:
        return ("There are no criteria: add quality with its questions, and price",)
    said = [*wrong_sums(tree), *_weightless(tree)]
    prices = [one for one in walk(tree) if one.kind == PRICE]
    if len(prices) != 1:
        said.append(
            f"There must be one price criterion, not {len(prices)}: {'remove all but one' if prices else 'add it'}"
        )
    if not any(one.kind in (QUESTION, PASS) for one in walk(tree)):
        said.append("There is no question: add one that bidders answer")
    return tuple(said)


def wrong_sums(parts: tuple[Node, ...], of: str = "The tree") -> Iterator[str]:
    """Why bids could not be marked by these parts: each sentence with its mend, none where every mark is shared out."""
    weighing = [one for one in parts if is_scored(one)]
    total = sum((one.weight for one in weighing), Decimal(0))
    if weighing and total != WHOLE:
        mend = f"add {_short(WHOLE - total)}" if total < WHOLE else f"take {_short(total - WHOLE)} away"
        yield f"{of}’s parts sum to {_short(total)}: {mend}"
    for one in parts:
        yield from _of_one(one)


def is_scored(one: Node) -> bool:
    """Whether anything in it carries marks. Passed or failed carries none; an empty section is still to be filled."""
    if one.kind == SECTION and one.parts:
        return any(is_scored(part) for part in one.parts)
    return one.kind != PASS


def _of_one(one: Node) -> Iterator[str]:
    if not 0 <= one.weight <= WHOLE:
        yield f"“{one.title}” weighs {_short(one.weight)}: enter a weight from 0 to 100"
    if one.kind == PASS and one.weight:
        yield f"“{one.title}” is passed or failed, so it has no weight: enter 0"
    if one.kind == SECTION and not one.parts:
        yield f"“{one.title}” has no parts: add a question to it or remove it"
    elif one.kind == SECTION:
        yield from _section(one)
    elif one.parts:
        yield f"“{one.title}” has parts, but only a section can: move them to a section"


def _section(one: Node) -> Iterator[str]:
    if one.weight and not is_scored(one):
        yield f"“{one.title}” weighs {_short(one.weight)}, but nothing in it is scored: add a scored question or enter 0"
    yield from wrong_sums(one.parts, one.title)


def _weightless(tree: tuple[Node, ...]) -> Iterator[str]:
    """What is asked or priced and would count for nothing: no fault of the sums, but not what a tender promises."""
    for one in walk(tree):
        if one.kind in (QUESTION, PRICE) and not one.weight:
            yield f"“{one.title}” has no weight: enter one above 0, or make it pass or fail"


def walk(tree: tuple[Node, ...]) -> Iterator[Node]:
    """Every node, a parent before its parts, in the order given."""
    for one in tree:
        yield one
        yield from walk(one.parts)


def shares(tree: tuple[Node, ...], of: Decimal = WHOLE) -> dict[int, Decimal]:
    """Number of each node → its per cent of the whole, exact."""
    found: dict[int, Decimal] = {}
    for one in tree:
        found[one.number] = of * one.weight / WHOLE
        found |= shares(one.parts, found[one.number])
    return found


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}"
