"""Sets of children of whom no two may live together: one row for such a set says more than a row for each pair."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)

MOST_EDGES = 50_000  # of one graph: beyond, pairs are left as pairs


def cliques_over(edges: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """Cliques that hold every edge of a graph at least once, each as large as a quick look makes it.

    The order of the edges decides which of several are found. An edge that no other node extends stays a pair.
    """
    pairs = list(dict.fromkeys(edges))
    if len(pairs) > MOST_EDGES:
        return [list(pair) for pair in pairs]
    near: dict[Node, dict[Node, None]] = {}
    for one, other in pairs:
        near.setdefault(one, {})[other] = None
        near.setdefault(other, {})[one] = None
    held: set[tuple[Node, Node]] = set()
    found = []
    for one, other in pairs:
        if (one, other) not in held:
            clique = _grown(near, one, other)
            held.update((a, b) for a in clique for b in clique if a != b)
            found.append(clique)
    return found


def _grown(near: dict[Node, dict[Node, None]], one: Node, other: Node) -> list[Node]:
    """The edge with others who are near all that are in it, those with most neighbours first."""
    clique = [one, other]
    both = [node for node in near[one] if node in near[other]]
    both.sort(key=lambda node: -len(near[node]))
    for node in both:
        if all(node in near[inside] for inside in clique[2:]):
            clique.append(node)
    return clique
