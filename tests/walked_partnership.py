"""Pages of partnerships and decisions: who opens them, whose they are, which private words they may show."""

from nearhome.partnership.models import Ballot, DecisionRecord, DecisionRisk, Matter, Membership
from scenes_whole import Whole
from walked import COMMISSIONERS, PORTSMOUTH, Objects, everybodys, keyed

SPEAKERS = {"commissioner", "approver", "finance_officer"}
PARTNERS = {"commissioner", "approver", "finance_officer", "analyst", "administrator"}
WRITTEN = (
    "begin", "join", "task_lead", "membership", "leave", "new_agreement", "new_ballot", "close_ballot", "new_decision", "part",
    "entries", "entry", "remove_entry", "risks", "risk", "remove_risk",
)  # fmt: skip
PARTNERSHIP_ROLES = {
    **{f"partnership:{name}": COMMISSIONERS for name in WRITTEN},
    "partnership:accept": {"approver"},
    "partnership:rules": {"administrator"},
    "partnership:step": {"commissioner", "approver", "administrator"},
    **dict.fromkeys(("partnership:new_matter", "partnership:move_up", "partnership:resolve"), SPEAKERS),
}
KENT_PARTNERS = {f"Kent {role}" for role in PARTNERS}
PARTNERSHIP_WORDS = {
    **dict.fromkeys(("ZZDECISION", "ZZOPTION", "ZZARGUMENT", "ZZFINANCIAL", "ZZRISK"), KENT_PARTNERS),
    "ZZCONSTITUTION": {"Kent administrator"},
    **dict.fromkeys(
        (
            "PQBALLOT", "PQVOTE", "PQMATTER", "PQDECISION", "PQOPTION", "PQARGUMENT", "PQFINANCIAL", "PQRISK", "PQDECIDED",
        ),
        KENT_PARTNERS | PORTSMOUTH,
    ),
}  # fmt: skip


def partnership_pages(whole: Whole) -> Objects:
    """A partnership is its parties'; what only the lead or the writing authority does is theirs alone."""
    lead, partners = {whole.cast.kent.pk}, {whole.cast.kent.pk, whole.cast.west_sussex.pk, whole.cast.portsmouth.pk}
    own = [({"key": whole.partnership.key}, partners)]
    names = {f"partnership:{name}": own for name in ("partnership", "new_ballot", "new_matter")}
    names |= {
        f"partnership:{name}": [({"key": whole.partnership.key}, lead)]
        for name in ("join", "task_lead", "new_agreement")
    }
    version = [({"key": whole.partnership.key, "version": 1}, partners)]
    names["partnership:agreement"] = names["partnership:accept"] = version
    members = everybodys(Membership, lambda _: lead, whole, "partnership")
    lines = [({"key": row.partnership.key, "number": row.pk}, owners) for row, owners in members]
    names["partnership:membership"] = names["partnership:leave"] = lines
    ballots, matters = (
        keyed(everybodys(Ballot, lambda _: partners, whole)),
        keyed(everybodys(Matter, lambda _: partners, whole)),
    )
    names["partnership:ballot"] = ballots
    names["partnership:close_ballot"] = [(key, lead) for key, _ in ballots]
    names["partnership:matter"] = names["partnership:move_up"] = matters
    names["partnership:resolve"] = [(key, lead) for key, _ in matters]
    return names | decision_pages(whole, lead, partners)


def decision_pages(whole: Whole, lead: set[int], partners: set[int]) -> Objects:
    """A draft is its authority's own, a published decision its partners' to read; only its authority writes either."""
    rows = everybodys(DecisionRecord, lambda row: partners if row.notice_on else lead, whole)
    written = [({"key": row.key}, lead) for row, _ in rows]
    names = {"partnership:decision": keyed(rows), "partnership:decision_pdf": keyed(rows), "partnership:risks": written}
    names["partnership:part"] = [({**key, "slug": "proposal"}, owners) for key, owners in written]
    names["partnership:step"] = [
        ({**key, "slug": slug}, owners) for key, owners in written for slug in ("notice", "call-in", "decide")
    ]
    names["partnership:entries"] = [({**key, "name": "options"}, owners) for key, owners in written]
    entries = [({**key, "name": "options", "place": 1}, owners) for key, owners in written]
    names["partnership:entry"] = names["partnership:remove_entry"] = entries
    risks = everybodys(DecisionRisk, lambda _: lead, whole, "decision")
    numbered = [({"key": row.decision.key, "number": row.number}, owners) for row, owners in risks]
    names["partnership:risk"] = names["partnership:remove_risk"] = numbered
    return names
