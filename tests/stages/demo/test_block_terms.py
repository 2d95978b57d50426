"""The made-up blocks agree what real ones do, and the provider of one is asked for another bed."""

import datetime as dt

import pytest

from cast import make_cast
from nearhome.demo import block_terms
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import add_block_place, make_block_contract, set_block_price
from nearhome.procurement.queries import waiting_for
from nearhome.procurement.queries.block_changes import open_adjustment
from nearhome.procurement.queries.block_commitment import Assumed, commitment_of
from scenes import make_home

pytestmark = pytest.mark.django_db
BEGAN, AGREED = dt.date(2026, 8, 1), dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)


def test_a_made_up_block_adds_up_and_waits_for_its_provider() -> None:
    cast = make_cast()
    places = make_home(cast.meadow, "Madeup House", urn="SC900001", places=5).places
    by = {"by": cast.colin, "now": AGREED}
    with acting(cast.colin):
        parties = {cast.kent: 5, cast.portsmouth: 1}
        contract = make_block_contract(name="Made-up", provider=cast.meadow, starts_on=BEGAN, parties=parties, **by)
        set_block_price(contract=contract, starts_on=BEGAN, weekly_price_pence=455_700, **by)
        for place in places.all():
            add_block_place(contract=contract, place=place, available_from=BEGAN, nominated=cast.kent, **by)
    calls = {cast.kent: 3, cast.portsmouth: 1}
    for _ in range(2):
        block_terms.agree("Made-up", cast.colin, ((0, 5), (12, 10), (24, 15)), calls, AGREED)
        block_terms.ask_for_a_bed("Made-up", cast.colin, NOW)
    with acting(cast.colin):
        contract.refresh_from_db()
        found = commitment_of(contract, Assumed(), NOW.date()).worked.commitment
        asked = open_adjustment(contract, NOW.date())
    assert contract.ends_before == dt.date(2036, 8, 1)
    assert [line.bed_days for line in found.contract_years[:3]] == [5 * 365, 10 * 366, 15 * 365]
    assert asked
    assert (asked.starts_on, asked.beds_before, asked.beds) == (dt.date(2027, 4, 1), 5, 6)
    with acting(cast.mona):
        assert [one.words for one in waiting_for(cast.mona, now=NOW)] == ["Say whether you agree to other beds"]
