"""An uplift round is put to the vote in the partnership, and goes on as the ballot was counted."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from cast import NOW, Cast, make_cast
from nearhome.partnership.actions import cast_vote
from nearhome.partnership.models import Ballot
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.uplift_ballots import put_to_vote, take_over_vote
from nearhome.procurement.models import UpliftRound, UpliftVote
from scenes_frameworks import Region, make_region, previewed
from scenes_partnership import Partners, make_partners
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
CLOSES = NOW + dt.timedelta(days=7)
OVER = CLOSES + dt.timedelta(minutes=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def partners(cast: Cast) -> Partners:
    return make_partners(cast)


@pytest.fixture
def region(cast: Cast, partners: Partners) -> Region:
    return make_region(cast)


@pytest.fixture
def uplift(cast: Cast, region: Region) -> UpliftRound:
    return previewed(cast, region.framework)


def open_one(cast: Cast, partners: Partners, uplift: UpliftRound, by: Person | None = None) -> Ballot:
    by = by or cast.colin
    with acting_at(by, NOW):
        key = str(partners.partnership.key)
        return put_to_vote(uplift=uplift, partnership_key=key, closes_at=CLOSES, by=by, now=NOW)


def vote(person: Person, ballot: Ballot, choice: str) -> None:
    with acting_at(person, NOW):
        cast_vote(ballot=ballot, choice=choice, by=person, now=NOW)


def test_a_round_is_put_to_the_vote_once(cast: Cast, partners: Partners, uplift: UpliftRound) -> None:
    first = open_one(cast, partners, uplift)
    assert open_one(cast, partners, uplift) == first
    assert first.about_key == uplift.key
    assert "Made-up framework" in first.subject


@pytest.mark.parametrize(("choices", "state"), [(("for", "for"), "voted"), (("against", "against"), "rejected")])
def test_the_round_goes_on_as_the_ballot_was_counted(
    cast: Cast, partners: Partners, uplift: UpliftRound, choices: tuple[str, str], state: str
) -> None:
    ballot = open_one(cast, partners, uplift)
    for person, choice in zip((cast.april, partners.walter), choices, strict=True):
        vote(person, ballot, choice)
    with acting_at(cast.colin, NOW), pytest.raises(ValidationError, match="The ballot is open until"):
        take_over_vote(uplift=uplift, by=cast.colin, now=NOW)
    with acting_at(cast.colin, OVER):
        kept = take_over_vote(uplift=uplift, by=cast.colin, now=OVER)
        assert take_over_vote(uplift=uplift, by=cast.colin, now=OVER) == kept
        uplift.refresh_from_db()
    assert (uplift.state, kept.ballot_key) == (state, ballot.key)
    assert "quorum was met" in kept.minutes


def test_without_a_quorum_it_is_not_carried(cast: Cast, partners: Partners, uplift: UpliftRound) -> None:
    open_one(cast, partners, uplift)
    with acting_at(cast.colin, OVER):
        assert not take_over_vote(uplift=uplift, by=cast.colin, now=OVER).carried


def test_only_the_lead_puts_it_to_the_vote(cast: Cast, partners: Partners, uplift: UpliftRound) -> None:
    with pytest.raises(PermissionDenied):
        open_one(cast, partners, uplift, by=partners.pavel)
    with acting(cast.colin), pytest.raises(ValidationError, match="Choose one of the partnerships"):
        put_to_vote(uplift=uplift, partnership_key="nonsense", closes_at=CLOSES, by=cast.colin, now=NOW)


def test_the_pages_lead_from_the_round_to_the_ballot_and_back(
    cast: Cast, partners: Partners, uplift: UpliftRound
) -> None:
    client, address = Client(), reverse("procurement:ballot_uplift", args=[uplift.key])
    client.force_login(cast.colin)
    assert "Vote in the partnership" in client.get(reverse("procurement:uplift", args=[uplift.key])).content.decode()
    assert "Put it to the vote" in client.get(address).content.decode()
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=9)
    sent = {"partnership": str(partners.partnership.key), "closes_at-time": "12:00"}
    sent |= {f"closes_at-{part}": str(getattr(soon, part)) for part in ("day", "month", "year")}
    page = client.post(address, sent, follow=True).content.decode()
    assert "The round is put to the vote." in page
    assert "See the ballot" in page
    assert "is open until" in client.post(address, follow=True).content.decode()
    with acting(cast.colin):
        assert not UpliftVote.objects.exists()
    client.force_login(cast.hilda)
    assert client.get(address).status_code in (403, 404)
