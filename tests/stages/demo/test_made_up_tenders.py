"""The two made-up tenders, told in a small world: quick to run beside the whole region."""

import datetime as dt

import pytest

from cast import make_cast, make_person
from nearhome.demo.story import buying_tenders
from nearhome.demo.story.players import KENT, PORTSMOUTH, SUSSEX, Players
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.privacy.clock import playing_at
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries.tenders import waiting_for
from scenes import make_home

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)


class _SmallWorld(Players):
    """Everybody by their organisation's role."""

    def person(self, code: str, first: str) -> Person:
        return Person.objects.select_related("organisation").get(
            organisation=self.authorities[code], roles=["commissioner"]
        )

    def provider_person(self, organisation: Organisation) -> Person:
        return Person.objects.select_related("organisation").filter(organisation=organisation).first()


def test_one_tender_is_open_with_questions_and_one_has_closed_with_its_bids_unopened() -> None:
    cast = make_cast()
    sussex = make_person("Sam Madeup-Commissioner", cast.west_sussex, "commissioner")
    for code in (KENT, SUSSEX):
        for number in range(5):
            provider = Organisation.objects.create(
                kind="provider", name=f"Madeup {code} {number} Ltd", owner_ref=f"RP{code}{number}"
            )
            make_person(f"Manager{code}{number} Madeup", provider, "provider")
            make_home(provider, f"Madeup House {code} {number}", urn=f"SC{code}{number}", area_code=code, places=4)
    buying_tenders.tenders(_SmallWorld(now=NOW, codes=(KENT, SUSSEX, PORTSMOUTH)))
    with playing_at(NOW), acting(cast.colin):
        tender = Procurement.objects.get(name=buying_tenders.OPEN)
        assert (tender.state, tender.bids.count()) == ("published", 0)
        assert [bool(one.answered_at) for one in tender.clarifications.order_by("asked_at")] == [True, False]
        assert [one.words for one in waiting_for(cast.colin, now=NOW)] == ["Answer 1 question from bidders"]
    with playing_at(NOW), acting(sussex):
        tender = Procurement.objects.get(name=buying_tenders.CLOSED)
        assert (tender.state, tender.bids.count()) == ("published", 3)
        assert [one.words for one in waiting_for(sussex, now=NOW)] == ["Open the bids"]
