"""A procurement: begun by a commissioner within the rules, changed until it is published, and read by those who buy together."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from cast import NOW, Cast, make_cast, make_person
from nearhome.audit.models import Event
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.sufficiency.models import Requirement
from nearhome.tendering.actions.cases import begin_procurement, change_procurement, terms_of
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries import waiting_for
from nearhome.tendering.queries.cases import places_by_date
from scenes import make_partnership
from scenes_options import TERMS, begun, completed, weighed
from scenes_tender import DEADLINE, acting_at, make_tender

pytestmark = pytest.mark.django_db
ANSWERS = {
    "name": "Foster placements from 2027", "kind": "foster", "buys": "framework", "instrument": "closed_framework",
    "regime": "PA23", "light_touch": "yes", "lead_weight": "5", "term_months": "48",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def get(person: Person, path: str) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(path)


def post(person: Person, path: str, **answers: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.post(path, answers, follow=True)


def said(response: Any) -> str:
    return response.content.decode()


def test_a_commissioner_begins_one_with_partners_and_sees_what_to_do_first(cast: Cast) -> None:
    make_partnership(cast)
    response = post(cast.colin, "/tendering/begin/", **ANSWERS, **{f"weight_{cast.portsmouth.pk}": "2"})
    text = said(response)
    assert "The procurement has begun" in text
    assert "Weigh the options" in text
    assert "Kent (weight 5) and Portsmouth (weight 2)" in text
    with acting(cast.colin):
        made = Procurement.objects.get()
        assert made.ref.startswith("T-")
        assert made.moves.get().to_state == "preparing"
        assert Event.objects.get(name="procurement.begun").seen_by == [cast.portsmouth.pk]


def test_a_double_click_begins_one(cast: Cast) -> None:
    for _ in range(2):
        assert "Weigh the options" in said(post(cast.colin, "/tendering/begin/", **ANSWERS))
    with acting(cast.colin):
        assert Procurement.objects.count() == 1
    text = said(post(cast.colin, "/tendering/begin/", **ANSWERS | {"term_months": "24"}))
    assert "has a procurement of this name already" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"light_touch": "no", "extension_months": "12"}, "60 months are 12 too many"),
        ({"regime": "PCR2015"}, "Nothing new can be begun under the Public Contracts Regulations 2015"),
        ({"instrument": "flexible_framework", "light_touch": "no"}, "Choose an open framework"),
        ({"instrument": "open_framework", "term_months": "97"}, "97 months are 1 too many"),
        ({"buys": "block"}, "A block of places is bought by a block contract"),
        ({"term_months": "", "extension_months": "12"}, "Extensions need a term"),
        ({"term_months": "0"}, "must be 1 or more"),
        ({"term_months": "9999"}, "must be 300 or fewer"),
        ({"estimated_value_pence": "-5"}, "or more"),
        ({"name": ""}, "Enter the name"),
        ({"name": "x" * 201}, "200 characters or fewer"),
        ({"other_weight": "3"}, "Select the authority that this weight is for"),
        ({"commenced_on-day": "1", "commenced_on-month": "3", "commenced_on-year": "2024"}, "before the Procurement Act 2023"),
        ({"commenced_on-day": "1", "commenced_on-month": "3", "commenced_on-year": "2099"}, "cannot be in the future"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_mend_and_nothing_is_kept(
    cast: Cast, changed: dict[str, str], words: str
) -> None:
    assert words in said(post(cast.colin, "/tendering/begin/", **ANSWERS | changed))
    with acting(cast.colin):
        assert not Procurement.objects.exists()


def test_one_that_commenced_under_the_old_law_is_kept_under_it_within_its_limits(cast: Cast) -> None:
    made = begun(cast, regime="PCR2015", commenced_on=dt.date(2024, 3, 1))
    assert made.regime == "PCR2015"
    with acting(cast.colin), pytest.raises(ValidationError, match="23 February 2029"):
        terms = replace(
            TERMS, name="A system", instrument="dynamic_market", regime="PCR2015", commenced_on=dt.date(2024, 3, 1)
        )
        begin_procurement(terms=terms, parties={}, by=cast.colin, now=NOW)


def test_only_a_commissioner_of_an_authority_begins_one(cast: Cast) -> None:
    for person in (cast.olive, cast.april, cast.fiona, cast.anna, cast.mona):
        assert get(person, "/tendering/begin/").status_code == 403
        with acting(person), pytest.raises(PermissionDenied):
            begin_procurement(terms=TERMS, parties={}, by=person, now=NOW)


def test_a_provider_is_no_party(cast: Cast) -> None:
    for number in (cast.meadow.pk, cast.kent.pk):
        with acting(cast.colin), pytest.raises(ValidationError, match="Only other authorities"):
            begin_procurement(terms=TERMS, parties={number: 1}, by=cast.colin, now=NOW)


def test_parties_read_it_outsiders_do_not_even_when_it_is_published(cast: Cast) -> None:
    made = begun(cast)
    tender = make_tender(cast).procurement
    henry = make_person("Henry Madeup-Commissioner", cast.hampshire, "commissioner")
    for one in (made, tender):
        for person in (cast.colin, cast.olive, cast.april, cast.fiona, cast.anna, cast.oscar, cast.felix):
            assert get(person, f"/tendering/{one.key}/").status_code == 200, person
        for person in (cast.hilda, henry):
            assert get(person, f"/tendering/{one.key}/").status_code == 404
        assert get(cast.mona, f"/tendering/{one.key}/").status_code == 403
    assert "leads no procurement yet" in said(get(henry, "/tendering/"))
    assert "Begin a procurement" in said(get(henry, "/tendering/"))
    listed = said(get(cast.felix, "/tendering/"))
    assert made.name in listed
    assert "Begin a procurement" not in listed


def test_only_the_lead_changes_it_and_only_while_it_is_prepared(cast: Cast) -> None:
    made = begun(cast)
    carla = make_person("Carla Madeup-Commissioner", cast.portsmouth, "commissioner")
    assert get(carla, f"/tendering/{made.key}/change/").status_code == 403
    changed = ANSWERS | {"name": "A better name", "version": str(made.version)}
    assert "The procurement was changed" in said(post(cast.colin, f"/tendering/{made.key}/change/", **changed))
    with acting(cast.colin):
        made.refresh_from_db()
        assert (made.name, made.version, made.parties.count()) == ("A better name", 2, 0)
    published = make_tender(cast).procurement
    assert "do not change any more" in said(get_followed(cast.colin, f"/tendering/{published.key}/change/"))
    with acting(cast.colin), pytest.raises(ValidationError, match="Open for bids"):
        change_procurement(
            procurement=published, terms=terms_of(published), parties={}, version=1, by=cast.colin, now=NOW
        )


def get_followed(person: Person, path: str) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(path, follow=True)


def test_two_who_change_it_at_once_are_told_and_the_same_twice_is_harmless(cast: Cast) -> None:
    made, terms = begun(cast), replace(TERMS, term_months=36)
    parties = {cast.portsmouth.pk: 2}
    with acting(cast.colin):
        for _ in range(2):
            change_procurement(procurement=made, terms=terms, parties=parties, version=1, by=cast.colin, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            other = replace(TERMS, term_months=24)
            change_procurement(procurement=made, terms=other, parties=parties, version=1, by=cast.colin, now=NOW)
        assert Event.objects.filter(name="procurement.changed").count() == 1
        assert Event.objects.get(name="procurement.changed").words.endswith("was changed: the term.")


def test_the_value_is_held_against_the_threshold_of_the_day(cast: Cast) -> None:
    below = begun(cast, name="Small", estimated_value_pence=66_353_999)
    assert "£663,539.99 is below the threshold for light-touch services, £663,540 with VAT" in said(
        get(cast.colin, f"/tendering/{below.key}/")
    )
    above = begun(cast, name="Not small", estimated_value_pence=66_354_000)
    assert "is at or above the threshold" in said(get(cast.colin, f"/tendering/{above.key}/"))


def test_every_rule_is_shown_with_its_source_and_how_far_to_trust_it(cast: Cast) -> None:
    text = said(get(cast.felix, "/tendering/rules/"))
    for words in ("23 February 2029", "Ward Hadaway", "Not verified: ask a lawyer", "£207,720.00", "8 years"):
        assert words in text
    assert get(cast.mona, "/tendering/rules/").status_code == 403


def test_the_steps_follow_the_tender(cast: Cast) -> None:
    with acting(cast.colin):
        tender = make_tender(cast, deadline=dt.datetime.now(dt.UTC) + dt.timedelta(days=9))
    path = f"/tendering/{tender.procurement.key}/"
    text = said(get(cast.colin, path))
    assert "Nobody opens them before" in text
    assert "Bids are coming in" in text
    assert "2 lots, 4 criteria" in text
    assert "It was named in words when the tender was published" in text
    with acting_at(cast.colin, DEADLINE):
        Procurement.objects.filter(pk=tender.procurement.pk).update(state="abandoned")
    text = said(get(cast.colin, path))
    assert "Abandoned" in text
    assert "See which notices are due" in text


def test_the_options_are_the_next_thing_until_they_are_complete(cast: Cast) -> None:
    made = begun(cast)
    with acting(cast.colin):
        assert [one.words for one in waiting_for(cast.colin, now=NOW)] == ["Weigh the options for buying"]
        assert waiting_for(cast.april, now=NOW) == ()
    completed(cast, weighed(cast, made))
    text = said(get(cast.colin, f"/tendering/{made.key}/"))
    assert "Version 1 is complete" in text
    assert "Record the decision" in text
    with acting(cast.colin):
        assert waiting_for(cast.colin, now=NOW) == ()


@pytest.fixture
def requirement(cast: Cast) -> Requirement:
    from nearhome.sufficiency.models import KeptAnalysis

    with acting(cast.colin):
        forecast = KeptAnalysis.objects.create(
            authority=cast.kent, kind="forecast", title="Made-up forecast", asked={"to": "2026-09-30", "months": 24}, inputs=b"",
            inputs_digest="", version="", result={}, result_digest="", worked_out_at=NOW, worked_out_by="Anna",
        )  # fmt: skip
        steps = [{"by_month": month, "places": 5, "in_all": in_all} for month, in_all in ((12, 5), (18, 10), (24, 15))]
        return Requirement.objects.create(
            authority=cast.kent, forecast=forecast, area_code="886", kind="fostering_agency", sentence="15 places in Kent",
            steps=steps, asked={}, reasons={}, saved_at=NOW, saved_by="Anna",
        )  # fmt: skip


def test_one_begun_from_a_requirement_takes_its_kind_and_its_places_by_date(
    cast: Cast, requirement: Requirement
) -> None:
    path = f"/tendering/begin/?requirement={requirement.key}"
    text = said(get(cast.colin, path))
    assert "15 places in Kent" in text
    assert "31 Mar 2028" in text
    made = said(post(cast.colin, path, **ANSWERS, requirement_id=str(requirement.pk)))
    assert "30 Sep 2028" in made
    with acting(cast.colin):
        one = Procurement.objects.get()
        assert one.requirement == requirement
        by = [(one.by_on, one.in_all) for one in places_by_date(requirement)]
    assert by == [(dt.date(2027, 9, 30), 5), (dt.date(2028, 3, 31), 10), (dt.date(2028, 9, 30), 15)]


def test_a_requirement_may_be_attached_later_but_none_of_others(cast: Cast, requirement: Requirement) -> None:
    made = begun(cast)
    answers = ANSWERS | {"version": "1", "requirement_id": str(requirement.pk)}
    assert "15 places in Kent" in said(post(cast.colin, f"/tendering/{made.key}/change/", **answers))
    henry = make_person("Henry Madeup-Commissioner", cast.hampshire, "commissioner")
    with acting(henry), pytest.raises(ValidationError, match="Choose one of yours"):
        terms = replace(TERMS, requirement_id=requirement.pk)
        begin_procurement(terms=terms, parties={}, by=henry, now=NOW)
    assert "15 places in Kent" not in said(get(cast.felix, f"/tendering/{made.key}/"))


def test_who_cannot_go_on_is_told_who_does(cast: Cast) -> None:
    made = begun(cast)
    assert "Waits for Kent: weigh the options" in said(get(cast.april, f"/tendering/{made.key}/"))


def test_nobody_begins_from_a_requirement_of_others(cast: Cast, requirement: Requirement) -> None:
    henry = make_person("Henry Madeup-Commissioner", cast.hampshire, "commissioner")
    assert get(henry, f"/tendering/begin/?requirement={requirement.key}").status_code == 404
    assert get(cast.colin, "/tendering/begin/?requirement=nonsense").status_code == 200
