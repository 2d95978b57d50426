"""A tender with a lot for homes and one for foster care, between which a child steps across: who bids for which."""

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from cast import Cast, make_cast
from nearhome.tendering.actions import bidding, criteria, publishing, shaping
from nearhome.tendering.models import Bid, Lot
from nearhome.tendering.queries.ocds import case_of
from reading_responses import client_of, text_of
from scenes import make_home
from scenes_bidding import DEADLINE, DURING, PUBLISHED, begin, publish, shape, submit, write_bid
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db


def words_of(response: Any) -> str:
    return html.unescape(" ".join(re.sub("<[^>]+>", " ", text_of(response)).split()))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def lots(cast: Cast) -> tuple[Lot, Lot]:
    """The shipped lot of homes, and one of foster care that is paired with it; published."""
    tender = begin(cast, term_starts_on=dt.date(2027, 4, 1))
    home = shape(cast, tender)
    with acting_at(cast.colin, PUBLISHED):
        given = {"by": cast.colin, "now": PUBLISHED}
        terms = shaping.LotTerms("Families near by", min_age=10, before_age=17, step_across=1, kind="foster")
        foster = shaping.save_lot(procurement=tender, terms=terms, **given)
        shaping.set_places(lot=foster, by_on=dt.date(2028, 4, 1), in_all=5, **given)
        shaping.save_band(lot=foster, terms=shaping.BandTerms("A household", "standard", 10, 17, Decimal(260)), **given)
        shaping.set_benchmark(lot=foster, spot_weekly_pence=98_000, source="Made up", **given)
    publish(cast, tender)
    return home, foster


def test_an_agency_bids_for_foster_care_and_a_home_for_homes_and_neither_for_the_other(
    cast: Cast, lots: tuple[Lot, Lot]
) -> None:
    home = make_home(cast.meadow, "Madeup House", urn="SC950001")
    agency = make_home(cast.harbour, "Madeup Fostering", urn="SC950002", kind="foster")
    for lot, person, right in ((lots[0], cast.mona, home), (lots[1], cast.harry, agency)):
        fresh = Lot.objects.select_related("procurement").get(pk=lot.pk)
        assert submit(write_bid(fresh, person, right), person).submitted_at is not None
    for lot, person, wrong in ((lots[1], cast.mona, home), (lots[0], cast.harry, agency)):
        fresh = Lot.objects.select_related("procurement").get(pk=lot.pk)
        with acting_at(person, DURING):
            with pytest.raises(ValidationError, match="not registered for what this lot buys"):
                bidding.start_bid(lot=fresh, registration=wrong.registration, by=person, now=DURING)
            with pytest.raises(DatabaseError, match="not registered for what the lot buys"), transaction.atomic():
                Bid.objects.create(
                    procurement=fresh.procurement, lot=fresh, provider=person.organisation, registration=wrong.registration, started_at=DURING
                )  # fmt: skip
    with acting_at(cast.colin, DEADLINE):
        publishing.open_bids(procurement=lots[0].procurement, by=cast.colin, now=DEADLINE)
        assert Bid.objects.count() == 2


def test_pages_and_the_export_say_which_kind_each_lot_buys(cast: Cast, lots: tuple[Lot, Lot]) -> None:
    make_home(cast.harbour, "Madeup Fostering", urn="SC950002", kind="foster")
    key = lots[0].procurement.key
    agency = client_of(cast.harry)
    page = words_of(agency.get(reverse("tendering:opportunity", args=[key])))
    for words in ("Children's home and Fostering household", "Families near by (Fostering household)"):
        assert words in page
    assert "Madeup Fostering" in words_of(agency.get(reverse("tendering:opportunities")))
    assert "No: it buys children's homes and fostering households" in words_of(
        client_of(cast.mona).get(reverse("tendering:opportunities"))
    )
    colin = client_of(cast.colin)
    assert "Fostering household" in words_of(colin.get(reverse("tendering:lot", args=[key, 2])))
    assert "Fostering household" in words_of(colin.get(reverse("tendering:shape", args=[key])))
    with acting_at(cast.colin, DURING):
        assert [one.kind for one in case_of(lots[0].procurement).lots] == ["Children's home", "Fostering household"]


def test_a_lot_without_a_kind_of_its_own_follows_the_procurement(cast: Cast) -> None:
    tender = begin(cast, term_starts_on=dt.date(2027, 4, 1))
    with acting_at(cast.colin, PUBLISHED):
        criteria.start_tree(procurement=tender, example="quality_60", by=cast.colin, now=PUBLISHED)
        terms = shaping.LotTerms("Homes", kind="childrens_home")
        lot = shaping.save_lot(procurement=tender, terms=terms, by=cast.colin, now=PUBLISHED)
        assert (lot.kind, lot.kind_bought) == ("", "childrens_home")
        # The form offers the kind, and keeps what was chosen.
        form = client_of(cast.colin).get(reverse("tendering:change_lot", args=[tender.key, lot.number]))
        assert "Which kind of place?" in words_of(form)
