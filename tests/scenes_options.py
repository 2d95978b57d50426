"""A procurement of Kent with Portsmouth, begun through the actions, and its options weighed as in the shipped example."""

import datetime as dt
from dataclasses import replace

from cast import NOW, Cast
from nearhome.privacy.acting import acting
from nearhome.tendering.actions.cases import CaseTerms, begin_procurement
from nearhome.tendering.actions.options import begin_appraisal, complete_appraisal
from nearhome.tendering.models import CompletedAppraisal, OptionsAppraisal, Procurement

TERMS = CaseTerms(
    name="Made-up foster placements", kind="foster", buys="framework", instrument="closed_framework",
    summary="Made-up foster homes for children near where they come from.", estimated_value_pence=4_800_000_000,
    term_starts_on=dt.date(2027, 4, 1), term_months=48,
)  # fmt: skip


def begun(cast: Cast, *, now: dt.datetime = NOW, **changed: object) -> Procurement:
    """Led by Kent, with Portsmouth."""
    with acting(cast.colin):
        return begin_procurement(
            terms=replace(TERMS, **changed), parties={cast.portsmouth.pk: 2}, by=cast.colin, now=now
        )


def weighed(cast: Cast, procurement: Procurement, *, now: dt.datetime = NOW) -> OptionsAppraisal:
    """A draft that is the example of 21/00077."""
    with acting(cast.colin):
        return begin_appraisal(procurement=procurement, example="21-00077", by=cast.colin, now=now)


def completed(cast: Cast, draft: OptionsAppraisal, *, now: dt.datetime = NOW) -> CompletedAppraisal:
    """That draft, completed as it stands."""
    with acting(cast.colin):
        draft.refresh_from_db()
        return complete_appraisal(appraisal=draft, change=draft.change, by=cast.colin, now=now)
