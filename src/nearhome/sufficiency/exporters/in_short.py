"""What a first-time reader should know before anything else: a few figures in sentences, each with where it is told."""

from typing import Final

from nearhome.sufficiency.calculations.figures import Analysis, Indicator
from nearhome.sufficiency.exporters.words import indicator_words, out_of

MOST: Final = 8
# Which figures matter first, and how they are said.
_SENTENCES: Final = {
    "children_looked_after": "{value} children are looked after.",
    "share_foster": "{value} live in foster care ({of}).",
    "share_residential": "{value} live in residential care ({of}).",
    "share_outside_authority": "{value} live outside the authority ({of}).",
    "far_with_no_recorded_reason": "{value} live far from home with no reason on record.",
    "under_16_unlawful_settings": "{value} under 16 live in settings that the law does not allow at their age.",
    "three_or_more_placements": "{value} lived in three or more placements in the year ({of}).",
    "cohort_size": "{value} belong to the group followed month by month.",
    "placements_priced": "{value} placements have a price.",
    "median_weekly_residential": "Half of residential placements cost {value} or more.",
    "median_weekly_foster": "Half of foster placements cost {value} or more.",
    "share_at_10000_or_more": "{value} of placements cost £10,000 a week or more ({of}).",
}
_NOBODY: Final = {
    "far_with_no_recorded_reason": "Nobody lives far from home without a reason on record.",
    "under_16_unlawful_settings": "Nobody under 16 lives in a setting that the law does not allow at that age.",
    "three_or_more_placements": "Nobody lived in three or more placements in the year.",
}


def in_short(analysis: Analysis) -> list[tuple[str, str]]:
    """The first figures as sentences, each with the name of the section that says most about it; at most eight."""
    found: dict[str, tuple[Indicator, str]] = {}
    for section in analysis.sections:
        for one in section.indicators:
            found[one.name] = (one, section.name)
    told = [(_sentence(found[name][0]), found[name][1]) for name in _SENTENCES if name in found]
    return [(sentence, section) for sentence, section in told if sentence][:MOST]


def _sentence(one: Indicator) -> str:
    if one.suppressed or one.value is None:
        return ""
    words = _NOBODY.get(one.name, "") if one.value == 0 else ""
    return words or _SENTENCES[one.name].format(value=indicator_words(one), of=out_of(one)).replace(" ()", "")
