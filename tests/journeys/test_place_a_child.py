"""One child, from the referral to the ending of the placement: several people, each at their own browser."""

import datetime as dt
from typing import Any

import pytest

from nearhome.privacy.acting import acting
from nearhome.referrals.models import Referral
from scenes_story import (
    KINDS,
    NAME,
    NEEDS,
    OWN_WORDS,
    REF,
    RISKS,
    Story,
    answers,
    outsider_finds_nothing,
    story_begins,
)
from story_of_living import MONDAY, NEEDED_ON, NEXT_YEAR, agrees_and_signs, moves_in, stays_longer_and_leaves

pytestmark = pytest.mark.xdist_group("browser")
NEXT = "Save and continue"


def test_a_child_is_placed(visit: Any) -> None:
    with story_begins(visit) as story:
        records_a_child(story)
        leaves_and_comes_back(story)
        answers_the_rest_and_submits(story)
        asks_and_gets_permission(story)
        looks_for_homes(story)
        invites_and_is_answered(story)
        chooses_with_reasons(story)
        approves_and_tells(story)
        agrees_and_signs(story)
        story.comes_to(MONDAY)
        moves_in(story)
        story.comes_to(NEXT_YEAR)
        stays_longer_and_leaves(story)
        outsider_finds_nothing(story, (NAME, REF, OWN_WORDS, _referral(story).ref))


def records_a_child(story: Story) -> None:
    olive = story.waits_for(story.world.cast.olive)
    olive.sees("Nothing waits for you")
    olive.follows("Referrals")
    olive.presses("Start a referral")
    olive.follows("The child is not in our records yet")
    olive.presses("Save and start the referral")
    olive.sees("There is a problem")
    olive.fills("The child's reference", REF)
    olive.fills("The child's name", NAME)
    olive.fills_date("born_on", dt.date(2013, 5, 14))
    answers(olive, "Sex", "Male")
    olive.fills("Home postcode", "ME14 1XX")
    answers(olive, "unaccompanied", "No")
    olive.presses("Save and start the referral")
    olive.sees(f"A home for {NAME}")
    story.shows(olive, "task-list-empty")


def leaves_and_comes_back(story: Story) -> None:
    olive = story.browser_of(story.world.cast.olive)
    olive.follows("When the home is needed")
    olive.fills_date("needed_on", NEEDED_ON)
    answers(olive, "Is it an emergency", "No")
    olive.presses(NEXT)
    olive.fills("How many weeks", "40")
    olive.presses(NEXT)
    olive.follows("What the child wants")
    olive.fills("What the child said", OWN_WORDS)
    answers(olive, "What is it about", "Who I live with or see")
    answers(olive, "How much does it matter", "It matters a lot")
    story.shows(olive, "own-words")
    olive.presses(NEXT)
    story.goes_home(story.world.cast.olive)
    olive = story.waits_for(story.world.cast.olive, "Finish a referral")
    olive.follows("Finish a referral")
    olive.follows("What the child wants")
    olive.sees(OWN_WORDS)
    olive.presses(NEXT)


def answers_the_rest_and_submits(story: Story) -> None:
    olive = story.browser_of(story.world.cast.olive)
    answers(olive, "unaccompanied", "No")
    olive.presses(NEXT)
    olive.fills("How many brothers and sisters", "0")
    olive.presses(NEXT)
    _names_places(olive)
    olive.follows("Skills the home needs")
    answers(olive, "Skills that would help", "Autism")
    olive.presses(NEXT)
    _answers_pages(story, olive)
    olive.follows("Check your answers and submit")
    olive.sees(OWN_WORDS)
    olive.does_not_see("Still missing")
    story.shows(olive, "check-your-answers")
    olive.presses("Submit the referral")
    olive.sees("An approver other than Olive")
    story.shows(olive, "referral-waits-for-permission")


def _names_places(olive: Any) -> None:
    olive.follows("Places to stay near")
    for kind, label, postcode in (("Home", "Nan's home", "ME14 1XX"), ("School", "school", "ME15 6YE")):
        answers(olive, "What kind of place", kind)
        olive.fills("What is it?", label)
        olive.page.locator("[name=label]").fill(label)
        olive.fills("Postcode", postcode)
        olive.presses("Save and add another")
        olive.sees(postcode)
    olive.presses(NEXT)
    olive.page.locator("[name=label]").fill("where the exploitation took place")
    olive.fills("Postcode", "TN23 1PL")
    olive.fills("How many miles", "5")
    olive.presses(NEXT)
    olive.presses(NEXT)
    olive.sees("Bail or court conditions")
    olive.presses(NEXT)


def _answers_pages(story: Story, olive: Any) -> None:
    for page, questions in (*NEEDS, *RISKS, ("Kinds of home", KINDS)):
        if page in ("Risks to the child", "Kinds of home"):
            olive.follows(page)
        for question, answer in questions:
            answers(olive, question, answer)
        if page in ("live with pets", "Risks to the child"):
            story.shows(olive, page.lower().replace(" ", "-"))
        olive.presses(NEXT)


def asks_and_gets_permission(story: Story) -> None:
    cast, ref = story.world.cast, _referral(story)
    olive = story.waits_for(cast.olive)
    olive.goes_to(f"/referrals/{ref.key}/permission/")
    olive.sees("Only an approver of the child's own authority")
    april = story.waits_for(cast.april, "Decide whether to search")
    april.follows("Decide whether to search")
    april.sees(OWN_WORDS)
    april.sees("Olive Madeup-Officer")
    story.shows(april, "permission")
    answers(april, "Can the search go ahead", "Yes, search for a home")
    april.presses("Send your decision")
    april.sees("is given")
    story.waits_for(cast.april)


def looks_for_homes(story: Story) -> None:
    olive = story.waits_for(story.world.cast.olive, "Choose homes to invite")
    olive.follows("Choose homes to invite")
    olive.presses("Look for homes")
    olive.sees("Homes were ranked")
    for home in ("Meadow House", "Harbour House", "Harbour Cottage"):
        assert olive.page.get_by_role("heading", name=f"Madeup {home}").count() == 1
    assert olive.page.locator(".nh-map svg").count() == 1
    olive.sees("Framework")
    olive.page.get_by_text("Every reason and its points").first.click()
    olive.page.get_by_text("Show the nearest homes that are not possible").click()
    olive.checks_page()
    for home in ("Madeup Ashford House", "Madeup Flats", "Madeup Block House"):
        assert olive.page.get_by_role("row", name=home).count() == 1, f"{home} is not among those refused"
    story.shows(olive, "ranked-homes")


def invites_and_is_answered(story: Story) -> None:
    olive = story.browser_of(story.world.cast.olive)
    for home in ("Madeup Meadow House", "Madeup Harbour House", "Madeup Harbour Cottage"):
        olive.chooses(f"Invite {home}")
    olive.presses("Invite the selected homes")
    olive.sees("Nobody has been asked yet")
    olive.fills("Why is this step passed over", "Made-up: all three are asked at once, the child waits in a hospital")
    olive.presses("Keep the reasons and invite")
    story.shows(olive, "who-was-told-what")
    story.waits_for(story.world.cast.olive)
    _mona_asks(story)
    _olive_answers(story)
    _mona_offers(story)
    _harry_declines_one_and_offers_the_other(story)


def _mona_asks(story: Story) -> None:
    mona = story.waits_for(story.world.cast.mona, "Answer an invitation")
    mona.follows("Answer an invitation")
    _knows_no_child(mona)
    mona.fills("Your question", "Does the child like football?")
    mona.presses("Send the question")
    mona.sees("Not answered yet")
    story.shows(mona, "invitation-at-the-home")


def _olive_answers(story: Story) -> None:
    olive = story.waits_for(story.world.cast.olive, "Answer a question from a home")
    olive.follows("Answer a question from a home")
    story.shows(olive, "invitation-at-the-authority")
    olive.follows("Answer this question")
    olive.fills("Your answer", "Yes, in goal.")
    olive.presses("Send the answer")
    story.waits_for(story.world.cast.olive)


def _mona_offers(story: Story) -> None:
    mona = story.waits_for(story.world.cast.mona, "Your question was answered")
    mona.follows("Your question was answered")
    mona.sees("Yes, in goal.")
    _offers(story, mona, "Place 2", "4,900")
    mona.sees("There is a problem")
    story.shows(mona, "offer-above-the-rate")
    mona.fills("Core price a week", "4,700")
    mona.presses("Send the offer")
    mona.sees("Place 2 is held until")
    _knows_no_child(mona)
    story.waits_for(story.world.cast.mona)


def _harry_declines_one_and_offers_the_other(story: Story) -> None:
    cast = story.world.cast
    harry = story.waits_for(cast.harry, "Answer an invitation", "Answer an invitation")
    harry.page.get_by_role("link", name="Harbour House").click()
    harry.presses("Decline")
    harry.chooses("We do not have the staff")
    harry.presses("Decline")
    harry.sees("You declined")
    harry = story.waits_for(cast.harry, "Answer an invitation")
    harry.follows("Answer an invitation")
    _knows_no_child(harry)
    _offers(story, harry, "Place 1", "4,620")
    harry.sees("Place 1 is held until")
    _knows_no_child(harry)
    story.waits_for(cast.harry)


def _offers(story: Story, provider: Any, place: str, price: str) -> None:
    provider.presses("Make an offer")
    provider.chooses(place)
    provider.fills_date("starts_on", NEEDED_ON)
    provider.fills("Core price a week", price)
    provider.fills("How would you meet", "Two staff by day, one awake by night, and a garden with a goal.")
    provider.presses("Send the offer")


def chooses_with_reasons(story: Story) -> None:
    olive = story.waits_for(story.world.cast.olive, "Decide on 2 offers")
    olive.follows("Decide on 2 offers")
    story.shows(olive, "offers-side-by-side")
    olive.page.get_by_role("link", name="Choose this offer").filter(has_text="Meadow House").click()
    olive.checks_page()
    olive.sees(OWN_WORDS)
    olive.presses("Choose this home and ask for approval")
    olive.sees("There is a problem")
    story.shows(olive, "choose-with-errors")
    olive.fills("Why is this home the right one", "Nearest to nan and to school.")
    olive.fills("How does it answer what the child said", "A short walk from nan, and the same school.")
    for box in olive.page.get_by_label("not chosen").all():
        box.fill("Another home was nearer to the child's family.")
    for group in olive.page.locator("form fieldset").all():
        group.get_by_label("Yes", exact=True).check()
    olive.presses("Choose this home and ask for approval")
    olive.sees("An approver has been asked")
    story.waits_for(story.world.cast.olive)


def approves_and_tells(story: Story) -> None:
    cast = story.world.cast
    april = story.waits_for(cast.april, "Approve the choice of a home")
    april.follows("Approve the choice of a home")
    april.sees("188,000.00")  # 40 weeks at £4,700
    april.sees("Your limit")
    story.shows(april, "approve-the-choice")
    answers(april, "Your decision", "Approve, and book the place")
    april.presses("Record the decision")
    april.sees("Approved. The place is booked.")
    story.waits_for(cast.april)
    harry = story.browser_of(cast.harry)
    harry.goes_to("/referrals/invitations/")
    harry.page.get_by_role("row", name="Harbour Cottage").get_by_role("link").click()
    harry.sees("Another home was nearer to the child's family.")
    harry.does_not_see("Madeup Meadow")
    _knows_no_child(harry)
    story.shows(harry, "told-why-not")
    story.goes_home(cast.harry)


def _referral(story: Story) -> Referral:
    with acting(story.world.cast.olive):
        return Referral.objects.get()


def _knows_no_child(provider: Any) -> None:
    for secret in (NAME, REF, OWN_WORDS, "Nan's home", "where the exploitation"):
        provider.does_not_see(secret)
