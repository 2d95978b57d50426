"""The pages: what people of each kind see, press and are refused."""

import datetime as dt
import io
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import Cast, make_cast
from nearhome.partnership.actions.drafting import begin_decision, change_decision
from nearhome.partnership.models import Ballot, DecisionRecord, DecisionRules, Matter, Membership, Vote
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from reading_responses import client_of, text_of, text_of_response
from scenes_partnership import DAY, Partners, make_partners

pytestmark = pytest.mark.django_db


@pytest.fixture
def partners() -> Partners:
    return make_partners(make_cast())


@pytest.fixture
def cast(partners: Partners) -> Cast:
    return partners.cast


def date_boxes(name: str, day: dt.date) -> dict[str, int]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def sent(person: Person, path: str, typed: dict[str, Any] | None = None) -> tuple[Client, str]:
    client = client_of(person)
    return client, text_of(client.post(path, typed or {}, follow=True))


def page(person: Person, path: str) -> str:
    return text_of(client_of(person).get(path))


@pytest.mark.parametrize("who", ["colin", "april", "fiona", "anna"])
def test_the_first_page_is_for_five_roles(cast: Cast, who: str) -> None:
    assert "Made-up Partnership" in page(getattr(cast, who), reverse("partnership:list"))


@pytest.mark.parametrize("who", ["olive", "mona"])
def test_officers_and_providers_are_refused(cast: Cast, who: str) -> None:
    assert client_of(getattr(cast, who)).get(reverse("partnership:list")).status_code == 403


def test_an_outsider_finds_no_partnership_of_others(partners: Partners, cast: Cast) -> None:
    cast.hilda.roles = ["commissioner", "approver"]
    cast.hilda.save()
    assert "Made-up Partnership" not in page(cast.hilda, reverse("partnership:list"))
    for name in ("partnership", "join", "new_ballot", "new_matter", "new_agreement", "task_lead"):
        response = client_of(cast.hilda).get(reverse(f"partnership:{name}", args=[partners.partnership.key]))
        assert response.status_code == 404, name


def test_a_partnership_is_formed_joined_and_changed_in_the_browser(cast: Cast) -> None:
    colin, today = cast.colin, timezone.localdate()
    typed = {"name": "Made-up Channel", "weight": 2, **date_boxes("starts_on", today)}
    client, text = sent(colin, reverse("partnership:begin"), typed)
    assert "The partnership is formed" in text
    assert "100.00%" in text
    with acting(colin):
        row = Membership.objects.get(partnership__name="Made-up Channel")
    join = reverse("partnership:join", args=[row.partnership.key])
    typed = {"organisation": str(cast.hampshire.key), "standing": "ally", "weight": 1, **date_boxes("starts_on", today)}
    text = text_of(client.post(join, typed, follow=True))
    assert "66.67%" in text
    assert "33.33%" in text
    with acting(colin):
        ally = Membership.objects.get(organisation=cast.hampshire)
    leave = reverse("partnership:leave", args=[row.partnership.key, ally.pk])
    text = text_of(client.post(leave, {"leave-ends_before-day": 1}, follow=True))
    assert "must include a month and year" in text
    boxes = date_boxes("leave-ends_before", today + DAY)
    assert "Hampshire leaves" in text_of(client.post(leave, boxes, follow=True))


def test_an_agreement_is_written_compared_and_accepted(partners: Partners, cast: Cast) -> None:
    path = reverse("partnership:new_agreement", args=[partners.partnership.key])
    typed = {
        **date_boxes("starts_on", timezone.localdate()), "empty_bearer": "nominated", "grace_nights": 3,
        "first_refusal_days": 5, "votes_by": "each", "quorum_percent": 75, "majority": "simple",
        "abstentions_make_quorum": "yes", "escalation": "Leads, 5\nDirectors, ten", "words": "",
    }  # fmt: skip
    client, text = sent(cast.colin, path, typed)
    assert "“Directors, ten” must be a name, a comma and working days" in text
    text = text_of(client.post(path, typed | {"escalation": "Leads, 5\nDirectors, 10"}, follow=True))
    assert "Version 2 is written" in text
    assert "50% of all votes" in text
    assert "75% of all votes" in text
    assert "An approver of your authority accepts it" in text
    accept = reverse("partnership:accept", args=[partners.partnership.key, 2])
    assert client.post(accept).status_code == 403
    _, text = sent(cast.ada, accept)
    assert "Portsmouth accepts this version" in text
    assert "It waits for Kent, Medway and West Sussex" in text


def test_a_vote_is_put_cast_changed_and_kept_after_an_error(partners: Partners, cast: Cast) -> None:
    path = reverse("partnership:new_ballot", args=[partners.partnership.key])
    closes = timezone.localdate() + 7 * DAY
    typed = {
        "subject": "Uplift",
        "words": "3% on all rates",
        **date_boxes("closes_at", closes),
        "closes_at-time": "late",
    }
    client, text = sent(cast.colin, path, typed)
    assert "must have a time such as" in text
    assert "3% on all rates" in text
    assert "The ballot is open" in text_of(client.post(path, typed | {"closes_at-time": "midday"}, follow=True))
    with acting(cast.colin):
        ballot = Ballot.objects.get()
    there = reverse("partnership:ballot", args=[ballot.key])
    assert "Vote" in page(cast.ada, reverse("start"))
    _, text = sent(cast.ada, there, {"choice": "for", "words": "Fair"})
    assert "Your vote is recorded" in text
    _, text = sent(cast.ada, there, {"choice": "against", "words": "Too much"})
    assert "Open: 1 of 3 votes cast so far" in text
    with acting(cast.ada):
        assert Vote.objects.get().choice == "against"
    assert client_of(partners.mia).post(there, {"choice": "for"}).status_code == 403
    assert "How does your authority vote?" not in page(partners.mia, there)
    early = text_of(client.post(reverse("partnership:close_ballot", args=[ballot.key]), follow=True))
    assert "This ballot is open until" in early


def test_a_matter_is_raised_moved_up_and_settled(partners: Partners, cast: Cast) -> None:
    path = reverse("partnership:new_matter", args=[partners.partnership.key])
    client, text = sent(cast.fiona, path, {"subject": "Empty bed in May", "words": "It was offered late."})
    assert "The matter is with the Operational leads" in text
    with acting(cast.fiona):
        matter = Matter.objects.get()
    up = reverse("partnership:move_up", args=[matter.key])
    assert "Enter an answer to" in text_of(client.post(up, {"up-version": 0, "up-why": ""}, follow=True))
    text = text_of(client.post(up, {"up-version": 0, "up-why": "No agreement"}, follow=True))
    assert "with the Heads of service now" in text
    text = text_of(client.post(up, {"up-version": 0, "up-why": "Pressed twice"}, follow=True))
    assert "was changed by somebody else" in text
    assert 'name="up-version" value="1"' in client.post(up, {"up-version": 0, "up-why": "x"}).content.decode()
    done = reverse("partnership:resolve", args=[matter.key])
    text = text_of(client.post(done, {"done-version": 1, "done-words": "Each pays half."}, follow=True))
    assert "Each pays half." in text
    assert "Settled" in text


def begin_from_example(cast: Cast) -> DecisionRecord:
    path = reverse("partnership:new_decision")
    assert "21/00077 External fostering" in page(cast.colin, path)
    example = f"{path}?example=kent-21-00094"
    assert "with a copy of 21/00094" in page(cast.colin, example)
    with acting(cast.colin):
        key = str(Membership.objects.filter(organisation=cast.kent).get().partnership.key)
    typed = {"reference": "26/00042", "title": "Made-up block", "partnership": key}
    _, text = sent(cast.colin, example, typed)
    assert "The decision is begun" in text
    with acting(cast.colin):
        return DecisionRecord.objects.get(reference="26/00042")


def test_a_decision_from_an_example_is_noticed_taken_and_published(partners: Partners, cast: Cast) -> None:
    row, today = begin_from_example(cast), timezone.localdate()
    here, pdf = (reverse(f"partnership:{name}", args=[row.key]) for name in ("decision", "decision_pdf"))
    colin = client_of(cast.colin)
    assert "Every part is written. Publish its notice." in page(cast.colin, here)
    assert colin.get(pdf).status_code == 404
    notice = reverse("partnership:step", args=[row.key, "notice"])
    assert "This is a key decision" in page(cast.colin, notice)
    published = today - 29 * DAY
    with acting(cast.colin):
        row.refresh_from_db()
    text = text_of(colin.post(notice, {"version": row.version, **date_boxes("notice_on", published)}, follow=True))
    assert "The notice is published" in text
    decide = reverse("partnership:step", args=[row.key, "decide"])
    assert colin.get(decide).status_code == 403
    assert client_of(cast.april).get(decide).status_code == 403
    assert "Take the decision" in page(partners.cara, reverse("start"))
    with acting(cast.colin):
        row.refresh_from_db()
    text = text_of(client_of(partners.cara).post(decide, {"version": row.version, "is_approved": "yes"}, follow=True))
    assert "It may be called in until" in text
    response = client_of(partners.wendy).get(pdf)
    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(response.content)) as published:
        assert published.Root.MarkInfo.Marked
        assert b"pdfuaid" in published.Root.Metadata.read_bytes()
    words = text_of_response(response)
    for said in ("Decision26/00042:Made-upblock", "£4,557aweek", "recordedbyCaraMadeup-Cabinet", "12,medium"):
        assert said in words, said
    refused = text_of(
        colin.post(reverse("partnership:step", args=[row.key, "carry-out"]), {"version": row.version + 1}, follow=True)
    )
    assert "cannot be carried out before the day after" in refused


def test_a_part_keeps_what_was_typed_when_two_people_write_at_once(cast: Cast) -> None:
    row = begin_from_example(cast)
    path = reverse("partnership:part", args=[row.key, "implications"])
    with acting(cast.colin):
        change_decision(
            decision=row, changes={"legal": "Another's words"}, version=row.version, by=cast.colin, now=timezone.now()
        )
    client, text = sent(cast.colin, path, {"version": row.version, "financial": "Mine", "legal": "My words"})
    assert "was changed by somebody else" in text
    assert "My words" in text
    with acting(cast.colin):
        row.refresh_from_db()
    again = {"version": row.version, "financial": "Mine", "legal": "My words"}
    assert "is saved" in text_of(client.post(path, again, follow=True))


def test_absurd_values_are_refused_in_words(cast: Cast) -> None:
    row = begin_from_example(cast)
    path = reverse("partnership:part", args=[row.key, "scope"])
    typed = {"version": row.version, "value_pence": "-5", "reach": "some", "divisions": "", "decider": "x" * 201}
    _, text = sent(cast.colin, path, typed)
    assert "must be £0.00 or more" in text
    assert "Enter the number of divisions, or choose all divisions" in text
    assert "must be 200 characters or fewer" in text
    _, text = sent(cast.colin, path, typed | {"value_pence": "9" * 40, "divisions": "3", "decider": "x"})
    assert "must be £0.00 or more" in text or "between" in text


def test_options_and_risks_are_added_and_removed(cast: Cast) -> None:
    row = begin_from_example(cast)
    path = reverse("partnership:entries", args=[row.key, "options"])
    typed = {"name": "Build our own", "description": "Homes of ours", "recommended": "no", "reason": "Too slow"}
    client, text = sent(cast.colin, path, typed)
    assert "Build our own" in text
    change = reverse("partnership:entry", args=[row.key, "options", 3])
    assert "Homes of ours" in page(cast.colin, change)
    with acting(cast.colin):
        row.refresh_from_db()
    other = typed | {"name": "Build with a partner", "version": row.version}
    assert "Build with a partner" in text_of(client.post(change, other, follow=True))
    assert "was changed by somebody else" in text_of(client.post(change, other | {"name": "Late"}, follow=True))
    with acting(cast.colin):
        row.refresh_from_db()
    remove = reverse("partnership:remove_entry", args=[row.key, "options", 3])
    assert "It is removed" in text_of(client.post(remove, {"version": row.version}, follow=True))
    assert "was changed by somebody else" in text_of(client.post(remove, {"version": row.version}, follow=True))
    risks = reverse("partnership:risks", args=[row.key])
    risk = {"risk": "Fire", "mitigation": "Insured", "owner": "Lead", "likelihood": "1", "impact": "5"}
    assert "Enter the date of the next review" in text_of(client.post(risks, risk, follow=True))
    boxes = date_boxes("review_on", timezone.localdate() + 30 * DAY)
    assert "The risk is added" in text_of(client.post(risks, risk | boxes, follow=True))
    review = reverse("partnership:risk", args=[row.key, 6])
    answer = risk | {"words": "None since", "is_over": "no"}
    assert "or say that it is over" in text_of(client.post(review, answer, follow=True))
    remove = reverse("partnership:remove_risk", args=[row.key, 1])
    assert "Risk 1 is removed" in text_of(client.post(remove, follow=True))
    assert client.post(remove).status_code == 404
    assert "Risk 6 is reviewed" in text_of(client.post(review, answer | {"is_over": "yes"}, follow=True))


def test_a_draft_is_not_there_for_partners_and_unknown_things_are_not_found(partners: Partners, cast: Cast) -> None:
    row = begin_from_example(cast)
    assert client_of(partners.wendy).get(reverse("partnership:decision", args=[row.key])).status_code == 404
    colin = client_of(cast.colin)
    for path in (
        reverse("partnership:step", args=[row.key, "burn"]),
        reverse("partnership:part", args=[row.key, "nothing"]),
        reverse("partnership:entries", args=[row.key, "nothing"]),
        reverse("partnership:risk", args=[row.key, 99]),
        f"{reverse('partnership:new_decision')}?example=../../etc",
    ):
        assert colin.get(path).status_code == 404, path


def test_tables_are_downloaded(partners: Partners, cast: Cast) -> None:
    there = reverse("partnership:partnership", args=[partners.partnership.key])
    response = client_of(cast.colin).get(f"{there}?download=csv&table=members-and-allies")
    assert "Kent,Member,5,50.00%" in response.content.decode()
    with acting(cast.colin):
        begin_decision(reference="=1+1", title="A formula", by=cast.colin, now=timezone.now())
    response = client_of(cast.colin).get(f"{reverse('partnership:decisions')}?download=csv")
    assert "'=1+1" in response.content.decode()


def test_the_administrator_sets_the_rules_and_the_page_says_what_is_unchecked(cast: Cast) -> None:
    path = reverse("partnership:rules")
    assert "were not checked against the law" in page(cast.anna, path)
    typed = {
        "value_pence": "500,000", "divisions": 2, "notice_clear_days": 28, "call_in_working_days": 5, "source": "Part 4",
    }  # fmt: skip
    _, text = sent(cast.anna, path, typed)
    assert "I have checked these against our constitution" in text
    with acting(cast.anna):
        assert not DecisionRules.objects.exists()
    _, text = sent(cast.anna, path, typed | {"confirmed": "on"})
    assert "The rules are set" in text
    with acting(cast.anna):
        assert DecisionRules.objects.get().value_pence == 50_000_000
    assert client_of(cast.colin).get(path).status_code == 403
