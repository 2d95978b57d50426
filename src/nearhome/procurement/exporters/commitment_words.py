"""A commitment in words, for the terminal and for the page."""

from collections.abc import Iterator
from fractions import Fraction

from nearhome.procurement.calculations.amount_words import pounds_in_words
from nearhome.procurement.calculations.blocks.case import Case, Worked
from nearhome.procurement.calculations.blocks.commitment import OF_NOBODY, Line
from nearhome.procurement.calculations.blocks.stated_total import Check, Computed


def pounds(pence: int) -> str:
    """£1,234.50 from pence."""
    return f"£{pence // 100:,}.{pence % 100:02d}"


def share(part: Fraction) -> str:
    """A share as a percentage to one decimal, without a needless .0."""
    return f"{float(part) * 100:.1f}".removesuffix(".0") + "%"


def check_in_words(check: Check) -> str:
    """Whether a printed total follows, from what, and if not by how much it is out."""
    if check.agrees_with:
        one = check.agrees_with[0]
        return f"“{check.stated.text}” follows: {one.what} come to {pounds(one.pence)}."
    nearest = check.nearest
    said = f"“{check.stated.text}” does not follow from these figures. The nearest is {nearest.what}: {pounds(nearest.pence)}."
    return said + _times(check.times) + _thousandth(check.as_thousandth)


def _thousandth(check: Check | None) -> str:
    if check is None:
        return ""
    read = f" Read as {pounds(check.stated.pence)}, a thousandth of it, it"
    if check.agrees_with:
        return f"{read} would follow: {check.agrees_with[0].what}."
    return f"{read} does not follow either: the nearest is then {check.nearest.what}, {pounds(check.nearest.pence)}."


def _times(times: Fraction | None) -> str:
    if times is None:
        return ""
    if times >= 2:
        return f" The printed total is about {round(times):,} times that."
    return f" The printed total is {share(abs(1 - times))} {'more' if times > 1 else 'less'}."


def computed_in_words(one: Computed) -> str:
    """A total with what it is."""
    return f"{one.what[0].upper()}{one.what[1:]}: {pounds(one.pence)}"


def spot_in_words(case: Case, found: Worked) -> tuple[str, ...]:
    """The fee beside spot: what an occupied bed costs, whether the aim is met, and from which occupancy it pays."""
    spot = found.spot
    if spot is None or case.spot_pence is None:
        return ()
    if spot.effective_pence is None or spot.cheaper_bp is None:
        return (
            "No occupancy: nobody is placed, so there is no price of an occupied bed.",
            _break_even(spot.break_even),
        )
    paid = int(spot.effective_pence + Fraction(1, 2))
    beside = f"At {share(case.occupancy)} occupancy an occupied bed costs {pounds(paid)} a week, beside {pounds(case.spot_pence)} bought by itself"
    return (f"{beside}: {_cheaper(spot.cheaper_bp)}.", _break_even(spot.break_even))


def _cheaper(bp: Fraction) -> str:
    if bp == 0:
        return "the same, so no dearer; the aim of up to 10% cheaper is not reached"
    if bp < 0:
        return f"{share(-bp / 10_000)} dearer, so the aim “no dearer than spot” is missed"
    aim = "and reaches" if bp >= 1_000 else "but does not reach"
    return f"{share(bp / 10_000)} cheaper, {aim} the aim of 10%"


def _break_even(from_share: Fraction | None) -> str:
    if from_share is None:
        return "At no occupancy is the block cheaper than buying each placement by itself."
    return f"From {share(from_share)} of its beds occupied the block is no dearer than buying each placement by itself."


def commitment_in_words(case: Case, found: Worked) -> str:
    """The whole answer as lines of text."""
    return "\n".join(_lines(case, found)) + "\n"


def _lines(case: Case, found: Worked) -> Iterator[str]:
    total = found.commitment
    yield case.name
    yield f"Committed from {case.terms.starts_on} to before {case.terms.ends_before}: {pounds(total.pence)}"
    yield f"  in words: {pounds_in_words(total.pence)}"
    yield f"  {total.bed_days:,} bed-days paid for; {share(case.occupancy)} of the beds occupied"
    if total.least_pence != total.most_pence:
        yield f"  with nobody placed {pounds(total.least_pence)}; with every bed full {pounds(total.most_pence)}"
    if total.unpriced_days:
        yield f"  {total.unpriced_days:,} days with beds come before the first fee and are not counted"
    yield from _years(total.financial_years)
    if total.authorities != (OF_NOBODY,):
        yield "By authority"
        yield from (
            f"  {name:<28} {pounds(pence):>20}"
            for name, pence in zip(total.authorities, total.by_authority, strict=True)
        )
    yield from (f"If it ends on the break before {day}: {pounds(pence)}" for day, pence in total.breaks)
    yield "Totals to hold a printed one against"
    yield from (f"  {computed_in_words(one)}" for one in found.computed)
    yield from (check_in_words(one) for one in found.checks)
    yield from spot_in_words(case, found)


def _years(lines: tuple[Line, ...]) -> Iterator[str]:
    yield "By financial year"
    for line in lines:
        yield f"  {line.label}  {line.bed_days:>9,} bed-days {pounds(line.pence):>20}"
