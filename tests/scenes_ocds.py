"""Made-up procurements for the export: one whole case, and any case that hypothesis can think of."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from nearhome.tendering.calculations.notices.facts import PublishedNotice
from nearhome.tendering.calculations.ocds.case import (
    AwardFacts,
    BidsCounted,
    CallOffFacts,
    CriterionFacts,
    FrameworkFacts,
    LotFacts,
    Method,
    MetricFacts,
    OcdsCase,
    Party,
    Rating,
)

KENT = Party("ONS", "E10000016", "Kent")
MEDWAY = Party("ONS", "E06000035", "Medway")
MEADOW = Party("GB-COH", "01234567", "Madeup Meadow Care Ltd")
HARBOUR = Party("GB-COH", "01234568", "Madeup Harbour Homes Ltd")
AT = dt.datetime(2028, 2, 1, 9, tzinfo=dt.UTC)
URI = "https://kent.example/releases.json"


def published(code: str, on: str, about: str = "") -> PublishedNotice:
    return PublishedNotice(code, dt.date.fromisoformat(on), about, f"{code}-{on}")


METRIC = MetricFacts(1, "Placements that last", "0.9", "0.93", Rating.MET)
WHOLE = OcdsCase(
    ocid="ocds-000000-madeup-1", number="T-MADE1", title="Made-up fostering framework", lead=KENT, buyers=(MEDWAY,),
    lots=(LotFacts(1, "Standard", "Foster care", "Fostering household"), LotFacts(2, "Complex needs")), description="Foster placements.",
    is_above_threshold=True,
    framework=FrameworkFacts("withAndWithoutReopeningCompetition", True, dt.date(2034, 3, 31), dt.date(2027, 4, 1), 48, 10),
    value_pence=2_000_000_001, tendered_at=dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC),
    questions_until_at=dt.datetime(2026, 9, 20, 9, tzinfo=dt.UTC), deadline_at=dt.datetime(2026, 10, 19, 11, tzinfo=dt.UTC),
    starts_on=dt.date(2027, 4, 1), months=48,
    criteria=(
        CriterionFacts("Care", "quality", Decimal(30)), CriterionFacts("Step across", "quality", Decimal("30.5"), Decimal(3)),
        CriterionFacts("Price", "price", Decimal("39.5")),
    ),
    bids=(BidsCounted(1, 2, 2), BidsCounted(2, 1, 1)),
    awards=(
        AwardFacts("T-MADE1-1-01234567", 1, MEADOW, dt.date(2026, 12, 1), "award a", None, dt.date(2026, 12, 4), dt.date(2026, 12, 15), dt.date(2027, 1, 4), dt.date(2027, 4, 1), dt.date(2031, 3, 31), None, (METRIC,)),
        AwardFacts("T-MADE1-2-01234568", 2, HARBOUR, dt.date(2026, 12, 1), "award b", 10_050, signed_on=dt.date(2027, 1, 4), starts_on=dt.date(2027, 4, 1), ended_on=dt.date(2028, 1, 1)),
    ),
    notices=(
        published("UK2", "2026-08-01"), published("UK3", "2026-08-02"), published("UK4", "2026-09-01"),
        published("UK6", "2026-12-04", "award a"), published("UK6", "2026-12-04", "award b"), published("UK7", "2027-02-01", "award a"),
        published("UK7", "2027-02-01", "award b"), published("UK8", "2027-07-20"), published("UK9", "2028-01-10"),
        published("UK10", "2028-01-11"), published("UK11", "2028-01-20"),
    ),
    call_offs=(
        CallOffFacts("C-77", MEDWAY, MEADOW, dt.date(2027, 5, 17), 95_050, 52, notices=(published("UK6", "2027-05-10"), published("UK7", "2027-06-01"))),
        CallOffFacts("C-78", KENT, HARBOUR, dt.date(2027, 5, 31), 955_000, 152, True, notices=(published("UK7", "2027-06-01"),)),
    ),
)  # fmt: skip
DIRECT = OcdsCase(
    ocid="ocds-000000-madeup-2", number="T-MADE2", title="Two months on existing terms", lead=KENT, lots=(LotFacts(1, "All"),),
    method=Method.DIRECT, awards=(AwardFacts("T-MADE2-1", 1, MEADOW, dt.date(2026, 12, 1), signed_on=dt.date(2027, 1, 4)),),
    notices=(published("UK5", "2026-12-03"), published("UK6", "2026-12-10"), published("UK7", "2027-01-10")),
)  # fmt: skip
ABANDONED = OcdsCase(
    ocid="ocds-000000-madeup-3", number="T-MADE3", title="A block that nobody could afford", lead=KENT, lots=(LotFacts(1, "All"),),
    notices=(published("UK4", "2026-09-01"), published("UK12", "2026-11-21")),
)  # fmt: skip
MARKET = OcdsCase(
    ocid="ocds-000000-madeup-4", number="T-MADE4", title="A dynamic market", lead=KENT, lots=(LotFacts(1, "All"),),
    is_dynamic_market=True,
    notices=tuple(published(f"UK{number}", f"2026-0{number - 10}-01") for number in (13, 14, 15, 16)),
)  # fmt: skip
LEGACY = OcdsCase(
    ocid="ocds-000000-madeup-5", number="T-MADE5", title="A framework of 2022", lead=KENT, lots=(LotFacts(1, "All"),),
    regime="PCR2015", awards=(AwardFacts("T-MADE5-1", 1, MEADOW, dt.date(2022, 3, 1), signed_on=dt.date(2022, 3, 31)),),
    notices=(published("PCR-CN", "2021-11-01"), published("PCR-CAN", "2022-04-20"), published("PCR-MOD", "2024-04-01")),
)  # fmt: skip
CASES = (WHOLE, DIRECT, ABANDONED, MARKET, LEGACY)

_DAYS = st.dates(dt.date(2025, 3, 1), dt.date(2035, 12, 31))
_NAMES = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40).filter(str.strip)
_PARTIES = st.sampled_from((KENT, MEDWAY, MEADOW, HARBOUR))
_CODES = st.sampled_from([f"UK{number}" for number in range(1, 18)] + ["UK7-copy", "PCR-CN", "PCR-CAN", "PCR-MOD"])
_NOTICES = st.builds(PublishedNotice, _CODES, _DAYS, st.just(""), st.text("0123456789-", min_size=1, max_size=12))


@st.composite
def any_case(draw: st.DrawFn) -> OcdsCase:
    """Whatever a procurement may look like: any notices in any order, awards signed or not, call-offs with and without."""
    lots = draw(st.integers(1, 3))
    awards = [_award(draw, place, lots) for place in range(draw(st.integers(0, 4)))]
    call_offs = [_call_off(draw, place) for place in range(draw(st.integers(0, 3)))]
    return OcdsCase(
        ocid="ocds-000000-x", number="T-X", title=draw(_NAMES), lead=KENT, lots=tuple(LotFacts(at + 1, draw(_NAMES)) for at in range(lots)),
        buyers=draw(st.sampled_from(((), (MEDWAY,)))), is_light_touch=draw(st.booleans()),
        is_above_threshold=draw(st.sampled_from((None, True, False))), method=draw(st.sampled_from(Method)),
        framework=draw(st.sampled_from((None, WHOLE.framework))), is_dynamic_market=draw(st.booleans()),
        value_pence=draw(st.one_of(st.none(), st.integers(1, 10**13))), criteria=draw(st.sampled_from(((), WHOLE.criteria))),
        bids=draw(st.sampled_from(((), (BidsCounted(1, 3, 2),)))), awards=tuple(awards), call_offs=tuple(call_offs),
        notices=tuple(draw(st.lists(_NOTICES, max_size=8))),
    )  # fmt: skip


def _award(draw: st.DrawFn, place: int, lots: int) -> AwardFacts:
    signed = draw(st.one_of(st.none(), _DAYS))
    pence = draw(st.one_of(st.none(), st.integers(1, 10**12)))
    return AwardFacts(
        f"A-{place}", draw(st.integers(1, lots)), draw(_PARTIES), draw(_DAYS), "", pence, signed_on=signed,
        metrics=draw(st.sampled_from(((), (METRIC,)))),
    )  # fmt: skip


def _call_off(draw: st.DrawFn, place: int) -> CallOffFacts:
    return CallOffFacts(
        f"C-{place}", draw(_PARTIES), draw(_PARTIES), draw(_DAYS), draw(st.integers(1, 2_000_000)), draw(st.integers(1, 1000)),
        draw(st.booleans()), notices=tuple(draw(st.lists(_NOTICES, max_size=4))),
    )  # fmt: skip
