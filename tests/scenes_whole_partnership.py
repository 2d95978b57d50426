"""The partnership's part of the whole scene: an agreement in acceptance, a ballot, a matter, a draft and a published decision."""

import datetime as dt

from cast import Cast, make_person
from nearhome.partnership.actions import accept_agreement, cast_vote, name_task_lead, open_ballot
from nearhome.partnership.actions.deciding import propose_decision, set_decision_rules, take_decision
from nearhome.partnership.actions.drafting import add_to_list, begin_decision, change_decision
from nearhome.partnership.actions.escalating import raise_matter
from nearhome.partnership.models import DecisionRecord, Partnership
from nearhome.people.models import Person
from nearhome.privacy.acting import acting

DAY = dt.timedelta(days=1)


def add_partnership(cast: Cast, partnership: Partnership, now: dt.datetime) -> None:
    """Every record of the stage, marked: ZZ is Kent's own, PQ is read by partners too."""
    _agree(cast, partnership, now)
    with acting(cast.colin):
        ballot = open_ballot(
            partnership=partnership,
            subject="Made-up uplift",
            words="PQBALLOT",
            closes_at=now + 7 * DAY,
            by=cast.colin,
            now=now,
        )
        cast_vote(ballot=ballot, choice="for", words="PQVOTE", by=cast.colin, now=now)
        raise_matter(partnership=partnership, subject="Made-up matter", words="PQMATTER", by=cast.colin, now=now)
        name_task_lead(
            partnership=partnership,
            task="legal",
            organisation=cast.portsmouth,
            starts_on=now.date(),
            by=cast.colin,
            now=now,
        )
    with acting(cast.anna):
        set_decision_rules(
            value_pence=100_000_000, divisions=2, notice_clear_days=28, call_in_working_days=5, source="ZZCONSTITUTION",
            by=cast.anna, now=now,
        )  # fmt: skip
    published = _decision(cast, partnership, "26/00001", "PQ", now)
    _decision(cast, partnership, "26/00002", "ZZ", now)
    with acting(cast.colin):
        published = propose_decision(
            decision=published, version=published.version, notice_on=now.date() - 40 * DAY, by=cast.colin, now=now
        )
    cara = make_person("Cara Madeup-Cabinet", cast.kent, "approver")
    with acting(cara):
        take_decision(
            decision=published, version=published.version, is_approved=True, words="PQDECIDED", by=cara, now=now
        )


def _agree(cast: Cast, partnership: Partnership, now: dt.datetime) -> None:
    walter = make_person("Walter Madeup-Approver", cast.west_sussex, "approver")
    for person in (cast.april, walter, cast.ada):
        _accept(person, partnership, now)


def _accept(person: Person, partnership: Partnership, now: dt.datetime) -> None:
    with acting(person):
        accept_agreement(agreement=partnership.agreements.get(), by=person, now=now)


def _decision(cast: Cast, partnership: Partnership, reference: str, mark: str, now: dt.datetime) -> DecisionRecord:
    with acting(cast.colin):
        decision = begin_decision(
            reference=reference, title=f"{mark}DECISION", example_name="kent-21-00094", partnership=partnership,
            by=cast.colin, now=now,
        )  # fmt: skip
        option = {"name": f"{mark}OPTION", "description": "Made-up", "reason": "Made-up", "recommended": False}
        decision = add_to_list(decision=decision, name="options", entry=option, by=cast.colin, now=now)
        changes = {"reasons": f"{mark}ARGUMENT", "financial": f"{mark}FINANCIAL"}
        decision.risks.filter(number=1).update(risk=f"{mark}RISK")
        return change_decision(decision=decision, changes=changes, version=decision.version, by=cast.colin, now=now)
