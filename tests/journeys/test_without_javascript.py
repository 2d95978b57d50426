"""Recording a referral on a telephone without JavaScript: the same pages, and nothing wider than the screen."""

import datetime as dt
from typing import Any

import pytest

from nearhome.privacy.acting import acting
from nearhome.referrals.models import Referral
from scenes import make_child
from scenes_referrals import make_draft
from scenes_story import OWN_WORDS, Story, answers, story_begins

pytestmark = pytest.mark.xdist_group("browser")
REF = "GREEN-HERON-3"
NEXT = "Save and continue"


def test_a_referral_is_recorded_without_javascript_on_a_telephone(visit: Any) -> None:
    with story_begins(visit) as story:
        olive = _starts(story)
        _answers_first_questions(olive)
        _makes_a_mistake_and_mends_it(olive)
        _hands_in_the_rest(story, olive)
        _is_granted(story)


def _starts(story: Story) -> Any:
    """The child is found by reference, and the referral begun with a button."""
    make_child(story.world.cast.kent, REF)
    olive = story.browser_of(story.world.cast.olive, scripts=False, width=390)
    _goes(olive, "/referrals/start/")
    olive.fills("The child's reference", REF[:5])
    _sends(olive, "Find the child")
    olive.sees("1 child found")
    _sends(olive, "Start a referral")
    olive.sees("A home for Test Child")
    return olive


def _answers_first_questions(olive: Any) -> None:
    olive.follows("When the home is needed")
    olive.fills_date("needed_on", dt.date(2026, 11, 24))
    answers(olive, "Is it an emergency", "No")
    _sends(olive, NEXT)
    olive.fills("How many weeks", "26")
    _sends(olive, NEXT)
    olive.follows("What the child wants")
    olive.fills("What the child said", OWN_WORDS)
    answers(olive, "What is it about", "My school")
    answers(olive, "How much does it matter", "It matters a lot")
    _sends(olive, "Save and add another")
    olive.sees(OWN_WORDS)
    _sends(olive, "Remove")
    olive.sees("Nothing the child said is written down yet")


def _makes_a_mistake_and_mends_it(olive: Any) -> None:
    _sends(olive, NEXT)
    answers(olive, "unaccompanied", "No")
    _sends(olive, NEXT)
    olive.fills("How many brothers and sisters", "many")
    _sends(olive, NEXT)
    olive.sees("There is a problem")
    assert olive.page.locator("[name=sibling_count]").input_value() == "many"
    olive.fills("How many brothers and sisters", "0")
    _sends(olive, NEXT)
    _goes(olive, "/referrals/")
    olive.sees("Draft")


def _hands_in_the_rest(story: Story, olive: Any) -> None:
    """Another draft with every answer is checked and submitted."""
    cast = story.world.cast
    draft = make_draft(cast.olive, make_child(cast.kent, "GREEN-HERON-4"))
    _goes(olive, f"/referrals/{draft.key}/tasks/")
    olive.follows("Check your answers and submit")
    _fits(olive)
    _sends(olive, "Submit the referral")
    olive.sees("Waiting for permission to search")


def _is_granted(story: Story) -> None:
    cast = story.world.cast
    april = story.browser_of(cast.april, scripts=False, width=390)
    _goes(april, "/")
    april.follows("Decide whether to search")
    answers(april, "Can the search go ahead", "No, send it back")
    _sends(april, "Send your decision")
    april.sees("Enter why you refuse")
    answers(april, "Can the search go ahead", "Yes, search for a home")
    _sends(april, "Send your decision")
    with acting(cast.olive):
        assert Referral.objects.filter(state="searching").count() == 1


def _goes(visitor: Any, path: str) -> None:
    visitor.page.goto(visitor.site + path)
    _fits(visitor)


def _sends(visitor: Any, button: str) -> None:
    visitor.page.get_by_role("button", name=button).first.click()
    visitor.page.wait_for_load_state("load")
    _fits(visitor)


def _fits(visitor: Any) -> None:
    """Nothing is cut off, and nobody has to scroll sideways."""
    box = visitor.page.locator("main").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390, visitor.page.url
