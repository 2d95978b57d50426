"""The routes by which an authority may buy a place, as it reads them itself."""

import datetime as dt

import pytest
from psycopg.types.range import DateRange

from cast import NOW, make_cast
from nearhome.market.models import Occupancy, Place
from nearhome.privacy.acting import acting
from nearhome.procurement.models import (
    BlockContract,
    BlockParty,
    BlockPlace,
    BlockPrice,
    Framework,
    FrameworkParty,
    FrameworkSupplier,
    RateLine,
)
from nearhome.procurement.queries import asking_prices, open_routes_for, price_limit, routes_for
from scenes import make_home

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 12, 1)
SINCE = dt.date(2026, 4, 1)


class TestRoutes:
    @pytest.fixture(autouse=True)
    def scene(self) -> None:
        self.cast = cast = make_cast()
        self.home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
        self.own = make_home(cast.kent, "Madeup Kent Cottage", urn="SC900009", price_pence=300_000)
        with acting(cast.colin):
            self._block()
            self._framework()

    def _block(self) -> None:
        self.block = BlockContract.objects.create(
            name="Made-up Block", host=self.cast.kent, provider=self.cast.meadow, starts_on=SINCE
        )
        for party in (self.cast.kent, self.cast.portsmouth):
            BlockParty.objects.create(contract=self.block, organisation=party)
        BlockPrice.objects.create(contract=self.block, starts_on=SINCE, weekly_price_pence=420_000)
        self.first, self.second = Place.objects.filter(home=self.home).order_by("pk")[:2]
        BlockPlace.objects.create(contract=self.block, place=self.first, available_from=SINCE)
        BlockPlace.objects.create(
            contract=self.block, place=self.second, available_from=SINCE, nominated=self.cast.kent
        )

    def _framework(self) -> None:
        framework = Framework.objects.create(
            name="Made-up Framework", kind="childrens_home", lead=self.cast.kent, starts_on=SINCE
        )
        FrameworkParty.objects.create(framework=framework, organisation=self.cast.kent)
        supplier = FrameworkSupplier.objects.create(
            framework=framework, registration=self.home.registration, provider=self.cast.meadow, tier=2
        )
        RateLine.objects.create(
            supplier=supplier, provider=self.cast.meadow, weekly_price_pence=400_000, starts_on=SINCE
        )

    def _kinds(self, person: object, *, only_open: bool = True) -> list[str]:
        read = open_routes_for if only_open else routes_for
        with acting(person):
            found = read([self.home, self.own], person.organisation_id, ON, now=NOW, age_years=12)
        return [route.kind for route in found[self.home.pk]] + [route.kind for route in found[self.own.pk]]

    def test_each_authority_reads_its_own_routes(self) -> None:
        assert self._kinds(self.cast.olive) == ["block", "block", "framework", "spot", "own"]
        assert self._kinds(self.cast.oscar) == ["block", "spot", "spot"]
        assert self._kinds(self.cast.hilda) == ["spot", "spot"]

    def test_a_framework_of_others_is_named_without_its_price(self) -> None:
        with acting(self.cast.hilda):
            found = routes_for([self.home], self.cast.hampshire.pk, ON, now=NOW, age_years=12)[self.home.pk]
        named = next(route for route in found if route.kind == "framework")
        assert (named.name, named.party, named.weekly_price_pence) == ("Made-up Framework", False, None)

    def test_prices_tiers_and_places_come_with_the_routes(self) -> None:
        with acting(self.cast.olive):
            found = routes_for([self.home, self.own], self.cast.kent.pk, ON, now=NOW, age_years=12)
            block, kept, framework, spot = found[self.home.pk]
            assert asking_prices([self.own.pk], ON) == {self.own.pk: 300_000}
            assert price_limit(framework, home_id=self.home.pk, age_years=12, on=ON).most_pence == 400_000
            assert price_limit(block, home_id=self.home.pk, age_years=12, on=ON).most_pence == 420_000
            assert price_limit(spot, home_id=self.home.pk, age_years=12, on=ON).guide_pence == 455_700
        assert (block.weekly_price_pence, block.place_ids) == (420_000, (self.first.pk,))
        assert (kept.nominated_authority_id, kept.place_ids) == (self.cast.kent.pk, (self.second.pk,))
        assert (framework.tier, framework.weekly_price_pence) == (2, 400_000)
        assert found[self.own.pk][0].weekly_price_pence == 300_000

    def test_a_block_without_a_free_bed_is_left_out(self) -> None:
        with acting(self.cast.mona):
            for place in (self.first, self.second):
                Occupancy.objects.create(place=place, kind="closure", days=DateRange(ON, None))
        assert self._kinds(self.cast.olive) == ["framework", "spot", "own"]

    def test_before_it_begins_a_contract_is_no_route(self) -> None:
        with acting(self.cast.olive):
            found = routes_for([self.home], self.cast.kent.pk, dt.date(2026, 3, 31), now=NOW)
        assert [route.kind for route in found[self.home.pk]] == ["spot"]

    def test_the_number_of_queries_does_not_grow_with_homes(self, django_assert_max_num_queries: object) -> None:
        homes = [make_home(self.cast.meadow, f"Madeup Home {n}", urn=f"SC91{n:04}") for n in range(5)]
        with acting(self.cast.olive), django_assert_max_num_queries(9):
            routes_for([self.home, self.own, *homes], self.cast.kent.pk, ON, now=NOW, age_years=12)
