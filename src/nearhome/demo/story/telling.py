"""Tell every story in order: long stays first, so that nobody looks for a place that a later story needs."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.utils import timezone

from nearhome.demo.region import RegionFiles
from nearhome.demo.story import (
    agreeing_away,
    agreeing_beds,
    budgeting,
    buying_fostering,
    buying_residential,
    buying_small,
    contracting,
    deciding,
    disputing,
    funding,
    invoicing,
    months,
    placing,
    searching,
    waiting,
)
from nearhome.demo.story.players import Players

Progress = Callable[[int, int], None]
# The blocks begin in August 2026 and their children's stays up to a hundred days before now.
EARLIEST = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)

STORIES: tuple[Callable[[Players], None], ...] = (
    placing.own_child_in_block,
    placing.partners_child_in_block,
    placing.third_child_in_block,
    placing.ended,
    placing.living_there,
    searching.withdrawn,
    searching.refused,
    placing.at_a_distance,
    placing.signed_by_both,
    placing.to_be_signed,
    placing.emergency_short_form,
    searching.chosen,
    searching.invited,
    searching.ranked,
    searching.waiting_for_permission,
    searching.emergency,
    searching.partners_search,
    searching.half_filled,
    waiting.many_wait,
    contracting.more_beds_asked_for,
    agreeing_beds.agree_rules,
    agreeing_beds.in_hospital,
    agreeing_away.terms_and_a_week_in_hospital,
    funding.fund_and_step_across,
    months.settle,
    disputing.dispute_lines,
    invoicing.send_and_pay,
    budgeting.budget_for_the_year,
    deciding.agree,
    deciding.voted,
    deciding.vote,
    buying_residential.regional_block,
    buying_fostering.two_months_more,
    buying_fostering.new_framework,
    buying_small.award_to_approve,
    buying_small.being_evaluated,
    buying_small.being_prepared,
)


def tell(files: RegionFiles, *, progress: Progress, now: datetime | None = None) -> None:
    """Make one referral in every state, and the months since the blocks began. `now` is the clock's if not given."""
    players = Players(now=max(now or timezone.now(), EARLIEST), codes=tuple(files.returns))
    for done, story in enumerate(STORIES):
        progress(done, len(STORIES))
        story(players)
    progress(1, 1)
