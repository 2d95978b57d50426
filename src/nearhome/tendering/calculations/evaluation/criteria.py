"""The tree of award criteria: what is wrong with its weights, and which part of all marks each question carries."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from nearhome.tendering.calculations.evaluation.case import Question

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Criterion:
    """One node of the tree. `weight` is per cent of its parent; only sections have children."""

    key: str
    title: str
    kind: Literal["section", "question", "pass", "price"]
    weight: Decimal
    least_score: int | None = None
    children: tuple["Criterion", ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """Every question with its part of all marks, in the order of the tree, and the part of the price."""

    questions: tuple[Question, ...]
    price: Fraction


def weight_faults(criteria: tuple[Criterion, ...], where: str = "the criteria") -> tuple[str, ...]:
    """A sentence for each node whose children's weights do not sum to 100, and for each that cannot be judged.

    Procurement reference 22, invariant 1: weights at each node of the criteria tree sum to 100.
    """
    said = list(_node_faults(criteria, where))
    if where == "the criteria":
        prices = [one for one in _leaves(criteria) if one.kind == "price"]
        if len(prices) > 1:
            said.append(f"price stands {len(prices)} times among the criteria; keep one")
    return tuple(said)


def _node_faults(criteria: tuple[Criterion, ...], where: str) -> Iterator[str]:
    total = sum((one.weight for one in criteria), Decimal(0))
    if total != WHOLE:
        yield f"the weights of {where} sum to {total.normalize():f}, not 100; change them until they do"
    for one in criteria:
        if not 0 <= one.weight <= WHOLE:
            yield f"“{one.title}” weighs {one.weight:f}; give a weight from 0 to 100"
        if one.kind == "section":
            yield from _node_faults(one.children, f"“{one.title}”")
        elif one.children:
            yield f"“{one.title}” is no section, so nothing stands below it; make it a section"


def shares_of(criteria: tuple[Criterion, ...]) -> Shares:
    """Each question's exact part of all marks: the product of the weights on the way to it.

    Raises ValueError, with every fault, if weights do not sum to 100 at every node.
    """
    faults = weight_faults(criteria)
    if faults:
        raise ValueError("; ".join(faults))
    found = list(_weighed(criteria, Fraction(1)))
    questions = tuple(
        Question(one.key, one.title, share, one.kind == "pass", one.least_score)
        for one, share in found
        if one.kind != "price"
    )
    return Shares(questions, sum((share for one, share in found if one.kind == "price"), Fraction(0)))


def _weighed(criteria: tuple[Criterion, ...], of: Fraction) -> Iterator[tuple[Criterion, Fraction]]:
    for one in criteria:
        share = of * Fraction(one.weight) / WHOLE
        if one.kind == "section":
            yield from _weighed(one.children, share)
        else:
            yield one, share


def _leaves(criteria: tuple[Criterion, ...]) -> Iterator[Criterion]:
    for one in criteria:
        if one.kind == "section":
            yield from _leaves(one.children)
        else:
            yield one
