"""A child of Portsmouth lives in a bed that Kent bought; the month's bill follows, to the penny."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from cast import NOW
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.needs.models import Child, Episode
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.inviting import invite_homes
from nearhome.referrals.actions.offering import make_offer
from nearhome.referrals.actions.places import NewPlace, add_important_place
from nearhome.referrals.actions.recording import submit_referral
from scenes import make_child
from scenes_closing import work_in_the_queue
from scenes_inviting import terms_for
from scenes_referrals import make_draft, search_without_permission
from scenes_story import BED, Story, answers, outsider_finds_nothing, story_begins

pytestmark = pytest.mark.xdist_group("browser")
REF = "RED-FOX-7"
TODAY = NOW.date()
DECEMBER = dt.datetime(2026, 12, 4, 9, 30, tzinfo=dt.UTC)
A_NIGHT = BED // 7  # £651.00 exactly
NIGHTS_LIVED_IN, NIGHTS_EMPTY = 11, 19  # from 20 November, and before


def test_a_shared_bed_is_paid_for_by_whom_it_served(visit: Any) -> None:
    with story_begins(visit) as story:
        is_offered_the_bed(story)
        chooses_it(story)
        approves_it_and_the_distance(story)
        moves_in(story)
        story.comes_to(DECEMBER)
        works_out_the_month(story)
        portsmouth_agrees(story)
        closes_the_month(story)
        outsider_finds_nothing(story, (REF, _pseudonym(story), f"Test Child {REF}", "Made-up Partnership"))


def is_offered_the_bed(story: Story) -> None:
    """The way to an offer is the same as for any child: here it is gone by the actions behind the pages."""
    cast, bed = story.world.cast, story.world.block
    search_without_permission(cast.portsmouth)
    child = make_child(cast.portsmouth, REF, sex="F", born_on=dt.date(2018, 4, 2))
    draft = make_draft(cast.oscar, child, needed_on=TODAY, expected_weeks=20)
    with acting(cast.oscar):
        home = NewPlace(kind="home", label="home", postcode="PO1 2AB")
        add_important_place(referral=draft, place=home, by=cast.oscar, now=NOW)
        draft.refresh_from_db()
        referral = submit_referral(referral=draft, by=cast.oscar, now=NOW)
        rank_homes_for(referral=referral, by=cast.oscar, now=NOW)
        referral.refresh_from_db()
        sent = invite_homes(referral=referral, homes=[bed], by=cast.oscar, now=NOW).new[0]
    with acting(cast.mona):
        terms = replace(terms_for(bed, "Place 2", starts_on=TODAY), core_pence=BED)
        make_offer(invitation=sent, terms=terms, by=cast.mona, now=NOW)


def chooses_it(story: Story) -> None:
    oscar = story.waits_for(story.world.cast.oscar, "Decide on 1 offer")
    oscar.follows("Decide on 1 offer")
    oscar.sees("Block")
    oscar.follows("Choose this offer")
    oscar.fills("Why is this home the right one", "The only bed free today, and already paid for.")
    oscar.fills("How does it answer what the child said", "A video call with nan every evening.")
    for group in oscar.page.locator("form fieldset").all():
        group.get_by_label("Does not apply", exact=True).check()
    oscar.presses("Choose this home and ask for approval")
    oscar.sees("An approver has been asked")
    story.shows(oscar, "portsmouth-chose")


def approves_it_and_the_distance(story: Story) -> None:
    cast = story.world.cast
    ada = story.waits_for(cast.ada, "Approve the choice of a home")
    ada.follows("Approve the choice of a home")
    answers(ada, "Your decision", "Approve, and book the place")
    ada.presses("Record the decision")
    ada.sees("The place is booked.")
    oscar = story.waits_for(cast.oscar, "Issue the placement agreement", "Record the arrival")
    oscar.follows("Record the arrival")
    _says_how_care_began(oscar)
    oscar.presses("Record the arrival")
    oscar.sees("the director of children's services must approve before the child moves in")
    story.shows(oscar, "arrival-refused-until-approved")
    ada = story.waits_for(cast.ada, "Record the approval of the director of children's services")
    ada.follows("Record the approval of the director")
    ada.fills("Name of the person who approved", "Dora Madeup-Director")
    ada.fills_date("approval-approved_on", TODAY)
    ada.fills_date("approval-consulted_on", TODAY)
    story.shows(ada, "out-of-area")
    ada.presses("Record the approval")
    ada.sees("by Dora Madeup-Director")
    story.waits_for(cast.ada)


def _says_how_care_began(oscar: Any) -> None:
    answers(oscar, "Legal status", "Interim care order")
    answers(oscar, "Main need", "Family in acute stress")


def moves_in(story: Story) -> None:
    cast = story.world.cast
    oscar = story.waits_for(cast.oscar, "Issue the placement agreement", "Record the arrival")
    oscar.follows("Record the arrival")
    _says_how_care_began(oscar)
    oscar.presses("Record the arrival")
    oscar.sees("The arrival is recorded.")
    oscar.follows("Approval, and notice to Kent")
    oscar.fills_date("told-told_on", TODAY)
    oscar.presses("Record the notice")
    story.shows(oscar, "out-of-area-done")
    with acting(cast.oscar):
        episode = Episode.objects.get(child=Child.objects.get(return_ref=REF))
    assert (episode.starts_on, episode.legal_status, episode.ends_before) == (TODAY, "C1", None)


def works_out_the_month(story: Story) -> None:
    cast = story.world.cast
    fiona = story.waits_for(cast.fiona, "Work out the month")
    fiona.follows("Work out the month")
    fiona.page.get_by_label("Month").select_option(label="November 2026")
    fiona.presses("Work out the month")
    fiona.sees("November 2026 has been worked out")
    owed = _money((NIGHTS_LIVED_IN + NIGHTS_EMPTY) * A_NIGHT)
    positions = fiona.page.get_by_role("table", name="Net positions")
    assert f"-{owed}" in positions.get_by_role("row", name="Portsmouth").inner_text().replace("−", "-")
    assert owed in positions.get_by_role("row", name="Kent").inner_text()
    assert "£0.00" in positions.get_by_role("row", name="Sum").inner_text()
    story.shows(fiona, "month-worked-out")


def portsmouth_agrees(story: Story) -> None:
    felix = story.waits_for(story.world.cast.felix, "Check your statement and agree or dispute it")
    felix.follows("Check your statement")
    story.shows(felix, "statement-of-portsmouth")
    lines = felix.page.get_by_role("table", name="Recharged to you by other authorities")
    lived_in = lines.get_by_role("row", name=_pseudonym(story)).inner_text()
    assert "child of Portsmouth in a Kent block bed" in lived_in
    assert _money(NIGHTS_LIVED_IN * A_NIGHT) in lived_in and str(NIGHTS_LIVED_IN) in lived_in
    assert _money(NIGHTS_EMPTY * A_NIGHT) in lines.get_by_role("row", name="No child").inner_text()
    felix.presses("Agree the statement")
    felix.sees("You agreed this statement.")
    story.waits_for(story.world.cast.felix)


def closes_the_month(story: Story) -> None:
    cast = story.world.cast
    fiona = story.waits_for(cast.fiona, "Check the month", "Check your statement and agree or dispute it")
    fiona.follows("Check your statement")
    fiona.presses("Agree the statement")
    fiona.goes_to("/")
    fiona.follows("Check the month")
    fiona.presses("Mark as checked")
    story.waits_for(cast.fiona)
    april = story.waits_for(cast.april, "Approve the month that a colleague checked")
    april.follows("Approve the month")
    april.presses("Approve the month")
    frank = story.waits_for(cast.frank, "Close the month that was approved")
    frank.follows("Close the month")
    frank.presses("Close the month")
    frank.sees("November 2026 is being closed.")
    story.shows(frank, "month-being-closed")
    work_in_the_queue()
    frank.follows("Look again")
    frank.sees("November 2026 was closed.")
    assert "£0.00" in frank.page.get_by_role("row", name="Sum").inner_text()
    story.shows(frank, "month-closed")
    story.waits_for(cast.frank)


def _pseudonym(story: Story) -> str:
    with acting(story.world.cast.oscar):
        return Booking.objects.get().child_ref


def _money(pence: int) -> str:
    return f"£{pence / 100:,.2f}"
