"""The second half of a placement's story: the agreement, moving in, visits, staying longer, leaving."""

import datetime as dt
import io
from typing import Any

import pikepdf

from nearhome.needs.models import Child, Episode
from nearhome.privacy.acting import acting
from scenes_story import NAME, REF, Story, answers

NEEDED_ON = dt.date(2026, 11, 23)
MONDAY = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
NEXT_YEAR = dt.datetime(2027, 1, 11, 10, 0, tzinfo=dt.UTC)


def agrees_and_signs(story: Story) -> None:
    cast = story.world.cast
    olive = story.waits_for(cast.olive, "Issue the placement agreement")
    olive.follows("Issue the placement agreement")
    _fills_agreement(olive)
    story.shows(olive, "issue-the-agreement")
    olive.presses("Issue version 1")
    olive.sees("Waiting for the authority and the provider to sign")
    story.shows(olive, "agreement")
    _is_a_tagged_document(olive)
    _signs(olive)
    mona = story.waits_for(cast.mona, "Sign the placement agreement")
    mona.follows("Sign the placement agreement")
    mona.sees(NAME)
    _signs(mona)
    mona.sees("In force")
    story.waits_for(cast.mona)


def _fills_agreement(olive: Any) -> None:
    for label, words in (
        ("Address of the home", "1 Made-up Lane, Madeupton"),
        ("Registered manager", "Mona Madeup-Manager"),
        ("How the home meets", "Two staff by day, one awake by night."),
        ("Reference of the care plan", "CP 42"),
        ("Reference of the placement plan", "PP 42"),
        ("What the weekly fee includes", "Everything named here."),
        ("Goal 1", "Settle at school"),
        ("When does the agreement end", "The child leaves care."),
    ):
        olive.fills(label, words)
    olive.fills_date("goal_1_review_on", dt.date(2027, 2, 1))


def _is_a_tagged_document(visitor: Any) -> None:
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("link", name="as a PDF").click()
    document = pikepdf.open(io.BytesIO(waiting.value.path().read_bytes()))
    assert document.Root.MarkInfo.Marked and "/StructTreeRoot" in document.Root


def _signs(visitor: Any) -> None:
    visitor.chooses("I have read this version, and I may sign for my organisation")
    visitor.presses("Sign version 1")
    visitor.sees("You have signed")


def moves_in(story: Story) -> None:
    cast = story.world.cast
    olive = story.waits_for(cast.olive, "Record the arrival")
    olive.follows("Record the arrival")
    answers(olive, "Legal status", "Care order")
    answers(olive, "Main need", "Abuse or neglect")
    story.shows(olive, "arrival")
    olive.presses("Record the arrival")
    olive.sees("The arrival is recorded.")
    story.shows(olive, "placement")
    olive.follows("Visits, reviews and notices", nth=0)
    for done in ("Visit to the child", "Written notice of the placement"):
        olive.chooses(done, exact=False)
        olive.fills_date("done_on", NEEDED_ON)
        olive.presses("Record")
    story.shows(olive, "clocks")
    episode = _episode(story)
    assert (episode.starts_on, episode.place_type, episode.urn) == (NEEDED_ON, "K2", "SC900001")


def stays_longer_and_leaves(story: Story) -> None:
    olive = story.browser_of(story.world.cast.olive)
    olive.follows("Placements")
    olive.follows(REF)
    olive.follows("Change the expected end")
    olive.fills_date("expected_ends_on", dt.date(2027, 12, 31))
    olive.presses("Save")
    olive.sees("The expected end is changed.")
    olive.follows("Record the ending")
    olive.fills_date("departed_on", NEXT_YEAR.date())
    olive.page.get_by_label("Why did the placement end").select_option(label="Returned home, planned")
    olive.fills("What happened", "Went home to nan, as planned.")
    story.shows(olive, "ending")
    olive.presses("Record the ending")
    olive.sees("The ending is recorded.")
    story.shows(olive, "placement-ended")
    story.waits_for(story.world.cast.olive)
    episode = _episode(story)
    assert (episode.ends_before, episode.reason_ceased) == (NEXT_YEAR.date(), "E4A")


def _episode(story: Story) -> Episode:
    with acting(story.world.cast.olive):
        return Episode.objects.get(child=Child.objects.get(return_ref=REF))
