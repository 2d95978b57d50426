"""The pages on which a referral is recorded, as an officer, a colleague and an outsider meet them."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from cast import NOW, Cast, make_cast
from nearhome.needs.models import Child
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.recording import answer_question, start_referral
from nearhome.referrals.forms.steps import STEPS
from nearhome.referrals.models import Referral
from nearhome.referrals.queries import kept_apart_from, together_with, wishes_of
from scenes import make_child
from scenes_referrals import make_draft, make_submitted

pytestmark = pytest.mark.django_db
SOON = dt.date.today() + dt.timedelta(days=12)
WHEN = {"needed_on-day": SOON.day, "needed_on-month": SOON.month, "needed_on-year": SOON.year, "is_emergency": "no"}


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


@pytest.fixture
def olive(cast: Cast) -> Client:
    return client_of(cast.olive)


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def question(draft: Referral, slug: str) -> str:
    return f"/referrals/{draft.key}/question/{slug}/"


def version_of(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def send(client: Client, where: str, **typed: Any) -> Any:
    """Open the page, fill it in, send it."""
    page = client.get(where).content.decode()
    return client.post(where, {"version": version_of(page)} | typed)


def read(draft: Referral, cast: Cast) -> Referral:
    with acting(cast.olive):
        return Referral.objects.get(pk=draft.pk)


def test_an_empty_list_says_what_to_do(olive: Client) -> None:
    page = olive.get("/referrals/").content.decode()
    assert "No referral has been recorded yet" in page
    assert "Start a referral" in page


def test_a_child_is_found_by_reference_and_a_referral_started(olive: Client, cast: Cast, child: Child) -> None:
    page = olive.get("/referrals/start/?child=blue-kite").content.decode()
    assert "1 child found" in page
    assert "Test Child BLUE-KITE-0042" in page
    assert "No child of your authority" in olive.get("/referrals/start/?child=nobody").content.decode()
    started = olive.post(f"/referrals/start/{child.key}/", follow=True)
    assert "A home for Test Child BLUE-KITE-0042" in started.content.decode()


def test_a_new_child_is_recorded_and_a_wrong_date_keeps_what_was_typed(olive: Client, cast: Cast) -> None:
    typed = {
        "ref": "GREEN-1",
        "name": "Test Child Green Kite",
        "born_on-day": "31",
        "born_on-month": "2",
        "born_on-year": "2014",
        "sex": "F",
        "home_postcode": "",
        "is_uasc": "no",
    }
    wrong = olive.post("/referrals/start/new-child/", typed).content.decode()
    assert "Date of birth must be a real date" in wrong
    assert "Test Child Green Kite" in wrong
    right = olive.post("/referrals/start/new-child/", typed | {"born_on-day": "27"}, follow=True)
    assert "A home for Test Child Green Kite" in right.content.decode()
    assert olive.post("/referrals/start/new-child/", typed | {"born_on-day": "27"}).status_code == 200


def test_the_task_list_shows_how_far_it_has_come(olive: Client, draft: Referral) -> None:
    page = olive.get(f"/referrals/{draft.key}/tasks/").content.decode()
    for step in STEPS:
        assert step.title in page.replace("&#39;", "'")
    assert "0 of 11 steps" in page
    send(olive, question(draft, "pets"), pets="No")
    assert "1 of 11 steps" in olive.get(f"/referrals/{draft.key}/tasks/").content.decode()


def test_every_question_page_opens_with_one_heading(olive: Client, draft: Referral) -> None:
    for step in STEPS:
        response = olive.get(question(draft, step.slug))
        assert response.status_code == 200
        assert response.content.decode().count("<h1") == 1, step.slug


def test_each_page_saves_and_goes_on(olive: Client, cast: Cast, draft: Referral) -> None:
    saved = send(olive, question(draft, "when"), **WHEN)
    assert saved.url == question(draft, "how-long")
    assert send(olive, question(draft, "how-long"), expected_weeks="40").url == f"/referrals/{draft.key}/tasks/"
    send(olive, question(draft, "skills"), essential=["autism"], helps=["esol"])
    send(olive, question(draft, "liberty"), deprivation_of_liberty="yes")
    row = read(draft, cast)
    assert (row.needed_on, row.expected_weeks) == (SOON, 40)
    assert row.answers["skills"] == {"autism": "essential", "esol": "helps"}
    assert row.answers["deprivation_of_liberty"] is True
    assert 'value="40"' in olive.get(question(draft, "how-long")).content.decode()


def test_a_mistake_is_named_and_the_rest_of_the_page_is_saved(olive: Client, cast: Cast, draft: Referral) -> None:
    kept = {"risk_self_harm": "Risk present", "risk_missing": "No known risk"}
    page = send(olive, question(draft, "risks-to-child"), **kept).content.decode()
    assert "There is a problem" in page
    assert "<title>Error:" in page
    assert read(draft, cast).answers["risk_self_harm"] == "Risk present"
    rest = {f"risk_{name}": "No known risk" for name in ("criminal_exploitation", "drug_alcohol", "eating_disorder")}
    done = olive.post(
        question(draft, "risks-to-child"),
        {"version": version_of(page)} | kept | rest | {"risk_sexual_exploitation": "No known risk"},
    )
    assert done.status_code == 302


def test_a_day_in_the_past_and_a_skill_at_two_levels_are_refused(olive: Client, draft: Referral) -> None:
    past = WHEN | {"needed_on-year": "2020"}
    assert "must be on or after" in send(olive, question(draft, "when"), **past).content.decode()
    twice = send(olive, question(draft, "skills"), essential=["autism"], helps=["autism"]).content.decode()
    assert "Selected twice: Autism" in twice
    none = {"communication_needs": "Yes", "specific_communication_requirement": ["None", "BSL"]}
    assert "only if you select nothing else" in send(olive, question(draft, "communication"), **none).content.decode()


def test_the_childs_own_words_are_kept_shown_and_taken_away(olive: Client, cast: Cast, draft: Referral) -> None:
    where = question(draft, "wishes")
    wish = {"text": "I want <b>my dog</b>", "kind": "pets", "matters": "a lot"}
    assert send(olive, where, **wish, then="another").url == where
    page = olive.get(where).content.decode()
    assert "I want &lt;b&gt;my dog&lt;/b&gt;" in page
    assert send(olive, where).url == question(draft, "alone")
    olive.post(where, {"version": version_of(page), "remove": "0"})
    assert wishes_of(read(draft, cast)) == []


def test_a_double_click_adds_one_wish(olive: Client, cast: Cast, draft: Referral) -> None:
    where = question(draft, "wishes")
    typed = {"version": version_of(olive.get(where).content.decode()), "text": "Near the sea", "kind": "place"}
    for _ in range(2):
        assert olive.post(where, typed | {"matters": "a lot"}).status_code == 302
    assert len(wishes_of(read(draft, cast))) == 1


def test_places_are_found_by_postcode(olive: Client, draft: Referral) -> None:
    near = {"kind": "school", "label": "Madeup School"}
    wrong = send(olive, question(draft, "near"), **near, postcode="ZZ99 9ZZ").content.decode()
    assert "ZZ99 9ZZ is not a postcode we know" in wrong
    assert 'value="Madeup School"' in wrong
    assert send(olive, question(draft, "near"), **near, postcode="ct12eh").status_code == 302
    assert "School: Madeup School, CT1 2EH" in olive.get(question(draft, "near")).content.decode()
    avoid = {"label": "Where it happened", "postcode": "TN23 1PL", "keep_away_miles": "10"}
    assert send(olive, question(draft, "avoid"), **avoid).status_code == 302
    page = olive.get(question(draft, "avoid")).content.decode()
    assert "stay 10 miles or more away" in page
    number = re.search(r'name="remove" value="(\d+)"', page)
    assert number
    olive.post(question(draft, "avoid"), {"version": version_of(page), "remove": number[1]})
    assert "10 miles or more" not in olive.get(question(draft, "avoid")).content.decode()


def test_siblings_and_children_to_keep_apart_are_named_by_reference(olive: Client, cast: Cast, draft: Referral) -> None:
    with acting(cast.olive):
        sibling = make_child(cast.kent, "BLUE-KITE-1")
        other = start_referral(child=sibling, by=cast.olive, now=NOW)
    wrong = send(olive, question(draft, "siblings"), sibling_count="1", other_refs="R-NOBODY").content.decode()
    assert "There is no open referral R-NOBODY" in wrong
    done = olive.post(
        question(draft, "siblings"), {"version": version_of(wrong), "sibling_count": "1", "other_refs": other.ref}
    )
    assert done.status_code == 302
    assert "There is no child NOBODY" in send(olive, question(draft, "apart"), other_ref="NOBODY").content.decode()
    send(olive, question(draft, "apart"), other_ref="BLUE-KITE-1", reason="They fight")
    row = read(draft, cast)
    with acting(cast.olive):
        assert together_with(row) == (other.ref,)
        assert kept_apart_from(row)[0].reason == "They fight"


def test_when_somebody_was_quicker_both_answers_are_shown_and_can_be_sent_again(
    olive: Client, cast: Cast, draft: Referral
) -> None:
    where = question(draft, "pets")
    opened = version_of(olive.get(where).content.decode())
    with acting(cast.olive):
        answer_question(referral=draft, answers={"pets": "No"}, by=cast.olive, now=NOW)
    page = olive.post(where, {"version": opened, "pets": "Yes-can"}).content.decode()
    assert "was changed by somebody else" in page
    assert "What is saved now" in page
    assert "No pets" in page
    assert re.search(r'value="Yes-can"[^>]*checked', page)
    assert olive.post(where, {"version": version_of(page), "pets": "Yes-can"}).status_code == 302
    assert read(draft, cast).answers["pets"] == "Yes-can"


def test_the_check_page_lists_what_is_missing_and_refuses_to_submit(olive: Client, draft: Referral) -> None:
    where = f"/referrals/{draft.key}/check/"
    page = olive.get(where).content.decode()
    assert "Still missing" in page
    assert f'href="{question(draft, "pets")}?from=check"' in page
    refused = olive.post(where, {"version": version_of(page)}).content.decode()
    assert "There is a problem" in refused
    assert "Can the child live with pets? Answer this question." in refused


def test_a_changed_answer_leads_back_to_the_check_page(olive: Client, draft: Referral) -> None:
    where = question(draft, "pets") + "?from=check"
    assert send(olive, where, pets="No").url == f"/referrals/{draft.key}/check/"


def test_submitting_twice_is_harmless(olive: Client, cast: Cast, child: Child) -> None:
    referral = make_draft(cast.olive, child, needed_on=SOON)
    where = f"/referrals/{referral.key}/check/"
    page = olive.get(where).content.decode()
    assert "I want to stay near my nan" in page
    for _ in range(2):
        sent = olive.post(where, {"version": version_of(page)}, follow=True)
        assert "Waiting for permission to search" in sent.content.decode()
    assert "Submitted referral" in sent.content.decode()
    assert olive.get(f"/referrals/{referral.key}/tasks/").url == f"/referrals/{referral.key}/"
    assert olive.get(question(referral, "pets")).url == f"/referrals/{referral.key}/"


def test_withdrawing_asks_why(olive: Client, draft: Referral) -> None:
    where = f"/referrals/{draft.key}/withdraw/"
    assert "Enter why the referral is withdrawn" in olive.post(where, {"why": ""}).content.decode()
    page = olive.post(where, {"why": "Went home"}, follow=True).content.decode()
    assert "is withdrawn" in page


def test_the_list_is_narrowed_by_state_and_reference_and_downloaded(olive: Client, cast: Cast, draft: Referral) -> None:
    other = make_submitted(cast.olive, make_child(cast.kent, "RED-FOX-7"), needed_on=SOON)
    everything = olive.get("/referrals/").content.decode()
    assert draft.ref in everything
    assert other.ref in everything
    drafts = olive.get("/referrals/?state=draft").content.decode()
    assert draft.ref in drafts
    assert other.ref not in drafts
    assert draft.ref not in olive.get("/referrals/?search=red-fox").content.decode()
    assert "No referral matches" in olive.get("/referrals/?search=nothing").content.decode()
    as_csv = olive.get("/referrals/?download=csv").content.decode("utf-8-sig")
    assert as_csv.splitlines()[0].startswith("Referral,Child,State")
    book = CalamineWorkbook.from_filelike(io.BytesIO(olive.get("/referrals/?download=xlsx").content))
    assert len(book.get_sheet_by_index(0).to_python()) == 3


def test_odd_searches_find_nothing_and_break_nothing(olive: Client, draft: Referral) -> None:
    for typed in ("%00", "%25", "'", "x" * 3000, "%F0%9F%8F%A0"):
        assert "No referral matches" in olive.get(f"/referrals/?search={typed}").content.decode() or typed == "%00"
        assert olive.get(f"/referrals/start/?child={typed}").status_code == 200
    assert olive.get("/referrals/?state=nowhere&page=99").status_code == 200
    for sent in ("", "x", "9" * 40):
        refused = olive.post(question(draft, "pets"), {"version": sent, "pets": "No"})
        assert "was changed by somebody else" in refused.content.decode()
    assert olive.post(question(draft, "near"), {"remove": "9" * 15}).status_code == 302
    assert olive.get(question(draft, "no-such-question")).status_code == 404


def test_a_long_list_comes_in_pages(olive: Client, cast: Cast) -> None:
    for number in range(51):
        with acting(cast.olive):
            start_referral(child=make_child(cast.kent, f"RED-FOX-{number}"), by=cast.olive, now=NOW)
    assert "page=2" in olive.get("/referrals/").content.decode()
    assert "RED-FOX-0" in olive.get("/referrals/?page=2").content.decode()
    assert len(olive.get("/referrals/?download=csv").content.decode().splitlines()) == 52


PAGES = ("", "tasks/", "check/", "withdraw/", "permission/", "question/pets/", "question/wishes/", "question/near/")


def test_another_authority_and_a_provider_find_no_referral(cast: Cast, child: Child) -> None:
    referral = make_submitted(cast.olive, child, needed_on=SOON)
    for person in (cast.hilda, cast.oscar, cast.ada, cast.mona):
        client = client_of(person)
        for page in PAGES:
            assert client.get(f"/referrals/{referral.key}/{page}").status_code == 404, (person, page)
            assert client.post(f"/referrals/{referral.key}/{page}", {"pets": "No"}).status_code in (404, 405)
    assert client_of(cast.hilda).post(f"/referrals/start/{child.key}/").status_code == 404
    assert referral.ref not in client_of(cast.hilda).get("/referrals/").content.decode()
    for page in ("", "start/", "start/new-child/"):
        assert client_of(cast.mona).get(f"/referrals/{page}").status_code == 403


def test_colleagues_read_but_do_not_record(cast: Cast, draft: Referral) -> None:
    for person in (cast.april, cast.colin):
        client = client_of(person)
        assert client.get(f"/referrals/{draft.key}/").status_code == 200
        for page in ("check/", "withdraw/", "question/pets/"):
            assert client.get(f"/referrals/{draft.key}/{page}").status_code == 403
        assert client.get("/referrals/start/").status_code == 403
    assert client_of(cast.fiona).get(f"/referrals/{draft.key}/").status_code == 403
    assert client_of(cast.fiona).get("/referrals/").status_code == 403


def test_after_signing_in_again_the_person_is_back_on_the_page(draft: Referral) -> None:
    where = question(draft, "pets")
    assert Client().get(where).url == f"/sign-in/?next={where}"
    assert Client().post(where, {"pets": "No"}).url == f"/sign-in/?next={where}"


def test_pages_ask_the_database_a_bounded_number_of_times(
    olive: Client, cast: Cast, draft: Referral, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_submitted(cast.olive, make_child(cast.kent, f"RED-FOX-{number}"), needed_on=SOON)
    with django_assert_max_num_queries(18):
        olive.get("/referrals/")
    for page in ("", "tasks/", "check/", "question/pets/", "question/near/"):
        with django_assert_max_num_queries(22):
            olive.get(f"/referrals/{draft.key}/{page}")
    with django_assert_max_num_queries(30):
        olive.get("/")
