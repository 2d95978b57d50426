"""Weights that sum, ages that each have one price, prices that can be: each fault with its mend."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nearhome.tendering.calculations.evaluation.criteria import Criterion, shares_of
from nearhome.tendering.calculations.shaping.bands import Band, ages, wrong_bands, wrong_places
from nearhome.tendering.calculations.shaping.prices import OPEN_BOOK, Asked, Given, unusual_prices, wrong_prices
from nearhome.tendering.calculations.shaping.weights import Node, shares, walk, wrong_weights
from nearhome.tendering.calculations.shaping.wording import names_given_away, words_in


def node(number: int, kind: str, title: str, weight: str, *parts: Node) -> Node:
    return Node(number, kind, title, Decimal(weight), parts)


GOOD = (
    node(1, "section", "Quality", "60", node(2, "question", "Care", "50"), node(3, "question", "Staff", "50")),
    node(4, "price", "Price", "40"),
)


def test_a_tree_that_sums_at_every_node_is_right() -> None:
    assert wrong_weights(GOOD) == ()
    assert shares(GOOD) == {1: Decimal(60), 2: Decimal(30), 3: Decimal(30), 4: Decimal(40)}


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ((), "There are no criteria"),
        (
            (node(1, "section", "Quality", "60", node(2, "question", "Care", "95")), GOOD[1]),
            "Quality’s parts sum to 95: add 5",
        ),
        ((GOOD[0], node(4, "price", "Price", "50")), "The tree’s parts sum to 110: take 10 away"),
        (
            (node(1, "section", "Quality", "100", node(2, "question", "Care", "100")),),
            "There must be one price criterion, not 0",
        ),
        (
            (GOOD[0], node(4, "price", "Price", "20"), node(5, "price", "More", "20")),
            "There must be one price criterion, not 2",
        ),
        ((node(1, "section", "Quality", "60"), GOOD[1]), "“Quality” has no parts"),
        ((node(1, "section", "Q", "60", node(2, "pass", "Registered", "0")), GOOD[1]), "nothing in it is scored"),
        ((*GOOD, node(9, "pass", "Registered", "5")), "passed or failed, so it has no weight"),
        ((node(1, "question", "Care", "0"), node(2, "price", "Price", "100")), "“Care” has no weight"),
        ((node(2, "price", "Price", "100"),), "There is no question"),
    ],
)
def test_a_tree_that_does_not_hold_says_how_to_mend_it(tree: tuple[Node, ...], words: str) -> None:
    assert any(words in said for said in wrong_weights(tree)), wrong_weights(tree)


@st.composite
def trees(draw: st.DrawFn, depth: int = 2) -> tuple[Node, ...]:
    """Right by making: weights of each node's parts are cuts of 100."""
    numbers = iter(range(1, 10_000))

    def gate() -> Node:
        return Node(next(numbers), "pass", "Registered", Decimal(0))

    def parts(level: int) -> tuple[Node, ...]:
        cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=4)))
        weights = [Decimal(high - low) for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
        gates = [Decimal(0)] if level and draw(st.booleans()) else []
        return tuple(one(level, weight) for weight in (*weights, *gates))

    def one(level: int, weight: Decimal) -> Node:
        number = next(numbers)
        if level and weight == 0:
            return Node(
                number,
                "section",
                f"G{number}",
                weight,
                (gate(), Node(next(numbers), "section", "I", weight, (gate(),))),
            )
        if level and draw(st.booleans()):
            return Node(number, "section", f"S{number}", weight, parts(level - 1))
        return Node(number, "question", f"Q{number}", weight)

    quality = Node(next(numbers), "section", "Quality", Decimal(70), parts(depth))
    return quality, Node(next(numbers), "price", "Price", Decimal(30))


@given(trees())
def test_shares_of_what_is_judged_sum_to_the_whole(tree: tuple[Node, ...]) -> None:
    assert wrong_weights(tree) == ()
    whole = shares(tree)
    assert sum(whole[one.number] for one in walk(tree) if not one.parts) == 100


@given(trees())
def test_whatever_may_be_published_can_be_judged(tree: tuple[Node, ...]) -> None:
    def criterion(one: Node) -> Criterion:
        children = tuple(criterion(part) for part in one.parts)
        return Criterion(str(one.number), one.title, one.kind, one.weight, None, children)  # type: ignore[arg-type]

    found = shares_of(tuple(criterion(one) for one in tree))
    assert sum((one.share for one in found.questions), found.price) == 1
    assert not any(one.share for one in found.questions if one.is_pass)


@given(trees(), st.data())
def test_one_weight_changed_is_always_found(tree: tuple[Node, ...], data: st.DataObject) -> None:
    numbers = [one.number for one in walk(tree) if one.weight]
    wrong = data.draw(st.sampled_from(numbers))

    def changed(parts: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(
            replace(one, weight=one.weight + 1 if one.number == wrong else one.weight, parts=changed(one.parts))
            for one in parts
        )

    assert any("take 1 away" in said for said in wrong_weights(changed(tree)))


def band(low: int, before: int, category: str = "standard", weeks: str = "52") -> Band:
    return Band(f"{category} {low} to {before - 1}", category, low, before, Decimal(weeks))


RANGES = st.sets(st.integers(0, 18), min_size=2, max_size=2).map(sorted)


@given(st.lists(RANGES, min_size=1, max_size=5), RANGES)
def test_bands_are_right_exactly_when_every_age_of_the_lot_has_one_price(
    given_bands: list[list[int]], lot: list[int]
) -> None:
    """Held against counting, age by age, how many bands hold it."""
    low, before = lot
    bands = [band(first, last) for first, last in given_bands]
    counted = {age: sum(one.min_age <= age < one.before_age for one in bands) for age in range(18)}
    is_right = all(count == (1 if low <= age < before else 0) for age, count in counted.items())
    assert (wrong_bands(bands, low, before) == ()) == is_right


def test_each_category_covers_all_ages_and_says_what_is_missing() -> None:
    bands = [band(10, 14), band(14, 17), band(10, 16, "solo")]
    assert wrong_bands(bands, 10, 17) == ("Nothing is asked for age 16, solo: add a band",)
    assert wrong_bands([], 10, 17) == ("No price is asked for: add a price band",)
    assert any("count for nothing" in said for said in wrong_bands([band(10, 17, weeks="0")], 10, 17))
    # Either mend that is named is one.
    rare = band(10, 17, "solo", weeks="0")
    assert wrong_bands([band(10, 17), replace(rare, cap_pence=900_000)], 10, 17) == ()
    assert wrong_bands([band(10, 17), replace(rare, forecast_weeks=Decimal(1))], 10, 17) == ()
    assert (ages(10, 17), ages(10, 11)) == ("ages 10 to 16", "age 10")


def test_places_only_rise_and_stay_within_the_most() -> None:
    on = [dt.date(2028, 4, 1), dt.date(2028, 10, 1), dt.date(2029, 4, 1)]
    assert wrong_places(zip(on, (5, 10, 15), strict=True), 15) == ()
    assert "cannot fall" in wrong_places(zip(on, (5, 4, 15), strict=True), 15)[0]
    assert "at most 12" in wrong_places(zip(on, (5, 10, 15), strict=True), 12)[0]
    assert wrong_places([], None) == ("No places are asked for: say how many by which day",)
    assert wrong_places([(on[0], 0)], None) == ("The last number of places must be 1 or more",)


ASKED = (Asked("1", "A bed", 500_000), Asked("2", "A solo bed"))


@given(st.integers(-(10**9), 10**9), st.one_of(st.none(), st.integers(1, 10**8)))
def test_a_price_passes_exactly_when_it_is_above_nought_and_within_the_cap(pence: int, cap: int | None) -> None:
    found = wrong_prices([Asked("1", "A bed", cap)], {"1": Given(pence)})
    assert (found == {}) == (pence > 0 and (cap is None or pence <= cap))


def test_a_missing_price_is_missing_and_never_nought() -> None:
    assert set(wrong_prices(ASKED, {"1": Given(400_000)})) == {"2"}
    assert set(wrong_prices(ASKED, {"1": Given(None), "2": Given(1)})) == {"1"}


@given(st.dictionaries(st.sampled_from(sorted(OPEN_BOOK)), st.integers(0, 10**6), min_size=1), st.integers(-100, 100))
def test_open_book_lines_sum_to_the_price_to_the_penny(book: dict[str, int], off: int) -> None:
    price = sum(book.values()) + off
    assume(price > 0)
    assert (wrong_prices([ASKED[1]], {"2": Given(price, book)}) == {}) == (off == 0)


def test_a_loss_may_be_shown_but_no_other_line_is_below_nought() -> None:
    assert wrong_prices([ASKED[1]], {"2": Given(100, {"staffing": 150, "surplus": -50})}) == {}
    assert wrong_prices([ASKED[1]], {"2": Given(100, {"staffing": -50, "surplus": 150})})


def test_unusual_prices_are_asked_about_at_their_very_limits() -> None:
    for pence, count in ((4_999, 1), (5_000, 0), (5_000_000, 0), (5_000_001, 1)):
        assert len(unusual_prices([ASKED[1]], {"2": Given(pence)})) == count


def test_a_text_gives_away_its_writer_by_a_telling_word_of_their_name() -> None:
    names = ["Madeup Meadow Care Ltd", "Orchard House", "SC900001"]
    assert names_given_away("Can MEADOW bid for care homes?", names) == ("Meadow",)
    assert names_given_away("Is sc900001 enough?", names) == ("SC900001",)
    assert names_given_away("Can a care home or a house bid?", names) == ()


def test_words_are_counted_between_spaces() -> None:
    assert (words_in(""), words_in("  one\n two\tthree "), words_in("co-operative £4,557")) == (0, 3, 2)
