"""Whatever state a referral is in, every reader of the authority gets its page, with a next step or the word that there is none."""

import re

import pytest
from django.test import Client

from cast import Cast, make_cast
from nearhome.referrals.states import WORDS, ReferralState
from scenes import make_home
from scenes_inviting import invited, make_search

pytestmark = pytest.mark.django_db
NEXT = {
    "draft": "Answer the questions",
    "awaiting_permission": "must decide",
    "searching": "See which homes could take the child",
    "selected": "waits for approval",
    "approved": "See the placement",
    "placed": "See the placement",
    "closed": "See the placement",
    "withdrawn": "There is nothing for you to do here now.",
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.parametrize("state", [one.value for one in ReferralState])
def test_its_page_says_where_it_stands_and_what_comes_next(cast: Cast, client: Client, state: str) -> None:
    referral = make_search(cast, state=state)
    for person in (cast.olive, cast.april, cast.colin):
        client.force_login(person)
        page = client.get(f"/referrals/{referral.key}/")
        assert page.status_code == 200
        words = page.content.decode()
        assert WORDS[ReferralState(state)] in words
        assert "None" not in re.sub(r"None recorded|None yet|None chosen", "", words.split("<main")[1])
    client.force_login(cast.olive)
    assert NEXT[state] in client.get(f"/referrals/{referral.key}/").content.decode()


def test_every_next_step_of_a_search_opens_with_few_queries(
    cast: Cast, client: Client, django_assert_max_num_queries: object
) -> None:
    referral = make_search(cast)
    for number in range(4):
        invited(cast, referral, make_home(cast.meadow, f"Madeup Meadow House {number}", urn=f"SC90000{number}"))
    client.force_login(cast.olive)
    with django_assert_max_num_queries(22):
        page = client.get(f"/referrals/{referral.key}/").content.decode()
    for address in re.findall(r'href="(/(?:matching|referrals)/[^"]*' + str(referral.key) + r'[^"]*)"', page):
        assert client.get(address).status_code == 200
    for person, address in (
        (cast.olive, f"/referrals/{referral.key}/invitations/"), (cast.mona, "/referrals/invitations/"),
    ):  # fmt: skip
        client.force_login(person)
        with django_assert_max_num_queries(20):
            client.get(address)
