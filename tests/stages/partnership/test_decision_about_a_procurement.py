"""A decision is begun about a procurement and stays tied to it."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from cast import Cast, make_cast
from nearhome.partnership.models import DecisionRecord
from nearhome.partnership.queries.decisions import decisions_about
from nearhome.privacy.acting import acting
from scenes_partnership import make_partners

pytestmark = pytest.mark.django_db
ABOUT = uuid.UUID("9b2e5a52-0000-4000-8000-000000000077")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def begun(cast: Cast, about: str, reference: str) -> None:
    client = Client()
    client.force_login(cast.colin)
    address = f"{reverse('partnership:new_decision')}?example=kent-21-00094&about={about}"
    page = client.get(address).content.decode()
    assert "Begin it" in page
    sent = {"reference": reference, "title": "Made-up decision", "partnership": ""}
    client.post(address, sent)


def test_the_decision_is_found_by_what_it_decides_on(cast: Cast) -> None:
    make_partners(cast)
    begun(cast, str(ABOUT), "26/00042")
    with acting(cast.colin):
        assert [row.reference for row in decisions_about(ABOUT)] == ["26/00042"]


def test_an_address_with_nonsense_in_it_begins_one_about_nothing(cast: Cast) -> None:
    make_partners(cast)
    begun(cast, "nonsense", "26/00043")
    with acting(cast.colin):
        assert DecisionRecord.objects.get(reference="26/00043").about_key is None
