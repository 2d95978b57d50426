"""What a provider says of life in its home: by its page, by its table, and who may not say it."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from cast import NOW, Cast, make_cast
from nearhome.audit.queries import history_of
from nearhome.market.actions.homes import Description, describe_home
from nearhome.market.actions.living import LIFE_COLUMNS, LifeThere, describe_life
from nearhome.market.actions.profiles import COLUMNS, ProfilesLoaded, load_profiles
from nearhome.market.models import Home
from nearhome.privacy.acting import acting
from scenes import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast.meadow, "Made-up Meadow House", urn="SC900700", skills=["autism", "self_harm"])


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_provider_says_what_life_there_is_like_and_authorities_read_it(cast: Cast, home: Home) -> None:
    where = f"/market/homes/{home.key}/"
    typed = {
        "degree_autism": "specialist", "languages": ["polish", "english"], "faiths": ["sikh"], "newcomers_over": "10",
    }  # fmt: skip
    mona = client_of(cast.mona)
    assert "How far does it go: Autism" in text_of(mona.get(f"{where}life/"))
    page = text_of(mona.post(f"{where}life/", typed, follow=True))
    assert "Life at Made-up Meadow House is described." in page
    for person in (cast.mona, cast.olive):
        page = text_of(client_of(person).get(where))
        for words in ("Autism (specialist)", "English and Polish", "Sikh", "over 10"):
            assert words in page
    with acting(cast.mona):
        home.refresh_from_db()
        kept = [home.skill_degrees, home.languages, home.cultures, home.newcomers_over, home.newcomers_under]
        assert kept == [{"autism": "specialist"}, ["english", "polish"], [], 10, None]
        assert "a new child should be over 10" in [line.words for line in history_of(home.key)][-1]


def test_what_is_taken_away_is_not_known_again(cast: Cast, home: Home) -> None:
    mona, where = client_of(cast.mona), f"/market/homes/{home.key}/"
    mona.post(f"{where}life/", {"degree_autism": "trained", "languages": ["polish"], "newcomers_under": "15"})
    page = text_of(mona.post(f"{where}life/", {}, follow=True))
    assert "Not said: each skill counts in full" in page
    assert "Of any age the home takes" in page


def test_ages_that_leave_nobody_are_refused_and_what_was_typed_stays(cast: Cast, home: Home) -> None:
    page = text_of(
        client_of(cast.mona).post(
            f"/market/homes/{home.key}/life/", {"newcomers_over": "14", "newcomers_under": "15", "faiths": ["hindu"]}
        )
    )
    assert "No age is left between the two" in page
    assert 'value="14"' in page
    assert re.search(r'value="hindu"[^>]*checked', page)


def test_only_the_homes_own_provider_says_it(cast: Cast, home: Home) -> None:
    where = f"/market/homes/{home.key}/life/"
    assert client_of(cast.olive).get(where).status_code == 403
    assert client_of(cast.harry).post(where, {"languages": ["polish"]}).status_code == 404
    for person in (cast.olive, cast.harry):
        with acting(person), pytest.raises(PermissionDenied):
            describe_life(home=home, life=LifeThere(languages=["polish"]), by=person, now=NOW)


def test_an_authority_says_it_of_its_own_service(cast: Cast) -> None:
    own = make_home(cast.kent, "Made-up Kent Cottage", urn="SC900701")
    cast.olive.roles = [*cast.olive.roles, "provider"]
    cast.olive.save()
    page = text_of(client_of(cast.olive).post(f"/market/homes/{own.key}/life/", {"cultures": ["roma"]}, follow=True))
    assert "Roma" in page


@pytest.mark.parametrize(
    ("life", "words"),
    [
        (LifeThere({"esol": "trained"}), "does not say that it has the skill"),
        (LifeThere({"autism": "very good"}), "is no degree"),
        (LifeThere(languages=["klingon"]), "not on the list of languages"),
        (LifeThere(newcomers_over=40), "Enter an age"),
    ],
)
def test_what_is_unknown_is_refused_with_the_mend(cast: Cast, home: Home, life: LifeThere, words: str) -> None:
    with acting(cast.mona), pytest.raises(ValidationError, match=words):
        describe_life(home=home, life=life, by=cast.mona, now=NOW)


def test_the_same_again_leaves_no_second_line(cast: Cast, home: Home) -> None:
    with acting(cast.mona):
        for order in (["polish", "urdu"], ["urdu", "polish"]):
            describe_life(home=home, life=LifeThere(languages=order), by=cast.mona, now=NOW)
        assert len(history_of(home.key)) == 1


def test_a_degree_is_shown_only_while_the_home_has_the_skill(cast: Cast, home: Home) -> None:
    with acting(cast.mona):
        describe_life(home=home, life=LifeThere({"autism": "trained"}), by=cast.mona, now=NOW)
        described = Description(5, 15, "any", ["self_harm"], None, school_on_site=False, takes_solo=False)
        describe_home(home=home, description=described, by=cast.mona, now=NOW)
    assert "(trained)" not in text_of(client_of(cast.mona).get(f"/market/homes/{home.key}/"))


def row(**changes: str) -> dict[str, str]:
    cells = ("SC900700", "HOME-1", "Made-up Meadow House", "childrens_home", "CT9 1QQ", "3", "12", "any", "autism", "3",
             "yes", "no", "450000")  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True)) | changes


def load(cast: Cast, *rows: dict[str, str]) -> ProfilesLoaded:
    with acting(cast.colin):
        return load_profiles(list(rows), by=cast.colin, now=NOW)


def test_a_table_says_it_too_and_one_without_the_columns_leaves_it_alone(cast: Cast, home: Home) -> None:
    said = dict(zip(LIFE_COLUMNS, ("autism:trained", "polish;english", "", "roma", "", "16"), strict=True))
    load(cast, row(**said))
    load(cast, row())
    with acting(cast.mona):
        home.refresh_from_db()
    assert (home.skill_degrees, home.languages, home.faiths) == ({"autism": "trained"}, ["english", "polish"], [])
    assert (home.cultures, home.newcomers_over, home.newcomers_under) == (["roma"], None, 16)


@pytest.mark.parametrize(
    ("cell", "words"),
    [({"skill_degrees": "autism"}, "says no degree"), ({"languages": "klingon"}, "not on the list"),
     ({"skill_degrees": "esol:trained"}, "does not say that it has the skill")],
)  # fmt: skip
def test_a_row_that_says_nonsense_is_listed_with_the_mend(cast: Cast, home: Home, cell: dict, words: str) -> None:
    assert words in load(cast, row(**cell)).problems[0].message
