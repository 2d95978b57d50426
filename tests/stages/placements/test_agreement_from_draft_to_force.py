import base64
import datetime as dt
import io

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cast import NOW
from nearhome.audit.queries import history_of
from nearhome.matching.models import Decision
from nearhome.placements.actions.agreeing import complete_agreement, issue_agreement, sign_agreement
from nearhome.placements.actions.booking import book_emergency
from nearhome.placements.models import Agreement, Signature
from nearhome.placements.queries.documents import agreement_document, agreement_for, agreement_shown
from nearhome.placements.queries.placements import booking_for, released_identity
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Offer, Referral, Release
from scenes_placements import Scene, booked, full_answers, issued, make_scene, short_answers

pytestmark = pytest.mark.django_db


def text_of(document: bytes) -> str:
    """What the tags of the PDF's pages spell out is compressed; its readable title and structure are not."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).lower().startswith("en")
        return str(pdf.docinfo.get("/Title", ""))


def sign_both(scene: Scene, agreement: Agreement) -> None:
    for person in (scene.cast.olive, scene.cast.mona):
        with acting(person):
            sign_agreement(agreement=agreement, by=person, now=NOW, name=person.name, digest=agreement.digest)


def test_the_agreement_says_what_was_offered_and_who_the_child_is() -> None:
    scene = make_scene()
    agreement = issued(booked(scene), scene.cast.olive)
    with acting(scene.cast.olive):
        terms = agreement_shown(
            scene.cast.olive, agreement.booking, agreement_for(scene.cast.olive, agreement.booking, 1)
        ).terms
    assert terms.child.name == "Test Child KEN0042"
    assert (terms.price.weekly_total_pence, len(terms.price.elements)) == (455_700, 2)
    assert terms.placement.regulatory_urn == "SC900001"
    assert agreement.form == "full"
    assert text_of(base64.b64decode(agreement.document)).startswith("Individual Placement Agreement IPA")


def test_what_is_missing_is_said_term_by_term() -> None:
    scene = make_scene()
    booking = booked(scene)
    with acting(scene.cast.olive), pytest.raises(ValidationError) as refused:
        answers = full_answers(goals=(), care_plan_reference="")
        issue_agreement(booking=booking, by=scene.cast.olive, now=NOW, answers=answers)
    assert refused.value.messages == ["Add the reference of the care plan.", "Add at least one goal."]


def test_the_provider_learns_the_childs_name_only_with_the_agreement() -> None:
    scene = make_scene()
    booking = booked(scene)
    with acting(scene.cast.mona):
        assert released_identity(booking_for(scene.cast.mona, booking.key)) is None
    issued(booking, scene.cast.olive)
    with acting(scene.cast.mona):
        found = released_identity(booking_for(scene.cast.mona, booking.key))
        assert found is not None
        assert found.name == "Test Child KEN0042"
    with acting(scene.cast.olive):
        assert Release.objects.filter(stage="identity").count() == 1


def test_both_sides_sign_once_and_it_is_in_force() -> None:
    scene = make_scene()
    agreement = issued(booked(scene), scene.cast.olive)
    sign_both(scene, agreement)
    sign_both(scene, agreement)
    with acting(scene.cast.mona):
        shown = agreement_shown(
            scene.cast.mona, agreement.booking, agreement_for(scene.cast.mona, agreement.booking, 1)
        )
        assert shown.line.state == "In force"
        assert [side for side, _, _ in shown.line.signed] == ["authority", "provider"]
        assert "is in force" in history_of(scene.referral.key)[-1].words
        text_of(agreement_document(agreement))


def test_a_replaced_version_cannot_be_signed() -> None:
    scene = make_scene()
    booking = booked(scene)
    first = issued(booking, scene.cast.olive)
    second = issued(booking, scene.cast.olive, answers=full_answers(needs="A quiet room and a tutor."))
    assert second.version == 2
    with acting(scene.cast.mona), pytest.raises(ValidationError, match="was replaced by version 2"):
        sign_agreement(agreement=first, by=scene.cast.mona, now=NOW, name="Mona")
    with acting(scene.cast.olive):
        shown = agreement_shown(scene.cast.olive, booking, second)
    assert shown.changes == (("Needs and outcomes, needs", "A quiet room.", "A quiet room and a tutor."),)


def test_signing_something_else_than_was_shown_is_refused() -> None:
    scene = make_scene()
    agreement = issued(booked(scene), scene.cast.olive)
    with acting(scene.cast.mona), pytest.raises(ValidationError, match="not the one you were shown"):
        sign_agreement(agreement=agreement, by=scene.cast.mona, now=NOW, name="Mona", digest="0" * 64)


def test_the_same_terms_again_make_no_new_version() -> None:
    scene = make_scene()
    booking = booked(scene)
    assert issued(booking, scene.cast.olive).pk == issued(booking, scene.cast.olive).pk


def test_an_emergency_begins_with_the_short_form_that_the_full_one_replaces() -> None:
    scene = make_scene(is_emergency=True)
    booking = booked(scene)
    short = issued(booking, scene.cast.olive, answers=short_answers())
    assert (short.form, short.complete_by) == ("emergency", dt.date(2026, 11, 25))
    with acting(scene.cast.olive):
        full = complete_agreement(agreement=short, by=scene.cast.olive, now=NOW, answers=full_answers())
        shown = agreement_shown(scene.cast.olive, booking, full)
    terms, changes = shown.terms, {name: (before, after) for name, before, after in shown.changes}
    assert (full.version, full.form, full.complete_by) == (2, "full", None)
    assert changes["Emergency, complete by"] == ("25 November 2026", "Nothing")
    assert terms.term.supersedes.endswith("version 1")


def test_only_the_two_sides_sign() -> None:
    scene = make_scene()
    agreement = issued(booked(scene), scene.cast.olive)
    for person in (scene.cast.fiona, scene.cast.colin):
        with acting(person), pytest.raises(PermissionDenied):
            sign_agreement(agreement=agreement, by=person, now=NOW, name="X")


def test_a_signature_is_never_changed() -> None:
    scene = make_scene()
    sign_both(scene, issued(booked(scene), scene.cast.olive))
    with acting(scene.cast.olive), pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.update(signed_name="Somebody else")


def test_the_child_is_sealed_in_the_database() -> None:
    scene = make_scene()
    issued(booked(scene), scene.cast.olive)
    with acting(scene.cast.olive), connection.cursor() as cursor:
        cursor.execute("SELECT terms, document FROM placements_agreement")
        assert all(b"Test Child" not in bytes(cell) for cell in cursor.fetchone())


def test_in_an_emergency_the_short_form_reaches_the_home_before_the_choice_is_approved() -> None:
    scene = make_scene(is_emergency=True)
    with acting(scene.cast.olive):
        Offer.objects.filter(pk=scene.offer.pk).update(outcome="")
        Referral.objects.filter(pk=scene.referral.pk).update(state="selected")
        Decision.objects.filter(pk=scene.decision.pk).update(approved_by=None, approved_at=None, granted=None)
        scene.decision.refresh_from_db()
        booking = book_emergency(decision=scene.decision, by=scene.cast.olive, now=NOW)
    short = issued(booking, scene.cast.olive, answers=short_answers())
    assert short.form == "emergency"
    with acting(scene.cast.mona):
        assert Release.objects.filter(stage="identity").count() == 1
