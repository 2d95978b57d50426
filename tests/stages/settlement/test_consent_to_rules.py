"""A party accepts rules that the host agreed: once, for itself, on a page that says who has not."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.consenting import accept_rules
from nearhome.settlement.models import ContractRules, Problem, RulesConsent
from nearhome.settlement.queries.waiting import waiting_for
from reading_responses import client_of, text_of
from scenes_disputes import work_out
from scenes_rules import agreed, proposed, terms
from scenes_settlement import IN_OCTOBER, BlockScene, make_block_scene

pytestmark = pytest.mark.django_db
ASKED = "Accept the rules of a block you share, or say what is wrong"


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


def waits(person: Person) -> bool:
    with acting(person):
        return ASKED in [one.words for one in waiting_for(person, now=IN_OCTOBER)]


def accept(person: Person, row: ContractRules) -> RulesConsent:
    with acting(person):
        fresh = ContractRules.objects.select_related("contract__host").get(pk=row.pk)
        return accept_rules(rules=fresh, by=person, now=IN_OCTOBER)


def test_each_party_is_asked_until_it_accepts_and_everybody_reads_who_has(scene: BlockScene) -> None:
    row = agreed(scene, terms())
    assert waits(scene.wendy)
    assert waits(scene.cast.felix)
    assert not waits(scene.cast.fiona)
    assert not waits(scene.harriet)
    page = reverse("settlement:contract_rules", args=[scene.contract.key])
    wendy = client_of(scene.wendy)
    assert "Accept version 1" in text_of(wendy.get(page))
    address = reverse("settlement:accept_rules", args=[row.key])
    assert "accepted for West Sussex" in text_of(wendy.post(address, follow=True))
    wendy.post(address)
    assert not waits(scene.wendy)
    assert waits(scene.cast.felix)
    for person in (scene.wendy, scene.cast.felix, scene.cast.fiona):
        shown = text_of(client_of(person).get(page))
        assert "Wendy Madeup-Finance" in shown
        assert "Not accepted yet" in shown
    with acting(scene.cast.fiona):
        assert RulesConsent.objects.count() == 1
    assert client_of(scene.harriet).get(page).status_code == 404
    assert client_of(scene.harriet).post(address).status_code == 404


def test_a_newer_version_is_asked_for_anew(scene: BlockScene) -> None:
    accept(scene.wendy, agreed(scene, terms()))
    assert not waits(scene.wendy)
    agreed(scene, terms(dt.date(2026, 12, 1), variable_weekly=10_000))
    assert waits(scene.wendy)


def test_the_host_strangers_and_other_roles_do_not_accept_nor_what_is_not_agreed(scene: BlockScene) -> None:
    row = proposed(scene, terms())
    with pytest.raises(ValidationError, match="not agreed by the host"):
        accept(scene.wendy, row)
    for person in (scene.cast.fiona, scene.cast.colin):
        with pytest.raises(PermissionDenied):
            accept(person, row)
    # The database says the same of a proposal, of another's name and of a change.
    with acting(scene.wendy), pytest.raises(DatabaseError), transaction.atomic():
        RulesConsent.objects.create(rules=row, organisation=scene.cast.west_sussex, by=scene.wendy, at=IN_OCTOBER)
    with acting(scene.cast.fiona):
        ContractRules.objects.filter(pk=row.pk).update(
            is_agreed=True, answered_by=scene.cast.fiona, answered_at=IN_OCTOBER
        )
    with acting(scene.wendy), pytest.raises(DatabaseError), transaction.atomic():
        RulesConsent.objects.create(rules=row, organisation=scene.cast.portsmouth, by=scene.wendy, at=IN_OCTOBER)
    accept(scene.wendy, row)
    with acting(scene.wendy):
        with pytest.raises(DatabaseError), transaction.atomic():
            RulesConsent.objects.update(at=IN_OCTOBER)
        with pytest.raises(DatabaseError), transaction.atomic():
            RulesConsent.objects.all().delete()


def test_a_month_says_who_has_not_accepted_the_rules_it_follows(scene: BlockScene) -> None:
    row = agreed(scene, terms())
    month = work_out(scene)
    with acting(scene.cast.fiona):
        told = Problem.objects.get(month=month, about=scene.contract.name).words
    assert told == (
        "Portsmouth and West Sussex have not accepted version 1 of the rules, in force from 1 January 2026."
        " Lines follow it; ask for an answer."
    )
    accept(scene.wendy, row)
    accept(scene.cast.felix, row)
    work_out(scene)
    with acting(scene.cast.fiona):
        assert not Problem.objects.filter(month=month).exists()
