"""A group of children chosen by the address and followed over time; nothing is kept of it."""

import re
from typing import Any

import pytest
from django.test import Client

from cast import Cast, make_cast
from nearhome.sufficiency.models import KeptAnalysis
from reading_responses import client_of
from scenes import make_partnership
from scenes_sufficiency import load_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    make_partnership(made)
    load_region(made)
    return made


def page(client: Client, asked: str = "") -> str:
    return text_of(client.get(f"/sufficiency/cohort/{asked}"))


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def size_shown(words: str) -> str:
    found = re.search(r"Children in the cohort</dt><dd><span[^>]*>([^<]*)<", words)
    assert found
    return found[1]


def test_without_a_choice_the_shipped_cohort_is_followed(cast: Cast) -> None:
    words = page(client_of(cast.anna))
    assert "Children 10 to 16, complex" in words
    assert "do not send these figures on" in words
    assert "by month" in words
    assert "<svg" in words
    assert not KeptAnalysis.objects.exists()


def test_the_filters_in_the_address_say_which_children(cast: Cast) -> None:
    anna = client_of(cast.anna)
    everybody = page(anna, "?youngest=0&oldest=17")
    assert size_shown(everybody) == "52"
    girls = page(anna, "?sexes=F")
    assert "Children 0 to 17, girls" in girls
    boys = page(anna, "?sexes=M")
    assert int(size_shown(girls)) + int(size_shown(boys)) == 52
    assert size_shown(page(anna, "?settings=residential")) == "12"
    assert size_shown(page(anna, "?settings=residential&settings=foster&needs=N1&legal_groups=Full+care+order")) == "52"
    assert size_shown(page(anna, "?uasc=yes")) == "0"
    assert size_shown(page(anna, "?complex=no&uasc=no")) == "52"
    assert "residential care or supported accommodation" in page(anna, "?settings=residential&settings=supported")


def test_a_day_is_chosen_and_its_form_keeps_what_was_chosen(cast: Cast) -> None:
    words = page(client_of(cast.anna), "?oldest=12&needs=N1&on-day=1&on-month=5&on-year=2025")
    assert size_shown(words) == "0"
    assert re.search(r'name="oldest"[^>]*value="12"|value="12"[^>]*name="oldest"', words)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("?youngest=12&oldest=10", "Age to must be 12 or more"),
        ("?youngest=-1", "Age from"),
        ("?youngest=ten", "Age from"),
        ("?sexes=X", "Sex"),
        ("?on-day=1&on-month=5&on-year=2031", "Choose a day among these"),
        ("?on-day=40&on-month=5&on-year=2025", "There is a problem"),
    ],
)
def test_a_wrong_value_is_explained_and_nothing_is_counted(cast: Cast, asked: str, said: str) -> None:
    words = page(client_of(cast.anna), asked)
    assert "There is a problem" in words
    assert said in words
    assert "Children in the cohort" not in words


def test_the_months_can_be_downloaded_with_the_same_choice(cast: Cast) -> None:
    answer = client_of(cast.anna).get("/sufficiency/cohort/?settings=residential&download=csv&table=cohort-by-month")
    assert answer["Content-Type"].startswith("text/csv")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert "In residential care" in content.decode()
    default = client_of(cast.anna).get("/sufficiency/cohort/?download=csv&table=cohort-by-month")
    assert default["Content-Type"].startswith("text/csv")


def test_without_a_return_the_page_says_what_to_do(cast: Cast) -> None:
    cast.harry.organisation = cast.west_sussex
    cast.harry.roles = ["analyst"]
    cast.harry.save()
    assert "There is no return on record yet" in page(client_of(cast.harry))


def test_only_readers_of_analyses_see_it(cast: Cast) -> None:
    assert client_of(cast.olive).get("/sufficiency/cohort/").status_code == 403
