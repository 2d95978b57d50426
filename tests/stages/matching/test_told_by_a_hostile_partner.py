"""What a partner tells goes into everybody's plan: whatever it writes there, the others can still plan, and fairly."""

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from cast import NOW
from nearhome.audit.record import Nearhome
from nearhome.matching import jobs
from nearhome.matching.actions.planning import make_plan, tell_searches
from nearhome.matching.jobs import tell_and_plan
from nearhome.matching.models import RegionalPlan, SharedSearch
from nearhome.matching.queries import told_to_us, what_if
from nearhome.matching.queries.plan_shown import advice_of, plan_page
from nearhome.matching.queries.replanning import planned_again_from
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.referrals.calculations.plain import as_plain
from nearhome.referrals.models import Referral
from reading_responses import client_of, text_of
from scenes_regional import FAR, RegionScene, home, lives, make_region, planned_by, taken, token, told_by, waits, where

TODAY = NOW.date()


@pytest.fixture
def region(db: None) -> RegionScene:
    return make_region()


def forged(by: Person, referral: Referral, *, as_token: str = "", apart: Any = (), **facts: Any) -> SharedSearch:
    """What stands told of the referral is written over, as somebody with the database in hand could."""
    with acting(by):
        row = SharedSearch.objects.get(referral=referral, withdrawn_at__isnull=True)
        row.facts = {"waiting": row.facts["waiting"] | facts, "apart": list(apart)}
        row.child_token = uuid.UUID(as_token) if as_token else row.child_token
        row.save(update_fields=["facts", "child_token"])
    return row


def notes_of(person: Person, plan: RegionalPlan) -> list[str]:
    with acting(person):
        return list(plan_page(person, plan, is_newest=True, now=NOW).notes)


def option(home_ref: Any, fit: Any, rest: Any = 0) -> dict[str, Any]:
    return {"home_ref": str(home_ref), "parts": [["need_fit", fit], ["rest", rest]], "takes_all": False}


def test_worth_beyond_the_scale_takes_no_place_from_a_child_who_waits_longer(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House")
    urgent, greedy = (
        waits(cast, cast.olive, "HOSTILE-OWN", is_emergency=True),
        waits(cast, cast.oscar, "HOSTILE-GREEDY"),
    )
    told_by(cast.oscar)
    forged(cast.oscar, greedy, options=[option(near.key, 1e30)])
    plan = planned_by(cast.olive)
    advice = advice_of(plan)
    assert (where(advice, urgent), where(advice, greedy)) == (str(near.key), "")
    assert any(
        "Portsmouth told of 1 child lies outside the published scale" in words for words in notes_of(cast.olive, plan)
    )
    with acting(cast.olive):
        assert as_plain(planned_again_from(plan)) == plan.result


@pytest.mark.parametrize(
    "facts",
    [
        {"wanted_on": "soon"}, {"wanted_on": "9999-12-31"}, {"wanted_on": "0001-01-01", "waiting_since": "0001-01-01"},
        {"age_years": "old", "company": "only_older"}, {"options": "all"}, {"options": [option("nowhere", "much")]},
        {"options": [option(uuid.uuid4(), 60)]}, {"group": "every child"}, {"moves_from": "a home"}, {"sex": ["F"]},
        {"moves_from": str(uuid.uuid4()), "options": []}, {"child_ref": "x", "authority": "886"}, {"authority": None},
    ],
)  # fmt: skip
def test_nothing_a_partner_writes_stops_the_plan_of_the_others(region: RegionScene, facts: dict[str, Any]) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House")
    own, theirs = waits(cast, cast.olive, "HOSTILE-OWN", is_emergency=True), waits(cast, cast.oscar, "HOSTILE-1")
    told_by(cast.oscar)
    forged(cast.oscar, theirs, apart=[token(theirs.child), "x", 3], **facts)
    plan = planned_by(cast.olive)
    assert where(advice_of(plan), own) == str(near.key)
    assert any("Portsmouth" in words for words in notes_of(cast.olive, plan))
    for person in (cast.olive, cast.oscar):
        assert client_of(person).get(reverse("matching:plan")).status_code == 200


def test_facts_that_are_no_facts_are_left_out_and_said(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    waits(cast, cast.olive, "HOSTILE-OWN")
    theirs = waits(cast, cast.oscar, "HOSTILE-1")
    told_by(cast.oscar)
    for facts in ([], 7, "x", {}, {"waiting": None, "apart": None}):
        with acting(cast.oscar):
            SharedSearch.objects.filter(referral=theirs).update(facts=facts)
        plan = planned_by(cast.olive)
        assert any("cannot be read" in words for words in notes_of(cast.olive, plan))


def test_a_number_nobody_could_read_is_refused_when_written(region: RegionScene) -> None:
    cast = region.cast
    theirs = waits(cast, cast.oscar, "HOSTILE-1")
    told_by(cast.oscar)
    with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.oscar), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matching_sharedsearch SET facts = ('{\"waiting\": ' || repeat('9', 5000) || '}')::jsonb"
            " WHERE referral_id = %s", [theirs.pk],
        )  # fmt: skip


def test_a_partner_cannot_speak_for_anothers_child(region: RegionScene) -> None:
    """A token can be read and so be copied: the child stays that of the authority that told it first."""
    cast = region.cast
    near = home(cast, "Madeup Near House")
    own, theirs = waits(cast, cast.olive, "HOSTILE-OWN"), waits(cast, cast.oscar, "HOSTILE-1")
    told_by(cast.olive)
    told_by(cast.oscar)
    forged(cast.oscar, theirs, as_token=token(own.child), options=[])
    plan = planned_by(cast.olive)
    assert where(advice_of(plan), own) == str(near.key)
    assert any("each child counts once" in words for words in notes_of(cast.olive, plan))


def test_a_partner_cannot_join_its_child_to_anothers_brothers_and_sisters(region: RegionScene) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House", places=2)
    group = uuid.uuid4()
    pair = [waits(cast, cast.olive, f"HOSTILE-PAIR-{number}", sibling_group=group) for number in (1, 2)]
    theirs = waits(cast, cast.oscar, "HOSTILE-1")
    told_by(cast.olive)
    told_by(cast.oscar)
    with acting(cast.oscar):
        shown = SharedSearch.objects.get(referral=pair[0]).facts["waiting"]["group"]
    forged(cast.oscar, theirs, group=shown, options=[option(near.key, 80)])
    advice = advice_of(planned_by(cast.olive))
    assert [where(advice, child) for child in pair] == [str(near.key)] * 2
    assert {line.authority for line in advice.plan.lines} == {"886"}


def test_a_place_is_not_freed_by_a_child_who_does_not_live_there(region: RegionScene) -> None:
    cast = region.cast
    full, other = home(cast, "Madeup Full House"), home(cast, "Madeup Other House", point=FAR)
    taken(full)
    own, theirs = waits(cast, cast.olive, "HOSTILE-OWN"), waits(cast, cast.oscar, "HOSTILE-1")
    told_by(cast.oscar)
    forged(cast.oscar, theirs, moves_from=str(full.key), options=[option(other.key, 80)])
    advice = advice_of(planned_by(cast.olive))
    assert where(advice, own) != str(full.key)
    assert all(line.home_ref != str(full.key) for line in advice.plan.lines)


def test_one_authority_that_fails_stops_no_other_on_the_timer(
    region: RegionScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    waits(cast, cast.olive, "HOSTILE-OWN")
    honest = jobs.tell_searches

    def failing(*, authority_id: int, by: Any, now: dt.datetime) -> int | None:
        if authority_id == cast.portsmouth.pk:
            raise RuntimeError("made up")
        return honest(authority_id=authority_id, by=by, now=now)

    monkeypatch.setattr(jobs, "tell_searches", failing)
    with pytest.raises(ExceptionGroup, match="did not work for everybody"):
        tell_and_plan(NOW)
    with acting(cast.olive):
        assert RegionalPlan.objects.count() == 1


def test_names_of_homes_run_neither_as_html_nor_as_formula(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "<script>alert(1)</script> Madeup House")
    home(cast, "=HYPERLINK(1) Madeup House", point=FAR)
    own = waits(cast, cast.olive, "HOSTILE-OWN")
    plan, client = planned_by(cast.olive), client_of(cast.olive)
    pages = [("plan", []), ("plan_child", [own.key]), ("what_if", [plan.key])]
    for name, args in pages:
        text = text_of(client.get(reverse(f"matching:{name}", args=args)))
        assert "<script>alert" not in text
    sheet = client.get(reverse("matching:plan_child", args=[own.key]), {"download": "csv"}).content.decode()
    assert "\n=HYPERLINK" not in sheet
    assert ",=HYPERLINK" not in sheet


def test_children_told_of_beyond_all_measure_are_left_out_and_said(
    region: RegionScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House")
    own = waits(cast, cast.olive, "HOSTILE-OWN", is_emergency=True)
    for number in range(3):
        waits(cast, cast.oscar, f"HOSTILE-{number}")
    told_by(cast.oscar)
    monkeypatch.setattr(told_to_us, "MOST", 2)
    plan = planned_by(cast.olive)
    assert len(plan.inputs["region"]["waiting"]) == 3
    assert where(advice_of(plan), own) == str(near.key)
    assert any("Portsmouth told of 1 child beyond the 2" in words for words in notes_of(cast.olive, plan))


def test_nobody_tells_or_plans_for_another_authority(region: RegionScene) -> None:
    cast = region.cast
    waits(cast, cast.oscar, "HOSTILE-1")
    for by in (cast.olive, Nearhome(cast.kent.pk, "Kent")):
        with pytest.raises(PermissionDenied), acting(cast.olive):
            make_plan(authority=cast.portsmouth, by=by, now=NOW)
        with pytest.raises(PermissionDenied), acting(cast.olive):
            tell_searches(authority_id=cast.portsmouth.pk, by=by, now=NOW)


def test_the_pages_of_a_partners_child_are_not_found(region: RegionScene) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    own = waits(cast, cast.olive, "HOSTILE-OWN")
    plan = planned_by(cast.olive)
    for name in ("plan_child", "weights", "replay", "homes"):
        for person in (cast.oscar, cast.hilda):
            assert client_of(person).get(reverse(f"matching:{name}", args=[own.key])).status_code == 404
    assert client_of(cast.hilda).get(reverse("matching:what_if", args=[plan.key])).status_code == 404
    for name, args in (("plan", []), ("what_if", [plan.key]), ("fairness", [])):
        assert client_of(cast.mona).get(reverse(f"matching:{name}", args=args)).status_code in (403, 404)


def test_a_provider_and_an_outsider_read_nothing_by_the_functions_of_the_plan(region: RegionScene) -> None:
    cast = region.cast
    full = home(cast, "Madeup Full House")
    mover = waits(cast, cast.olive, "HOSTILE-MOVES")
    lives(mover.child, full)
    told_by(cast.olive)
    found = []
    for person in (cast.oscar, cast.mona, cast.hilda):
        with acting(person), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM matching_movers_there(%s)", [TODAY])
            found.append(cursor.fetchone()[0])
    assert found == [1, 0, 0]


def test_while_too_many_ask_the_plan_the_next_is_asked_to_wait(
    region: RegionScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = region.cast
    near = home(cast, "Madeup Near House")
    waits(cast, cast.olive, "HOSTILE-OWN")
    plan, client = planned_by(cast.olive), client_of(cast.olive)
    address, asked = (
        reverse("matching:what_if", args=[plan.key]),
        {"kind": "closes", "home": str(near.key), "places": "1"},
    )
    monkeypatch.setattr(what_if, "_AT_ONCE", threading.BoundedSemaphore(1))
    with what_if._AT_ONCE:
        assert what_if.BUSY in text_of(client.get(address, asked))
    assert what_if.BUSY not in text_of(client.get(address, asked))
    # The same question again needs nobody to work.
    with what_if._AT_ONCE:
        assert what_if.BUSY not in text_of(client.get(address, asked))


@pytest.mark.parametrize(
    "asked",
    [
        "kind=", "kind=goes", "kind=closes&home=%00", "kind=opens&home=x&places=99999999999999999999999999", "kind=%F0%9F%8F%A0",
        "kind=opens&places=-1&places=nan", "child=1&child=2&home=3", "kind=comes&child=' OR 1=1", "download=csv", "%00=%00",
        "download=../../etc/passwd&kind=closes",
    ],
)  # fmt: skip
def test_a_hostile_question_is_answered_with_a_page(region: RegionScene, asked: str) -> None:
    cast = region.cast
    home(cast, "Madeup Near House")
    own = waits(cast, cast.olive, "HOSTILE-OWN")
    plan, client = planned_by(cast.olive), client_of(cast.olive)
    for address in (
        reverse("matching:what_if", args=[plan.key]), reverse("matching:plan"), reverse("matching:plan_policy"),
        reverse("matching:weights", args=[own.key]), reverse("matching:replay", args=[own.key]),
        reverse("matching:homes", args=[own.key]), reverse("matching:fairness"), reverse("matching:work_out_fairness"),
    ):  # fmt: skip
        assert client.get(f"{address}?{asked}").status_code in (200, 400, 403), address


def test_two_authorities_that_plan_at_once_make_one_plan(committed_database: str) -> None:
    region = make_region()
    cast = region.cast
    home(cast, "Madeup Near House", places=2)
    waits(cast, cast.olive, "RACE-1")
    waits(cast, cast.oscar, "RACE-2")
    told_by(cast.olive)
    told_by(cast.oscar)
    ready, made, wrong = threading.Barrier(4), [], []

    def plans(person: Person) -> None:
        try:
            ready.wait(20)
            with acting(person):
                made.append(make_plan(authority=person.organisation, by=person, now=NOW).key)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plans, args=(person,)) for person in (cast.olive, cast.oscar) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert len(made) == 4
    assert len(set(made)) == 1
