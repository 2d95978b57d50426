"""Awards without a competition, the two months that let a framework end with the financial year, and giving up."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.procurement.actions import admit_supplier, make_framework, set_rate_line
from nearhome.procurement.actions.extending import extend_framework
from nearhome.procurement.actions.frameworks import FrameworkTerms
from nearhome.procurement.actions.terms import TermException
from nearhome.procurement.models import BlockContract, Framework, FrameworkExtension, RateLine
from nearhome.tendering.actions.abandoning import abandon_procurement
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.actions.awarding_directly import DirectReasons, DirectTerms, award_directly, extend_directly
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.models import Abandonment, Award, AwardExtension, BidOutcome, Procurement
from scenes import make_home
from scenes_awards import APPROVED, DAY, NOTICE, RECOMMENDED, approved, evaluated_tender, recommended, second_approver
from scenes_tender import BEFORE, acting_at, make_bids, make_tender

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2021, 11, 1, 10, 0, tzinfo=dt.UTC)
REASONS = DirectReasons(
    "pcr_existing_terms", "ZZNARRATIVE Two months, to end with the financial year", "Lena Lawyer", 179_000_000,
    "ZZEXCEPTION Nothing else covers February and March",
)  # fmt: skip
URGENT = DirectReasons("pa23_extreme_urgency", "A home closed overnight", "Lena Lawyer", 50_000_000)
TERMS = DirectTerms("SC9501", 455_700, dt.date(2027, 1, 1), 6, places=2)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def case_of(cast: Cast, *, ref: str = "T-DIRECT-1", **fields: object) -> Procurement:
    with acting_at(cast.colin, NOW):
        return Procurement.objects.create(
            **{
                "ref": ref, "lead": cast.kent, "name": "Made-up fostering, two months more", "kind": "foster",
                "buys": "framework", "instrument": "closed_framework", "regime": "PCR2015", "made_at": NOW,
                "made_by": str(cast.colin),
            } | fields
        )  # fmt: skip


def old_framework(cast: Cast, starts_on: dt.date = dt.date(2018, 2, 1), **terms: Any) -> Framework:
    """As Kent's and Medway's ran: from 1 February 2018 to 31 January 2022, four years under the regulations of its day."""
    law = FrameworkTerms(**{"regime": "PCR2015", "form": "pcr_framework"} | terms)
    home = make_home(cast.meadow, "Madeup Meadow Fostering", urn="SC9401", kind="foster")
    with acting_at(cast.colin, NOW):
        framework = make_framework(
            name="Made-up fostering framework of 2018", kind="foster", starts_on=starts_on, terms=law,
            ends_before=dt.date(2022, 2, 1), parties=[cast.portsmouth], by=cast.colin, now=NOW,
        )  # fmt: skip
        supplier = admit_supplier(framework=framework, registration=home.registration, tier=1, by=cast.colin, now=NOW)
        rate = set_rate_line(supplier=supplier, weekly_price_pence=90_000, starts_on=starts_on, by=cast.colin, now=NOW)
        RateLine.objects.filter(pk=rate.pk).update(ends_before=dt.date(2022, 2, 1))
    return framework


def extend(
    cast: Cast, case: Procurement, framework: Framework, reasons: DirectReasons = REASONS, months: int = 2
) -> Award:
    with acting_at(cast.colin, NOW):
        return extend_directly(
            procurement=case, reasons=reasons, framework_key=framework.key, months=months, by=cast.colin, now=NOW
        )


def state_of(cast: Cast, case: Procurement) -> str:
    with acting_at(cast.colin, NOW):
        case.refresh_from_db()
    return case.state


def approve(award: Award, by: Person, now: dt.datetime = NOW) -> Award:
    with acting_at(by, now):
        return decide_award(award=award, is_approved=True, by=by, now=now)


def test_the_two_months_of_21_00077_as_a_direct_award(cast: Cast) -> None:
    framework, case = old_framework(cast), case_of(cast)
    award = extend(cast, case, framework)
    assert extend(cast, case, framework) == award
    assert (
        "£1,790,000.00 in all (one million, seven hundred and ninety thousand pounds)"
        in award.affordability["cumulative"]
    )
    assert state_of(cast, case) == "recommended"
    with acting_at(cast.april, NOW), pytest.raises(PermissionDenied, match="more than your limit"):
        decide_award(award=award, is_approved=True, by=cast.april, now=NOW)
    approver = second_approver(cast)
    award = approve(award, approver)
    with acting_at(cast.colin, NOW):
        framework.refresh_from_db()
        assert framework.ends_before == dt.date(2022, 2, 1)
        for _ in range(2):
            make_contracts(award=award, contracted_on=NOW.date(), by=cast.colin, now=NOW)
        framework.refresh_from_db()
        assert framework.ends_before == dt.date(2022, 4, 1)
        kept = AwardExtension.objects.get()
        assert (kept.ended_before, kept.ends_before) == (dt.date(2022, 2, 1), dt.date(2022, 4, 1))
        assert [rate.ends_before for rate in RateLine.objects.all()] == [dt.date(2022, 4, 1)]
        more = FrameworkExtension.objects.get()
        assert (more.exception_words, more.exception_approved_by) == (REASONS.exception, str(approver))


def test_past_four_years_it_goes_on_by_an_exception_that_somebody_else_approved(cast: Cast) -> None:
    framework, case = old_framework(cast), case_of(cast)
    with pytest.raises(ValidationError, match=r"at most 4 years .*say why: the exception is approved"):
        extend(cast, case, framework, dataclasses.replace(REASONS, exception=" "))
    small = dataclasses.replace(REASONS, ground="pcr_not_substantial")
    with pytest.raises(ValidationError, match=r"at most 4 years .*This ground does not let it go on"):
        extend(cast, case, framework, small)
    assert "at most 4 years" in extend(cast, case, framework).affordability["past_its_term"]


def test_the_limit_holds_again_when_the_contract_is_made(cast: Cast) -> None:
    framework = old_framework(cast, dt.date(2020, 2, 1))
    award = approve(
        extend(cast, case_of(cast), framework, dataclasses.replace(REASONS, exception="")), second_approver(cast)
    )
    with acting_at(cast.colin, NOW):
        Framework.objects.filter(pk=framework.pk).update(starts_on=dt.date(2018, 2, 1))
        with pytest.raises(ValidationError, match="at most 4 years"):
            make_contracts(award=award, contracted_on=NOW.date(), by=cast.colin, now=NOW)
        framework.refresh_from_db()
        assert framework.ends_before == dt.date(2022, 2, 1)


def test_an_exception_its_own_asker_approved_is_none(cast: Cast) -> None:
    framework = old_framework(cast)
    mine = TermException("Because", cast.colin.pk, cast.colin.pk, str(cast.colin))
    more = {
        "framework": framework,
        "ended_before": dt.date(2022, 2, 1),
        "reason": "Because",
        "by": cast.colin,
        "now": NOW,
    }
    with acting_at(cast.colin, NOW):
        for exception in (None, mine):
            with pytest.raises(ValidationError, match="at most 4 years"):
                extend_framework(ends_before=dt.date(2022, 4, 1), exception=exception, **more)
        with pytest.raises(DatabaseError), transaction.atomic():
            FrameworkExtension.objects.create(
                framework=framework, earlier_end=dt.date(2022, 2, 1), ends_before=dt.date(2022, 4, 1), words="Because",
                exception_words="Because", by_name="Colin", at=NOW,
            )  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(years=st.integers(1, 4), months=st.integers(1, 24), is_excepted=st.booleans())
def test_no_direct_extension_ends_past_the_limit_without_an_exception(
    cast: Cast, years: int, months: int, is_excepted: bool
) -> None:
    began = dt.date(2022 - years, 2, 1)
    with transaction.atomic():
        framework, case = old_framework(cast, began), case_of(cast)
        reasons = dataclasses.replace(REASONS, exception="Because" if is_excepted else "")
        is_past = 12 * years + months > 48
        if is_past and not is_excepted:
            with pytest.raises(ValidationError, match="at most 4 years"):
                extend(cast, case, framework, reasons, months)
        else:
            kept = extend(cast, case, framework, reasons, months)
            assert bool(kept.affordability["exception"]) == is_past
        transaction.set_rollback(True)


def test_a_framework_is_extended_under_the_law_it_was_let_under(cast: Cast) -> None:
    framework = old_framework(cast)
    repeat = DirectReasons("pa23_light_touch_change", "Because", "Lena Lawyer", 1_000_000, "Because")
    with pytest.raises(ValidationError, match="was let under the Public Contracts Regulations 2015"):
        extend(cast, case_of(cast, regime="PA23"), framework, repeat)
    award = approve(extend(cast, case := case_of(cast, ref="T-DIRECT-7"), framework), second_approver(cast))
    with acting_at(cast.colin, NOW):
        Procurement.objects.filter(pk=case.pk).update(regime="PA23")
        with pytest.raises(ValidationError, match="was let under"):
            make_contracts(award=award, contracted_on=NOW.date(), by=cast.colin, now=NOW)


@pytest.mark.parametrize(
    ("ground", "pence", "original", "words"),
    [
        ("pcr_additional", 500_000_01, 100_000_000, "It is worth £500,000.01.*at most 50%.*£500,000.00"),
        ("pcr_additional", 500_000_00, 100_000_000, ""),
        ("pcr_de_minimis", 10_000_001, 100_000_000, "at most 10%.*£100,000.00"),
        ("pcr_de_minimis", 10_000_000, 100_000_000, ""),
        ("pcr_de_minimis", 1, None, "not on record. Say what it was"),
        ("pcr_unforeseeable", 50_000_001, 100_000_000, "at most 50%"),
    ],
)
def test_a_ground_is_held_to_its_share_of_the_first_value(
    cast: Cast, ground: str, pence: int, original: int | None, words: str
) -> None:
    framework = old_framework(cast, dt.date(2020, 2, 1), estimated_value_pence=original)
    reasons = DirectReasons(ground, "Because", "Lena Lawyer", pence)
    if words:
        with pytest.raises(ValidationError, match=words):
            extend(cast, case_of(cast), framework, reasons)
        return
    assert extend(cast, case_of(cast), framework, reasons).value_pence == pence


def test_extensions_of_one_framework_add_up_and_warn(cast: Cast) -> None:
    framework = old_framework(cast, dt.date(2020, 2, 1))
    small = DirectReasons("pcr_de_minimis", "Small", "Lena Lawyer", 40_000_000, original_value_pence=800_000_000)
    first = extend(cast, case_of(cast), framework, small, months=1)
    assert not first.affordability["is_over"]
    approve(first, cast.april)
    with acting_at(cast.colin, NOW):
        make_contracts(award=first, contracted_on=NOW.date(), by=cast.colin, now=NOW)
    second = extend(cast, case_of(cast, ref="T-DIRECT-2"), framework, small, months=1)
    assert second.affordability["is_over"]
    assert "£800,000.00 in all" in second.affordability["cumulative"]
    with acting_at(cast.colin, NOW):
        assert [row.cumulative_pence for row in AwardExtension.objects.order_by("pk")] == [40_000_000, 80_000_000]
    with pytest.raises(ValidationError, match=r"With earlier extensions it is worth £800,000.01.*at most 10%"):
        extend(cast, case_of(cast, ref="T-DIRECT-3"), framework, dataclasses.replace(small, value_pence=1), months=1)


def test_a_framework_that_was_extended_meanwhile_is_not_extended_twice(cast: Cast) -> None:
    framework = old_framework(cast)
    awards = [extend(cast, case_of(cast, ref=f"T-DIRECT-{at}"), framework) for at in (1, 2)]
    bertha = second_approver(cast)
    for award in awards:
        approve(award, bertha)
    with acting_at(cast.colin, NOW):
        make_contracts(award=awards[0], contracted_on=NOW.date(), by=cast.colin, now=NOW)
        Framework.objects.filter(pk=framework.pk).update(ends_before=dt.date(2022, 5, 1))
        with pytest.raises(ValidationError, match="ends on another day"):
            make_contracts(award=awards[1], contracted_on=NOW.date(), by=cast.colin, now=NOW)
        awards[1].refresh_from_db()
        assert awards[1].contracted_on is None


@pytest.mark.parametrize(
    ("change", "months", "words"),
    [
        ({"ground": "pa23_user_choice"}, 2, "Choose a ground"),
        ({"ground": "pcr_negotiated"}, 2, "Choose a ground"),
        ({"narrative": " "}, 2, "Say in words"),
        ({"narrative": "x" * 10_001}, 2, "10,000"),
        ({"legal_approver": ""}, 2, "Name the lawyer"),
        ({"legal_approver": "colin madeup-commissioner "}, 2, "somebody other"),
        ({"value_pence": 0}, 2, "more than £0.00"),
        ({}, 25, "1 to 24 months"),
        ({}, 0, "1 to 24 months"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(cast: Cast, change: dict[str, object], months: int, words: str) -> None:
    framework, case = old_framework(cast), case_of(cast)
    with pytest.raises(ValidationError, match=words):
        extend(cast, case, framework, dataclasses.replace(REASONS, **change), months)  # type: ignore[arg-type]
    assert state_of(cast, case) == "preparing"


def test_a_block_awarded_directly_waits_for_its_notice(cast: Cast) -> None:
    make_home(cast.meadow, "Madeup Urgent House", urn="SC9501")
    case = case_of(
        cast,
        kind="childrens_home",
        buys="block",
        instrument="block_contract",
        regime="PA23",
        name="Made-up urgent beds",
    )
    with acting_at(cast.colin, RECOMMENDED):
        award = award_directly(procurement=case, reasons=URGENT, terms=TERMS, by=cast.colin, now=RECOMMENDED)
        with pytest.raises(PermissionDenied):
            award_directly(procurement=case, reasons=URGENT, terms=TERMS, by=cast.april, now=RECOMMENDED)
    award = approve(award, cast.april, APPROVED)
    with acting_at(cast.colin, NOTICE):
        with pytest.raises(ValidationError, match="award notice first"):
            make_contracts(award=award, contracted_on=NOTICE.date(), by=cast.colin, now=NOTICE)
        with pytest.raises(ValidationError, match="nobody to tell"):
            tell_bidders(award=award, by=cast.colin, now=NOTICE)
        award = record_award_notice(
            award=award, notice_on=NOTICE.date(), by=cast.colin, now=NOTICE, keeps_standstill=False
        )
        make_contracts(award=award, contracted_on=NOTICE.date(), by=cast.colin, now=NOTICE)
        block = BlockContract.objects.get()
        assert (block.provider, block.ends_before) == (cast.meadow, dt.date(2027, 7, 1))


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (DirectTerms("SC0000", 455_700, dt.date(2027, 1, 1), 6, 2), "no establishment"),
        (DirectTerms("SC9401", 455_700, dt.date(2027, 1, 1), 6, 2), "another kind"),
        (DirectTerms("SC9501", 0, dt.date(2027, 1, 1), 6, 2), "more than £0.00"),
        (DirectTerms("SC9501", 5_000_001, dt.date(2027, 1, 1), 6, 2), "at most £50,000.00"),
        (DirectTerms("SC9501", 455_700, dt.date(2027, 1, 1), 0, 2), "1 to 600 months"),
        (DirectTerms("SC9501", 455_700, dt.date(2027, 1, 1), 6, None), "how many places"),
    ],
)
def test_a_direct_award_that_cannot_be_is_refused(cast: Cast, terms: DirectTerms, words: str) -> None:
    make_home(cast.meadow, "Madeup Urgent House", urn="SC9501")
    make_home(cast.meadow, "Madeup Meadow Fostering", urn="SC9401", kind="foster")
    case = case_of(cast, kind="childrens_home", buys="block", instrument="block_contract", regime="PA23")
    with acting_at(cast.colin, RECOMMENDED), pytest.raises(ValidationError, match=words):
        award_directly(procurement=case, reasons=URGENT, terms=terms, by=cast.colin, now=RECOMMENDED)


def test_abandoned_before_the_deadline_nobody_learns_who_bid(cast: Cast) -> None:
    tender = make_tender(cast)
    make_bids(cast, tender)
    with acting_at(cast.colin, BEFORE):
        for _ in range(2):
            abandon_procurement(
                procurement=tender.procurement, ground="need_changed", reason="ZZGAVEUP", by=cast.colin, now=BEFORE
            )
        kept = Abandonment.objects.get()
        assert kept.needs_notice
        assert not BidOutcome.objects.exists()
    with acting_at(cast.oscar, BEFORE):
        assert Abandonment.objects.count() == 1
    for person in (cast.mona, cast.hilda):
        with acting_at(person, BEFORE):
            assert not Abandonment.objects.exists()


def test_abandoned_after_the_evaluation_every_bidder_is_told_the_ground(cast: Cast) -> None:
    tender = evaluated_tender(cast)
    approved(cast, recommended(cast, tender), second_approver(cast))
    with acting_at(cast.colin, APPROVED + DAY):
        for ground, reason in (("", "Why"), ("unaffordable", " ")):
            with pytest.raises(ValidationError):
                abandon_procurement(
                    procurement=tender.procurement, ground=ground, reason=reason, by=cast.colin, now=APPROVED
                )
        abandon_procurement(
            procurement=tender.procurement, ground="unaffordable", reason="ZZGAVEUP", by=cast.colin, now=APPROVED
        )
    with acting_at(cast.harry, APPROVED + DAY):
        assert [(one.outcome, one.words) for one in BidOutcome.objects.all()] == [
            ("abandoned", "The prices were unaffordable")
        ]


def test_what_is_contracted_is_not_abandoned_and_only_the_lead_abandons(cast: Cast) -> None:
    framework, case = old_framework(cast), case_of(cast)
    award = approve(extend(cast, case, framework), second_approver(cast))
    for person in (cast.april, cast.oscar, cast.mona):
        with acting_at(person, NOW), pytest.raises(PermissionDenied):
            abandon_procurement(procurement=case, ground="other", reason="No", by=person, now=NOW)
    with acting_at(cast.colin, NOW):
        make_contracts(award=award, contracted_on=NOW.date(), by=cast.colin, now=NOW)
        with pytest.raises(ValidationError, match="cannot become"):
            abandon_procurement(procurement=case, ground="other", reason="No", by=cast.colin, now=NOW)
        other = case_of(cast, ref="T-DIRECT-9", regime="PA23")
        kept = abandon_procurement(procurement=other, ground="other", reason="No", by=cast.colin, now=NOW)
        assert not kept.needs_notice
        third = case_of(cast, ref="T-DIRECT-10", regime="PA23")
        kept = abandon_procurement(
            procurement=third, ground="other", reason="No", by=cast.colin, now=NOW, transparency_published=True
        )
        assert kept.needs_notice
