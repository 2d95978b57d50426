"""``nearhome person add``: how the first administrator of an organisation comes in."""

from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from cast import make_cast
from nearhome.cli.main import app
from nearhome.people.models import Organisation, Person

pytestmark = pytest.mark.django_db


def add(email: str, organisation: str, *more: str) -> Any:
    given = ["person", "add", email, "--name", "Ann Madeup-First", "--organisation", organisation, *more]
    return CliRunner().invoke(app, given)


def said(result: Any) -> str:
    return " ".join(result.output.split())


def test_the_first_administrator_of_an_authority_gets_a_link_that_works() -> None:
    result = add("Ann@surrey.example", "936")
    assert result.exit_code == 0
    ann = Person.objects.get(email="ann@surrey.example")
    assert (ann.organisation.name, ann.roles) == ("Surrey", ["administrator"])
    link = next(line for line in result.output.splitlines() if line.startswith("/people/set-password/"))
    assert "Ann Madeup-First, Surrey" in Client().get(link).content.decode()


def test_a_known_organisation_is_found_by_code_or_name() -> None:
    cast = make_cast()
    assert add("ann@kent.example", "886").exit_code == 0
    assert (
        add("bea@meadow.example", "madeup meadow care ltd", "--role", "provider", "--role", "administrator").exit_code
        == 0
    )
    assert Person.objects.get(email="ann@kent.example").organisation == cast.kent
    assert Person.objects.get(email="bea@meadow.example").organisation == cast.meadow
    assert Organisation.objects.filter(name="Kent").count() == 1


@pytest.mark.parametrize(
    ("email", "organisation", "more"),
    [
        ("ann@nowhere.example", "Nowhere", ()),
        ("ann@kent.example", "000", ()),
        ("not an address", "886", ()),
        ("ann@kent.example", "886", ("--role", "king")),
        ("hilda@hampshire.example", "886", ()),
    ],
)
def test_what_cannot_be_added_ends_with_one_and_leaves_nothing(email: str, organisation: str, more: tuple[str]) -> None:
    make_cast()
    before = Person.objects.count(), Organisation.objects.count()
    assert add(email, organisation, *more).exit_code == 1
    assert (Person.objects.count(), Organisation.objects.count()) == before
