"""Signing in, the empty start page, and the pages anybody may read."""

import pytest

from cast import make_cast

pytestmark = pytest.mark.xdist_group("browser")


def test_an_officer_signs_in_and_nothing_waits(visit) -> None:
    cast = make_cast()
    olive = visit(cast.olive)
    olive.sees("Your work")
    olive.sees("Nothing waits for you")
    olive.follows("Accessibility statement")
    olive.sees("Accessibility statement for Nearhome")
    olive.presses("Sign out")
    olive.goes_to("/")
    olive.sees("Sign in")


def test_a_wrong_password_is_explained(visit) -> None:
    make_cast()
    stranger = visit()
    stranger.goes_to("/sign-in/")
    stranger.page.locator("[name=login]").fill("olive@kent.example")
    stranger.page.locator("[name=password]").fill("not-this-one")
    stranger.presses("Sign in")
    stranger.sees("There is a problem")


def test_a_missing_page_is_a_page(visit) -> None:
    cast = make_cast()
    olive = visit(cast.olive)
    olive.goes_to("/nowhere/")
    olive.sees("Page not found")
