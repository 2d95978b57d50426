"""What has happened to a partnership, as far as the acting organisation may know it."""

from nearhome.audit.models import Event
from nearhome.audit.queries import HistoryLine
from nearhome.partnership.models import Partnership

MOST = 60


def history_of_partnership(partnership: Partnership) -> tuple[HistoryLine, ...]:
    """Who formed, joined, left, wrote and accepted, the newest first."""
    rows = Event.objects.filter(about=f"partnership {partnership.key}").order_by("-at", "-id")[:MOST]
    return tuple(HistoryLine(row.at, row.words, row.by_name, row.by_organisation, row.name) for row in rows)
