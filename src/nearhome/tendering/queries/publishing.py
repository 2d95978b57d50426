"""Is a tender ready to be published? Every check, with its mend where it fails."""

from dataclasses import dataclass
from datetime import datetime

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import nice_list
from nearhome.partnership.queries.decisions import decisions_about, is_in_effect
from nearhome.tendering.calculations.shaping.bands import Band, wrong_bands, wrong_places
from nearhome.tendering.calculations.shaping.weights import PASS, QUESTION, walk, wrong_weights
from nearhome.tendering.models import DeadlineExtension, Lot, Procurement
from nearhome.tendering.queries.tenders import CATEGORIES, benchmark_pence, criteria_of, lots_of, tree_of
from nearhome.tendering.queries.timetables import newest_timetable


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what is looked at, what is wrong with it ("" when it is right), where to mend it, whether it refuses."""

    about: str
    wrong: tuple[str, ...]
    address: str
    argument: int | None = None
    refuses: bool = True

    @property
    def is_right(self) -> bool:
        return not self.wrong


def checks_of(procurement: Procurement) -> tuple[Check, ...]:
    """Everything that is looked at before a tender is published, in the order of the work."""
    lots = lots_of(procurement)
    per_lot = [check for lot in lots for check in _of_lot(lot)]
    return (
        Check("What is bought, in words", _summary(procurement), "shape"),
        Check("At least one lot", () if lots else ("There is no lot: add one",), "shape"),
        *per_lot,
        Check("Criteria and weights", wrong_weights(tree_of(procurement)), "criteria"),
        Check("Questions as bidders read them", _wordless(procurement), "criteria"),
        Check("Timetable", _timetable(procurement), "timetable", refuses=False),
        Check("Talks with the market", _engagement(procurement), "engagement", refuses=False),
    )


def what_refuses(procurement: Procurement) -> list[str]:
    """The sentences that stand in the way of publishing; [] when nothing does."""
    return [words for check in checks_of(procurement) if check.refuses for words in check.wrong]


def _of_lot(lot: Lot) -> list[Check]:
    bands = [
        Band(
            one.label,
            CATEGORIES.get(one.category, one.category).lower(),
            one.min_age,
            one.before_age,
            one.forecast_weeks,
            one.most_weekly_pence,
        )
        for one in lot.bands.all()
    ]
    places = [(one.by_on, one.in_all) for one in lot.places_wanted.all()]
    without = () if benchmark_pence(lot) else ("Say what the same costs bought singly: awards are held against it",)
    return [
        Check(f"Lot {lot.number}: places", wrong_places(places, lot.most_places), "lot", lot.number),
        Check(f"Lot {lot.number}: prices asked", _prices(lot, bands), "lot", lot.number),
        Check(f"Lot {lot.number}: spot benchmark", without, "lot", lot.number),
    ]


def _prices(lot: Lot, bands: list[Band]) -> tuple[str, ...]:
    said = wrong_bands(bands, lot.min_age, lot.before_age)
    uncapped = [one.label for one in lot.bands.all() if one.most_weekly_pence is None]
    if lot.price_formula == "cap_gate" and uncapped:
        return (*said, f"Prices pass or fail against a cap, but {nice_list(uncapped)} has none: enter it")
    return said


def _summary(procurement: Procurement) -> tuple[str, ...]:
    said = procurement.summary.strip()
    return () if said else ("Say what is bought and why, in words that bidders read",)


def _wordless(procurement: Procurement) -> tuple[str, ...]:
    asked = {one.pk: one for one in criteria_of(procurement)}
    numbers = [node.number for node in walk(tree_of(procurement)) if node.kind in (QUESTION, PASS)]
    return tuple(
        f"“{asked[number].title}” has no words: write the question bidders answer"
        for number in numbers
        if not asked[number].words.strip()
    )


def _timetable(procurement: Procurement) -> tuple[str, ...]:
    if newest_timetable(procurement):
        return ()
    return ("No timetable was worked out: bidders want to know when they will hear",)


def _engagement(procurement: Procurement) -> tuple[str, ...]:
    if procurement.engagements.exists():
        return ()
    return ("No talk with the market is on record: if there was none, the tender notice has to say why",)


def extensions_of(procurement: Procurement) -> list[DeadlineExtension]:
    """Every time the deadline was moved later, newest first."""
    return list(procurement.extensions.order_by("-at", "-pk"))


def weights_to_mend(procurement: Procurement) -> tuple[str, ...]:
    """What does not add up in the criteria tree, each with its mend."""
    return wrong_weights(tree_of(procurement)) if procurement.criteria.exists() else ()


def decision_in_effect(tender: Procurement, *, now: datetime) -> str:
    """The reference of a recorded decision on this procurement that may be carried out; "" if none is known here."""
    today = london_date(now)
    return next((row.reference for row in decisions_about(tender.key) if is_in_effect(row, on=today)), "")
