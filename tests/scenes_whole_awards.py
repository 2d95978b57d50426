"""The part of the whole scene about awards: one contracted, one waiting for approval, one direct, one abandoned."""

import datetime as dt

from cast import Cast, make_person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import make_framework
from nearhome.procurement.actions.frameworks import FrameworkTerms
from nearhome.tendering.actions.abandoning import abandon_procurement
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.actions.awarding_directly import DirectReasons, extend_directly
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.actions.recommending import Recommendation, recommend_award
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries.proposing import LotChoice
from scenes_awards import TERM, evaluated_tender


def make_awards(cast: Cast, now: dt.datetime) -> None:
    """Of Kent's tenders: Meadow wins lot 1, Harbour nothing; lot 2 is kept back as too dear."""
    approver = make_person("Bertha Madeup-Blocks", cast.kent, "approver", limit=10_000_000_000)
    contracted = evaluated_tender(cast, ref="T-AWARD-1", urn="SC9301").procurement
    _recommend(cast, contracted, now)
    with acting(approver):
        award = contracted.awards.get()
        award.procurement = contracted
        decide_award(award=award, is_approved=True, by=approver, now=now, reason="ZZAWARDAPPROVED")
    with acting(cast.colin):
        tell_bidders(award=award, by=cast.colin, now=now)
        record_award_notice(award=award, notice_on=now.date(), by=cast.colin, now=now, keeps_standstill=False)
        make_contracts(award=award, contracted_on=now.date(), by=cast.colin, now=now)
    _recommend(cast, evaluated_tender(cast, ref="T-AWARD-2", urn="SC9302").procurement, now)
    evaluated_tender(cast, ref="T-AWARD-3", urn="SC9303")
    abandoned = evaluated_tender(cast, ref="T-AWARD-4", urn="SC9304").procurement
    with acting(cast.colin):
        abandon_procurement(procurement=abandoned, ground="unaffordable", reason="ZZGAVEUP", by=cast.colin, now=now)
    _extend(cast, now)


def _recommend(cast: Cast, procurement: Procurement, now: dt.datetime) -> None:
    lots = (LotChoice(1, True, places=5), LotChoice(2, False, "unaffordable", "ZZTOODEAR", right_reserved=True))
    with acting(cast.colin):
        wanted = Recommendation(lots, TERM, 120, "ZZAWARDWHY")
        recommend_award(procurement=procurement, recommendation=wanted, by=cast.colin, now=now)


def _extend(cast: Cast, now: dt.datetime) -> None:
    """A framework of Kent's that goes on for two months; nobody has decided about it yet. A second case has only begun."""
    with acting(cast.colin):
        framework = make_framework(
            name="Made-up framework of 2018", kind="foster", starts_on=dt.date(2018, 2, 1),
            ends_before=dt.date(2022, 2, 1), parties=[], by=cast.colin, now=now,
            terms=FrameworkTerms(regime="PCR2015", form="pcr_framework"),
        )  # fmt: skip
        case, _ = _case(cast, "T-AWARD-5", now), _case(cast, "T-AWARD-6", now)
        reasons = DirectReasons("pcr_existing_terms", "ZZDIRECTWHY", "Lena Madeup-Lawyer", 179_000_000, "ZZEXCEPTION")
        extend_directly(
            procurement=case, reasons=reasons, framework_key=framework.key, months=2, by=cast.colin, now=now
        )


def _case(cast: Cast, ref: str, now: dt.datetime) -> Procurement:
    return Procurement.objects.create(
        ref=ref, lead=cast.kent, name="Made-up two months", kind="foster", buys="framework", regime="PCR2015",
        instrument="closed_framework", made_at=now, made_by=str(cast.colin),
    )  # fmt: skip
