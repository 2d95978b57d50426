"""Terms for nights away in the whole scene: of a framework that Kent leads with Portsmouth, and of one placement of Kent."""

import datetime as dt

from cast import Cast
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.procurement.models import Framework
from nearhome.settlement.actions.away_terms import answer_away_terms, propose_away_terms
from nearhome.settlement.calculations.nights import AbsenceRule, AwayTerms


def make_away_terms(cast: Cast, placed: Booking, now: dt.datetime) -> None:
    """The framework's first version is agreed and its second waits; the placement's own waits."""
    colin, fiona = cast.colin, cast.fiona
    rules = (AbsenceRule("hospital", 7, 5_000, 28),)
    with acting(colin):
        framework = Framework.objects.filter(lead=cast.kent, parties__organisation=cast.portsmouth).order_by("pk")[0]
        first = AwayTerms(framework.starts_on, rules, ("accommodation",))
        row = propose_away_terms(of=framework, terms=first, why="ZZAWAYWHY", by=colin, now=now)
    with acting(fiona):
        answer_away_terms(proposal=row, agree=True, by=fiona, now=now)
    with acting(colin):
        propose_away_terms(of=framework, terms=AwayTerms(now.date(), rules), why="ZZAWAYWHY", by=colin, now=now)
        booking = Booking.objects.select_related("home").get(pk=placed.pk)
        since = booking.arrived_on or booking.starts_on
        propose_away_terms(of=booking, terms=AwayTerms(since, rules), why="ZZALONEWHY", by=colin, now=now)
