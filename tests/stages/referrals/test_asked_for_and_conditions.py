"""What matters to the child of who they are, and what bail or a court has set: recorded, sealed, told to nobody."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from cast import NOW, Cast, make_cast
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.inviting import release_detail
from nearhome.referrals.actions.recording import answer_question, start_referral
from nearhome.referrals.models import Referral, Release
from nearhome.referrals.queries.profile import conditions_said, profile_of
from scenes import make_child, make_home, make_partnership
from scenes_inviting import invited, make_search

pytestmark = pytest.mark.django_db
SECRET = "Not to meet Made-up Person Grey Heron"
CONDITIONS = [{"kind": "no_contact", "words": SECRET}]
ASKED = {"language": "polish", "faith": "sikh"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def draft(cast: Cast) -> Referral:
    child = make_child(cast.kent, "BLUE-KITE-0077")
    with acting(cast.olive):
        return start_referral(child=child, by=cast.olive, now=NOW)


@pytest.fixture
def olive(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.olive)
    return client


def question(draft: Referral, slug: str) -> str:
    return f"/referrals/{draft.key}/question/{slug}/"


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def sent(client: Client, address: str, typed: dict[str, Any]) -> str:
    version = re.search(r'name="version" value="(\d+)"', text_of(client.get(address)))
    assert version
    return text_of(client.post(address, typed | {"version": version[1]}, follow=True))


def test_what_matters_to_the_child_is_chosen_shown_and_taken_away(draft: Referral, olive: Client) -> None:
    sent(olive, question(draft, "asked-for"), ASKED)
    page = text_of(olive.get(f"/referrals/{draft.key}/check/"))
    assert "Language: Polish" in page
    assert "Faith: Sikh" in page
    assert re.search(r'value="polish" selected', text_of(olive.get(question(draft, "asked-for"))))
    sent(olive, question(draft, "asked-for"), {})
    assert "Nothing asked for" in text_of(olive.get(f"/referrals/{draft.key}/check/"))


def test_neither_question_has_to_be_answered(cast: Cast, draft: Referral, olive: Client) -> None:
    page = text_of(olive.get(f"/referrals/{draft.key}/tasks/"))
    assert "Bail or court conditions" in page
    assert "where the child says it matters" in page
    with acting(cast.olive):
        assert dict(profile_of(draft).other_answers) == {}


@pytest.mark.parametrize("asked", [{"language": "klingon"}, {"hair": "long"}, "polish"])
def test_something_that_is_not_on_the_lists_is_refused(cast: Cast, draft: Referral, asked: Any) -> None:
    with acting(cast.olive), pytest.raises(ValidationError, match="is not an answer"):
        answer_question(referral=draft, answers={"asked_for": asked}, by=cast.olive, now=NOW)


def test_a_condition_is_added_shown_and_removed(draft: Referral, olive: Client) -> None:
    address = question(draft, "conditions")
    assert "There is a problem" in sent(olive, address, {"kind": "curfew", "words": ""})
    sent(olive, address, {"kind": "curfew", "words": "At home from 7pm to 7am", "then": "another"})
    page = sent(olive, address, {"kind": "no_contact", "words": SECRET, "then": "another"})
    assert "When the child must be at home: At home from 7pm to 7am" in page
    assert f"Whom the child may not meet: {SECRET}" in page
    page = sent(olive, address, {"remove": "0"})
    assert "7pm" not in page
    assert SECRET in page


def test_a_condition_is_sealed_in_the_record(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        answer_question(referral=draft, answers={"conditions": CONDITIONS}, by=cast.olive, now=NOW)
        assert conditions_said(Referral.objects.get(pk=draft.pk)) == CONDITIONS
        with connection.cursor() as cursor:
            cursor.execute("SELECT conditions, answers::text FROM referrals_referral WHERE id = %s", [draft.pk])
            assert SECRET not in str(cursor.fetchone())
        with pytest.raises(ValidationError, match="conditions 1"):
            answer_question(referral=draft, answers={"conditions": [{"kind": "magic"}]}, by=cast.olive, now=NOW)


def test_a_place_to_avoid_may_be_a_condition(cast: Cast, draft: Referral, olive: Client) -> None:
    typed = {"label": "The old flat", "postcode": "CT9 1QQ", "keep_away_miles": "3"}
    page = sent(olive, question(draft, "avoid"), typed | {"is_condition": "yes", "then": "another"})
    assert "stay 3 miles or more away, by a condition of bail or of a court" in page
    sent(olive, question(draft, "avoid"), typed | {"label": "The park"})
    with acting(cast.olive):
        profile = profile_of(Referral.objects.get(pk=draft.pk))
    assert [place.label for place in profile.important_places if place.kind == "avoid"] == ["The park"]
    (area,) = dict(profile.other_answers)["court_conditions"]
    assert (area["kind"], area["words"], area["within_miles"]) == ("exclusion_area", "The old flat", 3)


def test_an_invited_provider_is_told_neither_at_any_stage_before_the_child_is_named(cast: Cast) -> None:
    make_partnership(cast)
    home = make_home(cast.meadow, "Made-up Meadow House", urn="SC900702")
    referral = make_search(cast, answers={"asked_for": ASKED})
    with acting(cast.olive):
        Referral.objects.filter(pk=referral.pk).update(conditions=f'[{{"kind": "no_contact", "words": "{SECRET}"}}]')
        referral.refresh_from_db()
        assert SECRET in str(profile_of(referral))
    invitation = invited(cast, referral, home)
    with acting(cast.olive):
        release_detail(invitation=invitation, by=cast.olive, now=NOW, with_wishes=True)
        told = " ".join(one.content for one in Release.objects.filter(invitation=invitation))
    for secret in (SECRET, "no_contact", "olish", "ikh", "asked_for"):
        assert secret not in told
    mona = Client()
    mona.force_login(cast.mona)
    page = text_of(mona.get(f"/referrals/invitations/{invitation.key}/"))
    for secret in (SECRET, "Polish", "Sikh"):
        assert secret not in page
