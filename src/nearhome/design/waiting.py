"""One thing that waits for somebody: every stage names its own, the start page lists them all."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """``words`` say what to do, ``about`` on what, ``href`` where; ``due_at`` None means no deadline."""

    words: str
    about: str
    href: str
    due_at: datetime | None = None
    is_overdue: bool = False
