"""Can these prices be submitted, and which are so unusual that the bidder is asked again?

Pence a week throughout. A price is refused when it is missing, not above nought or above the published cap. A price
below £50 or above £50,000 a week is asked about, not refused: both limits are ours, wide enough for every price found in
public papers. The lines of an open book (staffing, property, care costs, overhead, surplus) are a bidder's choice; once
one is given they sum to the price exactly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LEAST_USUAL_PENCE, MOST_USUAL_PENCE = 5_000, 5_000_000
OPEN_BOOK = {
    "staffing": "Staffing",
    "property": "Property",
    "care": "Care costs",
    "overhead": "Overhead",
    "surplus": "Surplus or profit",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A price that is asked for: the number of its band, its label, and the published cap in pence a week, if any."""

    band: str
    label: str
    most_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a bidder gave for one band: pence a week, or None while empty, and its open-book lines in pence a week."""

    pence: int | None
    open_book: Mapping[str, int] = field(default_factory=dict)


def wrong_prices(asked: Iterable[Asked], given: Mapping[str, Given]) -> dict[str, str]:
    """Band → what is wrong with its price, with the mend; {} when every price can be submitted.

    A missing price is never read as nought: it would be the best of all.
    """
    found = {one.band: _wrong(one, given.get(one.band, Given(None))) for one in asked}
    return {band: words for band, words in found.items() if words}


def _wrong(asked: Asked, given: Given) -> str:
    if given.pence is None:
        return f"Enter the price a week for {asked.label}"
    if given.pence <= 0:
        return f"The price for {asked.label} must be more than £0.00 a week"
    if asked.most_pence is not None and given.pence > asked.most_pence:
        over = given.pence - asked.most_pence
        return f"The price for {asked.label} is above the most that may be asked, {_money(asked.most_pence)} a week: lower it by {_money(over)} or more"
    return _wrong_book(asked, given)


def _wrong_book(asked: Asked, given: Given) -> str:
    book = dict(given.open_book)
    if not book:
        return ""
    unknown = set(book) - set(OPEN_BOOK)
    if unknown or any(pence < 0 for name, pence in book.items() if name != "surplus"):
        return f"The open-book lines for {asked.label} must be amounts of £0.00 or more"
    total, price = sum(book.values()), given.pence or 0
    if total == price:
        return ""
    gap = f"{_money(price - total)} less than" if total < price else f"{_money(total - price)} more than"
    return f"The open-book lines for {asked.label} come to {_money(total)}, which is {gap} the price: change a line or the price"


def unusual_prices(asked: Iterable[Asked], given: Mapping[str, Given]) -> tuple[str, ...]:
    """A sentence for each price that is so low or high that the bidder is asked whether it is meant."""
    said = []
    for one in asked:
        pence = given.get(one.band, Given(None)).pence
        if pence is not None and 0 < pence < LEAST_USUAL_PENCE:
            said.append(f"{_money(pence)} a week for {one.label} is less than {_money(LEAST_USUAL_PENCE)}")
        elif pence is not None and pence > MOST_USUAL_PENCE:
            said.append(f"{_money(pence)} a week for {one.label} is more than {_money(MOST_USUAL_PENCE)}")
    return tuple(said)


def _money(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02d}"
