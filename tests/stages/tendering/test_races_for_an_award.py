"""Two people at once, with real commits: an award is decided once and contracted once."""

import datetime as dt

import pytest

from cast import make_cast, make_person
from nearhome.people.models import Person
from nearhome.procurement.models import BlockContract
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.models import Award
from scenes_awards import APPROVED, NOTICE, approved, evaluated_tender, noticed, recommended, second_approver
from scenes_tender import acting_at
from scenes_together import Attempt, together


@pytest.mark.usefixtures("committed_database")
def test_of_two_approvers_one_decides_and_the_other_is_told_how() -> None:
    cast = make_cast()
    award = recommended(cast, evaluated_tender(cast))
    approvers = second_approver(cast), make_person("Boris Madeup-Approver", cast.kent, "approver")

    def decide(person: Person, is_approved: bool) -> tuple[Person, Attempt]:
        return person, lambda: decide_award(
            award=award, is_approved=is_approved, by=person, now=APPROVED, reason="Made up"
        )

    results = together(decide(approvers[0], True), decide(approvers[1], False))
    assert sorted(result == "done" for result in results) == [False, True], results
    told = next(result for result in results if result != "done")
    assert "approved this award" in told or "refused this award" in told
    with acting_at(cast.colin, APPROVED):
        kept = Award.objects.get()
        assert kept.is_approved == (results[0] == "done")


@pytest.mark.usefixtures("committed_database")
def test_contracts_asked_for_twice_at_once_are_made_once() -> None:
    cast = make_cast()
    award = noticed(cast, approved(cast, recommended(cast, evaluated_tender(cast)), second_approver(cast)))
    later = max(NOTICE + dt.timedelta(days=20), dt.datetime.now(dt.UTC))

    def contract() -> object:
        return make_contracts(award=award, contracted_on=later.date(), by=cast.colin, now=later)

    assert together((cast.colin, contract), (cast.colin, contract)) == ["done", "done"]
    with acting_at(cast.colin, later):
        assert BlockContract.objects.count() == 3
