"""What partners share of their need, side by side; small numbers stay hidden, and so do their sums."""

from uuid import UUID

from django.http import Http404

from nearhome.people.models import Person
from nearhome.sufficiency.calculations.figures import Analysis, Breakdown, Column
from nearhome.sufficiency.calculations.publishing.side_by_side import Shared, side_by_side
from nearhome.sufficiency.calculations.stored import restored
from nearhome.sufficiency.exporters.words import cell_words
from nearhome.sufficiency.models import SharedPicture
from nearhome.sufficiency.permissions import require_can_read_analyses


def shared_pictures(person: Person) -> list[SharedPicture]:
    """The newest shared picture of each authority the person may see, by name."""
    require_can_read_analyses(person)
    rows = SharedPicture.objects.filter(withdrawn_at__isnull=True).select_related("authority")
    newest: dict[int, SharedPicture] = {}
    for row in rows.order_by("on", "shared_at"):
        newest[row.authority_id] = row
    return sorted(newest.values(), key=lambda row: row.authority.name)


def regional_tables(pictures: list[SharedPicture]) -> list[Breakdown]:
    """First all headline figures side by side, then each by itself with its chart.

    The region's own figure is a sum where nothing hidden goes into it.
    """
    each = side_by_side([Shared(str(row.authority), row.on, _analysis(row)) for row in pictures])
    return [_overview(each), *each] if each else []


def _overview(tables: tuple[Breakdown, ...]) -> Breakdown:
    names = [str(row[0]) for row in tables[0].rows]
    columns = (Column("figure", "Figure"), *(Column(f"authority_{at}", name) for at, name in enumerate(names)))
    rows = tuple((table.title, *_in_words(table), _total_in_words(table)) for table in tables)
    return Breakdown(
        "side_by_side",
        "Side by side",
        "The headline figures that each partner shares, and of all together where no hidden figure goes in. What each "
        "counts stands with it below.",
        (*columns, Column("all_together", "All together")),
        rows,
    )


def _in_words(table: Breakdown) -> tuple[str, ...]:
    kind = next(column.kind for column in table.columns if column.key == "value")
    return tuple(cell_words(kind, cell) for cell in table.column("value"))


def _total_in_words(table: Breakdown) -> str:
    at = next(place for place, column in enumerate(table.columns) if column.key == "value")
    return cell_words(table.columns[at].kind, table.total[at]) if table.total else ""


def shared_by(person: Person) -> list[SharedPicture]:
    """What the person's own authority shares now."""
    rows = SharedPicture.objects.filter(authority_id=person.organisation_id, withdrawn_at__isnull=True)
    return list(rows.order_by("-on"))


def shared_picture_for(person: Person, key: UUID) -> SharedPicture:
    """One shared picture of the person's own authority. Raises Http404 for another's."""
    require_can_read_analyses(person)
    found = SharedPicture.objects.filter(authority_id=person.organisation_id, key=key).first()
    if found is None:
        raise Http404("No such shared figures")
    return found


def _analysis(row: SharedPicture) -> Analysis:
    return restored(row.figures)
