"""Pages of procurements from the options to the award and its notices: who opens them, whose they are, their words."""

from nearhome.privacy.acting import acting_for
from nearhome.tendering.models import (
    Abandonment,
    AppraisalOption,
    Award,
    AwardCriterion,
    Bid,
    CompletedAppraisal,
    FeedbackLetter,
    Notice,
    NoticeFact,
    PanelMember,
    Procurement,
    ProcurementParty,
)
from scenes_whole import Whole
from walked import (
    BUYERS,
    COMMISSIONERS,
    EVERYBODY,
    HARBOUR,
    KENT,
    KENT_BUYERS,
    MEADOW,
    PORTSMOUTH,
    PROVIDERS,
    Objects,
    everybodys,
    keyed,
)

# Whoever reads procurements, and anybody on the panel, of whatever role.
EVALUATION = (
    "evaluation", "panel", "seat", "chair", "interest", "interest_of", "scores", "close_scoring", "moderation",
    "lock_quality", "lot_prices", "score", "moderate", "low_price", "results", "lot_result", "work_out_results", "draft_feedback",
    "send_feedback",
)  # fmt: skip
READ = (
    "procurements", "procurement", "rules", "options", "options_version", "options_document", "award", "all_notices",
    "own_notice", "notices", "notice", "ocds", *EVALUATION,
)  # fmt: skip
LED = (
    "recommend", "send_back", "tell_bidders", "award_notice", "contract", "abandon", "direct_award", "extend",
    "what_happened", "own_what_happened", "take_back_fact",
)  # fmt: skip
BUYING_ROLES = {
    **{f"tendering:{name}": BUYERS for name in READ},
    **{f"tendering:{name}": COMMISSIONERS for name in LED},
    **dict.fromkeys(("tendering:feedback", "tendering:feedback_pdf"), EVERYBODY - {"administrator"}),
    "tendering:feedback_received": EVERYBODY,
    "tendering:decide_award": {"approver"},
    **dict.fromkeys(("tendering:outcomes", "tendering:outcome"), PROVIDERS),
}
BUYING_WORDS = {
    **dict.fromkeys(("ZZCASE", "ZZAPPRAISED"), KENT_BUYERS | PORTSMOUTH),
    **dict.fromkeys(("ZZSCOREWHY", "ZZCLOSEDWITHOUT", "ZZPRICEASKED", "ZZPRICEANSWER"), KENT_BUYERS | PORTSMOUTH),
    # Whose bid is out is told why.
    "ZZPRICEDECIDED": KENT_BUYERS | PORTSMOUTH | HARBOUR,
    "ZZAGREED": KENT_BUYERS | PORTSMOUTH | MEADOW | HARBOUR,
    "ZZSCOREDALONE": {"Kent commissioner"},
    **dict.fromkeys(("ZZINTEREST", "ZZCLEARED"), KENT_BUYERS | PORTSMOUTH),
    # Bidders read their own outcome, never why others won.
    **dict.fromkeys(("ZZAWARDWHY", "ZZAWARDAPPROVED", "ZZTOODEAR", "ZZGAVEUP"), KENT_BUYERS | PORTSMOUTH),
    "ZZDIRECTWHY": KENT_BUYERS,
    "ZZNOTICEREF": KENT | PORTSMOUTH | {"Kent finance_officer", "Kent analyst"},
}


def options_pages(whole: Whole) -> Objects:
    """Procurements for those who buy together; writing the options of one for the lead alone."""
    everybodys_procurements = everybodys(Procurement, lambda row: {row.lead_id}, whole)
    parties = everybodys(ProcurementParty, lambda row: {row.organisation_id}, whole)
    buyers = {row.pk: owners.copy() for row, owners in everybodys_procurements}
    for party, owners in parties:
        buyers[party.procurement_id] |= owners
    read = [({"key": row.key}, buyers[row.pk]) for row, _ in everybodys_procurements]
    names = dict.fromkeys(("tendering:procurement", "tendering:options"), read)
    lead = [({"key": row.key}, owners) for row, owners in everybodys_procurements]
    for name in (
        "change", "begin_options", "complete_options", "revise_options", "options_question", "options_criteria",
        "recommend_option", "new_option",
    ):  # fmt: skip
        names[f"tendering:{name}"] = lead
    done = everybodys(
        CompletedAppraisal, lambda row: buyers[row.appraisal.procurement_id], whole, "appraisal__procurement"
    )
    versions = [
        ({"key": row.appraisal.procurement.key, "number": row.appraisal.number}, owners) for row, owners in done
    ]
    names["tendering:options_version"] = names["tendering:options_document"] = versions
    options = everybodys(
        AppraisalOption, lambda row: {row.appraisal.procurement.lead_id}, whole, "appraisal__procurement"
    )
    each = [({"key": row.appraisal.procurement.key, "option": row.key}, owners) for row, owners in options]
    for name in ("option", "option_scores", "remove_option"):
        names[f"tendering:{name}"] = each
    return names


def evaluation_pages(whole: Whole) -> Objects:
    """The evaluated tender, its lots, seats, bids and letters: the buyers', and each letter also its bidder's."""
    buyers = {whole.cast.kent.pk, whole.cast.portsmouth.pk}
    seats = everybodys(PanelMember, lambda _: buyers, whole, "procurement")
    judged = {row.procurement.key: row.procurement_id for row, _ in seats}
    tenders = [({"key": key}, buyers) for key in judged]
    names = {
        f"tendering:{name}": tenders for name in ("evaluation", "panel", "results", "draft_feedback", "send_feedback")
    }
    lots = [({"key": key, "number": number}, buyers) for key in judged for number in (1, 2)]
    for name in ("interest", "scores", "close_scoring", "moderation", "lock_quality", "lot_prices", "lot_result", "work_out_results"):  # fmt: skip
        names[f"tendering:{name}"] = lots
    of_seats = [({"key": row.procurement.key, "number": row.pk}, buyers) for row, _ in seats]
    names["tendering:interest_of"] = [
        ({"key": row.procurement.key, "number": 2, "seat": row.pk}, buyers) for row, _ in seats
    ]
    names["tendering:seat"] = names["tendering:chair"] = of_seats
    bids = [row for row, _ in everybodys(Bid, lambda _: buyers, whole) if row.procurement_id in judged.values()]
    # The walk asks for the last ones: the bid that is out, of which little is shown, comes first.
    bids.sort(key=lambda bid: bid.provider_id != whole.cast.harbour.pk)
    names["tendering:low_price"] = [({"key": row.key}, buyers) for row in bids]
    with acting_for(whole.cast.kent.pk):
        asked = list(AwardCriterion.objects.filter(procurement_id__in=judged.values(), kind="question"))
    answers = [({"key": bid.key, "number": one.pk}, buyers) for bid in bids for one in asked if one.procurement_id == bid.procurement_id]  # fmt: skip
    names["tendering:score"] = names["tendering:moderate"] = answers
    letters = everybodys(FeedbackLetter, lambda row: buyers | {row.bid.provider_id}, whole, "bid")
    names["tendering:feedback"] = names["tendering:feedback_pdf"] = keyed(letters)
    return names


def award_pages(whole: Whole) -> Objects:
    """Awards, for the lead and for who buys with it; each bidder's own outcome."""
    parties: dict[int, set[int]] = {}
    for row, _ in everybodys(ProcurementParty, lambda row: set(), whole):
        parties.setdefault(row.procurement_id, set()).add(row.organisation_id)
    cases = everybodys(Procurement, lambda row: {row.lead_id}, whole)
    far = [*everybodys(Award, lambda row: set(), whole), *everybodys(Abandonment, lambda row: set(), whole)]
    furthest = {row.procurement_id for row, _ in far}
    cases.sort(key=lambda case: case[0].pk in furthest)  # the walk begins at the end: with those that came furthest
    bought = [({"key": row.key}, lead | parties.get(row.pk, set())) for row, lead in cases]
    steps = ("recommend", "send_back", "decide_award", "award_notice", "contract", "abandon", "direct_award", "extend")
    names = {f"tendering:{name}": keyed(cases) for name in (*steps, "tell_bidders")}
    bids = keyed(everybodys(Bid, lambda row: {row.provider_id}, whole))
    return names | {"tendering:award": bought, "tendering:outcome": bids}


def notice_pages(whole: Whole) -> Objects:
    """Notices for those who buy together; what they count from is recorded by the lead."""
    buyers, lead = {whole.cast.kent.pk, whole.cast.portsmouth.pk}, {whole.cast.kent.pk}
    published = [row for row, _ in everybodys(Notice, lambda _: set(), whole, "procurement") if row.procurement]
    facts = everybodys(NoticeFact, lambda _: lead, whole, "procurement")
    key = [({"key": row.procurement.key}, buyers) for row in published]
    return {
        "tendering:notices": key,
        "tendering:ocds": key,
        "tendering:notice": [({**one, "code": "UK3"}, owners) for one, owners in key],
        "tendering:what_happened": [(one, lead) for one, _ in key],
        "tendering:take_back_fact": keyed(facts),
        "tendering:own_notice": [({"code": "UK1"}, buyers | {whole.cast.hampshire.pk})],
    }
