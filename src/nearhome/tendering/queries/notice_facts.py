"""What the records say of a procurement, in the form that the rules of notices ask for."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from nearhome.calendars.calculations.working_days import london_date
from nearhome.people.models import Organisation
from nearhome.tendering.calculations.award.direct import Ground
from nearhome.tendering.calculations.notices.facts import NoticeEvent, NoticeFacts, PublishedNotice
from nearhome.tendering.calculations.notices.rules import NoticeRules, rules_from_mapping
from nearhome.tendering.models import Award, Notice, NoticeFact, Procurement
from nearhome.tendering.queries.awards import ground_of
from nearhome.tendering.reference import read_notices
from nearhome.tendering.states import ProcurementState

USER_CHOICE = "pa23_user_choice"
FIVE_MILLION_PENCE = 500_000_000
CALL_OFF = "call-off"  # how the notices of a call-off say what they are about: a process of its own
_COUNTED_FROM = frozenset(
    {
        "payment",
        "change",
        "small_change",
        "performance",
        "ended",
        "market_established",
        "market_changed",
        "market_ceased",
    }
)


@cache
def notice_rules() -> NoticeRules:
    """The table of rules as it is kept."""
    return rules_from_mapping(read_notices())


# What facts_of reads besides the procurement itself, for whoever asks about many.
READ_WITH_IT = (
    "awards__lines__supplier__framework",
    "awards__lines__block",
    "notice_facts",
    "notices",
    "moves",
    "engagements",
)


def about_award(award: Award) -> str:
    """What tells the notices of one award from those of another."""
    return f"award {award.key.hex[:12]}"


def standing_notices(rows: Iterable[Notice]) -> list[Notice]:
    """Those that nothing replaced, oldest first."""
    kept = list(rows)
    replaced = {row.supersedes_id for row in kept if row.supersedes_id}
    return [row for row in kept if row.pk not in replaced]


def facts_of(procurement: Procurement, today: date) -> NoticeFacts:
    """Everything its notices depend on. What nobody recorded is not known, and grants no exception."""
    awards = [one for one in procurement.awards.all() if one.is_approved is not False]
    recorded = [row for row in procurement.notice_facts.all() if row.taken_back_at is None]
    kinds = {row.kind for row in recorded}
    published = (
        *_published(procurement.notices.all()),
        *_published_with_award(procurement, awards),
    )
    commenced_on = london_date(procurement.published_at) if procurement.published_at else today
    codes = {one.code for one in published}
    return NoticeFacts(
        regime=procurement.regime,
        commenced_on=commenced_on,
        is_light_touch=procurement.light_touch,
        is_framework=procurement.buys == Procurement.Buys.FRAMEWORK,
        is_dynamic_market=procurement.instrument == Procurement.Instrument.MARKET,
        is_direct_award=any(one.is_direct for one in awards),
        is_user_choice="user_choice" in kinds or _all_of(awards, lambda ground: ground.id == USER_CHOICE),
        needs_transparency_notice=not _all_of(awards, lambda ground: not ground.needs_transparency_notice),
        was_announced=procurement.published_at is not None or bool(codes & {"UK4", "UK5"}),
        had_engagement="engagement" in kinds or bool(procurement.engagements.all()),
        is_above_threshold=is_above_threshold(procurement, commenced_on),
        is_over_5_million=_is_over(procurement.estimated_value_pence, FIVE_MILLION_PENCE),
        events=tuple(_events(procurement, awards, recorded, today)),
        published=published,
    )  # fmt: skip


def _all_of(awards: Iterable[Award], holds: Callable[[Ground], bool]) -> bool:
    """Whether something holds of the ground of every direct award there is; a ground that is not kept grants nothing."""
    grounds = [ground_of(one) for one in awards if one.is_direct]
    return bool(grounds) and all(ground is not None and holds(ground) for ground in grounds)


def is_above_threshold(procurement: Procurement, commenced_on: date) -> bool | None:
    """By the estimated value with VAT; None while it is not known."""
    threshold = notice_rules().threshold(light_touch=procurement.light_touch, commenced_on=commenced_on)
    pence = procurement.estimated_value_pence
    return None if pence is None else pence >= threshold.pounds * 100


def _is_over(pence: int | None, limit: int) -> bool | None:
    return None if pence is None else pence > limit


def _published(rows: Iterable[Notice]) -> tuple[PublishedNotice, ...]:
    return tuple(
        PublishedNotice(row.code, row.published_on, row.about, row.reference) for row in standing_notices(rows)
    )


def _published_with_award(procurement: Procurement, awards: Iterable[Award]) -> Iterator[PublishedNotice]:
    """An award notice whose day is kept with the award, where nobody recorded it here as well."""
    recorded = {row.about for row in procurement.notices.all() if row.code == "UK6"}
    for award in awards:
        if award.notice_on and about_award(award) not in recorded:
            yield PublishedNotice("UK6", award.notice_on, about_award(award))


def _events(
    procurement: Procurement, awards: Iterable[Award], recorded: Iterable[NoticeFact], today: date
) -> Iterator[NoticeEvent]:
    if procurement.published_at:
        yield NoticeEvent("tender", london_date(procurement.published_at))
    for move in procurement.moves.all():
        if move.to_state == ProcurementState.ABANDONED:
            yield NoticeEvent("abandoned", london_date(move.at))
    for award in awards:
        yield from _events_of_award(procurement, award)
    yield from _ends(procurement, recorded, today)
    for row in recorded:
        if row.kind in _COUNTED_FROM - {"ended"}:
            yield NoticeEvent(row.kind, row.on, f"{row.kind} {row.on.isoformat()}", is_planned=row.on > today)


def _events_of_award(procurement: Procurement, award: Award) -> Iterator[NoticeEvent]:
    """The contract: when it was made; once its award is approved, when it is to be made at the latest."""
    if award.contracted_on:
        yield NoticeEvent("contract", award.contracted_on, about_award(award))
    elif award.is_approved and procurement.term_starts_on and procurement.state != ProcurementState.ABANDONED:
        yield NoticeEvent("contract", procurement.term_starts_on, about_award(award), is_planned=True)


def _ends(procurement: Procurement, recorded: Iterable[NoticeFact], today: date) -> Iterator[NoticeEvent]:
    """Each end that was recorded; else the last day of every framework or block that the awards became."""
    said = [row.on for row in recorded if row.kind == "ended"]
    for on in sorted(said or _last_days(procurement)):
        yield NoticeEvent("ended", on, f"ended {on.isoformat()}", is_planned=on > today)


def _last_days(procurement: Procurement) -> set[date]:
    rows = [line for award in procurement.awards.all() for line in award.lines.all()]
    ends = [row.supplier.framework.ends_before for row in rows if row.supplier]
    ends += [row.block.ends_before for row in rows if row.block]
    return {end - timedelta(days=1) for end in ends if end}


def facts_of_authority(authority: Organisation, today: date) -> NoticeFacts:
    """What the authority publishes for itself: its pipeline, and its returns on how it pays."""
    rows = NoticeFact.objects.filter(authority=authority, procurement__isnull=True, taken_back_at__isnull=True)
    spender = rows.filter(kind__in=("large_spender", "small_spender")).order_by("on", "pk").last()
    published = _published(
        Notice.objects.filter(authority=authority, procurement__isnull=True).order_by("published_on", "pk")
    )
    year = date(today.year if today.month > 1 else today.year - 1, 4, 1)
    events = [NoticeEvent("pipeline_year", year, f"year from {year.isoformat()}", is_planned=year > today)]
    events += [NoticeEvent("half_year", day, is_planned=day > today) for day in _half_years(today)]
    return NoticeFacts(
        regime="PA23", commenced_on=today, events=tuple(events), published=published,
        is_over_100_million=None if spender is None else spender.kind == "large_spender",
    )  # fmt: skip


def _half_years(today: date) -> tuple[date, date]:
    """The last that ended, and the one that runs."""
    days = [
        date(year, month, day)
        for year in (today.year - 1, today.year, today.year + 1)
        for month, day in ((3, 31), (9, 30))
    ]
    running = next(at for at, day in enumerate(days) if day >= today)
    return days[running - 1], days[running]
