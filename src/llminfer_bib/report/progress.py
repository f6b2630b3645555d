"""What a person sees while sources are asked: which one, how much is done, how long it waits. Silent where nobody looks."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..sources.desk import Progress


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Give the function to which a desk tells its progress; None in a pipe and under --quiet."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415  (a tenth of a second, and only on a terminal)
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        _waiting_column(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, Any] = {}

    def tell(step: Progress) -> None:
        if step.source not in tasks:
            tasks[step.source] = bar.add_task(step.source, total=step.total, until=0.0, note="")
        until = time.monotonic() + step.waiting if step.waiting else 0.0
        bar.update(tasks[step.source], completed=step.done, total=step.total, until=until, note=step.note)

    with bar:
        yield tell


@contextlib.contextmanager
def counting(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give the function to which a run tells how many of how many are done; silent in a pipe and under --quiet."""
    from ..sources.desk import Progress  # noqa: PLC0415

    with progress(quiet=quiet) as tell:
        yield lambda done, total: tell(Progress(what, done, total)) if tell else None


def _waiting_column() -> Any:
    """Return the column that counts down a wait."""
    from rich.progress import ProgressColumn, Task  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class Waiting(ProgressColumn):
        max_refresh = 0.5

        def render(self, task: Task) -> Text:
            left = task.fields["until"] - time.monotonic()
            wait = f"waits {left:.0f} s" if left > 0 else ""
            return Text(" · ".join(filter(None, (wait, str(task.fields["note"])))))

    return Waiting()
