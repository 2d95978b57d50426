"""Prices rise by a round: previewed, voted, approved by somebody else, applied once; what was agreed stays."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client

from cast import NOW, TODAY, Cast, make_cast, make_person
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting, acting_for
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions import make_block_contract, set_block_price, set_rate_line
from nearhome.procurement.actions.frameworks import join_framework
from nearhome.procurement.actions.uplift_prices import apply_uplift
from nearhome.procurement.actions.uplift_votes import VoteOutcome, decide_uplift, record_vote
from nearhome.procurement.actions.uplifts import preview_uplift, propose_uplift, withdraw_uplift
from nearhome.procurement.calculations.frameworks.uplift import UpliftRule
from nearhome.procurement.models import BlockPrice, RateLine, UpliftLine, UpliftRound, UpliftVote
from nearhome.procurement.queries import price_limit, routes_for
from nearhome.procurement.queries.uplifts import round_shown
from scenes_frameworks import NEXT_APRIL, Region, approved, carried, make_region, previewed, proposal

pytestmark = pytest.mark.django_db
FIXED = UpliftRule("fixed", percent=Decimal(2))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def region(cast: Cast) -> Region:
    return make_region(cast)


def prices(cast: Cast) -> list[tuple[int, dt.date, dt.date | None]]:
    with acting(cast.colin):
        rows = RateLine.objects.order_by("starts_on", "weekly_price_pence")
        return list(rows.values_list("weekly_price_pence", "starts_on", "ends_before"))


def test_what_is_applied_is_what_was_previewed_and_twice_is_once(cast: Cast, region: Region) -> None:
    before = prices(cast)
    row = approved(cast, previewed(cast, region.framework))
    assert prices(cast) == before
    with acting(cast.colin):
        shown = sorted(one.after_pence for one in UpliftLine.objects.filter(round=row))
        apply_uplift(uplift=row, by=cast.colin, now=NOW)
        after = prices(cast)
        apply_uplift(uplift=row, by=cast.colin, now=NOW)
    assert prices(cast) == after
    assert shown == [406_000, 407_015, 462_536, 463_551]
    assert [(pence, ends) for pence, starts, ends in after if starts == NEXT_APRIL] == [
        (pence, None) for pence in shown
    ]
    assert [(pence, ends) for pence, starts, ends in after if starts != NEXT_APRIL] == [
        (pence, NEXT_APRIL) for pence, _, _ in before
    ]


def test_the_price_of_a_placement_begun_before_stays_and_the_next_pays_the_new(cast: Cast, region: Region) -> None:
    row = approved(cast, previewed(cast, region.framework))
    with acting(cast.colin):
        apply_uplift(uplift=row, by=cast.colin, now=NOW)
    with acting(cast.olive):
        limits = []
        for on in (NEXT_APRIL - dt.timedelta(days=1), NEXT_APRIL):
            routes = routes_for(region.homes, cast.kent.pk, on, now=NOW, age_years=12)[region.homes[0].pk]
            route = next(one for one in routes if one.kind == "framework")
            limits.append(price_limit(route, home_id=region.homes[0].pk, age_years=12, on=on).most_pence)
    assert limits == [400_000, 406_000]


def test_the_cost_is_said_by_authority_and_in_total(cast: Cast, region: Region) -> None:
    row = previewed(cast, region.framework)
    with acting(cast.oscar):
        page = round_shown(cast.oscar, row.key)
    # 6,000 + 6,015 + 6,836 + 6,851 pence over four lines: 6,425.5 a week.
    assert [(str(one.authority), one.nights, one.more_pence) for one in page.costs] == [
        ("Kent", 520 * 7, 3_341_260), ("Portsmouth", 104 * 7, 668_252),
    ]  # fmt: skip
    assert page.total_more_pence == 4_009_512
    assert page.percent == Decimal("1.5")
    with acting(cast.colin):
        apply_uplift(uplift=approved(cast, row), by=cast.colin, now=NOW)
        assert round_shown(cast.colin, row.key).total_more_pence == 4_009_512


def test_no_step_is_left_out(cast: Cast, region: Region) -> None:
    row = previewed(cast, region.framework)
    with acting(cast.colin), pytest.raises(ValidationError, match="waits for the vote”, so this cannot be done"):
        apply_uplift(uplift=row, by=cast.colin, now=NOW)
    with acting(cast.april), pytest.raises(ValidationError, match="cannot be done"):
        decide_uplift(uplift=row, approved=True, by=cast.april, now=NOW)
    carried(cast, row)
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="cannot be done"):
            apply_uplift(uplift=row, by=cast.colin, now=NOW)
        with pytest.raises(DatabaseError), transaction.atomic():
            UpliftRound.objects.filter(pk=row.pk).update(state="applied")
        with pytest.raises(DatabaseError), transaction.atomic():
            UpliftRound.objects.filter(pk=row.pk).update(percent=Decimal(20))
        with pytest.raises(DatabaseError), transaction.atomic():
            UpliftLine.objects.update(after_pence=1)


def test_whoever_had_a_hand_in_a_round_does_not_approve_it(cast: Cast, region: Region) -> None:
    cast.colin.roles = ["commissioner", "approver"]
    cast.colin.save()
    row = carried(cast, previewed(cast, region.framework))
    with acting(cast.colin), pytest.raises(PermissionDenied, match="no hand in the round"):
        decide_uplift(uplift=row, approved=True, by=cast.colin, now=NOW)
    with acting(cast.ada), pytest.raises(PermissionDenied, match="Only an approver of the authority that leads"):
        decide_uplift(uplift=row, approved=True, by=cast.ada, now=NOW)
    with acting(cast.april):
        with pytest.raises(ValidationError, match="Say why it is refused"):
            decide_uplift(uplift=row, approved=False, by=cast.april, now=NOW)
        refused = decide_uplift(uplift=row, approved=False, why="Too dear", by=cast.april, now=NOW)
        assert refused.state == "rejected"


def test_a_lost_vote_ends_the_round(cast: Cast, region: Region) -> None:
    row, minutes = previewed(cast, region.framework), "Made-up minutes"
    lost = VoteOutcome(False, 0, 2, TODAY, minutes)
    with acting(cast.colin):
        for wrong, said in (
            (VoteOutcome(True, 1, 1, TODAY, minutes), "More voted against, or as many"),
            (VoteOutcome(True, 3, 0, TODAY, minutes), "2 authorities may vote"),
            (VoteOutcome(True, 0, 0, TODAY, minutes), "at least one"),
            (VoteOutcome(True, 2, 0, TODAY + dt.timedelta(days=1), minutes), "still to come"),
            (VoteOutcome(True, 2, 0, TODAY, " "), "minutes"),
        ):
            with pytest.raises(ValidationError, match=said):
                record_vote(uplift=row, outcome=wrong, by=cast.colin, now=NOW)
        first = record_vote(uplift=row, outcome=lost, by=cast.colin, now=NOW)
        assert record_vote(uplift=row, outcome=lost, by=cast.colin, now=NOW) == first
        assert UpliftVote.objects.count() == 1
        assert round_shown(cast.colin, row.key).row.state == "rejected"


def test_no_line_rises_but_in_a_round_and_while_prices_are_firm_it_says_so(cast: Cast) -> None:
    region = make_region(cast, price_firm_until=dt.date(2028, 1, 1))
    more = {"supplier": region.meadow, "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        for ages in ((8, 13), (8, 18), (0, 9)):
            with pytest.raises(ValidationError, match=r"firm until 1 January 2028\. A price rises only in an uplift"):
                set_rate_line(weekly_price_pence=911_400, starts_on=TODAY, ages=ages, **more)
        with pytest.raises(ValidationError, match=r"\. A price rises only in an uplift round"):
            set_rate_line(weekly_price_pence=911_400, starts_on=dt.date(2028, 1, 1), ages=(8, 13), **more)
        set_rate_line(weekly_price_pence=399_900, starts_on=TODAY, ages=(8, 13), **more)


def test_one_vote_of_six_carries_nothing_and_the_page_says_how_many_must_take_part(cast: Cast, region: Region) -> None:
    with acting(cast.colin):
        for number in range(4):
            more = Organisation.objects.create(kind="authority", name=f"Madeup Council {number}")
            join_framework(framework=region.framework, authority=more, words="Named", by=cast.colin, now=NOW)
    row = previewed(cast, region.framework)
    client = Client()
    client.force_login(cast.colin)
    assert "3 of 6 taking part (50%)" in client.get(f"/procurement/uplifts/{row.key}/").content.decode()
    with acting(cast.colin):
        for votes in ((1, 0, 0), (2, 0, 0), (1, 0, 1)):
            outcome = VoteOutcome(True, *votes[:2], TODAY, "Made-up minutes", abstained=votes[2])
            with pytest.raises(ValidationError, match="of 6 took part, and the vote carries with 3 or more"):
                record_vote(uplift=row, outcome=outcome, by=cast.colin, now=NOW)
        enough = VoteOutcome(True, 2, 0, TODAY, "Made-up minutes", abstained=1)
        record_vote(uplift=row, outcome=enough, by=cast.colin, now=NOW)
        assert round_shown(cast.colin, row.key).row.state == "voted"


def test_a_framework_may_set_a_higher_quorum(cast: Cast) -> None:
    region = make_region(cast, vote_quorum_percent=100)
    row = previewed(cast, region.framework)
    with acting(cast.colin), pytest.raises(ValidationError, match="1 of 2 took part, and the vote carries with 2"):
        record_vote(uplift=row, outcome=VoteOutcome(True, 1, 0, TODAY, "Made-up"), by=cast.colin, now=NOW)
    with acting(cast.colin), pytest.raises(ValidationError, match="quorum is from 1% to 100%"):
        make_region(cast, name="Made-up other", urn="SC9400", vote_quorum_percent=0)


def test_a_price_that_changed_after_the_preview_stops_the_round_whole(cast: Cast, region: Region) -> None:
    row = approved(cast, previewed(cast, region.framework))
    with acting(cast.colin):
        set_rate_line(
            supplier=region.meadow, weekly_price_pence=390_000, starts_on=TODAY, ages=(8, 13), by=cast.colin, now=NOW
        )
        before = prices(cast)
        with pytest.raises(ValidationError, match="nothing was applied"):
            apply_uplift(uplift=row, by=cast.colin, now=NOW)
    assert prices(cast) == before


def test_a_line_whose_price_begins_later_stays_and_says_why(cast: Cast, region: Region) -> None:
    with acting(cast.colin):
        set_rate_line(
            supplier=region.meadow,
            weekly_price_pence=390_000,
            starts_on=NEXT_APRIL,
            ages=(8, 13),
            by=cast.colin,
            now=NOW,
        )
    row = previewed(cast, region.framework)
    with acting(cast.colin):
        kept = list(UpliftLine.objects.exclude(kept_why="").values_list("before_pence", "kept_why"))
        assert kept == [(390_000, "Its price stands since 1 April 2027: a change comes after the change before it.")]
        apply_uplift(uplift=approved(cast, row), by=cast.colin, now=NOW)
    assert (390_000, NEXT_APRIL, None) in prices(cast)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"on": TODAY - dt.timedelta(days=1)}, "never change backwards"),
        ({"on": dt.date(2029, 4, 1)}, "over by that day"),
        ({"rule": UpliftRule("fixed", percent=Decimal(2), addition_pence=5)}, "never by both"),
        ({"applies_to": "some"}, "for new placements or for all"),
    ],
)
def test_a_proposal_that_cannot_be_says_the_mend(cast: Cast, region: Region, changed: dict, said: str) -> None:
    with acting(cast.colin):
        with pytest.raises(ValidationError, match=said):
            propose_uplift(contract=region.framework, proposal=proposal(**changed), by=cast.colin, now=NOW)
        assert not UpliftRound.objects.exists()


def test_firm_prices_stay_firm(cast: Cast) -> None:
    region = make_region(cast, price_firm_until=dt.date(2028, 4, 1))
    with acting(cast.colin), pytest.raises(ValidationError, match="firm until 1 April 2028"):
        propose_uplift(contract=region.framework, proposal=proposal(), by=cast.colin, now=NOW)


def test_one_round_at_a_time_and_a_second_preview_replaces_the_first(cast: Cast, region: Region) -> None:
    row = previewed(cast, region.framework)
    with acting(cast.colin):
        assert propose_uplift(contract=region.framework, proposal=proposal(), by=cast.colin, now=NOW) == row
        with pytest.raises(ValidationError, match="is not finished"):
            propose_uplift(contract=region.framework, proposal=proposal(FIXED), by=cast.colin, now=NOW)
        again = preview_uplift(uplift=row, weeks={cast.kent.pk: 10}, version=row.version, by=cast.colin, now=NOW)
        assert round_shown(cast.colin, row.key).costs[0].nights == 70
        assert len(round_shown(cast.colin, row.key).lines) == 4
        with pytest.raises(ChangedMeanwhile):
            preview_uplift(uplift=row, weeks={}, version=again.version - 1, by=cast.colin, now=NOW)
        with pytest.raises(ValidationError, match="Weeks a year"):
            preview_uplift(uplift=row, weeks={cast.hampshire.pk: 1}, by=cast.colin, now=NOW)
        with pytest.raises(ValidationError, match="Say why"):
            withdraw_uplift(uplift=row, why="", by=cast.colin, now=NOW)
        withdraw_uplift(uplift=row, why="Asked for more evidence", by=cast.colin, now=NOW)
        propose_uplift(contract=region.framework, proposal=proposal(FIXED), by=cast.colin, now=NOW)


def test_negotiated_prices_change_line_by_line(cast: Cast, region: Region) -> None:
    with acting(cast.colin):
        line = RateLine.objects.get(supplier=region.meadow, min_age=8)
        row = propose_uplift(
            contract=region.framework, proposal=proposal(UpliftRule("negotiated")), by=cast.colin, now=NOW
        )
        with pytest.raises(ValidationError, match="No price would change"):
            preview_uplift(uplift=row, weeks={}, by=cast.colin, now=NOW)
        preview_uplift(uplift=row, weeks={}, agreed={line.pk: 401_234}, by=cast.colin, now=NOW)
        apply_uplift(uplift=approved(cast, row), by=cast.colin, now=NOW)
    assert [pence for pence, starts, _ in prices(cast) if starts == NEXT_APRIL] == [401_234]


def test_a_rate_set_between_two_others_ends_where_the_next_begins(cast: Cast, region: Region) -> None:
    band = {"supplier": region.meadow, "ages": (8, 13), "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        set_rate_line(weekly_price_pence=380_000, starts_on=NEXT_APRIL, **band)
        set_rate_line(weekly_price_pence=390_000, starts_on=TODAY, **band)
        rows = RateLine.objects.filter(supplier=region.meadow, min_age=8).order_by("starts_on")
        assert list(rows.values_list("weekly_price_pence", "ends_before")) == [
            (400_000, TODAY), (390_000, NEXT_APRIL), (380_000, None),
        ]  # fmt: skip


def test_a_block_is_uplifted_by_the_same_rule(cast: Cast) -> None:
    with acting(cast.colin):
        block = make_block_contract(
            name="Made-up block", provider=cast.meadow, starts_on=dt.date(2026, 4, 1), parties={cast.portsmouth: 1},
            by=cast.colin, now=NOW,
        )  # fmt: skip
        set_block_price(
            contract=block, starts_on=dt.date(2026, 4, 1), weekly_price_pence=455_700, by=cast.colin, now=NOW
        )
        with pytest.raises(ValidationError, match="A bed of a block has one price"):
            propose_uplift(contract=block, proposal=proposal(), by=cast.colin, now=NOW)
    row = approved(cast, previewed(cast, block))
    with acting(cast.colin):
        apply_uplift(uplift=row, by=cast.colin, now=NOW)
        apply_uplift(uplift=row, by=cast.colin, now=NOW)
        found = BlockPrice.objects.order_by("starts_on").values_list("starts_on", "weekly_price_pence")
        assert list(found) == [(dt.date(2026, 4, 1), 455_700), (NEXT_APRIL, 462_536)]


def test_a_round_is_read_by_those_who_call_off_and_by_no_provider(cast: Cast, region: Region) -> None:
    carried(cast, previewed(cast, region.framework))
    for organisation, seen in ((cast.portsmouth, True), (cast.meadow, False), (cast.hampshire, False)):
        with acting_for(organisation.pk):
            assert UpliftRound.objects.exists() == UpliftLine.objects.exists() == UpliftVote.objects.exists() == seen
    outsider = make_person("Hugo Madeup-Commissioner", cast.hampshire, "commissioner")
    with acting(outsider), pytest.raises(PermissionDenied):
        propose_uplift(contract=region.framework, proposal=proposal(), by=outsider, now=NOW)
