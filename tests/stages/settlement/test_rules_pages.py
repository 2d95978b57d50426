"""Who proposes, agrees and reads rules; what pages say in words; what another authority never sees."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions.proposing import answer_rules, propose_rules
from nearhome.settlement.actions.staying import accept_funder, ask_funder, record_absence, withdraw_absence
from nearhome.settlement.calculations.nights import AbsenceRule, VoidRule
from nearhome.settlement.calculations.shared_costs import GainShare
from nearhome.settlement.calculations.templates import TEMPLATES
from nearhome.settlement.models import BookingFunder, ContractRules, LeadCost, StayAbsence
from scenes_rules import WHY, agreed, away, lead_cost, paid_by, proposed, shares, terms
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def booking(scene: BlockScene) -> Booking:
    return live_in(scene.places[1], scene.cast.portsmouth, "P-1", SEPTEMBER, block=scene.contract)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(person, name: str, *args) -> str:
    response = signed_in(person).get(reverse(f"settlement:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def day(name: str, on: dt.date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def test_who_proposed_rules_cannot_agree_them_nor_can_a_partner_nor_the_database_be_told_so(scene: BlockScene) -> None:
    row = proposed(scene, terms())
    for person, words in ((scene.cast.colin, "a colleague must agree"), (scene.wendy, "Only a finance officer or")):
        with acting(person), pytest.raises(PermissionDenied, match=words):
            answer_rules(rules=row, agree=True, by=person, now=IN_OCTOBER)
    with (
        acting(scene.cast.colin),
        pytest.raises(DatabaseError, match="contractrules_agreed_by_another"),
        transaction.atomic(),
    ):
        ContractRules.objects.filter(pk=row.pk).update(
            is_agreed=True, answered_by=scene.cast.colin, answered_at=IN_OCTOBER
        )


def test_agreed_rules_are_never_edited_whoever_asks(scene: BlockScene) -> None:
    row = agreed(scene, terms())
    with acting(scene.cast.fiona):
        for change in ({"grace_nights": 9}, {"is_agreed": None, "answered_by": None, "answered_at": None}):
            with pytest.raises(DatabaseError, match="terms are never edited"), transaction.atomic():
                ContractRules.objects.filter(pk=row.pk).update(**change)
    with acting(scene.wendy):
        assert ContractRules.objects.filter(pk=row.pk).update(grace_nights=9) == 0


def test_a_double_click_proposes_once_and_other_terms_wait_for_the_answer(scene: BlockScene) -> None:
    first = proposed(scene, terms())
    assert proposed(scene, terms()).pk == first.pk
    with pytest.raises(ValidationError, match="Version 1 waits for its answer"):
        proposed(scene, terms(guarantee=9_000))
    with acting(scene.cast.fiona):
        for _ in range(2):
            answer_rules(rules=first, agree=True, by=scene.cast.fiona, now=IN_OCTOBER)
        with pytest.raises(ValidationError, match="answered already"):
            answer_rules(rules=first, agree=False, words="No", by=scene.cast.fiona, now=IN_OCTOBER)
    with pytest.raises(ValidationError, match="already in force"):
        proposed(scene, terms())


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (terms(dt.date(2025, 12, 31)), "Rules begin with the contract or later: 1 January 2026"),
        (terms(rule=VoidRule("shares", (("organisation-999999", 1),))), "Only parties of the contract have a share"),
        (terms(rule=VoidRule("host", absences=(AbsenceRule("lost", 1),))), "Each kind of absence has one rule"),
        (terms(rule=VoidRule("host", grace_nights=99_999)), "Nights and days are at most 3,650"),
        (terms(gain=GainShare(0, 10)), "A share in a saving is above 0%"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_the_mend(scene: BlockScene, wanted, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        proposed(scene, wanted)


def test_the_page_says_the_rules_in_words_and_what_a_month_would_come_to(scene: BlockScene) -> None:
    rule = VoidRule("nominated", shares(scene, 5, 3, 1), 7, 28, "shares", (AbsenceRule("hospital", 14, 5_000),))
    agreed(scene, terms(rule=rule, variable_weekly=12_300))
    text = shown(scene.wendy, "contract_rules", scene.contract.key)
    for words in (
        "The first 7 nights after a child leaves", "After 28 nights without a child a place is let go to all partners",
        "Kent 5 of 9, Portsmouth 1 of 9, West Sussex 3 of 9", "the first 14 nights in full, then 50% of the price",
        "£123.00 a week is paid for nights with a child", "What a month would come to", "The provider is paid", "Its own rules",
    ):  # fmt: skip
        assert words in text, words
    assert "Agree these rules" not in text
    assert "Start from this" not in text  # only the host proposes
    assert "Made-up Meadow block" in shown(scene.wendy, "rules")


def test_three_ways_to_start_and_none_is_called_the_standard(scene: BlockScene) -> None:
    text = shown(scene.cast.colin, "contract_rules", scene.contract.key)
    assert "No arrangement was found that is the standard" in text
    assert text.count("Start from this") == len(TEMPLATES) == 3
    for one in TEMPLATES:
        assert one.name in text
        address = reverse("settlement:propose_rules", args=[scene.contract.key])
        assert one.name in signed_in(scene.cast.colin).get(f"{address}?template={one.key}").content.decode()
    assert signed_in(scene.cast.colin).get(f"{address}?template=other").status_code == 404


def typed_rules(scene: BlockScene, **changed: str) -> dict[str, str]:
    weights = {f"share_{ref}": str(weight) for ref, weight in shares(scene, 5, 3, 1)}
    typed = {
        "empty_bearer": "shares", "grace_nights": "7", "released_after": "", "released_bearer": "shares", "guarantee": "",
        "variable_weekly": "", "gain_benchmark": "", "gain_percent": "", "gain_most": "", "first_refusal_days": "0",
        "why": WHY, "hospital_full": "14", "hospital_then": "50",
    }  # fmt: skip
    return typed | weights | day("starts_on", dt.date(2027, 1, 1)) | changed


def test_rules_are_proposed_and_agreed_on_pages(scene: BlockScene) -> None:
    client = signed_in(scene.cast.colin)
    address = reverse("settlement:propose_rules", args=[scene.contract.key])
    answer = client.post(address, typed_rules(scene, guarantee="85.5"), follow=True).content.decode()
    assert "A colleague must agree them" in answer
    assert "You proposed this, so a colleague must agree it." in answer
    text = shown(scene.cast.fiona, "contract_rules", scene.contract.key)
    assert "85.5% of what all available nights" in text
    with acting(scene.cast.fiona):
        key = ContractRules.objects.get().key
    response = signed_in(scene.cast.fiona).post(reverse("settlement:agree_rules", args=[key]), follow=True)
    assert "Version 1 of the rules is agreed." in response.content.decode()
    with acting(scene.cast.fiona):
        row = ContractRules.objects.get(is_agreed=True)
        assert (row.guarantee_basis_points, row.absences, row.grace_nights) == (8_550, [["hospital", 14, 5_000]], 7)
        assert dict(row.shares.values_list("organisation__name", "weight")) == {
            "Kent": 5, "Portsmouth": 1, "West Sussex": 3
        }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"released_after": "3"}, "A place is let go after its grace nights"),
        ({"gain_benchmark": "7000"}, "Enter both the price and the part in the saving"),
        ({"grace_nights": "-1"}, "Empty nights that are the provider’s must be"),
        ({"why": ""}, "Why these rules"),
    ],
)
def test_what_is_wrong_with_typed_rules_is_said_and_kept(
    scene: BlockScene, changed: dict[str, str], words: str
) -> None:
    address = reverse("settlement:propose_rules", args=[scene.contract.key])
    text = signed_in(scene.cast.colin).post(address, typed_rules(scene, **changed)).content.decode()
    assert words in text
    assert "There is a problem" in text
    with acting(scene.cast.colin):
        assert not ContractRules.objects.exists()


def test_another_authority_sees_no_rules_absences_funders_or_costs(scene: BlockScene, booking: Booking) -> None:
    row = agreed(scene, terms())
    away(scene, booking, "missing", dt.date(2026, 9, 10), dt.date(2026, 9, 12))
    paid_by(scene, booking, scene.cast.west_sussex, dt.date(2026, 9, 17))
    lead_cost(scene, 1_000_00, {scene.cast.kent: 1})
    with acting(scene.harriet):
        for model in (ContractRules, StayAbsence, BookingFunder, LeadCost):
            assert not model.objects.exists()
    client = signed_in(scene.harriet)
    addresses = [
        reverse("settlement:contract_rules", args=[scene.contract.key]), reverse("settlement:stay", args=[booking.key]),
        reverse("settlement:propose_rules", args=[scene.contract.key]),
    ]  # fmt: skip
    assert [client.get(one).status_code for one in addresses] == [404, 404, 404]
    assert client.post(reverse("settlement:agree_rules", args=[row.key])).status_code == 404
    for name in ("rules", "stays", "lead_costs"):
        text = shown(scene.harriet, name)
        assert "Meadow" not in text
        assert "P-1" not in text
    with acting(scene.wendy):  # a partner who neither hosts nor has the child never reads where it was
        assert not StayAbsence.objects.exists()
        assert BookingFunder.objects.count() == 1


def test_a_provider_reads_no_terms_between_authorities(scene: BlockScene) -> None:
    agreed(scene, terms())
    assert signed_in(scene.cast.mona).get(reverse("settlement:rules")).status_code == 403
    with acting(scene.cast.mona):
        assert not ContractRules.objects.exists()


def test_nights_away_are_recorded_ended_and_withdrawn_on_pages(scene: BlockScene, booking: Booking) -> None:
    client, address = signed_in(scene.cast.felix), reverse("settlement:stay", args=[booking.key])
    typed = {"kind": "hospital"} | day("starts_on", dt.date(2026, 9, 10)) | day("ends_before", dt.date(2026, 9, 12))
    for _ in range(2):  # a double click
        assert "The nights away are recorded" in client.post(address, typed, follow=True).content.decode()
    with acting(scene.cast.felix):
        row = StayAbsence.objects.get()
    again = client.post(address, typed | {"kind": "missing"}).content.decode()
    assert "already recorded as away from 10 September 2026" in again
    early = client.post(address, typed | day("starts_on", dt.date(2026, 8, 1))).content.decode()
    assert "The child arrived on 1 September 2026" in early
    withdrawn = client.post(reverse("settlement:withdraw_absence", args=[row.key]), follow=True).content.decode()
    assert "Withdrawn" in withdrawn
    assert (
        "The nights away are recorded"
        in client.post(address, typed | {"kind": "missing"}, follow=True).content.decode()
    )


def test_the_record_never_says_where_a_child_was(scene: BlockScene, booking: Booking) -> None:
    from nearhome.audit.models import Event

    away(scene, booking, "missing", dt.date(2026, 9, 10))
    with acting(scene.cast.fiona):
        words = Event.objects.get(name="absence.recorded").words
    assert words == "Nights away were recorded for P-1."


def test_a_partner_is_asked_to_pay_and_accepts_on_its_page(scene: BlockScene, booking: Booking) -> None:
    typed = {"funder": str(scene.cast.west_sussex.pk), "why": "Moved"} | day("funded_from", dt.date(2026, 9, 17))
    address = reverse("settlement:ask_funder", args=[booking.key])
    assert "Recorded." in signed_in(scene.cast.felix).post(address, typed, follow=True).content.decode()
    text = shown(scene.wendy, "stays")
    assert "Portsmouth asks West Sussex to pay for P-1 in Madeup Meadow House from 17 September 2026: Moved" in text
    with acting(scene.wendy):
        key = BookingFunder.objects.get().key
    done = signed_in(scene.wendy).post(reverse("settlement:accept_funder", args=[key]), follow=True).content.decode()
    assert "Your authority pays from that night on" in done
    assert "asks West Sussex" not in done
    outsider = {"funder": str(scene.cast.hampshire.pk), "why": "No"} | day("funded_from", dt.date(2026, 9, 17))
    refused = signed_in(scene.cast.felix).post(address, outsider).content.decode()
    assert "Select one of the choices shown" in refused


def test_nobody_makes_another_authority_pay(scene: BlockScene, booking: Booking) -> None:
    with acting(scene.cast.felix):
        row = ask_funder(
            booking=booking, funder=scene.cast.west_sussex, starts_on=SEPTEMBER, why="Moved", by=scene.cast.felix,
            now=IN_OCTOBER,
        )  # fmt: skip
        with pytest.raises(PermissionDenied):
            accept_funder(asked=row, by=scene.cast.felix, now=IN_OCTOBER)
        assert not BookingFunder.objects.filter(pk=row.pk).update(accepted_at=IN_OCTOBER)
        with pytest.raises(ValidationError, match="is no partner of yours"):
            ask_funder(
                booking=booking, funder=scene.cast.hampshire, starts_on=SEPTEMBER, why="Moved", by=scene.cast.felix,
                now=IN_OCTOBER,
            )  # fmt: skip
    with (
        acting_for(scene.cast.west_sussex.pk),
        pytest.raises(DatabaseError, match="never edited"),
        transaction.atomic(),
    ):
        BookingFunder.objects.filter(pk=row.pk).update(starts_on=dt.date(2026, 12, 1))


def test_only_the_childs_own_authority_says_that_it_was_away(scene: BlockScene, booking: Booking) -> None:
    with acting(scene.cast.fiona), pytest.raises(PermissionDenied, match="Only the child's own authority"):
        record_absence(
            booking=booking, kind="missing", starts_on=SEPTEMBER, ends_before=None, by=scene.cast.fiona, now=IN_OCTOBER
        )
    away(scene, booking, "missing", SEPTEMBER)
    with acting(scene.cast.fiona):
        row = StayAbsence.objects.get()  # the host reads it, as it bears on what it pays
        with pytest.raises(PermissionDenied):
            withdraw_absence(absence=row, by=scene.cast.fiona, now=IN_OCTOBER)


def test_costs_of_the_lead_are_proposed_and_agreed_on_pages(scene: BlockScene) -> None:
    weights = {f"share_{one.pk}": "1" for one in (scene.cast.kent, scene.cast.west_sussex, scene.cast.portsmouth)}
    typed = {"yearly": "36,500.00", "why": WHY} | weights | day("starts_on", SEPTEMBER)
    address = reverse("settlement:propose_lead_cost", args=[scene.partnership.key])
    assert signed_in(scene.wendy).get(address).status_code == 403
    refused = signed_in(scene.cast.colin).post(address, typed | dict.fromkeys(weights, "0")).content.decode()
    assert "Enter a share above 0 for at least one partner" in refused
    text = signed_in(scene.cast.colin).post(address, typed, follow=True).content.decode()
    assert "You proposed this, so a colleague must agree it." in text
    with acting(scene.cast.fiona):
        key = LeadCost.objects.get().key
    done = signed_in(scene.cast.fiona).post(reverse("settlement:agree_lead_cost", args=[key]), follow=True)
    assert "Kent 1 of 3, Portsmouth 1 of 3, West Sussex 1 of 3" in done.content.decode()
    assert "£36,500.00" in shown(scene.wendy, "lead_costs")


def test_a_partner_proposes_nothing(scene: BlockScene) -> None:
    with acting(scene.wendy), pytest.raises(PermissionDenied):
        propose_rules(contract=scene.contract, terms=terms(), why=WHY, by=scene.wendy, now=IN_OCTOBER)


def test_what_waits_for_an_answer_is_on_the_start_page_of_who_can_give_it(scene: BlockScene, booking: Booking) -> None:
    from nearhome.settlement.queries import waiting_for

    proposed(scene, terms())
    with acting(scene.cast.felix):
        ask_funder(
            booking=booking, funder=scene.cast.west_sussex, starts_on=SEPTEMBER, why="Moved", by=scene.cast.felix,
            now=IN_OCTOBER,
        )  # fmt: skip
    found = {}
    for person in (scene.cast.colin, scene.cast.fiona, scene.wendy, scene.cast.olive):
        with acting(person):
            found[person] = [one.words for one in waiting_for(person, now=IN_OCTOBER)]
    assert "Agree the rules that a colleague proposed, or turn them down" in found[scene.cast.fiona]
    assert found[scene.cast.colin] == found[scene.cast.olive] == []
    assert "Say whether you pay for a child of another authority" in found[scene.wendy]


def test_rules_agreed_for_later_are_told_beside_those_in_force(scene: BlockScene) -> None:
    agreed(scene, terms(dt.date(2090, 1, 1)))
    text = shown(scene.wendy, "contract_rules", scene.contract.key)
    assert "The partnership’s agreement. Version 1 is agreed and in force from 1 January 2090." in text
