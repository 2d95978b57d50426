"""How far the evaluation of each lot has come, by member, without saying what anybody scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from nearhome.people.models import Person
from nearhome.tendering.models import (
    Consensus,
    Lot,
    LotResult,
    PanelMember,
    Procurement,
    QualityLock,
    Score,
    ScoringClosed,
)
from nearhome.tendering.queries.evaluation_case import bids_in, bids_standing, questions_of
from nearhome.tendering.queries.panel import interests_in


@dataclass(frozen=True, slots=True)
class MemberProgress:
    """One member in one lot: what they declared (None: nothing yet), and how many answers they scored."""

    member: PanelMember
    has_interest: bool | None
    scored: int


@dataclass(frozen=True, slots=True)
class LotProgress:
    """One lot: `answers` are those to score; `unscored` have no score of anybody, `to_agree` no agreed score."""

    lot: Lot
    bids: int
    answers: int
    members: tuple[MemberProgress, ...]
    unscored: int
    to_agree: int
    closed: ScoringClosed | None
    locked: QualityLock | None
    result: LotResult | None

    @property
    def stage(self) -> str:
        """Where it stands, in words."""
        if self.result:
            return "Ranked"
        if self.locked:
            return "Quality locked"
        if self.closed:
            return "Being moderated"
        return "Being scored" if self.bids else "No bids"

    def of(self, person: Person) -> MemberProgress | None:
        """The person's own part, if they are on the panel now."""
        return next(
            (one for one in self.members if one.member.person_id == person.pk and one.member.left_at is None), None
        )


def is_open(procurement: Procurement, now: datetime) -> bool:
    """Whether bids can be read: the deadline passed, and the tender was not given up before. The database itself decides."""
    if procurement.stays_sealed or not procurement.published_at or not procurement.deadline_at:
        return False
    return procurement.deadline_at <= now


def progress_of(procurement: Procurement) -> list[LotProgress]:
    """Every lot of the procurement, in order."""
    panel = list(PanelMember.objects.filter(procurement=procurement).select_related("person__organisation").order_by("-is_chair", "person__name"))  # fmt: skip
    asked = len(questions_of(procurement))
    return [_progress(lot, panel, asked) for lot in procurement.lots.all()]


def lot_progress(lot: Lot) -> LotProgress:
    """One lot alone."""
    panel = list(PanelMember.objects.filter(procurement=lot.procurement).select_related("person__organisation").order_by("-is_chair", "person__name"))  # fmt: skip
    return _progress(lot, panel, len(questions_of(lot.procurement)))


def _progress(lot: Lot, panel: list[PanelMember], asked: int) -> LotProgress:
    standing = bids_standing(lot).count()
    given, declared = scores_by_person(lot), interests_in(lot)
    members = tuple(_member(one, declared, given) for one in panel)
    return LotProgress(
        lot, bids_in(lot).count(), standing * asked, members, unscored_answers(lot), answers_without_agreement(lot),
        ScoringClosed.objects.filter(lot=lot).first(), QualityLock.objects.filter(lot=lot).first(),
        LotResult.objects.filter(lot=lot).order_by("-worked_out_at", "-pk").first(),
    )  # fmt: skip


def _member(member: PanelMember, declared: Mapping[int, object], given: Mapping[int, int]) -> MemberProgress:
    row = declared.get(member.person_id)
    interest: bool | None = getattr(row, "has_conflict", None)
    return MemberProgress(member, interest, given.get(member.person_id, 0))


def scores_by_person(lot: Lot) -> dict[int, int]:
    """How many scores each member has given in a lot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, given FROM tendering_scores_by_person(%s)", [lot.pk])
        return dict(cursor.fetchall())


def unscored_answers(lot: Lot) -> int:
    """How many answers of bids that stand nobody has scored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bid_id, criterion_id FROM tendering_scores_by_answer(%s)", [lot.pk])
        scored = set(cursor.fetchall())
    questions = [one.pk for one in questions_of(lot.procurement)]
    return sum((bid.pk, question) not in scored for bid in bids_standing(lot) for question in questions)


def missing_scores(lot: Lot) -> int:
    """How many scores are still owed by members who sit now and declared no interest in the lot, or nothing yet."""
    answers = bids_standing(lot).count() * len(questions_of(lot.procurement))
    given, declared = scores_by_person(lot), interests_in(lot)
    owed = 0
    for member in PanelMember.objects.filter(procurement=lot.procurement, left_at__isnull=True):
        row = declared.get(member.person_id)
        if row is None or not row.has_conflict:
            owed += max(0, answers - given.get(member.person_id, 0))
    return owed


def answers_without_agreement(lot: Lot) -> int:
    """How many answers of bids that stand have no agreed score."""
    agreed = set(Consensus.objects.filter(bid__lot=lot).values_list("bid_id", "criterion_id"))
    questions = [one.pk for one in questions_of(lot.procurement)]
    return sum((bid.pk, question) not in agreed for bid in bids_standing(lot) for question in questions)


def own_scores(person: Person, lot: Lot) -> dict[tuple[int, int], Score]:
    """The person's own scores in a lot, by bid and question."""
    rows = Score.objects.filter(bid__lot=lot, person=person)
    return {(row.bid_id, row.criterion_id): row for row in rows}
