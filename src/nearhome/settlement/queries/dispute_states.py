"""How a disputed line stands, in words."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nearhome.settlement.models import DisputeStep, LineDispute
from nearhome.settlement.queries.holds import with_last_step

Kind = DisputeStep.Kind
WORDS = {
    None: ("Waiting for {host}", "red"),
    Kind.EXPLAINED: ("Answered, waiting for {payer}", "yellow"),
    Kind.OFFERED: ("Credit offered, waiting for {payer}", "yellow"),
    Kind.REPLIED: ("Waiting for {host}", "red"),
    Kind.CREDITED: ("Upheld: credited", "green"),
    Kind.MENDED: ("Upheld: records put right", "green"),
    Kind.ACCEPTED: ("Agreed after the answer", "green"),
    Kind.WITHDRAWN: ("Withdrawn", "grey"),
}


@dataclass(frozen=True, slots=True)
class LineState:
    """The latest dispute of a line. `waits_for` and `answer_by`: whose turn it is, until when; none once it has ended."""

    key: UUID
    words: str
    colour: str
    is_open: bool
    pence: int
    waits_for: int | None
    answer_by: date | None


def state_of(row: LineDispute) -> LineState:
    """From a row read by `with_last_step`, with both sides' names."""
    last = row.last_kind  # type: ignore[attr-defined]
    words, colour = WORDS[last]
    is_open = last not in DisputeStep.ENDS
    on_host = last in (None, Kind.REPLIED)
    waits_for = (row.host_id if on_host else row.payer_id) if is_open else None
    answer_by = (row.last_by if last else row.answer_by) if is_open else None  # type: ignore[attr-defined]
    said = words.format(host=row.host.name, payer=row.payer.name)
    return LineState(row.key, said, colour, is_open, row.pence, waits_for, answer_by)


def states_in(month_id: int) -> dict[int, LineState]:
    """The latest dispute of each disputed line of a month, by the line's number, as far as the acting one may see."""
    rows = LineDispute.objects.filter(month_id=month_id).select_related("payer", "host").order_by("number")
    return {row.charge_id: state_of(row) for row in with_last_step(rows)}
