"""What a person at the terminal sees while something takes long. Everything goes to standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

terminal = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Name a step, then say how long it took."""
    began = monotonic()
    with terminal.status(f"{words} …"):
        yield
    terminal.print(f"[green]✓[/green] {words} ({monotonic() - began:.1f} s)")


@contextmanager
def bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar; call what it yields with (done, of)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=terminal, transient=False) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
        progress.update(task, completed=1, total=1)


def stop(sentence: str) -> SystemExit:
    """An ending that a person can act on: ``raise stop("…")``."""
    terminal.print(f"[red]✗[/red] {escape(sentence)}")
    return SystemExit(1)
