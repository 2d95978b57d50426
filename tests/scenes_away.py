"""Terms for nights away: of the made-up framework, and of one placement of Portsmouth that was bought singly."""

import datetime as dt

from nearhome.people.models import Person
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.models import Framework
from nearhome.settlement.actions.away_terms import answer_away_terms, propose_away_terms
from nearhome.settlement.calculations.nights import AbsenceRule, AwayTerms
from nearhome.settlement.models import AwayTerms as AwayTermsRow
from scenes_elements import placed
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene

WHY = "ZZAWAYWHY: as the published terms say."
HALF = (AbsenceRule("hospital", 3, 5_000, 10),)


def away_terms(
    starts_on: dt.date = SEPTEMBER,
    rules: tuple[AbsenceRule, ...] = HALF,
    kept: tuple[str, ...] | None = ("accommodation",),
) -> AwayTerms:
    """Three nights in full, then half of accommodation, nothing after ten, unless said otherwise."""
    return AwayTerms(starts_on, rules, kept)


def proposed_away(
    of: Framework | Booking, wanted: AwayTerms, by: Person, now: dt.datetime = IN_OCTOBER, why: str = WHY
) -> AwayTermsRow:
    """One person proposes."""
    with acting(by):
        return propose_away_terms(of=of, terms=wanted, why=why, by=by, now=now)


def agreed_away(
    of: Framework | Booking, wanted: AwayTerms, by: Person, answered_by: Person, now: dt.datetime = IN_OCTOBER
) -> AwayTermsRow:
    """One person proposes, a colleague agrees."""
    row = proposed_away(of, wanted, by, now)
    with acting(answered_by):
        return answer_away_terms(proposal=row, agree=True, by=answered_by, now=now)


def through_framework(scene: BlockScene, framework: Framework, ref: str = "P-77") -> Booking:
    """A child of Portsmouth placed through the framework, as one taken on from before: its home was admitted."""
    booking = placed(scene, ref)
    with acting_for(booking.authority_id):
        Booking.objects.filter(pk=booking.pk).update(route="framework")
        return Booking.objects.select_related("home__registration", "authority").get(pk=booking.pk)
