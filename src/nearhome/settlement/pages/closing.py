"""The table of a close: how far it is, host by host, and what changed since the month was worked out."""

from nearhome.design.tables import Column, Table, Tag
from nearhome.settlement.queries.closing import Closing

DONE, WAITING = Tag("Done", "green"), Tag("Waiting", "grey")


def closing_table(closing: Closing) -> Table:
    """Each host's part of the close."""
    columns = (
        Column("Authority that hosts"), Column("Its part"), Column("Lines", "number"),
        Column("Charged, and payable to providers", "money"), Column("Lines changed since, for the next month", "number"),
        Column("Changed by", "money"),
    )  # fmt: skip
    rows = [
        (one.host, DONE if one.done_at else WAITING, one.lines, one.charges_pence, one.late_lines, one.late_pence)
        for one in closing.parts
    ]
    return Table("The close, host by host", columns, rows, when_empty="Nobody has asked to close this month yet.")
