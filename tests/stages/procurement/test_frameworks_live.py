"""A framework lives: its end, its tiers, who is admitted, suspended, taken back, passed on; nobody is offered while suspended."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import NOW, TODAY, Cast, make_cast
from nearhome.audit.queries import history_of
from nearhome.market.models import Registration
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions.frameworks import (
    FrameworkTerms,
    extend_framework,
    make_framework,
    set_framework_tier,
)
from nearhome.procurement.actions.rates import set_rate_card, set_rate_line
from nearhome.procurement.actions.suppliers import (
    Passing,
    admit_supplier,
    move_to_tier,
    return_supplier,
    suspend_supplier,
    transfer_supplier,
)
from nearhome.procurement.models import (
    Framework,
    FrameworkExtension,
    FrameworkSupplier,
    RateLine,
    SupplierTransfer,
    Suspension,
    TierMove,
)
from nearhome.procurement.queries import routes_for
from scenes import make_home
from scenes_frameworks import BEGAN, Region, commissioner_of, make_region

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def region(cast: Cast) -> Region:
    return make_region(cast)


def offered(cast: Cast, region: Region, on: dt.date) -> dict[str, int | None]:
    """Which homes the framework offers Kent on a day, with the tier of each."""
    with acting(cast.olive):
        found = routes_for(region.homes, cast.kent.pk, on, now=NOW, age_years=12)
    return {
        home.name.split()[1]: route.tier
        for home in region.homes
        for route in found[home.pk]
        if route.kind == "framework" and route.party
    }


def suspended(cast: Cast, region: Region, starts_on: dt.date, ends_before: dt.date | None = None) -> Suspension:
    with acting(cast.colin):
        return suspend_supplier(
            supplier=region.meadow, starts_on=starts_on, ends_before=ends_before, ground="conduct", words="Made-up concern",
            by=cast.colin, now=NOW,
        )  # fmt: skip


def test_a_framework_is_extended_within_what_it_allows_and_the_end_before_is_kept(cast: Cast, region: Region) -> None:
    done = {"words": "A new tender needs longer", "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="already runs to 31 March 2029"):
            extend_framework(framework=region.framework, ends_before=dt.date(2028, 1, 1), **done)
        first = extend_framework(framework=region.framework, ends_before=dt.date(2030, 4, 1), **done)
        assert extend_framework(framework=region.framework, ends_before=dt.date(2030, 4, 1), **done) == first
        with pytest.raises(ValidationError, match=r"24 months in all. Choose a last day no later than 31 March 2031"):
            extend_framework(framework=region.framework, ends_before=dt.date(2031, 4, 2), **done)
        extend_framework(framework=region.framework, ends_before=dt.date(2031, 4, 1), **done)
        kept = FrameworkExtension.objects.order_by("earlier_end").values_list("earlier_end", "ends_before")
        assert list(kept) == [
            (dt.date(2029, 4, 1), dt.date(2030, 4, 1)), (dt.date(2030, 4, 1), dt.date(2031, 4, 1)),
        ]  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            FrameworkExtension.objects.update(earlier_end=BEGAN)


def test_no_framework_is_made_or_extended_beyond_the_limit_of_its_law(cast: Cast) -> None:
    closed = FrameworkTerms(form="closed", light_touch=False, extension_months=60)
    made = {"kind": "foster", "starts_on": BEGAN, "parties": [], "terms": closed, "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        with pytest.raises(ValidationError, match=r"at most 4 years .* no later than 31 March 2029"):
            make_framework(name="Made-up closed", ends_before=dt.date(2029, 4, 2), **made)
        with pytest.raises(ValidationError, match="Give a last day"):
            make_framework(name="Made-up closed", **made)
        framework = make_framework(name="Made-up closed", ends_before=dt.date(2028, 4, 1), **made)
        with pytest.raises(ValidationError, match="at most 4 years"):
            extend_framework(
                framework=framework, ends_before=dt.date(2030, 4, 1), words="Longer", by=cast.colin, now=NOW
            )
        framework.refresh_from_db()
        assert framework.ends_before == dt.date(2028, 4, 1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 40), length=st.none() | st.integers(1, 40), asked=st.integers(0, 90))
def test_a_suspended_supplier_is_never_offered_and_is_again_from_the_day_of_its_return(
    cast: Cast, region: Region, start: int, length: int | None, asked: int
) -> None:
    begins = TODAY + start * DAY
    returns = begins + length * DAY if length else None
    with transaction.atomic():
        suspended(cast, region, begins, returns)
        on = TODAY + asked * DAY
        is_out = begins <= on and (returns is None or on < returns)
        assert offered(cast, region, on) == ({"Harbour": 2} if is_out else {"Meadow": 1, "Harbour": 2})
        transaction.set_rollback(True)


def test_a_suspension_is_ended_once_and_never_rewritten(cast: Cast, region: Region) -> None:
    row = suspended(cast, region, TODAY)
    assert suspended(cast, region, TODAY) == row
    with pytest.raises(ValidationError, match="already recorded with other terms"):
        suspended(cast, region, TODAY + DAY)
    done = {"suspension": row, "words": "Made-up new manager", "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="never in the past"):
            return_supplier(returns_on=TODAY - DAY, **done)
        return_supplier(returns_on=TODAY + 7 * DAY, **done)
        assert return_supplier(returns_on=TODAY + 7 * DAY, **done).ends_before == TODAY + 7 * DAY
        for change in ({"words": "Nothing"}, {"ends_before": None}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Suspension.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Suspension.objects.all().delete()
    assert suspended(cast, region, TODAY + 30 * DAY).pk != row.pk


def test_who_reads_of_a_suspension_is_the_supplier_and_those_who_call_off(cast: Cast, region: Region) -> None:
    suspended(cast, region, TODAY)
    seen = {}
    for organisation in (cast.kent, cast.portsmouth, cast.meadow, cast.harbour, cast.hampshire):
        with acting_for(organisation.pk):
            seen[organisation.name.split()[-2 if " Ltd" in organisation.name else 0]] = Suspension.objects.count()
    assert seen == {"Kent": 1, "Portsmouth": 1, "Care": 1, "Homes": 0, "Hampshire": 0}


def test_a_move_between_tiers_holds_from_its_day(cast: Cast, region: Region) -> None:
    done = {"supplier": region.meadow, "starts_on": TODAY + DAY, "words": "Made-up", "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        move = move_to_tier(tier=3, **done)
        assert move_to_tier(tier=3, **done) == move
        with pytest.raises(ValidationError, match="stands in tier 3 on that day already"):
            move_to_tier(tier=3, **done | {"starts_on": TODAY + 2 * DAY})
        with pytest.raises(ValidationError, match="never in the past"):
            move_to_tier(tier=2, **done | {"starts_on": TODAY - DAY})
    assert offered(cast, region, TODAY)["Meadow"] == 1
    assert offered(cast, region, TODAY + DAY)["Meadow"] == 3
    with acting(cast.colin):
        assert TierMove.objects.count() == 1


def test_a_home_that_passes_on_keeps_its_rates_if_agreed_and_the_old_provider_keeps_its_secrets(
    cast: Cast, region: Region
) -> None:
    home = make_home(cast.harbour, "Madeup Meadow House", urn="SC930009")
    passing = Passing(home.registration, TODAY + 10 * DAY, True, "Kent consented on 1 November 2026")
    done = {"by": cast.colin, "now": NOW}
    with acting(cast.colin):
        made = transfer_supplier(supplier=region.meadow, passing=passing, **done)
        assert transfer_supplier(supplier=region.meadow, passing=passing, **done) == made
        assert SupplierTransfer.objects.count() == 1
    region.homes = (region.homes[0], home)
    assert offered(cast, region, TODAY + 9 * DAY) == {"Meadow": 1}
    with acting(cast.olive):
        found = routes_for([home, region.homes[0]], cast.kent.pk, TODAY + 10 * DAY, now=NOW, age_years=12)
    assert [one.weekly_price_pence for one in found[home.pk] if one.kind == "framework"] == [400_000]
    assert not [one for one in found[region.homes[0].pk] if one.kind == "framework"]
    with acting(cast.harry):
        assert not RateLine.objects.filter(provider=cast.meadow).exists()
        assert RateLine.objects.filter(supplier=made.successor).count() == 2
    with acting(cast.mona):
        assert not RateLine.objects.filter(provider=cast.harbour).exists()


def test_a_suspended_home_does_not_slip_out_of_its_suspension_by_passing_on(cast: Cast, region: Region) -> None:
    home = make_home(cast.harbour, "Madeup Meadow House", urn="SC930009")
    suspended(cast, region, TODAY)
    with acting(cast.colin), pytest.raises(ValidationError, match="suspended on that day"):
        passing = Passing(home.registration, TODAY + DAY, True, "Consent")
        transfer_supplier(supplier=region.meadow, passing=passing, by=cast.colin, now=NOW)


def test_a_transfer_to_the_same_provider_is_none(cast: Cast, region: Region) -> None:
    with acting(cast.colin), pytest.raises(ValidationError, match="names the same provider"):
        passing = Passing(region.meadow.registration, TODAY, True, "Consent")
        transfer_supplier(supplier=region.meadow, passing=passing, by=cast.colin, now=NOW)


def test_a_rate_card_covers_every_age_once_and_raises_no_price(cast: Cast, region: Region) -> None:
    card = {"supplier": region.meadow, "category": "standard", "starts_on": TODAY, "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        for bands, said in (
            ([(8, 12, 1), (13, 18, 1)], "No band covers age 12"),
            ([(8, 14, 1), (13, 18, 1)], "Two bands cover age 13"),
            ([(8, 18, 400_001)], "A price rises only in an uplift round"),
            ([(8, 18, 0)], "more than £0.00"),
            ([], "Add one"),
        ):
            with pytest.raises(ValidationError, match=said):
                set_rate_card(bands=bands, **card)
        assert RateLine.objects.filter(supplier=region.meadow).count() == 2
        made = set_rate_card(bands=[(8, 18, 399_000)], **card)
        assert set_rate_card(bands=[(8, 18, 399_000)], **card) == made
        ends = RateLine.objects.filter(supplier=region.meadow).order_by("starts_on", "min_age")
        assert list(ends.values_list("weekly_price_pence", "ends_before")) == [
            (400_000, TODAY), (455_700, TODAY), (399_000, None),
        ]  # fmt: skip
        with pytest.raises(ValidationError, match="Choose a later day"):
            set_rate_card(bands=[(8, 18, 1)], **card | {"starts_on": TODAY - DAY})


def test_a_newcomer_is_admitted_only_while_the_framework_takes_newcomers(cast: Cast, region: Region) -> None:
    home = make_home(cast.harbour, "Madeup Second House", urn="SC930011")
    done = {"framework": region.framework, "tier": 2, "by": cast.colin, "now": NOW}
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="takes no new entrants on 20 November 2026"):
            admit_supplier(registration=home.registration, admitted_from=TODAY, **done)
        agency = Registration.objects.get(urn="SC930011")
        agency.kind = "fostering_agency"
        with pytest.raises(ValidationError, match="registered for something else"):
            admit_supplier(registration=agency, **done)
        assert FrameworkSupplier.objects.count() == 2


def test_only_the_leads_commissioner_changes_anything(cast: Cast, region: Region) -> None:
    ada = commissioner_of(cast.portsmouth, cast.ada)
    suspend = {"supplier": region.meadow, "starts_on": TODAY, "ground": "conduct", "words": "Made up", "now": NOW}
    for person in (cast.olive, ada, cast.mona):
        with acting(person), pytest.raises(PermissionDenied):
            suspend_supplier(by=person, **suspend)
    for organisation in (cast.portsmouth, cast.meadow, cast.hampshire):
        with acting_for(organisation.pk), pytest.raises(DatabaseError), transaction.atomic():
            Suspension.objects.create(
                supplier=region.meadow, starts_on=TODAY, ground="conduct", words="Forged", by_name="Nobody", at=NOW
            )


@pytest.mark.parametrize(
    ("hours", "rule", "said"),
    [((0, 0), "Score", "hours"), ((4, 5), "Score", "no longer in an emergency"), ((24, 4), " ", "published rule")],
)
def test_a_tier_says_how_long_and_by_which_rule(
    cast: Cast, region: Region, hours: tuple[int, int], rule: str, said: str
) -> None:
    with acting(cast.colin), pytest.raises(ValidationError, match=said):
        set_framework_tier(
            framework=region.framework,
            tier=3,
            hours=hours,
            selection_rule=rule,
            starts_on=TODAY,
            by=cast.colin,
            now=NOW,
        )


def test_the_history_of_a_framework_is_read_by_its_parties_and_without_prices(cast: Cast, region: Region) -> None:
    with acting(cast.colin):
        set_rate_line(supplier=region.meadow, weekly_price_pence=399_999, starts_on=TODAY, by=cast.colin, now=NOW)
    with acting(cast.oscar):
        words = [line.words for line in history_of(region.framework.key)]
    assert any("was admitted to tier 1" in line for line in words)
    assert not any("£" in line for line in words)
    with acting(cast.hilda):
        assert not history_of(region.framework.key)
        assert Framework.objects.count() == 1
