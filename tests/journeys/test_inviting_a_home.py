"""An officer invites; a provider asks, offers, withdraws, declines; the officer answers and takes back. In a browser."""

import datetime as dt

import pytest
from django.utils import timezone

from cast import PASSWORD, make_cast
from scenes import make_home
from scenes_inviting import AVOIDED, OWN_WORDS, invited, make_search

pytestmark = pytest.mark.xdist_group("browser")


def test_a_home_is_asked_answers_and_is_told_no_more_than_it_may(visit) -> None:  # noqa: PLR0915
    cast = make_cast()
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    search = make_search(cast)
    sent = invited(cast, search, home, now=timezone.now())

    mona = visit(cast.mona)
    mona.sees("Answer an invitation")
    mona.goes_to("/referrals/invitations/")
    mona.follows(search.ref)
    mona.sees("10 to 15")
    mona.does_not_see(OWN_WORDS)
    mona.does_not_see(AVOIDED)
    mona.fills("Your question", "Does the child swim?")
    mona.presses("Send the question")
    mona.sees("Not answered yet")

    olive = visit(cast.olive)
    olive.sees("Answer a question from a home")
    olive.goes_to(f"/referrals/{search.key}/invitations/")
    olive.follows("Madeup Meadow House")
    olive.follows("Answer this question")
    olive.fills("Your answer", "Yes, every week.")
    olive.presses("Send the answer")
    olive.chooses("Share what the child said", exact=False)
    olive.presses("Share the needs in full")
    olive.sees("Pseudonymous detail")

    mona.goes_to(f"/referrals/invitations/{sent.key}/")
    mona.sees("Yes, every week.")
    mona.sees(OWN_WORDS)
    mona.presses("Make an offer")
    mona.presses("Send the offer")
    mona.sees("There is a problem")
    mona.chooses("Place 2")
    mona.fills_date("starts_on", timezone.now().date() + dt.timedelta(days=10))
    mona.fills("Core price a week", "4,300")
    mona.fills("Therapy a week", "a lot")
    mona.presses("Send the offer")
    mona.sees("Therapy a week must be an amount of money")
    mona.fills("Therapy a week", "120")
    mona.fills("Transport a week", "42.50")
    mona.fills("How would you meet", "Two staff by day, one awake by night.")
    mona.presses("Send the offer")
    mona.sees("Place 2 is held until")
    for words in ("£4,462.50 a week", "Therapy", "£120.00", "Transport", "£42.50"):
        mona.sees(words)
    mona.follows("Withdraw this offer")
    mona.fills("Reason", "A carer is ill")
    mona.presses("Withdraw the offer")
    mona.presses("Decline")
    mona.chooses("We do not have the staff")
    mona.presses("Decline")
    mona.sees("You declined")

    olive.goes_to(f"/referrals/{search.key}/invitations/")
    olive.sees("Declined")
    olive.follows("No: take it back")
    olive.fills("Reason", "The search goes on elsewhere")
    olive.presses("Take it back")
    olive.sees("The search goes on elsewhere")
    mona.goes_to(f"/referrals/invitations/{sent.key}/")
    mona.sees("has taken back what it shared")
    mona.does_not_see(OWN_WORDS)


def test_without_javascript_on_a_telephone_an_invitation_is_declined(visit) -> None:
    cast = make_cast()
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    sent = invited(cast, make_search(cast), home, now=timezone.now())
    visitor = visit(scripts=False, width=360)
    page = visitor.page
    page.goto(f"{visitor.site}/referrals/invitations/{sent.key}/decline/")
    page.locator("[name=login]").fill(cast.mona.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("The notice is too short").check()
    page.get_by_role("button", name="Decline").click()
    visitor.sees("You declined")
