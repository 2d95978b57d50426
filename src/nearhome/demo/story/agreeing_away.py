"""What the regional framework pays while a child is away, and a child of Kent placed through it who was in hospital."""

from nearhome.demo.story.players import KENT, SUSSEX, Players
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.procurement.models import Framework
from nearhome.settlement.actions.away_terms import answer_away_terms, propose_away_terms
from nearhome.settlement.actions.staying import record_absence
from nearhome.settlement.calculations.nights import AbsenceRule, AwayTerms
from nearhome.settlement.queries.agreed_away import frameworks_of
from nearhome.settlement.queries.periods import last_month_over

FRAMEWORK = "Made-up regional residential framework"
RULES = (AbsenceRule("missing", 7, 5_000, 28), AbsenceRule("hospital", 3, 5_000, 28), AbsenceRule("holiday", 14))
KEPT = ("accommodation", "education", "therapy")
WHY = (
    "Made up: the framework pays some nights in full, then half of the bed, school and therapy, for four weeks at most."
)
IN_HOSPITAL = (8, 15)  # first night away and the night of return, days of the last month that is over


def terms_and_a_week_in_hospital(players: Players) -> None:
    """West Sussex, which leads the framework, proposes and agrees; Kent's officer tells of the nights."""
    colin, fiona = players.person(SUSSEX, "colin"), players.person(SUSSEX, "fiona")
    with acting(colin):
        framework = Framework.objects.get(name=FRAMEWORK, lead=colin.organisation)
        terms = AwayTerms(framework.starts_on, RULES, KEPT)
        row = propose_away_terms(of=framework, terms=terms, why=WHY, by=colin, now=players.morning(58))
    with acting(fiona):
        answer_away_terms(proposal=row, agree=True, by=fiona, now=players.morning(57))
    _in_hospital(players, framework)


def _in_hospital(players: Players, framework: Framework) -> None:
    olive = players.person(KENT, "olive")
    month = last_month_over(players.today)
    first, back = (month.replace(day=day) for day in IN_HOSPITAL)
    with acting(olive):
        living = Booking.objects.filter(
            authority=olive.organisation, route="framework", arrived_on__lte=first, departed_on__isnull=True,
            cancelled_at__isnull=True, referral__isnull=False,
        ).select_related("home")  # fmt: skip
        rows = list(living.order_by("arrived_on", "pk"))
        through = frameworks_of(olive.organisation_id, rows)
        for stay in [one for one in rows if through.get(one.pk) == framework.pk][:1]:
            record_absence(
                booking=stay, kind="hospital", starts_on=first, ends_before=back, by=olive, now=players.morning(10)
            )
