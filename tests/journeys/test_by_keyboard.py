"""With Tab, Space, arrows and Enter alone: signing in, answering a question, inviting a home."""

from typing import Any

import pytest
from django.utils import timezone

from cast import PASSWORD, Cast, make_cast
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Invitation, Referral
from scenes import make_child, make_home, make_partnership
from scenes_inviting import make_search
from scenes_referrals import make_draft

pytestmark = pytest.mark.xdist_group("browser")
MOST_TABS = 150
FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0].innerText : one.innerText;
  const group = one.closest('fieldset') ? one.closest('fieldset').querySelector('legend').innerText + ': ' : '';
  return (group + (label || one.getAttribute('aria-label') || '')).replace(/\\s+/g, ' ').trim();
}"""
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  const label = document.activeElement.labels?.[0];
  const drawn = label ? getComputedStyle(label, '::before') : style;
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || drawn.boxShadow !== 'none';
}"""


def test_signing_in_and_answering_a_question_by_keyboard(visit: Any) -> None:
    cast = make_cast()
    draft = make_draft(cast.olive, make_child(cast.kent, "KEY-0001"), pets="Yes-can")
    olive = _signs_in(visit, cast)
    _tabs_to(olive, "Finish a referral")
    _presses(olive, "Enter")
    _tabs_to(olive, "Pets")
    _presses(olive, "Enter")
    olive.checks_page()
    _tabs_to(olive, "Can the child live with pets")
    olive.page.keyboard.press("ArrowDown")
    _tabs_to(olive, "Save and continue")
    _presses(olive, "Enter")
    with acting(cast.olive):
        assert Referral.objects.get(pk=draft.pk).answers["pets"] == "No"


def test_inviting_a_home_by_keyboard(visit: Any) -> None:
    cast = make_cast()
    make_partnership(cast)
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001", point=(590_000, 165_000))
    search = make_search(cast)
    with acting(cast.olive):
        rank_homes_for(referral=search, by=cast.olive, now=timezone.now())
    olive = _signs_in(visit, cast)
    _tabs_to(olive, "Choose homes to invite")
    _presses(olive, "Enter")
    _tabs_to(olive, "Invite Madeup Meadow House")
    olive.page.keyboard.press("Space")
    _tabs_to(olive, "Invite the selected homes")
    _presses(olive, "Enter")
    olive.sees("Madeup Meadow House")
    with acting(cast.olive):
        assert Invitation.objects.count() == 1


def test_the_first_tab_skips_to_the_content(visit: Any) -> None:
    olive = _signs_in(visit, make_cast())
    olive.goes_to("/referrals/")
    olive.page.keyboard.press("Tab")
    assert olive.page.evaluate(FOCUSED) == "Skip to main content"
    olive.page.keyboard.press("Enter")
    olive.page.wait_for_url("**/referrals/#main-content")


def _signs_in(visit: Any, cast: Cast) -> Any:
    olive = visit()
    olive.goes_to("/sign-in/")
    _tabs_to(olive, "Email")
    olive.page.keyboard.type(cast.olive.email)
    _tabs_to(olive, "Password")
    olive.page.keyboard.type(PASSWORD)
    olive.page.keyboard.press("Enter")
    olive.page.wait_for_url(lambda url: "sign-in" not in url)
    olive.page.wait_for_load_state("load")
    return olive


def _tabs_to(visitor: Any, words: str) -> None:
    """Tab until the thing with these words has the focus; it must be seen to have it, on the way as well."""
    for _ in range(MOST_TABS):
        visitor.page.keyboard.press("Tab")
        if words in visitor.page.evaluate(FOCUSED):
            assert visitor.page.evaluate(OUTLINE), f"“{words}” does not show that it has the focus"
            return
    raise AssertionError(f"“{words}” cannot be reached with Tab on {visitor.page.url}")


def _presses(visitor: Any, key: str) -> None:
    before = visitor.page.url
    visitor.page.keyboard.press(key)
    visitor.page.wait_for_url(lambda url: url != before)
    visitor.page.wait_for_load_state("load")
