"""An authority with a made-up return on record, for the tests of its analyses."""

import datetime as dt
from collections.abc import Iterable

from cast import NOW, Cast
from nearhome.audit.record import Nearhome
from nearhome.needs.actions.loading import load_return
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting_for
from scenes_needs import EPISODES, HEADER, table

ON = dt.date(2026, 3, 31)
OWN, FAR = "ME14 1XX", "M1 1AA"


def children_of(prefix: str, near: int, far: int) -> dict[str, bytes]:
    """A return of 2025/26 with so many children near home and so many far away, all in foster care, boys and girls."""
    header, episodes = [], []
    for number in range(near + far):
        child = f"{prefix}{number:03d}"
        header.append(f"{child},{'MF'[number % 2]},{number % 28 + 1:02d}/05/{2009 + number % 12},WBRI,UN1,,")
        place, home = (OWN, "U6,PR1") if number < near else (FAR, "K2,PR4")
        episodes.append(f"{child},01/06/2025,S,C2,N1,{home},,,,{OWN},{place},{7000000 + number}")
    return {"header.csv": table(HEADER, header), "episodes.csv": table(EPISODES, episodes)}


def load_children(authority: Organisation, prefix: str, near: int, far: int) -> None:
    """Put such a return on the authority's record."""
    with acting_for(authority.pk):
        load_return(
            children_of(prefix, near, far), authority=authority, year=2026, by=Nearhome(authority.pk, authority.name),
            now=NOW,
        )  # fmt: skip


def load_region(cast: Cast, which: Iterable[tuple[Organisation, str, int, int]] = ()) -> None:
    """Kent with 40 children near and 12 far, Portsmouth with 30 and 3, Hampshire, no partner, with 20 and 8."""
    told = which or ((cast.kent, "KEN", 40, 12), (cast.portsmouth, "POR", 30, 3), (cast.hampshire, "HAM", 20, 8))
    for authority, prefix, near, far in told:
        load_children(authority, prefix, near, far)
