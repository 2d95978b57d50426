"""A procurement as releases and records: what each notice says, what it never says, and how releases add up."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.tendering.calculations.ocds.case import BidsCounted, CriterionFacts, OcdsCase
from nearhome.tendering.calculations.ocds.packages import compiled_release
from nearhome.tendering.calculations.ocds.releases import releases
from nearhome.tendering.calculations.ocds.sound import faults
from nearhome.tendering.calculations.ocds.values import moment, pounds, to_thousand_pounds
from nearhome.tendering.calculations.ocds.words import id_problem, texts
from nearhome.tendering.exporters.ocds_files import faults_of_package, packages_of_case
from scenes_ocds import ABANDONED, AT, CASES, DIRECT, KENT, LEGACY, MARKET, MEADOW, URI, WHOLE, any_case, published

FRAMEWORK = WHOLE.framework
assert FRAMEWORK is not None


def of_process(case: OcdsCase, ocid: str = "") -> list[dict[str, Any]]:
    return [one for one in releases(case) if one["ocid"] == (ocid or case.ocid)]


def text_of(case: OcdsCase) -> str:
    made = packages_of_case(case, KENT, uri=URI, at=AT)
    assert made.complaints == ()
    return made.releases.decode() + made.records.decode()


def test_each_notice_has_its_release_and_payments_have_none() -> None:
    assert [one["tag"] for one in of_process(WHOLE)] == [
        ["planning"], ["planningUpdate"], ["tender"], ["award"], ["awardUpdate"], ["awardUpdate", "contract"],
        ["awardUpdate", "contractUpdate"], ["implementation"], ["contractAmendment"], ["contractTermination"],
    ]  # fmt: skip
    assert [one["tag"] for one in of_process(DIRECT)] == [["award"], ["awardUpdate"], ["awardUpdate", "contract"]]
    assert [one["tag"] for one in of_process(ABANDONED)] == [["tender"], ["tenderCancellation"]]
    assert [one["tag"] for one in of_process(MARKET)][-1] == ["tenderCancellation"]
    assert [one["tag"] for one in of_process(LEGACY)] == [["tender"], ["award", "contract"], ["contractAmendment"]]


def test_a_framework_and_each_call_off_are_processes_of_their_own_that_are_related() -> None:
    made = list(releases(WHOLE))
    own = {one["ocid"] for one in made}
    assert own == {WHOLE.ocid, f"{WHOLE.ocid}-C-77", f"{WHOLE.ocid}-C-78"}
    for one in made:
        related = one.get("relatedProcesses")
        assert (related is None) is (one["ocid"] == WHOLE.ocid)
        if related:
            assert related == [{"id": "1", "relationship": ["framework"], "scheme": "ocid", "identifier": WHOLE.ocid}]
            assert one["tender"]["competitive"] is one["ocid"].endswith("78")


def test_every_buyer_is_a_party_and_the_buyer_is_named_only_if_there_is_one() -> None:
    tendered = of_process(WHOLE)[2]
    assert "buyer" not in tendered
    assert [party["name"] for party in tendered["parties"] if "buyer" in party["roles"]] == ["Kent", "Medway"]
    assert of_process(DIRECT)[0]["buyer"] == {"id": "ONS-E10000016", "name": "Kent"}


def test_a_tender_says_its_lots_their_criteria_and_that_it_is_a_framework() -> None:
    tender = of_process(WHOLE)[2]["tender"]
    assert [lot["id"] for lot in tender["lots"]] == ["1", "2"]
    numbers = [one["numbers"][0]["number"] for one in tender["lots"][0]["awardCriteria"]["criteria"]]
    assert sum(numbers) == 100
    assert tender["techniques"]["hasFrameworkAgreement"] is True
    assert tender["specialRegime"] == ["lightTouch"]
    assert tender["value"] == {"amountGross": pounds(2_000_000_001), "currency": "GBP"}
    assert tender["documents"][0]["noticeType"] == "UK4"


def test_a_framework_stays_open_while_others_can_join_and_is_complete_when_nobody_can() -> None:
    assert of_process(WHOLE)[5]["tender"]["status"] == "active"
    assert of_process(replace(WHOLE, is_complete=True))[5]["tender"]["status"] == "complete"


def test_the_notice_of_one_award_does_not_tell_of_another() -> None:
    first, second = of_process(WHOLE)[3:5]
    assert [one["id"] for one in first["awards"]] == ["T-MADE1-1-01234567"]
    assert [one["id"] for one in second["awards"]] == ["T-MADE1-2-01234568"]
    assert "Harbour" not in json.dumps(first, default=str)


def test_how_many_bid_is_told_but_not_who_lost_nor_at_what_price() -> None:
    awarded = of_process(replace(WHOLE, bids=(BidsCounted(1, 7, 5),)))[3]
    assert {one["measure"]: one["value"] for one in awarded["bids"]["statistics"]} == {"bids": 7, "validBids": 5}
    assert set(awarded["bids"]) == {"statistics"}


def test_a_call_off_says_its_month_and_its_size_and_nothing_finer() -> None:
    later = replace(WHOLE.call_offs[0], starts_on=dt.date(2027, 5, 3), weekly_pence=95_051)
    one, other = (list(releases(replace(WHOLE, call_offs=(call_off,))))[-1] for call_off in (WHOLE.call_offs[0], later))
    assert one == other
    assert one["contracts"][0]["dateSigned"] == "2027-05-01T00:00:00+01:00"
    assert one["contracts"][0]["value"]["amount"] == 49_000
    assert "lots" not in one["tender"]
    assert "relatedLots" not in json.dumps(one, default=str)
    assert "2027-05-17" not in json.dumps(one, default=str)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_made_up_cases_hold_together_and_make_packages_without_fault(case: OcdsCase) -> None:
    assert faults(case) == ()
    made = packages_of_case(case, KENT, uri=URI, at=AT)
    assert made.complaints == ()
    assert faults_of_package(made.releases) == faults_of_package(made.records) == ()


@settings(max_examples=60)
@given(any_case())
def test_whatever_is_published_in_whatever_order_the_packages_have_no_fault(case: OcdsCase) -> None:
    made = packages_of_case(case, KENT, uri=URI, at=AT)
    if not list(releases(case)):
        assert made.complaints == ("No notice that makes a release has been published, so there is nothing to export",)
        return
    assert made.complaints == ()
    rows = json.loads(made.releases)["releases"]
    assert len({one["id"] for one in rows}) == len(rows)
    for record in json.loads(made.records)["records"]:
        assert record["compiledRelease"]["tag"] == ["compiled"]
        awards = record["compiledRelease"].get("awards", [])
        assert len({one["id"] for one in awards}) == len(awards)


@settings(max_examples=40)
@given(any_case(), st.randoms(use_true_random=False))
def test_the_order_in_which_notices_are_listed_changes_nothing(case: OcdsCase, random: Any) -> None:
    by_day = {one.on: one for one in case.notices}
    notices, other = list(by_day.values()), list(by_day.values())
    random.shuffle(other)
    ours, theirs = (list(releases(replace(case, notices=tuple(rows)))) for rows in (notices, other))
    assert ours == theirs


def test_a_record_keeps_what_an_earlier_release_said_and_takes_what_a_later_one_says() -> None:
    record = compiled_release(of_process(WHOLE))
    assert record["tender"]["documents"][0]["noticeType"] == "UK4"
    assert {one["id"]: one["status"] for one in record["awards"]} == {
        "T-MADE1-1-01234567": "active",
        "T-MADE1-2-01234568": "active",
    }
    assert {one["status"] for one in record["contracts"]} == {"terminated"}
    assert record["bids"]["statistics"]
    assert record["planning"]["documents"][0]["noticeType"] == "UK2"


def test_releases_of_two_processes_are_never_merged_into_one() -> None:
    with pytest.raises(ValueError, match="exactly one process"):
        compiled_release(list(releases(WHOLE)))
    with pytest.raises(ValueError, match="exactly one process"):
        compiled_release([])


@pytest.mark.parametrize(
    ("pence", "said"),
    [(100, "1"), (105, "1.05"), (1, "0.01"), (3_056_400_000_000, "30564000000"), (2_000_000_001, "20000000.01")],
)
def test_every_penny_of_an_amount_leaves_as_it_is(pence: int, said: str) -> None:
    assert str(pounds(pence)) == said
    case = replace(WHOLE, value_pence=pence)
    assert f'"amountGross": {said}' in text_of(case)


@given(st.integers(1, 10**12))
def test_a_call_off_s_size_is_near_the_truth_and_never_nought(pence: int) -> None:
    rounded = to_thousand_pounds(pence)
    assert rounded % 100_000 == 0
    assert rounded >= 100_000
    assert abs(rounded - pence) <= 50_000 or rounded == 100_000


def test_moments_are_said_on_the_london_clock() -> None:
    assert moment(dt.date(2027, 6, 1)) == "2027-06-01T00:00:00+01:00"
    assert moment(dt.date(2027, 1, 1), last=True) == "2027-01-01T23:59:59+00:00"
    assert moment(dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)) == "2026-10-25T01:30:00+01:00"
    assert moment(dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)) == "2026-10-25T01:30:00+00:00"
    with pytest.raises(ValueError, match="no time zone"):
        moment(dt.datetime(2027, 1, 1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ocid": "kent-1"}, "ocds-h6vhtk-04fe75"),
        ({"title": " "}, "title must not be empty"),
        ({"lots": ()}, "one lot at least"),
        ({"value_pence": 0}, "above nought"),
        ({"value_pence": -5}, "above nought"),
        ({"months": 0}, "months must be from 1"),
        ({"criteria": (CriterionFacts("All", "quality", WHOLE.criteria[0].weight),)}, "sum to 30"),
        ({"criteria": (CriterionFacts("All", "taste", WHOLE.criteria[0].weight),)}, "quality, price or cost"),
        ({"bids": (BidsCounted(1, 1, 2),)}, "valid no more than received"),
        ({"bids": (BidsCounted(9, 1, 1),)}, "no lot 9"),
        ({"awards": (WHOLE.awards[0], WHOLE.awards[0])}, "is there 2 times"),
        ({"awards": (replace(WHOLE.awards[0], ends_on=dt.date(2020, 1, 1)),)}, "must not lie before"),
        ({"awards": (replace(WHOLE.awards[0], signed_on=None, ended_on=dt.date(2030, 1, 1)),)}, "give signed_on"),
        ({"call_offs": (replace(WHOLE.call_offs[0], weekly_pence=0),)}, "above nought"),
        ({"buyers": (KENT,)}, "is there 2 times"),
        ({"framework": replace(FRAMEWORK, months=-4)}, "framework.months must be from 1"),
        ({"framework": replace(FRAMEWORK, most_suppliers=-4)}, "framework.most_suppliers must be from 1"),
        ({"framework": replace(FRAMEWORK, scheme_ends_on=dt.date(2020, 1, 1))}, "scheme_ends_on must not lie before"),
        ({"deadline_at": dt.datetime(2026, 8, 1, tzinfo=dt.UTC), "questions_until_at": None}, "tendered_at must not lie after deadline_at"),
        ({"awards": (replace(WHOLE.awards[0], signed_on=dt.date(2026, 11, 30)),)}, "signed_on must not lie before decided_on"),
        ({"notices": (published("UK99", "2026-09-01"),)}, "a code that is none"),
        ({"notices": (published("PCR-CN", "2026-09-01"),)}, "PCR-CN is no notice of PA23"),
        ({"regime": "PCR2015"}, "UK7 is no notice of PCR2015"),
        ({"regime": "Jayden"}, "regime must be one of"),
        ({"call_offs": (replace(WHOLE.call_offs[0], notices=(published("UK99", "2026-09-01"),)),)}, "call-off 1: notices name a code"),
        ({"questions_until_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}, "must not lie after deadline_at"),
    ],
)  # fmt: skip
def test_a_case_that_does_not_hold_together_is_told_what_to_mend(change: dict[str, Any], said: str) -> None:
    found = faults(replace(WHOLE, **change))
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    "words",
    [
        "A placement for Young Person 1", "Child 12 needs a home", "NHS 943 476 5919", "UPN A123456789012", "A boy born on 3 May",
        "Near ME14 1XX", "DOB 3/5/2014",
        "Young Person One", "Child A of three", "yp two", "Solo placement for Jayden Madeup-Smith, 12, of Ashford",
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["title", "description", "lot", "metric"])
def test_words_that_look_like_a_child_are_refused_without_being_repeated(words: str, where: str) -> None:
    changed = {
        "title": replace(WHOLE, title=words),
        "description": replace(WHOLE, description=words),
        "lot": replace(WHOLE, lots=(replace(WHOLE.lots[0], description=words), WHOLE.lots[1])),
        "metric": replace(
            WHOLE, awards=(replace(WHOLE.awards[0], metrics=(replace(WHOLE.awards[0].metrics[0], title=words),)),)
        ),
    }[where]
    found = faults(changed)
    assert any("looks as if" in one for one in found)
    assert not any(words in one for one in found)


def _with(value: Any, path: str, words: str) -> Any:
    """The case with these words in one text, named as `texts` names it."""
    head, _, rest = path.partition(".")
    name, _, place = head.rstrip("]").partition("[")
    inner = getattr(value, name)
    if place:
        at = int(place) - 1
        return replace(value, **{name: (*inner[:at], _with(inner[at], rest, words), *inner[at + 1 :])})
    return replace(value, **{name: _with(inner, rest, words) if rest else words})


@pytest.mark.parametrize("words", ["Jayden Madeup-Smith 943 476 5919", "943-476-5919"])
def test_there_is_no_text_of_a_case_in_which_a_child_s_number_would_leave(words: str) -> None:
    places = [where for where, *_ in texts(WHOLE)]
    assert {"awards[1].number", "call_offs[1].number", "notices[1].reference", "lead.name"} <= set(places)
    for where in places:
        changed = _with(WHOLE, where, words)
        assert faults(changed), where
        assert not any(words in one for one in faults(changed)), where


@pytest.mark.parametrize("case", CASES)
def test_what_a_case_ordinarily_says_is_let_through(case: OcdsCase) -> None:
    assert faults(case) == ()


@pytest.mark.parametrize(
    "number", ["012345-2027", "2021/S 123-456789", "T-MADE1-1-01234567", "c-0123456789ab", "1-101234567890"]
)
def test_numbers_that_places_of_publication_and_registers_give_are_let_through(number: str) -> None:
    assert id_problem(number) == ""


@pytest.mark.parametrize(
    "number", ["", "Jayden-1", "J Smith 1", "T-ABC", "9434765919", "T-943-476-5919", "ME14-1XX", "A123456789012"]
)
def test_other_numbers_are_not(number: str) -> None:
    assert id_problem(number)


def test_ordinary_words_of_a_tender_are_let_through() -> None:
    ordinary = "Homes for 10 children of 8 to 17 in lots 1 and 2; 24 hours a day, £4,557 a week, by 1 April 2028. A young person may step across. Foster Care, 11 to 17. A child one to one with staff; 2 young people."
    assert faults(replace(WHOLE, description=ordinary)) == ()


def test_no_release_names_a_supplier_that_its_notice_is_not_about() -> None:
    for one in releases(replace(WHOLE, awards=(replace(WHOLE.awards[0], signed_on=None), WHOLE.awards[1]))):
        named = {party["id"] for party in one["parties"] if "supplier" in party["roles"]}
        assert named == {supplier["id"] for award in one.get("awards", ()) for supplier in award["suppliers"]}
        if MEADOW.ref in named:
            assert "contracts" not in one or one["ocid"] != WHOLE.ocid
