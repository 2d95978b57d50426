"""The facts of an award, name and words, in the order in which they came about."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from nearhome.design import wording
from nearhome.tendering.queries.award_page import AwardPage

Fact = tuple[str, str]
STANDINGS = {
    "verified": "checked against the text",
    "stated": "as the source states it; open it before relying on it",
    "derived": "worked out from the source",
    "unverified": "not verified",
}
_ONE_DAY = timedelta(days=1)


def facts_of(page: AwardPage) -> list[Fact]:
    """What was recommended, decided and done."""
    award = page.award
    if award is None:
        return []
    return [*_worth(page, award), *_direct(page, award), *_extension(award), *_decided(award), *_standstill(award)]


def _worth(page: AwardPage, award: Any) -> Iterator[Fact]:
    known = award.affordability
    yield "Value over the term", f"{wording.money(award.value_pence)} ({page.value_words})"
    least = known.get("least_value_pence")
    if least is not None and least != award.value_pence:
        yield "At the least", f"{wording.money(least)}, if every forecast week is bought from the cheapest"
    if known.get("yearly_pence"):
        yield "A year with all places", f"{wording.money(known['yearly_pence'])}, of 365 nights"
    if page.term:
        yield "Term", f"{wording.date(page.term[0])} to {wording.date(page.term[1] - _ONE_DAY)}"
    if known.get("words"):
        yield "Against buying singly", known["words"]
    if award.words:
        yield "Why these", award.words


def _direct(page: AwardPage, award: Any) -> Iterator[Fact]:
    if not award.is_direct:
        return
    ground = page.ground
    if ground:
        yield "Ground", f"{ground.words}. Source: {ground.source} ({STANDINGS[ground.standing]})"
    yield "Why there is no competition", award.narrative
    yield "Lawyer who agreed", award.legal_approver
    yield "Direct awards added up", award.affordability.get("cumulative", "")
    if ground and ground.needs_transparency_notice:
        yield "Before the award", "A transparency notice (UK5) is published first"
    for line in page.lines:
        what = wording.plural(line.places, "place") if line.places else f"tier {line.tier}"
        price = ", ".join(wording.weekly(one["weekly_pence"]) for one in line.prices)
        yield "Bought from", f"{line.registration} of {line.provider}: {what}, {price}"


def _extension(award: Any) -> Iterator[Fact]:
    more = getattr(award, "extension", None)
    if more is None:
        return
    days = (more.ends_before - more.ended_before).days
    with_year = ", with the financial year" if (more.ends_before.month, more.ends_before.day) == (4, 1) else ""
    yield "Framework that goes on", more.framework.name
    if award.affordability.get("past_its_term"):
        yield "Past its longest term", award.affordability["past_its_term"]
        yield "Why this is an exception", award.affordability["exception"]
    yield "It was to end on", wording.date(more.ended_before - _ONE_DAY)
    yield (
        "It now ends on",
        f"{wording.date(more.ends_before - _ONE_DAY)}{with_year}: {wording.plural(days, 'day')} more",
    )


def _decided(award: Any) -> Iterator[Fact]:
    yield "Recommended", f"{award.recommended_by}, {wording.moment(award.recommended_at)}"
    if award.decided_at:
        did = "Approved" if award.is_approved else "Not approved"
        yield did, f"{award.decided_by}, {wording.moment(award.decided_at)}. {award.decision_reason}".strip()
    if award.told_at:
        yield "Bidders told", wording.moment(award.told_at)


def _standstill(award: Any) -> Iterator[Fact]:
    if award.notice_on:
        yield "Award notice published", wording.date(award.notice_on)
        kept = award.standstill
        until = (
            f"To the end of {wording.date(award.standstill_ends_on)}" if award.standstill_ends_on else "None is kept"
        )
        without = [wording.short_date(date.fromisoformat(day)) for day in kept.get("not_counted", [])]
        not_counted = f" Not counted: {wording.nice_list(without)}." if without else ""
        yield "Standstill", f"{until}.{not_counted}"
        if kept:
            standing = STANDINGS[kept["standing"]]
            yield "Its rule", f"{kept['rule']}: {kept['words']}. Source: {kept['source']} ({standing})"
    if award.contracted_on:
        yield "Contract made", wording.date(award.contracted_on)
