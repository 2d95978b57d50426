"""A single purchase from a framework or block, in the form that the rules of notices ask for."""

from datetime import date

from nearhome.tendering.calculations.notices.facts import NoticeEvent, NoticeFacts, PublishedNotice
from nearhome.tendering.calculations.notices.rules import NoticeRules

FIVE_MILLION_POUNDS = 5_000_000


def facts_of_call_off(
    table: NoticeRules,
    *,
    regime: str,
    is_light_touch: bool,
    framework_commenced_on: date,
    starts_on: date,
    value_pence: int | None,
    published: tuple[PublishedNotice, ...] = (),
) -> NoticeFacts:
    """The regime is that of its framework, whatever the call-off's own day (rule REG-2, stated).

    `value_pence` is of the whole call-off with VAT. Its contract is entered into on the day it starts, at the latest.
    """
    threshold = table.threshold(light_touch=is_light_touch, commenced_on=framework_commenced_on)
    return NoticeFacts(
        regime=regime, commenced_on=framework_commenced_on, is_light_touch=is_light_touch, is_call_off=True,
        is_above_threshold=None if value_pence is None else value_pence >= threshold.pounds * 100,
        is_over_5_million=None if value_pence is None else value_pence > FIVE_MILLION_POUNDS * 100,
        events=(NoticeEvent("contract", starts_on),), published=published,
    )  # fmt: skip
