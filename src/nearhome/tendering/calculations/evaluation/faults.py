"""What must be mended in a rule before it is published, and in a price before it can be compared."""

from fractions import Fraction

from nearhome.tendering.calculations.evaluation.case import MOST_PLACES, MOST_WEEKLY_PENCE, Band, LotCase
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS


def rule_faults(case: LotCase) -> tuple[str, ...]:
    """A sentence, with the mend, for each thing in the lot's rule that could not be applied fairly; none if it is sound."""
    said = []
    if case.formula not in FORMULAS:
        said.append(f"there is no price formula “{case.formula}”; choose one of {', '.join(FORMULAS)}")
    if not 0 <= case.places <= MOST_PLACES:
        said.append(f"marks are rounded to {case.places} places; give 0 to {MOST_PLACES}")
    if sum((one.share for one in case.questions), case.price_share) != 1:
        said.append("the shares of questions and price do not sum to 1; mend the weights")
    if case.price_share and not case.bands:
        said.append("price is a criterion, but no price is asked for; add a band")
    if case.formula == "cap_gate" and not any(band.cap_pence for band in case.bands):
        said.append("the formula is a cap, but no band has one; give at least one band a cap")
    if case.formula == "quality_per_pound" and case.price_share == 1:
        said.append("quality is divided by price, but nothing of quality is asked; add a question")
    if case.benchmark_pence is not None and case.benchmark_pence <= 0:
        said.append(f"the benchmark is {case.benchmark_pence} pence a week, which is no price; give pence above 0")
    said += _per_cent_faults(case)
    return (*said, *(fault for band in case.bands for fault in _band_faults(band, len(case.bands))))


def _per_cent_faults(case: LotCase) -> list[str]:
    told = (
        ("the least quality", case.least_quality), ("“below_median”", case.low.below_median),
        ("“below_benchmark”", case.low.below_benchmark),
    )  # fmt: skip
    return [
        f"{what} is {given:f} per cent; give 0 to 100"
        for what, given in told
        if given is not None and not 0 <= given <= 100
    ]


def _band_faults(band: Band, bands: int) -> list[str]:
    said = []
    if band.weeks < 0 or band.least_weeks < 0:
        said.append(f"“{band.title}” has weeks below 0; give 0 or more")
    if any(Fraction(weeks) * 100 % 1 for weeks in (band.weeks, band.least_weeks)):
        said.append(f"“{band.title}” has weeks finer than a hundredth; give at most two decimals")
    if band.cap_pence is not None and not 0 < band.cap_pence <= MOST_WEEKLY_PENCE:
        said.append(f"the cap of “{band.title}” is no price; give pence above 0")
    if bands > 1 and not band.counted and band.cap_pence is None:
        said.append(
            f"“{band.title}” is forecast for 0 weeks, so any price could be asked for it free of charge; give it a cap or"
            " least weeks to count"
        )
    return said


def price_fault(price: int | None, band: Band) -> str:
    """Why a price fails its bid, "" if it does not. Blank is never read as 0, and 0 is never the lowest price."""
    if price is None:
        return f"no price for “{band.title}”"
    if price <= 0:
        return f"the price for “{band.title}” is {'0' if price == 0 else 'below 0'}, which is no price"
    if price > MOST_WEEKLY_PENCE:
        return f"the price for “{band.title}” is above £{MOST_WEEKLY_PENCE // 100:,} a week, which is no price"
    if band.cap_pence is not None and price > band.cap_pence:
        return f"the price for “{band.title}” is above its cap"
    return ""


def basket(case: LotCase, prices: tuple[int | None, ...]) -> int:
    """Price by weeks over all bands, in pence times hundredths of a week; each price must be one."""
    if not any(band.counted for band in case.bands):
        return sum(price or 0 for price in prices)
    return sum((price or 0) * _hundredths(band) for price, band in zip(prices, case.bands, strict=True))


def weeks_counted(case: LotCase) -> int:
    """Hundredths of weeks in the basket; without any forecast each band counts for one."""
    return sum(_hundredths(band) for band in case.bands) or len(case.bands)


def _hundredths(band: Band) -> int:
    """Exact for whatever `rule_faults` lets pass. Raises ValueError for weeks finer than a hundredth."""
    exact = Fraction(band.counted) * 100
    if exact.denominator != 1:
        raise ValueError(f"“{band.title}” has weeks finer than a hundredth: give at most two decimals")
    return exact.numerator
