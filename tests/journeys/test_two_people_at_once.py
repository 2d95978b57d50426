"""Two officers open the same question and both save: the second is told so, and loses nothing."""

from typing import Any

import pytest

from cast import make_cast, make_person
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Referral
from scenes import make_child
from scenes_referrals import make_draft
from scenes_story import answers

pytestmark = pytest.mark.xdist_group("browser")
NEXT = "Save and continue"
SAID_FIRST, SAID_SECOND = "I want to see my nan every Sunday", "I want to bring my bicycle"


def test_the_second_to_save_is_told_and_loses_nothing(visit: Any) -> None:
    cast = make_cast()
    otto = make_person("Otto Madeup-Officer", cast.kent, "placement_officer")
    draft = make_draft(cast.olive, make_child(cast.kent, "TWO-0001"), pets="No")
    page = f"/referrals/{draft.key}/question/pets/"
    first, second = visit(cast.olive), visit(otto)
    first.goes_to(page)
    second.goes_to(page)
    answers(first, "live with pets", "Yes, there must be a pet")
    first.presses(NEXT)
    answers(second, "live with pets", "Yes, pets are fine")
    second.presses(NEXT)
    second.sees("There is a problem")
    second.sees("What is saved now")
    second.sees("Yes, there must be a pet")
    assert second.page.get_by_label("Yes, pets are fine", exact=True).is_checked()
    assert _saved(cast, draft).answers["pets"] == "Yes-must"
    second.presses(NEXT)
    assert _saved(cast, draft).answers["pets"] == "Yes-can"


def test_what_both_wrote_down_of_the_child_is_kept(visit: Any) -> None:
    cast = make_cast()
    otto = make_person("Otto Madeup-Officer", cast.kent, "placement_officer")
    draft = make_draft(cast.olive, make_child(cast.kent, "TWO-0002"))
    both = visit(cast.olive), visit(otto)
    for person, said in zip(both, (SAID_FIRST, SAID_SECOND), strict=True):
        person.goes_to(f"/referrals/{draft.key}/question/wishes/")
        person.fills("What the child said", said)
        answers(person, "What is it about", "Something else")
        answers(person, "How much does it matter", "It matters a little")
    both[0].presses(NEXT)
    both[1].presses(NEXT)
    both[1].sees("There is a problem")
    both[1].sees(SAID_FIRST)
    assert both[1].page.get_by_label("What the child said").input_value() == SAID_SECOND
    both[1].presses(NEXT)
    assert SAID_FIRST in _saved(cast, draft).own_words
    assert SAID_SECOND in _saved(cast, draft).own_words


def _saved(cast: Any, draft: Referral) -> Referral:
    with acting(cast.olive):
        return Referral.objects.get(pk=draft.pk)
