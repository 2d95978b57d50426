"""The pages of notices and the download, as somebody at a browser meets them."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.tendering.actions.recording_notices import record_what_happened
from nearhome.tendering.models import Lot, Notice, NoticeFact, Procurement
from nearhome.tendering.queries.ocds import release_for
from scenes_notices import Awarded, make_awarded

pytestmark = pytest.mark.django_db
# Pages use the real clock, so the story lies before it.
DEADLINE = timezone.now().replace(microsecond=0) - dt.timedelta(days=60)
DECIDED = DEADLINE + dt.timedelta(days=10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def awarded(cast: Cast) -> Awarded:
    on = (DECIDED + dt.timedelta(days=5)).date()
    return make_awarded(cast, deadline=DEADLINE, decided=DECIDED, contracted=on, narrative="ZZNARRATIVE")


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, awarded: Awarded, *more: str) -> str:
    return reverse(f"tendering:{name}", args=[awarded.procurement.key, *more])


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def typed(day: dt.date, **more: str) -> dict[str, str]:
    parts = {"published_on-day": str(day.day), "published_on-month": str(day.month), "published_on-year": str(day.year)}
    return {**parts, "reference": "012345-2026", "words_read": "on", **more}


def publish(cast: Cast, awarded: Awarded, code: str, **more: str) -> Any:
    about = f"?about={awarded.about}" if code in ("UK6", "UK7") else ""
    day = timezone.localdate() - dt.timedelta(days=1)
    return as_(cast.colin).post(address("notice", awarded, code) + about, typed(day, **more), follow=True)


def test_the_checklist_says_what_is_due_and_why_the_rest_does_not_apply(cast: Cast, awarded: Awarded) -> None:
    page = words(as_(cast.colin).get(address("notices", awarded)))
    assert "Contract details notice (UK7)" in page
    assert "Next:</strong> publish the tender notice" in page
    assert "A light touch contract is changed without one, s75(6)(b)" in page
    assert "Unverified: confirm it" in page
    csv = (
        as_(cast.colin)
        .get(address("notices", awarded) + "?download=csv&table=notices-that-do-not-apply")
        .content.decode()
    )
    assert "UK10-LT" in csv


def test_a_notice_is_recorded_and_the_checklist_says_so(cast: Cast, awarded: Awarded) -> None:
    page = words(publish(cast, awarded, "UK7", ocid="ocds-h6vhtk-04fe75"))
    assert "The notice is on record as published." in page
    assert "Published" in page
    assert "Contract details notice 012345-2026 was published on" in page
    assert "Releases (JSON)" in page


def test_wrong_days_and_missing_references_are_said_and_nothing_is_kept(cast: Cast, awarded: Awarded) -> None:
    post = as_(cast.colin).post
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    at = address("notice", awarded, "UK4")
    assert "Published on must be on or before" in words(post(at, typed(tomorrow)))
    assert "Enter the reference" in words(post(at, typed(timezone.localdate(), reference="")))
    assert "There is a problem" in words(post(at, {"reference": "1"}))
    assert "must look like ocds-h6vhtk-04fe75" in words(post(at, typed(timezone.localdate(), ocid="kent")))
    with acting(cast.colin):
        assert not Notice.objects.exists()


def test_a_second_record_needs_a_reason_and_shows_both(cast: Cast, awarded: Awarded) -> None:
    publish(cast, awarded, "UK4")
    at = address("notice", awarded, "UK4")
    again = as_(cast.colin).post(at, typed(timezone.localdate(), reference="999-2026"))
    assert "Enter why" in words(again) or "There is a problem" in words(again)
    done = as_(cast.colin).post(
        at, typed(timezone.localdate(), reference="999-2026", why="A wrong number"), follow=True
    )
    assert "on record as published" in words(done)
    page = words(as_(cast.colin).get(at))
    assert "A wrong number" in page
    assert "999-2026" in page


def test_the_page_of_a_notice_shows_its_rule_and_its_data(cast: Cast, awarded: Awarded) -> None:
    page = words(as_(cast.colin).get(f"{address('notice', awarded, 'UK7')}?about={awarded.about}"))
    for said in ("UK7-LT", "Light touch: within 120 days", "Unverified", "&#34;ocid&#34;", "Madeup Meadow Care Ltd"):
        assert said in page
    assert "ZZNARRATIVE" not in page
    assert as_(cast.colin).get(address("notice", awarded, "UK99")).status_code == 404


def test_what_happened_is_recorded_and_taken_back(cast: Cast, awarded: Awarded) -> None:
    day = timezone.localdate() - dt.timedelta(days=2)
    at = address("what_happened", awarded)
    posted = {"kind": "payment", "on-day": str(day.day), "on-month": str(day.month), "on-year": str(day.year)}
    page = words(as_(cast.colin).post(at, posted, follow=True))
    assert "the notices were worked out again" in page
    assert "Payment over £30,000 with VAT was made" in page
    assert "Dynamic market" not in words(as_(cast.colin).get(at)).split("<main")[1]
    with acting(cast.colin):
        fact = NoticeFact.objects.get()
    back = as_(cast.colin).post(reverse("tendering:take_back_fact", args=[fact.key]), follow=True)
    assert "It was taken back" in words(back)
    assert "There is a problem" in words(as_(cast.colin).post(at, {"kind": "payment"}))


def test_all_notices_of_the_authority_are_listed_with_its_own(cast: Cast, awarded: Awarded) -> None:
    page = words(as_(cast.colin).get(reverse("tendering:all_notices")))
    assert "Payments compliance notice (UK17)" in page
    assert awarded.procurement.name in page
    with acting(cast.colin):
        record_what_happened(
            procurement=None, kind="small_spender", on=timezone.localdate(), by=cast.colin, now=timezone.now()
        )
    page = words(as_(cast.colin).get(reverse("tendering:all_notices")))
    assert "No more than £100 million" in page
    assert "Pipeline notice" not in page
    own = as_(cast.colin).get(reverse("tendering:own_notice", args=["UK1"]))
    assert "PIPE-0" in words(own)


def test_nothing_published_is_no_download_and_afterwards_it_is_both_packages(cast: Cast, awarded: Awarded) -> None:
    client, at = as_(cast.colin), address("ocds", awarded)
    assert client.get(at).status_code == 404
    publish(cast, awarded, "UK4")
    publish(cast, awarded, "UK6")
    publish(cast, awarded, "UK7", ocid="ocds-h6vhtk-04fe75", reference="777-2026")
    response = client.get(at)
    assert response["Content-Type"] == "application/json"
    assert 'filename="ocds-h6vhtk-04fe75-releases.json"' in response["Content-Disposition"]
    package = json.loads(response.content)
    assert [one["tag"] for one in package["releases"]] == [["tender"], ["award"], ["awardUpdate", "contract"]]
    # The number came with the last notice; all are of the same process.
    assert {one["ocid"] for one in package["releases"]} == {"ocds-h6vhtk-04fe75"}
    record = json.loads(client.get(f"{at}?form=records").content)["records"][0]["compiledRelease"]
    assert record["awards"][0]["suppliers"] == [{"id": "Ofsted-RP900001", "name": "Madeup Meadow Care Ltd"}]
    assert record["awards"][0]["value"] == {"amount": 3_564_000, "currency": "GBP"}
    assert {one["id"]: one["value"] for one in record["bids"]["statistics"]}["bids-1"] == 2
    weights = [one["numbers"][0]["number"] for one in record["tender"]["lots"][0]["awardCriteria"]["criteria"]]
    assert sorted(weights) == [30, 30, 40]


def test_the_download_has_no_price_of_a_loser_no_reason_and_no_home(cast: Cast, awarded: Awarded) -> None:
    publish(cast, awarded, "UK4")
    publish(cast, awarded, "UK6")
    publish(cast, awarded, "UK7", reference="777-2026")
    text = "".join(
        as_(cast.colin).get(address("ocds", awarded) + form).content.decode() for form in ("", "?form=records")
    )
    for kept_in in ("ZZNARRATIVE", "Harbour", "4500", "4400", "SC9100", "Meadow House", "Complex needs and"):
        assert kept_in not in text


def test_a_contract_that_ended_is_terminated_in_the_export(cast: Cast, awarded: Awarded) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    publish(cast, awarded, "UK7")
    with acting(cast.colin):
        record_what_happened(
            procurement=awarded.procurement, kind="ended", on=yesterday, by=cast.colin, now=timezone.now()
        )
    at = f"{address('notice', awarded, 'UK11')}?about=ended+{yesterday.isoformat()}"
    as_(cast.colin).post(at, typed(timezone.localdate(), reference="888-2026"))
    package = json.loads(as_(cast.colin).get(address("ocds", awarded) + "?form=records").content)
    (contract,) = package["records"][0]["compiledRelease"]["contracts"]
    assert contract["status"] == "terminated"
    assert contract["period"]["endDate"].startswith(yesterday.isoformat())
    assert [one["noticeType"] for one in contract["documents"]] == ["UK7", "UK11"]


def test_words_of_a_lot_that_look_like_a_child_are_left_out(cast: Cast) -> None:
    with acting(cast.colin):
        procurement = Procurement.objects.create(
            ref="T-WORDS", lead=cast.kent, name="Homes", kind="childrens_home", buys="block", instrument="block_contract",
            made_at=timezone.now(), made_by="Colin", summary="Also for Young Person 1",
        )  # fmt: skip
        Lot.objects.create(procurement=procurement, number=1, name="Solo", needs="A boy born on 3 May")
        release = release_for(procurement, "UK4", "", timezone.localdate(), "1")
    assert "description" not in release["tender"]
    assert release["tender"]["lots"][0]["title"] == "Solo"
    assert "description" not in release["tender"]["lots"][0]


def test_others_find_nothing_and_other_roles_are_refused(cast: Cast, awarded: Awarded) -> None:
    publish(cast, awarded, "UK4")
    for name, more in (("notices", ()), ("notice", ("UK4",)), ("ocds", ())):
        assert as_(cast.hilda).get(address(name, awarded, *more)).status_code == 404
        assert as_(cast.mona).get(address(name, awarded, *more)).status_code == 403
        assert as_(cast.oscar).get(address(name, awarded, *more)).status_code == 200
        assert as_(cast.april).get(address(name, awarded, *more)).status_code == 200
    assert as_(cast.oscar).post(address("notice", awarded, "UK4"), typed(timezone.localdate())).status_code == 403
    assert as_(cast.april).get(address("what_happened", awarded)).status_code == 403
    assert "Record that it was published" not in words(as_(cast.april).get(address("notice", awarded, "UK4")))
    assert Client().get(address("notices", awarded)).status_code == 302


def test_a_procurement_before_its_tender_says_that_nothing_is_due(cast: Cast) -> None:
    with acting(cast.colin):
        procurement = Procurement.objects.create(
            ref="T-EMPTY", lead=cast.kent, name="Not yet begun", kind="childrens_home", buys="block", instrument="block_contract",
            made_at=timezone.now(), made_by="Colin",
        )  # fmt: skip
    page = words(as_(cast.colin).get(reverse("tendering:notices", args=[procurement.key])))
    assert "Nothing to publish yet" in page
    assert "Next:" not in page
    assert "Open contracting data" not in page
