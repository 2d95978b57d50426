"""What an officer notices while recording a referral, and what nobody else may notice."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cast import NOW, Cast, make_cast
from nearhome.design.spoken_refs import ALPHABET, check_character, new_ref
from nearhome.needs.models import Child, ChildIdentity, MustNotLiveWith
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.children import NewChild, record_child
from nearhome.referrals.actions.moving import move_referral
from nearhome.referrals.actions.recording import (
    NewPlace,
    add_important_place,
    answer_question,
    remove_important_place,
    start_referral,
    submit_referral,
    withdraw_referral,
)
from nearhome.referrals.actions.together import keep_apart, place_together, stop_keeping_apart
from nearhome.referrals.models import ImportantPlace, Referral, ReferralMove
from nearhome.referrals.queries import kept_apart_from, profile_of, together_with, waiting_for
from nearhome.referrals.states import ReferralState
from scenes import make_child
from scenes_referrals import ANSWERS, make_draft, make_submitted, search_without_permission

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def child(cast: Cast) -> Child:
    return make_child(cast.kent, "BLUE-KITE-0042")


@pytest.fixture
def draft(cast: Cast, child: Child) -> Referral:
    with acting(cast.olive):
        return start_referral(child=child, by=cast.olive, now=NOW)


def test_a_second_click_on_start_finds_the_same_draft(cast: Cast, child: Child, draft: Referral) -> None:
    with acting(cast.olive):
        again = start_referral(child=child, by=cast.olive, now=NOW)
        assert again.pk == draft.pk
        assert Referral.objects.count() == 1


def test_no_second_search_for_a_child_begins_while_one_goes_on(cast: Cast, child: Child) -> None:
    search_without_permission(cast.kent)
    under_way = make_submitted(cast.olive, child)
    with acting(cast.olive), pytest.raises(ValidationError, match=under_way.ref):
        start_referral(child=child, by=cast.olive, now=NOW)


def test_a_referral_begins_with_the_family_home_of_the_sealed_record(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        home = draft.important_places.get()
        assert (home.kind, home.postcode, home.area_code) == ("home", "ME14 1XX", "886")
        assert (home.easting, home.northing) == (575937, 156314)


@pytest.mark.parametrize("who", ["april", "colin", "fiona", "mona"])
def test_only_a_placement_officer_starts_a_referral(cast: Cast, child: Child, who: str) -> None:
    person = getattr(cast, who)
    with acting(person), pytest.raises(PermissionDenied):
        start_referral(child=child, by=person, now=NOW)


def test_nobody_starts_a_referral_for_another_authoritys_child(cast: Cast, child: Child) -> None:
    with acting(cast.oscar), pytest.raises(PermissionDenied):
        start_referral(child=child, by=cast.oscar, now=NOW)


def test_answers_are_kept_in_the_terms_of_the_standard(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        answer_question(referral=draft, answers=ANSWERS, by=cast.olive, now=NOW)
        saved = Referral.objects.get(pk=draft.pk)
        profile = profile_of(saved)
    assert profile.needed_by == "> 5 days"
    assert profile.residential_care_suitability == "Preferred"
    assert profile.wishes[0].text == "I want to stay near my nan"
    assert {place.kind for place in profile.important_places} == {"home"}
    assert (saved.needed_on, saved.expected_weeks, saved.is_emergency) == (dt.date(2026, 11, 30), 40, False)


def test_the_childs_own_words_are_not_readable_in_the_database(cast: Cast, draft: Referral) -> None:
    from django.db import connection

    with acting(cast.olive):
        answer_question(referral=draft, answers=ANSWERS, by=cast.olive, now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT own_words::text, answers::text FROM referrals_referral WHERE id = %s", [draft.pk])
            sealed, answers = cursor.fetchone()
    assert "nan" not in bytes.fromhex(sealed[2:]).decode("latin-1")
    assert "wishes" not in answers


@pytest.mark.parametrize(
    ("days", "is_emergency", "expected"),
    [(0, False, "Today"), (1, False, "< 5 days"), (4, False, "< 5 days"), (5, False, "> 5 days"), (9, True, "Today")],
)
def test_how_soon_follows_from_the_day_and_the_emergency(
    cast: Cast, draft: Referral, days: int, is_emergency: bool, expected: str
) -> None:
    needed = {"needed_on": NOW.date() + dt.timedelta(days=days), "is_emergency": is_emergency}
    with acting(cast.olive):
        answer_question(referral=draft, answers=needed, by=cast.olive, now=NOW)
        assert profile_of(draft).needed_by == expected


def test_an_answer_that_is_not_one_is_refused_with_what_it_may_be(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive), pytest.raises(ValidationError, match="Yes-must"):
        answer_question(referral=draft, answers={"pets": "dragons"}, by=cast.olive, now=NOW)


def test_of_two_officers_with_the_same_page_the_second_is_told(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        opened = draft.version
        answer_question(referral=draft, answers={"pets": "No"}, by=cast.olive, now=NOW, version=opened)
        answer_question(referral=draft, answers={"pets": "No"}, by=cast.olive, now=NOW, version=opened)
        with pytest.raises(ChangedMeanwhile):
            answer_question(referral=draft, answers={"pets": "Yes-can"}, by=cast.olive, now=NOW, version=opened)
        assert Referral.objects.get(pk=draft.pk).answers["pets"] == "No"


def test_a_move_made_from_an_old_copy_is_refused(cast: Cast, child: Child) -> None:
    search_without_permission(cast.kent)
    referral = make_submitted(cast.olive, child)
    with acting(cast.olive):
        old = Referral.objects.get(pk=referral.pk)
        move_referral(referral=referral, to_state="selected", by=cast.olive, now=NOW, why="chosen")
        with pytest.raises(ChangedMeanwhile):
            move_referral(referral=old, to_state="withdrawn", by=cast.olive, now=NOW, why="no")
        with pytest.raises(ValidationError, match="cannot become"):
            move_referral(referral=referral, to_state="placed", by=cast.olive, now=NOW, why="no")


def test_a_place_is_kept_once_and_can_be_taken_away(cast: Cast, draft: Referral) -> None:
    school = NewPlace("school", "Madeup School", "ct1 2eh")
    with acting(cast.olive):
        first = add_important_place(referral=draft, place=school, by=cast.olive, now=NOW)
        second = add_important_place(referral=draft, place=school, by=cast.olive, now=NOW)
        assert first.pk == second.pk
        assert first.postcode == "CT1 2EH"
        remove_important_place(referral=draft, place_id=first.pk, by=cast.olive, now=NOW)
        remove_important_place(referral=draft, place_id=first.pk, by=cast.olive, now=NOW)
        assert not ImportantPlace.objects.filter(referral=draft, kind="school").exists()


def test_an_unknown_postcode_and_missing_miles_are_refused_with_the_mend(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        with pytest.raises(ValidationError, match="ZZ99 9ZZ is not a postcode we know"):
            add_important_place(referral=draft, place=NewPlace("school", "School", "ZZ99 9ZZ"), by=cast.olive, now=NOW)
        with pytest.raises(ValidationError, match="miles to stay away"):
            add_important_place(referral=draft, place=NewPlace("avoid", "There", "CT1 2EH"), by=cast.olive, now=NOW)


def test_submitting_lists_everything_that_is_missing(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive), pytest.raises(ValidationError) as refused:
        submit_referral(referral=draft, by=cast.olive, now=NOW)
    assert "When is the home needed?: Answer this question." in refused.value.messages
    assert len(refused.value.messages) == 23


def test_a_day_that_has_passed_must_be_given_anew(cast: Cast, child: Child) -> None:
    referral = make_draft(cast.olive, child)
    with acting(cast.olive), pytest.raises(ValidationError, match="day has passed"):
        submit_referral(referral=referral, by=cast.olive, now=NOW + dt.timedelta(days=30))


def test_submitting_twice_changes_nothing_more(cast: Cast, child: Child) -> None:
    referral = make_submitted(cast.olive, child)
    with acting(cast.olive):
        submit_referral(referral=referral, by=cast.olive, now=NOW)
        assert ReferralMove.objects.filter(referral=referral).count() == 2
        assert referral.search_permissions.count() == 1
        assert referral.state == ReferralState.AWAITING_PERMISSION


def test_a_submitted_referral_keeps_its_answers(cast: Cast, child: Child) -> None:
    referral = make_submitted(cast.olive, child)
    with acting(cast.olive):
        with pytest.raises(ValidationError, match="has been submitted"):
            answer_question(referral=referral, answers={"pets": "No"}, by=cast.olive, now=NOW)
        with pytest.raises(ValidationError, match="has been submitted"):
            add_important_place(referral=referral, place=NewPlace("school", "S", "CT1 2EH"), by=cast.olive, now=NOW)


def test_withdrawing_needs_a_reason_and_closes_the_request(cast: Cast, child: Child) -> None:
    referral = make_submitted(cast.olive, child)
    with acting(cast.olive):
        with pytest.raises(ValidationError, match="Say why"):
            withdraw_referral(referral=referral, why=" ", by=cast.olive, now=NOW)
        withdraw_referral(referral=referral, why="Went home", by=cast.olive, now=NOW)
        withdraw_referral(referral=referral, why="Went home", by=cast.olive, now=NOW)
        assert referral.state == ReferralState.WITHDRAWN
        closed = referral.search_permissions.get()
        assert (closed.granted, closed.decided_by) == (False, None)
    with acting(cast.april):
        assert waiting_for(cast.april, now=NOW) == ()


def test_siblings_referrals_are_joined_and_parted(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        children = [make_child(cast.kent, f"BLUE-KITE-{number}") for number in (1, 2)]
        second, third = [start_referral(child=one, by=cast.olive, now=NOW) for one in children]
        place_together(referral=draft, other_refs=[second.ref], by=cast.olive, now=NOW)
        third.refresh_from_db()
        place_together(referral=third, other_refs=[draft.ref.lower()], by=cast.olive, now=NOW)
        for one in (draft, second, third):
            one.refresh_from_db()
        assert set(together_with(draft)) == {second.ref, third.ref}
        place_together(referral=draft, other_refs=[], by=cast.olive, now=NOW)
        second.refresh_from_db()
        assert together_with(draft) == ()
        assert together_with(second) == (third.ref,)
        with pytest.raises(ValidationError, match="R-NOBODY"):
            place_together(referral=draft, other_refs=["R-NOBODY"], by=cast.olive, now=NOW)


def test_another_authoritys_referral_cannot_be_joined(cast: Cast, draft: Referral) -> None:
    theirs = make_child(cast.portsmouth, "RED-KITE-1")
    with acting(cast.oscar):
        hidden = start_referral(child=theirs, by=cast.oscar, now=NOW)
    with acting(cast.olive), pytest.raises(ValidationError, match="no open referral"):
        place_together(referral=draft, other_refs=[hidden.ref], by=cast.olive, now=NOW)


def test_two_children_are_kept_apart_once_whoever_is_named_first(cast: Cast, draft: Referral) -> None:
    other = make_child(cast.kent, "BLUE-KITE-7")
    with acting(cast.olive):
        keep_apart(referral=draft, other_ref="blue-kite-7", reason="They fight", by=cast.olive, now=NOW)
        reverse = start_referral(child=other, by=cast.olive, now=NOW)
        pair = keep_apart(referral=reverse, other_ref="BLUE-KITE-0042", reason="", by=cast.olive, now=NOW)
        assert MustNotLiveWith.objects.count() == 1
        assert [one.other_ref for one in kept_apart_from(reverse)] == ["BLUE-KITE-0042"]
        stop_keeping_apart(referral=reverse, pair_id=pair.pk, by=cast.olive, now=NOW)
        assert not MustNotLiveWith.objects.exists()
        with pytest.raises(ValidationError, match="no child NOBODY"):
            keep_apart(referral=draft, other_ref="NOBODY", reason="", by=cast.olive, now=NOW)


def test_a_new_child_is_kept_with_a_sealed_identity(cast: Cast) -> None:
    new = NewChild("GREEN-KITE-1", "Test Child Green Kite", "F", dt.date(2014, 3, 27), "ME14 1XX")
    with acting(cast.olive):
        child = record_child(child=new, by=cast.olive, now=NOW)
        assert child.born_month == dt.date(2014, 3, 1)
        assert ChildIdentity.objects.get(child=child).born_on == "2014-03-27"
        with pytest.raises(ValidationError, match="already"):
            record_child(child=new, by=cast.olive, now=NOW)


def test_a_reference_shows_one_wrong_character_and_two_swapped() -> None:
    body = new_ref("R")[2:7]
    for place, letter in enumerate(body):
        for other in ALPHABET.replace(letter, ""):
            assert check_character(body[:place] + other + body[place + 1 :]) != check_character(body)
    swapped = body[1] + body[0] + body[2:]
    assert swapped == body or check_character(swapped) != check_character(body)
    assert re.fullmatch(r"R-[A-Z0-9]{5}-[A-Z0-9]", new_ref("R"))


def test_waiting_lists_an_officers_own_drafts(cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        waiting = waiting_for(cast.olive, now=NOW)
        assert [(one.words, one.about) for one in waiting] == [("Finish a referral", draft.ref)]
    with acting(cast.april):
        assert waiting_for(cast.april, now=NOW) == ()
