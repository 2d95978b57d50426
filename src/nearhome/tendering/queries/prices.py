"""The prices of a bid, held against what is asked: for the forms and actions that take them."""

from collections.abc import Iterable, Mapping

from nearhome.tendering.calculations.shaping.prices import OPEN_BOOK, Asked, Given, unusual_prices, wrong_prices

__all__ = ["OPEN_BOOK", "Asked", "Given", "asked_again", "price_problems"]


def price_problems(asked: Iterable[Asked], given: Mapping[str, Given]) -> dict[str, str]:
    """Band → what is wrong with its price; {} when every price can be submitted."""
    return wrong_prices(asked, given)


def asked_again(asked: Iterable[Asked], given: Mapping[str, Given]) -> tuple[str, ...]:
    """A sentence for each price so unusual that the bidder is asked whether it is meant."""
    return unusual_prices(asked, given)
