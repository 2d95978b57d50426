"""What an administrator does to people and rules, and what they cannot."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cast import NOW, PASSWORD, Cast, make_cast, make_person
from nearhome.audit.models import Event
from nearhome.audit.record import Nearhome
from nearhome.people.actions import (
    Rules,
    add_authority,
    add_person,
    change_person,
    change_rules,
    one_time_link,
    set_password,
    switch_off_person,
    switch_on_person,
)
from nearhome.people.models import AuthorityRules, Person
from nearhome.people.queries import person_of_link
from nearhome.privacy.acting import acting

pytestmark = pytest.mark.django_db
NEW = {"name": "Nora Madeup-New", "roles": ["approver"], "now": NOW}
STRICT = Rules(False, 12, 24, 2, 48, ("938",))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def kent(cast: Cast) -> Iterator[Cast]:
    """The cast, while Kent's administrator acts."""
    with acting(cast.anna):
        yield cast


def changed(cast: Cast, person: Person, **given: Any) -> Person:
    wanted = {"name": person.name, "roles": person.roles, "approval_limit_pence": person.approval_limit_pence} | given
    return change_person(person=person, by=cast.anna, now=NOW, **wanted)


def words(cast: Cast) -> list[str]:
    return list(Event.objects.filter(thread=cast.kent.key).values_list("words", flat=True))


def test_somebody_added_belongs_to_the_administrators_own_organisation_and_has_no_password(kent: Cast) -> None:
    nora = add_person(email=" Nora@Kent.example ", approval_limit_pence=5_000_000, by=kent.anna, **NEW)
    nora.refresh_from_db()
    assert (nora.organisation, nora.email, nora.roles) == (kent.kent, "nora@kent.example", ["approver"])
    assert nora.approval_limit_pence == 5_000_000
    assert not nora.has_usable_password()
    assert words(kent) == ["Nora Madeup-New was added as approver."]


def test_a_colleagues_address_is_named_and_a_strangers_is_not(kent: Cast) -> None:
    with pytest.raises(ValidationError, match="Olive Madeup-Officer has that address already"):
        add_person(email=kent.olive.email.upper(), by=kent.anna, **NEW)
    with pytest.raises(ValidationError, match="That address cannot be added") as refused:
        add_person(email=kent.hilda.email.title(), by=kent.anna, **NEW)
    assert "Hampshire" not in str(refused.value)
    assert "Hilda" not in str(refused.value)


@pytest.mark.parametrize("who", ["olive", "mona", "hilda"])
def test_nobody_but_an_administrator_does_any_of_it(kent: Cast, who: str) -> None:
    by = getattr(kent, who)
    asked = [
        lambda: add_person(email="nora@kent.example", by=by, **NEW),
        lambda: change_person(
            person=kent.olive, name="Other", roles=["approver"], approval_limit_pence=None, by=by, now=NOW
        ),
        lambda: switch_off_person(person=kent.olive, by=by, now=NOW),
        lambda: switch_on_person(person=kent.olive, by=by, now=NOW),
        lambda: one_time_link(person=kent.olive, by=by, now=NOW),
        lambda: change_rules(authority=kent.kent, rules=STRICT, by=by, now=NOW),
    ]
    for ask in asked:
        with pytest.raises(PermissionDenied):
            ask()


def test_an_administrator_of_another_organisation_changes_nobody_here(kent: Cast) -> None:
    other = make_person("Hanna Madeup-Administrator", kent.hampshire, "administrator")
    for action in (switch_off_person, switch_on_person, one_time_link):
        with pytest.raises(PermissionDenied):
            action(person=kent.olive, by=other, now=NOW)
    with pytest.raises(PermissionDenied):
        change_rules(authority=kent.kent, rules=STRICT, by=other, now=NOW)


def test_roles_fit_the_kind_of_organisation(cast: Cast) -> None:
    boss = make_person("Bella Madeup-Boss", cast.meadow, "administrator")
    with acting(boss):
        with pytest.raises(ValidationError, match="approver is not a role in Madeup Meadow Care Ltd"):
            add_person(email="nora@meadow.example", by=boss, **NEW)
        added = add_person(email="nora@meadow.example", by=boss, **NEW | {"roles": ["provider"]})
        with pytest.raises(PermissionDenied, match="Only a local authority"):
            change_rules(authority=cast.meadow, rules=STRICT, by=boss, now=NOW)
    assert added.organisation == cast.meadow
    with acting(cast.anna), pytest.raises(ValidationError, match="at least one role"):
        add_person(email="nora@kent.example", by=cast.anna, **NEW | {"roles": []})


def test_a_change_is_recorded_in_words_and_a_second_press_changes_nothing(kent: Cast) -> None:
    for _ in range(2):
        changed(kent, kent.olive, name="Olive Madeup-Senior", roles=["approver"], approval_limit_pence=250_000_00)
    kent.olive.refresh_from_db()
    assert (kent.olive.name, kent.olive.roles, kent.olive.approval_limit_pence) == (
        "Olive Madeup-Senior", ["approver"], 25_000_000,
    )  # fmt: skip
    assert words(kent) == [
        "Olive Madeup-Officer was changed: name Olive Madeup-Senior, approver, approval limit £250,000.00."
    ]


def test_the_last_administrator_stays(kent: Cast) -> None:
    with pytest.raises(ValidationError, match="last administrator of Kent"):
        switch_off_person(person=kent.anna, by=kent.anna, now=NOW)
    with pytest.raises(ValidationError, match="last administrator of Kent"):
        changed(kent, kent.anna, roles=["analyst"])
    changed(kent, kent.olive, roles=["administrator"])
    changed(kent, kent.anna, roles=["analyst"])
    kent.olive.refresh_from_db()
    with pytest.raises(ValidationError, match="last administrator of Kent"):
        switch_off_person(person=kent.olive, by=kent.olive, now=NOW)


def test_a_switched_off_administrator_does_not_count_as_another(kent: Cast) -> None:
    changed(kent, kent.olive, roles=["administrator"])
    switch_off_person(person=kent.olive, by=kent.anna, now=NOW)
    with pytest.raises(ValidationError, match="last administrator"):
        switch_off_person(person=kent.anna, by=kent.anna, now=NOW)


def test_switching_off_ends_password_and_links_for_good(kent: Cast) -> None:
    token = one_time_link(person=kent.olive, by=kent.anna, now=NOW).split("/")[-2]
    switch_off_person(person=kent.olive, by=kent.anna, now=NOW)
    with pytest.raises(ValidationError, match="Switch them on first"):
        one_time_link(person=kent.olive, by=kent.anna, now=NOW)
    switch_on_person(person=kent.olive, by=kent.anna, now=NOW)
    kent.olive.refresh_from_db()
    assert kent.olive.is_active
    assert not kent.olive.check_password(PASSWORD)
    assert person_of_link(kent.olive.key, token, now=NOW) is None
    assert words(kent)[1:] == [
        "Olive Madeup-Officer was switched off and can no longer sign in.",
        "Olive Madeup-Officer was switched on again.",
    ]


def test_a_link_lasts_three_days_and_opens_for_one_person(kent: Cast) -> None:
    token = one_time_link(person=kent.olive, by=kent.anna, now=NOW).split("/")[-2]
    assert person_of_link(kent.olive.key, token, now=NOW + dt.timedelta(days=3)) == kent.olive
    assert person_of_link(kent.olive.key, token, now=NOW + dt.timedelta(days=3, seconds=1)) is None
    assert person_of_link(kent.april.key, token, now=NOW) is None


def test_a_link_sets_one_password_and_only_its_own_persons(kent: Cast) -> None:
    token = one_time_link(person=kent.olive, by=kent.anna, now=NOW).split("/")[-2]
    given: dict[str, Any] = {"person": kent.olive, "token": token, "now": NOW}
    with pytest.raises(PermissionDenied):
        set_password(password="three-odd-words", by=kent.anna, **given)
    set_password(password="three-odd-words", by=kent.olive, **given)
    with pytest.raises(ValidationError, match="used already"):
        set_password(password="another-three-words", by=kent.olive, **given)
    kent.olive.refresh_from_db()
    assert kent.olive.check_password("three-odd-words")
    assert words(kent)[-1] == "Olive Madeup-Officer set a password with a one-time link."


def test_rules_are_changed_with_both_values_on_record(kent: Cast) -> None:
    for _ in range(2):
        change_rules(authority=kent.kent, rules=STRICT, by=kent.anna, now=NOW)
    kept = AuthorityRules.objects.get(organisation=kent.kent)
    assert (kept.search_needs_permission, kept.hold_hours, kept.adjoining_extra) == (False, 48, ["938"])
    (said,) = words(kent)
    assert "search needs permission from yes to no" in said
    assert "hold hours from 72 to 48" in said
    assert "adjoining extra from none to 938" in said


@pytest.mark.parametrize(
    "rules", [Rules(True, 0, 1, 1, 1), Rules(True, 1, 1, 1, 9999), Rules(True, 1, 1, 1, 1, ("1",))]
)
def test_odd_rules_are_refused(kent: Cast, rules: Rules) -> None:
    with pytest.raises(ValidationError):
        change_rules(authority=kent.kent, rules=rules, by=kent.anna, now=NOW)


def test_nearhome_makes_the_first_administrator_of_a_new_authority() -> None:
    surrey = add_authority(name="Surrey", dfe_code="936", gss_code="E10000030")
    by = Nearhome(surrey.pk, surrey.name)
    with acting(by):  # type: ignore[arg-type]
        sally = add_person(email="sally@surrey.example", by=by, **NEW | {"roles": ["administrator"]})
        assert one_time_link(person=sally, by=by, now=NOW).startswith(f"/people/set-password/{sally.key}/")
    assert sally.organisation == surrey
