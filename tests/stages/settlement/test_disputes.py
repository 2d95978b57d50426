"""A line is disputed: its money waits on both sides, and what comes of it is posted once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from nearhome.privacy.acting import acting, acting_for
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement.models import (
    Charge,
    DisputeCredit,
    DisputeStep,
    HeldLine,
    LineDispute,
    Month,
    NetPosition,
    Posting,
    Transfer,
)
from scenes_disputes import IN_NOVEMBER, answer, close, dispute, line_of, positions, work_out
from scenes_settlement import IN_OCTOBER, OCTOBER, SEPTEMBER, BlockScene, live_in, make_block_scene

pytestmark = pytest.mark.django_db
OWED = 976_500  # 15 nights of £651.00
NOTHING = (0, 0, 0)


@pytest.fixture
def scene() -> BlockScene:
    return make_block_scene()


@pytest.fixture
def month(scene: BlockScene) -> Month:
    left = dt.date(2026, 9, 25)
    live_in(scene.places[1], scene.cast.portsmouth, "P-1", dt.date(2026, 9, 10), left, block=scene.contract)
    return work_out(scene)


def transfers(scene: BlockScene, month: Month) -> dict[tuple[str, str], int]:
    with acting(scene.cast.fiona):
        rows = Transfer.objects.filter(month=month).select_related("payer", "payee")
        return {(one.payer.name, one.payee.name): one.pence for one in rows}


def test_a_disputed_line_is_left_out_of_the_payments_on_both_sides(scene: BlockScene, month: Month) -> None:
    before = positions(scene, month)
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    assert (row.pence, row.holds, row.number) == (OWED, True, 1)
    after = positions(scene, month)
    assert {name: one[0] for name, one in after.items()} == {name: one[0] for name, one in before.items()}
    assert after["Portsmouth"] == (-OWED, -OWED, 0)
    assert after["Kent"][1:] == (OWED, 0)
    assert transfers(scene, month).keys() == {("West Sussex", "Kent")}


def test_only_a_part_may_be_in_dispute_and_the_rest_is_paid(scene: BlockScene, month: Month) -> None:
    dispute(scene.cast.felix, line_of(scene.cast.felix), pence=65_100)
    assert positions(scene, month)["Portsmouth"] == (-OWED, -65_100, 0)
    assert transfers(scene, month)["Portsmouth", "Kent"] == OWED - 65_100


@pytest.mark.parametrize("pence", [0, -1, OWED + 1, 10**12])
def test_no_more_than_the_line_is_in_dispute(scene: BlockScene, month: Month, pence: int) -> None:
    with pytest.raises(ValidationError, match=r"more than £0.00 and at most £9,765.00"):
        dispute(scene.cast.felix, line_of(scene.cast.felix), pence=pence)


def test_saying_it_twice_is_harmless_and_something_else_goes_into_the_dispute(scene: BlockScene, month: Month) -> None:
    line = line_of(scene.cast.felix)
    with pytest.raises(ValidationError, match="Say what is wrong"):
        dispute(scene.cast.felix, line, words="  ")
    assert dispute(scene.cast.felix, line) == dispute(scene.cast.felix, line)
    with pytest.raises(ValidationError, match="in dispute already"):
        dispute(scene.cast.felix, line, words="Something else")


def test_a_month_closes_with_held_lines_and_their_money_comes_with_the_next_when_withdrawn(
    scene: BlockScene, month: Month
) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    assert close(scene, month).state == "closed"
    assert answer(scene.cast.fiona, row, "explained", words="The child left on the 25th: see the log.").answer_by
    assert positions(scene, month)["Portsmouth"] == (-OWED, -OWED, 0)
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    assert positions(scene, october)["Portsmouth"] == NOTHING
    answer(scene.cast.felix, row, "withdrawn", words="We found our own log.", now=IN_NOVEMBER)
    assert positions(scene, october)["Portsmouth"] == (0, 0, -OWED)
    assert transfers(scene, october)["Portsmouth", "Kent"] == OWED
    assert positions(scene, month)["Portsmouth"] == (-OWED, -OWED, 0)
    close(scene, october, IN_NOVEMBER)
    november = work_out(scene, dt.date(2026, 11, 1), dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC))
    assert positions(scene, november)["Portsmouth"] == NOTHING


def test_an_upheld_dispute_is_credited_once_in_the_next_month_worked_out(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    close(scene, month)
    answer(scene.cast.fiona, row, "credited", credit=OWED, words="You told us on the 10th.")
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    with acting(scene.cast.felix):
        line = Charge.objects.get(month=october, kind="credit")
    assert (line.pence, line.about_month, line.nights) == (-OWED, SEPTEMBER, 0)
    assert line.reason.startswith(
        "Credit from Kent for the line from 10 September 2026 of £9,765.00, disputed: the nights"
    )
    assert positions(scene, october)["Portsmouth"] == (OWED, 0, -OWED)
    assert ("Portsmouth", "Kent") not in transfers(scene, october)
    assert_books_balance(scene, october)
    work_out(scene, OCTOBER, IN_NOVEMBER)
    with acting(scene.cast.fiona):
        assert sum(Charge.objects.filter(month=october, kind="credit").values_list("pence", flat=True)) == 0
        assert DisputeCredit.objects.count() == 1
    close(scene, october, IN_NOVEMBER)
    november = work_out(scene, dt.date(2026, 11, 1), dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC))
    assert positions(scene, november)["Portsmouth"] == NOTHING


def assert_books_balance(scene: BlockScene, month: Month) -> None:
    with acting(scene.cast.fiona):
        rows = Posting.objects.filter(month=month, charge__kind="credit")
        sums: dict[tuple[int, str], int] = {}
        for one in rows:
            sums[one.organisation_id, one.account] = sums.get((one.organisation_id, one.account), 0) + one.pence
    kent, portsmouth = scene.cast.kent.pk, scene.cast.portsmouth.pk
    assert sums == {
        (portsmouth, "placement_cost"): -OWED, (portsmouth, "due_to_authority"): OWED,
        (kent, "due_from_authority"): -OWED, (kent, "provider_payable"): 0, (kent, "placement_cost"): OWED,
    }  # fmt: skip


def test_what_is_held_waits_until_its_credit_is_posted(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    answer(scene.cast.fiona, row, "credited", credit=OWED)
    assert positions(scene, month)["Portsmouth"] == (-OWED, -OWED, 0)
    work_out(scene)
    assert positions(scene, month)["Portsmouth"] == NOTHING


def test_a_part_is_offered_and_agreed_after_explanation(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    assert answer(scene.cast.fiona, row, "credited", credit=65_100).kind == "offered"
    agreed = answer(scene.cast.felix, row, "accepted", words="")
    assert (agreed.kind, agreed.credit_pence, agreed.answer_by) == ("accepted", 65_100, None)
    work_out(scene)
    assert positions(scene, month)["Portsmouth"] == (-OWED + 65_100, 0, 0)
    again = dispute(scene.cast.felix, line_of(scene.cast.felix, pence__gt=0), words="The rest too")
    assert (again.number, again.pence) == (2, OWED - 65_100)


def test_a_line_credited_in_full_has_nothing_left_to_dispute(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    answer(scene.cast.fiona, row, "credited", credit=OWED)
    work_out(scene)
    for line in ({"pence__gt": 0}, {"kind": "credit"}):
        with pytest.raises(ValidationError, match="nothing left to dispute"):
            dispute(scene.cast.felix, line_of(scene.cast.felix, **line), words="Again")


def test_records_put_right_are_posted_by_the_next_working_out_without_a_credit(scene: BlockScene, month: Month) -> None:
    from nearhome.placements.models import Booking
    from scenes_settlement import depart

    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    close(scene, month)
    with acting(scene.cast.oscar):
        booking = Booking.objects.get(child_ref="P-1")
    depart(booking, dt.date(2026, 9, 12))
    answer(scene.cast.fiona, row, "mended")
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    assert positions(scene, october)["Portsmouth"] == (13 * 65_100, 0, -OWED)
    assert transfers(scene, october)["Portsmouth", "Kent"] == 2 * 65_100


def test_what_is_held_waits_until_the_month_is_worked_out_after_a_record_was_put_right(
    scene: BlockScene, month: Month
) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    answer(scene.cast.fiona, row, "mended", now=IN_OCTOBER + dt.timedelta(hours=1))
    assert positions(scene, month)["Portsmouth"] == (-OWED, -OWED, 0)
    work_out(scene, now=IN_OCTOBER + dt.timedelta(hours=2))
    assert positions(scene, month)["Portsmouth"] == (-OWED, 0, 0)


@pytest.mark.parametrize("september_first", [True, False])
def test_two_open_months_never_release_the_same_money_twice(
    scene: BlockScene, month: Month, september_first: bool
) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    answer(scene.cast.fiona, row, "credited", credit=OWED, now=IN_NOVEMBER)
    order = (SEPTEMBER, OCTOBER) if september_first else (OCTOBER, SEPTEMBER)
    for starts_on in order:
        work_out(scene, starts_on, IN_NOVEMBER)
    first, then = positions(scene, month)["Portsmouth"], positions(scene, october)["Portsmouth"]
    assert (first, then) == ((NOTHING, NOTHING) if september_first else ((-OWED, -OWED, 0), (OWED, 0, -OWED)))
    close(scene, month, IN_NOVEMBER)
    assert positions(scene, october)["Portsmouth"] == then


def test_a_dispute_withdrawn_in_a_draft_is_taken_back_from_the_later_draft_too(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    answer(scene.cast.felix, row, "withdrawn", now=IN_NOVEMBER)
    for each, pence in ((month, -OWED), (october, 0)):
        assert positions(scene, each)["Portsmouth"] == (pence, 0, 0)


def test_after_the_close_a_line_is_disputed_without_holding_what_was_paid(scene: BlockScene, month: Month) -> None:
    close(scene, month)
    october = work_out(scene, OCTOBER, IN_NOVEMBER)
    row = dispute(scene.cast.felix, line_of(scene.cast.felix), now=IN_NOVEMBER)
    assert not row.holds
    assert positions(scene, october)["Portsmouth"] == NOTHING
    answer(scene.cast.fiona, row, "credited", credit=OWED, now=IN_NOVEMBER)
    work_out(scene, OCTOBER, IN_NOVEMBER)
    assert positions(scene, october)["Portsmouth"] == (OWED, 0, 0)


def test_each_side_takes_its_own_steps_in_turn(scene: BlockScene, month: Month) -> None:
    felix, fiona = scene.cast.felix, scene.cast.fiona
    row = dispute(felix, line_of(felix))
    with pytest.raises(ValidationError, match="not been answered yet"):
        answer(felix, row, "accepted")
    answer(fiona, row, "explained")
    with pytest.raises(ValidationError, match="You have answered"):
        answer(fiona, row, "explained", words="And more")
    answer(felix, row, "replied", words="No")
    with pytest.raises(ValidationError, match="Say why"):
        answer(fiona, row, "explained", words=" ")
    answer(fiona, row, "explained", words="Yes")
    answer(felix, row, "accepted", words="All right")
    with pytest.raises(ValidationError, match="has ended"):
        answer(felix, row, "withdrawn")


def test_two_people_at_once_do_not_both_answer(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    first = answer(scene.cast.fiona, row, "explained", seen=0)
    assert answer(scene.cast.fiona, row, "explained", seen=0) == first
    with pytest.raises(ChangedMeanwhile):
        answer(scene.cast.frank, row, "credited", credit=OWED, seen=0)


def test_others_do_not_dispute_answer_or_withdraw(scene: BlockScene, month: Month) -> None:
    line = line_of(scene.cast.felix)
    for person in (scene.wendy, scene.cast.fiona, scene.cast.oscar, scene.harriet):
        with pytest.raises(PermissionDenied):
            dispute(person, line)
    row = dispute(scene.cast.felix, line)
    for person in (scene.wendy, scene.harriet):
        with acting(person):
            for model in (LineDispute, DisputeStep, HeldLine):
                assert not model.objects.exists()
    with acting(scene.cast.fiona):
        assert LineDispute.objects.get() == row


def test_the_database_holds_the_rules_of_a_dispute(scene: BlockScene, month: Month) -> None:
    felix, kent = scene.cast.felix, scene.cast.kent
    line = line_of(felix)
    row = dispute(felix, line)
    step = {"dispute": row, "number": 1, "words": "x", "at": IN_OCTOBER}
    copy = {
        "charge": line, "number": 2, "month": month, "payer": line.payer, "host": kent, "ground": "nights", "words": "x",
        "raised_by": felix, "raised_at": IN_OCTOBER, "answer_by": OCTOBER, "pence": 1, "holds": True,
    }  # fmt: skip
    attempts = (
        (felix, lambda: LineDispute.objects.update(pence=1), None),
        (felix, lambda: LineDispute.objects.create(**copy), "in dispute already"),
        (
            felix,
            lambda: DisputeStep.objects.create(**step, by=felix, kind="credited", credit_pence=OWED),
            "other side|policy",
        ),
        (scene.cast.fiona, lambda: DisputeStep.objects.create(**step, by=felix, kind="withdrawn"), "other side|policy"),
        (
            scene.cast.fiona,
            lambda: DisputeStep.objects.create(**step, by=felix, kind="credited", credit_pence=1),
            "not what",
        ),
        (
            felix,
            lambda: HeldLine.objects.create(month=month, dispute=row, payer=kent, host=kent, pence=1, is_release=False),
            "policy",
        ),
    )
    for person, attempt, refusal in attempts:
        with acting(person), transaction.atomic():
            if refusal is None:
                with pytest.raises(DatabaseError), transaction.atomic():
                    attempt()
            else:
                with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
                    attempt()


def test_the_database_refuses_a_hold_of_one_side_only(scene: BlockScene, month: Month) -> None:
    from django.db import connection

    with acting_for(scene.cast.kent.pk), pytest.raises(DatabaseError, match="sums to nought"), transaction.atomic():
        NetPosition.objects.filter(month=month, organisation=scene.cast.kent).update(held_pence=5)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_provider_sees_nothing_of_a_credit_between_authorities(scene: BlockScene, month: Month) -> None:
    row = dispute(scene.cast.felix, line_of(scene.cast.felix))
    answer(scene.cast.fiona, row, "credited", credit=OWED)
    work_out(scene)
    with acting(scene.cast.mona):
        assert Charge.objects.exists()
        assert not Charge.objects.filter(kind="credit").exists()
        assert not LineDispute.objects.exists()
