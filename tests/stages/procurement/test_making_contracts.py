"""Commissioners make contracts; a price is never overwritten; doing it twice changes nothing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cast import NOW, Cast, make_cast
from nearhome.audit.queries import history_of
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import (
    add_block_place,
    admit_supplier,
    make_block_contract,
    make_framework,
    set_block_price,
    set_rate_line,
)
from nearhome.procurement.models import BlockContract, BlockParty, BlockPrice, FrameworkParty, RateLine
from scenes import make_home

pytestmark = pytest.mark.django_db
APRIL = dt.date(2026, 4, 1)
OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def make_block(cast: Cast, by: Person | None = None) -> BlockContract:
    return make_block_contract(
        name="Made-up block",
        provider=cast.meadow,
        starts_on=APRIL,
        parties={cast.portsmouth: 2},
        by=by or cast.colin,
        now=NOW,
    )


def test_a_block_has_its_host_as_a_party_and_its_history_says_who_made_it(cast: Cast) -> None:
    with acting(cast.colin):
        contract = make_block(cast)
        parties = dict(BlockParty.objects.values_list("organisation__name", "weight"))
        assert parties == {"Kent": 1, "Portsmouth": 2}
        assert make_block(cast) == contract
        assert len(history_of(contract.key)) == 1
    with acting(cast.oscar):
        assert [line.who for line in history_of(contract.key)] == ["Colin Madeup-Commissioner"]


def test_only_a_commissioner_of_the_host_changes_a_block(cast: Cast) -> None:
    with acting(cast.colin):
        contract = make_block(cast)
    with acting(cast.olive), pytest.raises(PermissionDenied, match="Only a commissioner"):
        make_block(cast, cast.olive)
    cast.oscar.roles = ["commissioner"]
    with acting(cast.oscar), pytest.raises(PermissionDenied, match="Only the authority that hosts the block"):
        set_block_price(contract=contract, starts_on=APRIL, weekly_price_pence=1, by=cast.oscar, now=NOW)


def test_a_new_price_stands_beside_the_old_and_another_on_the_same_day_is_refused(cast: Cast) -> None:
    price = {"by": cast.colin, "now": NOW}
    with acting(cast.colin):
        contract = make_block(cast)
        set_block_price(contract=contract, starts_on=APRIL, weekly_price_pence=400_000, **price)
        set_block_price(contract=contract, starts_on=APRIL, weekly_price_pence=400_000, **price)
        set_block_price(contract=contract, starts_on=OCTOBER, weekly_price_pence=410_000, **price)
        assert BlockPrice.objects.count() == 2
        with pytest.raises(ValidationError, match="already recorded with other terms"):
            set_block_price(contract=contract, starts_on=APRIL, weekly_price_pence=1, **price)
        with pytest.raises(ValidationError, match="A weekly price is more than"):
            set_block_price(contract=contract, starts_on=NOW.date(), weekly_price_pence=0, **price)


def test_only_places_of_the_blocks_provider_join_it_and_once(cast: Cast) -> None:
    own = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    other = make_home(cast.harbour, "Madeup Harbour House", urn="SC900002")
    with acting(cast.colin):
        contract = make_block(cast)
        place = own.places.first()
        added = add_block_place(
            contract=contract, place=place, available_from=APRIL, nominated=cast.kent, by=cast.colin, now=NOW
        )
        again = add_block_place(
            contract=contract, place=place, available_from=APRIL, nominated=cast.kent, by=cast.colin, now=NOW
        )
        assert again == added
        with pytest.raises(ValidationError, match="is not a place of Madeup Meadow Care Ltd"):
            add_block_place(contract=contract, place=other.places.first(), available_from=APRIL, by=cast.colin, now=NOW)


def test_a_framework_admits_suppliers_and_a_new_rate_ends_the_one_before(cast: Cast) -> None:
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    done = {"by": cast.colin, "now": NOW}
    with acting(cast.colin):
        framework = make_framework(
            name="Made-up framework", kind="childrens_home", starts_on=APRIL, parties=[cast.portsmouth], **done
        )
        assert FrameworkParty.objects.count() == 2
        supplier = admit_supplier(framework=framework, registration=home.registration, tier=1, **done)
        assert admit_supplier(framework=framework, registration=home.registration, tier=1, **done) == supplier
        set_rate_line(supplier=supplier, weekly_price_pence=400_000, starts_on=APRIL, ages=(10, 18), **done)
        set_rate_line(supplier=supplier, weekly_price_pence=390_000, starts_on=OCTOBER, ages=(10, 18), **done)
        rates = RateLine.objects.order_by("starts_on").values_list("weekly_price_pence", "ends_before")
        assert list(rates) == [(400_000, OCTOBER), (390_000, None)]
