"""The awards of the made-up region, told through the real actions: two months more, a block contracted, one to approve."""

import datetime as dt

import pytest

from cast import make_person
from nearhome.demo.story import buying_awards
from nearhome.demo.story.players import Players
from nearhome.people.models import AuthorityCode, Organisation
from nearhome.procurement.models import BlockContract, Framework
from nearhome.tendering.models import Award, AwardExtension, BidOutcome
from nearhome.tendering.queries.awards import waiting_for
from scenes import make_home
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)


@pytest.fixture
def players() -> Players:
    for name, code in (("Kent", "886"), ("Medway", "887")):
        authority = Organisation.objects.create(kind="authority", name=name)
        AuthorityCode.objects.create(organisation=authority, scheme="dfe", code=code)
        make_person("Colin Madeup-Commissioner", authority, "commissioner")
        make_person("Desmond Madeup-Director", authority, "approver", limit=1_000_000_000)
    for at in range(3):
        provider = Organisation.objects.create(kind="provider", name=f"Madeup Provider {at}", owner_ref=f"RP{at}")
        make_person("Manager Madeup", provider, "provider")
        make_home(provider, f"Madeup House {at}", urn=f"SC88{at}", places=6)
        make_home(provider, f"Madeup Fostering {at}", urn=f"SC89{at}", kind="foster")
    return Players(NOW, ("886", "887"))


def test_two_months_more_end_with_the_financial_year(players: Players) -> None:
    buying_awards.two_months_more(players)
    with acting_at(players.person("886", "colin"), NOW):
        assert Framework.objects.get().ends_before == dt.date(2022, 4, 1)
        assert AwardExtension.objects.get().ended_before == dt.date(2022, 2, 1)


def test_a_block_is_contracted_after_its_standstill_and_another_waits_for_the_director(players: Players) -> None:
    buying_awards.block_contracted(players)
    buying_awards.award_to_approve(players)
    with acting_at(players.person("886", "colin"), NOW):
        assert [block.provider.name for block in BlockContract.objects.order_by("pk")] == [
            "Madeup Provider 0",
            "Madeup Provider 1",
        ]
        done = Award.objects.get(contracted_on__isnull=False)
        assert done.standstill_ends_on
        assert done.standstill_ends_on < done.contracted_on  # type: ignore[operator]
        assert sorted(BidOutcome.objects.values_list("outcome", flat=True)) == ["not_won", "won", "won"]
    director = players.person("886", "desmond")
    with acting_at(director, NOW):
        assert [one.words for one in waiting_for(director, now=NOW)] == ["Decide about the award"]
