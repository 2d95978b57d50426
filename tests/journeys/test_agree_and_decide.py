"""Partners agree how they vote, vote, settle a matter; a decision goes from an example to its notice and its taking."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from cast import make_cast
from scenes_partnership import DAY, make_partners

pytestmark = pytest.mark.xdist_group("browser")


def fits(visitor: Any, width: int) -> bool:
    return visitor.page.evaluate("document.documentElement.scrollWidth") <= width if visitor.scripts else True


def fills_moment(visitor: Any, field: str, day: dt.date) -> None:
    visitor.fills_date(field, day)
    visitor.page.locator(f"[name='{field}-time']").fill("midday")


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_partners_accept_an_agreement_vote_and_settle_a_matter(visit: Any, scripts: bool, width: int) -> None:
    partners = make_partners(make_cast())
    cast, today = partners.cast, timezone.localdate()
    colin = visit(cast.colin, scripts=scripts, width=width)
    colin.goes_to("/partnership/")
    assert fits(colin, width)
    colin.follows("Made-up Partnership")
    colin.sees("50.00%")
    assert fits(colin, width)
    colin.follows("Write a version of the agreement")
    colin.fills("Quorum", "101")
    colin.presses("Write this version")
    colin.sees("There is a problem")
    colin.fills("Quorum", "60")
    colin.fills_date("starts_on", today)
    colin.presses("Write this version")
    colin.sees("Version 2 is written")
    assert fits(colin, width)
    for approver in (cast.april, partners.walter, cast.ada):
        person = visit(approver, scripts=scripts, width=width)
        person.follows("Accept the agreement for your authority")
        person.presses("Accept it for")
        person.sees("accepts this version")
    colin.goes_to(f"/partnership/{partners.partnership.key}/votes/new/")
    colin.fills("Question in one line", "Raise all rates by 3%")
    colin.fills("What members decide on", "For means that all rates rise by 3% from April.")
    fills_moment(colin, "closes_at", today + 7 * DAY)
    colin.presses("Open the ballot")
    colin.sees("Open: 0 of 3 votes cast so far")
    colin.chooses("For")
    colin.presses("Vote")
    colin.sees("Open: 1 of 3 votes cast so far")
    assert fits(colin, width)
    pavel = visit(partners.pavel, scripts=scripts, width=width)
    pavel.follows("Vote")
    pavel.chooses("Abstain")
    pavel.presses("Vote")
    pavel.sees("Your vote is recorded")
    pavel.goes_to(f"/partnership/{partners.partnership.key}/matters/new/")
    pavel.fills("The matter in one line", "Who pays for May")
    pavel.fills("What it is about", "The bed was offered late.")
    pavel.presses("Raise it")
    pavel.page.locator("[name='up-why']").fill("No agreement")
    pavel.presses("Move it up")
    pavel.sees("with the Heads of service now")
    pavel.page.locator("[name='done-words']").fill("Each pays half.")
    pavel.presses("Record how it was settled")
    pavel.sees("Each pays half.")
    assert fits(pavel, width)


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (True, 390), (False, 1280)])
def test_a_decision_from_example_to_taken(visit: Any, scripts: bool, width: int) -> None:
    partners = make_partners(make_cast())
    colin = visit(partners.cast.colin, scripts=scripts, width=width)
    colin.goes_to("/partnership/decisions/")
    colin.presses("Begin a decision")
    colin.follows("21/00077")
    colin.presses("Begin it")
    colin.sees("Write the parts that are missing")
    assert fits(colin, width)
    colin.follows("Equality and data protection")
    colin.page.locator("[name=data_protection_needed][value=no]").check()
    colin.page.locator("[name=data_protection_done][value=no]").check()
    colin.presses("Save")
    colin.sees("Every part is written")
    for part in ("Options considered", "Risks", "Delegations", "Value, divisions and who decides"):
        colin.follows(part)
        assert fits(colin, width), part
        colin.page.go_back()
    colin.presses("Publish the notice")
    colin.sees("This is a key decision")
    colin.fills_date("notice_on", timezone.localdate() - 29 * DAY)
    colin.presses("Publish the notice")
    colin.sees("It waits for its decision")
    cara = visit(partners.cara, scripts=scripts, width=width)
    cara.follows("Take the decision")
    cara.presses("Take the decision")
    cara.page.locator("[name=is_approved][value=yes]").check()
    cara.presses("Record the decision")
    cara.sees("It may be called in until")
    assert fits(cara, width)
    anna = visit(partners.cast.anna, scripts=scripts, width=width)
    anna.goes_to("/partnership/decisions/rules/")
    anna.sees("were not checked")
    assert fits(anna, width)
