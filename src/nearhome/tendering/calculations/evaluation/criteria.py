"""The tree of award criteria: what is wrong with its weights, and which part of all marks each question carries."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from nearhome.tendering.calculations.evaluation.case import Question
from nearhome.tendering.calculations.shaping.weights import Node, is_scored, wrong_sums

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


def weight_faults(criteria: tuple[Criterion, ...]) -> tuple[str, ...]:
    """A sentence for each node whose children's weights do not sum to 100, and for each that cannot be judged.

    The rule is the one by which a tender is published: passed or failed weighs nothing, nor does a section of only that.
    Procurement reference 22, invariant 1: weights at each node of the criteria tree sum to 100.
    """
    tree = tuple(_node(one) for one in criteria)
    said = list(wrong_sums(tree))
    if not any(is_scored(one) for one in tree):
        said.append("nothing among the criteria carries marks; add a scored question or price")
    prices = [one for one in _leaves(criteria) if one.kind == "price"]
    if len(prices) > 1:
        said.append(f"price stands {len(prices)} times among the criteria; keep one")
    return tuple(said)


def _node(one: Criterion) -> Node:
    return Node(0, one.kind, one.title, one.weight, tuple(_node(child) for child in one.children))


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
