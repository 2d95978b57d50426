"""Drawing by lot so that totals come out as published: shares are met by counts, not left to luck."""

from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Sequence
from typing import Protocol, TypeVar

K = TypeVar("K")


class Chance(Protocol):
    """What a calculation needs of `random.Random`."""

    def random(self) -> float: ...
    def randrange(self, start: int, stop: int) -> int: ...
    def choice(self, seq: Sequence[K]) -> K: ...
    def choices(self, population: Sequence[K], weights: Sequence[float]) -> list[K]: ...
    def shuffle(self, x: MutableSequence[K]) -> None: ...
    def expovariate(self, lambd: float) -> float: ...
    def gauss(self, mu: float, sigma: float) -> float: ...
    def gammavariate(self, alpha: float, beta: float) -> float: ...
    def lognormvariate(self, mu: float, sigma: float) -> float: ...


def apportion(total: int, shares: Mapping[K, float], rng: Chance) -> dict[K, int]:
    """Split `total` in the proportions of `shares`: each count is its share rounded up or down, unbiased.

    Systematic sampling: one random offset, then every whole step along the running sum.
    """
    scale = total / (sum(shares.values()) or 1.0)
    offset, running, given, counts = rng.random(), 0.0, 0, {}
    for key, share in shares.items():
        running += share * scale
        upto = min(total, int(running + offset))
        counts[key], given = upto - given, upto
    if given < total and counts:
        largest = max(shares, key=lambda key: shares[key])
        counts[largest] += total - given
    return counts


def spread(total: int, shares: Mapping[K, float], rng: Chance) -> list[K]:
    """`total` values in the proportions of `shares`, in random order."""
    values = [key for key, count in apportion(total, shares, rng).items() for _ in range(count)]
    rng.shuffle(values)
    return values


def pick(items: Sequence[K], weights: Iterable[float], count: int, rng: Chance) -> list[K]:
    """Up to `count` different items, the heavier the likelier; weight 0 is never picked.

    Method: Efraimidis and Spirakis, weighted random sampling with a reservoir (2006).
    """
    keyed = [(rng.random() ** (1.0 / weight), at) for at, weight in enumerate(weights) if weight > 0]
    return [items[at] for _, at in sorted(keyed, reverse=True)[: max(0, count)]]


def dealt(shares: Mapping[K, float], rng: Chance, deck: int = 100) -> Iterator[K]:
    """Values without end, dealt from shuffled decks: any long run keeps the shares closely."""
    while True:
        yield from spread(deck, shares, rng)


def one_of(weights: Mapping[K, float], rng: Chance) -> K:
    """One key, the heavier the likelier."""
    return rng.choices(list(weights), list(weights.values()))[0]
