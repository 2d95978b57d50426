"""The made-up region as somebody finds it who signs in for the first time: something to do in every role."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from nearhome.demo import contracts, loading, people, story
from nearhome.demo.region import RegionFiles
from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Agreement, Booking, ClockEvent, OutOfArea
from nearhome.privacy.acting import acting, acting_for
from nearhome.referrals.models import Invitation, Offer, Question, Referral, SearchPermission
from nearhome.referrals.states import ReferralState
from nearhome.settlement.models import Month, NetPosition, Statement

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)


def _silent(done: int, of: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def region(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegionFiles]:
    """The founders, built once through the importers and actions, and taken back when all have looked at them."""
    folder: Path = tmp_path_factory.mktemp("region")
    with django_db_blocker.unblock(), transaction.atomic():
        files = loading.write_files(folder, region="founders", seed=2026, progress=_silent)
        loading.add_organisations(files)
        loading.read_registers(files, progress=_silent)
        loading.read_returns(files, progress=_silent)
        loading.open_homes(files, progress=_silent)
        story.tell(files, progress=_silent, now=NOW)
        yield files
        transaction.set_rollback(True)


def _person(email: str) -> Person:
    return Person.objects.select_related("organisation").get(email=email)


def test_kent_has_a_referral_in_every_state(region: RegionFiles) -> None:
    with acting(_person("olive@kent.example")):
        assert set(Referral.objects.values_list("state", flat=True)) == {state.value for state in ReferralState}


def test_approver_finds_searches_to_permit_and_an_emergency_with_its_deadline_ahead(region: RegionFiles) -> None:
    with acting(_person("april@kent.example")):
        waiting = SearchPermission.objects.filter(granted__isnull=True)
        assert {row.referral.state for row in waiting} == {"awaiting_permission", "searching"}
        assert all(row.due_at > NOW for row in waiting if row.referral.is_emergency)
        assert SearchPermission.objects.filter(granted=False, referral__state="draft").exists()


def test_a_search_has_every_kind_of_answer(region: RegionFiles) -> None:
    with acting(_person("olive@kent.example")):
        searching = Referral.objects.get(state="searching", invitations__isnull=False, invitations__answer="declined")
        invitations = Invitation.objects.filter(referral=searching)
        assert sorted(invitations.values_list("answer", flat=True)) == ["", "", "", "declined", "offered"]
        assert Question.objects.filter(invitation__in=invitations, answered_at__isnull=True).count() == 1
        offer = Offer.objects.select_related("hold").get(invitation__in=invitations)
        assert offer.expires_at > NOW
        assert offer.hold is not None
        assert offer.hold.freed_at is None


def test_agreements_wait_for_the_provider_and_for_the_full_form(region: RegionFiles) -> None:
    kent = Organisation.objects.get(kind="authority", name="Kent")
    provider = contracts.block_provider(kent, contracts.KENT_BLOCK)
    with acting(_person(f"manager@{people.domain_of(provider)}")):
        unsigned = [row for row in Agreement.objects.all() if row.signatures.count() == 1]
        assert len(unsigned) == 1
    with acting_for(kent.pk):
        short = Agreement.objects.get(form="emergency")
        assert short.complete_by > NOW.date()
        assert short.booking.arrived_on == NOW.date() - dt.timedelta(days=1)


def test_the_director_has_a_placement_at_a_distance_to_approve(region: RegionFiles) -> None:
    with acting(_person("desmond@kent.example")):
        waiting = OutOfArea.objects.get(approved_at__isnull=True)
        assert (waiting.relation, waiting.booking.arrived_on) == ("at_a_distance", None)


def test_partners_children_live_in_the_shared_blocks(region: RegionFiles) -> None:
    for name in ("Kent", "Portsmouth", "West Sussex"):
        authority = Organisation.objects.get(kind="authority", name=name)
        with acting_for(authority.pk):
            booking = Booking.objects.get(authority=authority, route="block", arrived_on__isnull=False)
            assert booking.arrived_on < NOW.date().replace(day=1)
            assert ClockEvent.objects.filter(booking=booking, rule="C06").exists()


def test_months_since_the_blocks_began_are_closed_but_the_last(region: RegionFiles) -> None:
    with acting(_person("fiona@kent.example")):
        months = Month.objects.order_by("starts_on")
        assert [(row.starts_on.month, row.state) for row in months] == [(8, "closed"), (9, "closed"), (10, "draft")]
        for month in months:
            net = list(NetPosition.objects.filter(month=month).values_list("pence", flat=True))
            assert sum(net) == 0
            assert any(net)
        last = Statement.objects.filter(month=months[2])
        assert last.filter(agreed_at__isnull=False).count() == 1
        assert last.filter(disputed_at__isnull=False).count() == 1


def test_the_screen_names_somebody_for_every_role_in_few_lines(region: RegionFiles) -> None:
    kent = Organisation.objects.get(kind="authority", name="Kent")
    lines = people.who_can_sign_in(people.SHOWN, contracts.block_provider(kent, contracts.KENT_BLOCK))
    assert len(lines) <= 16
    assert {role for role, _, _ in lines} >= {*people.ROLE_WORDS.values(), "Director (approver)", "Own fostering team"}
