"""The program's entry: runs the command line and turns what went wrong into a message and an exit code."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
from collections.abc import Sequence

from . import at_once
from .problems import EXIT_BUG, EXIT_OK, EXIT_REFUSED, EXIT_USAGE, BibError

_CTRL_C = 130
_LONGEST_MESSAGE = 4000


def main() -> None:
    """Run ``bib`` and exit."""
    # A command lives for seconds and makes no cycles worth collecting; looking for them costs a quarter of the time.
    gc.disable()
    _prepare_output()
    try:
        code = run()
    except KeyboardInterrupt:
        code = _fail("stopped.", _CTRL_C)
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with these arguments, else the process's own; return the exit code."""
    with contextlib.suppress(BibError):  # the long way round says it
        quick = at_once.answer(sys.argv[1:] if arguments is None else arguments)
        if quick is not None:
            return _written(quick)
    import click  # noqa: PLC0415  (Ctrl-C while it loads must end as quietly as later)

    from .cli import cli, way_out  # noqa: PLC0415

    try:
        result = cli.main(arguments, prog_name="bib", standalone_mode=False)
        sys.stdout.flush()
    except BibError as error:
        return _fail(str(error), error.exit_code)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        error.show()
        return _fail(way_out(error), EXIT_USAGE)
    except click.ClickException as error:
        return _fail(error.format_message(), EXIT_USAGE)
    except click.Abort:
        return _fail("stopped.", _CTRL_C)
    except SystemExit:  # click ends so after completion, and when the reader of our output has gone
        return EXIT_OK if "_BIB_COMPLETE" in os.environ else _reader_gone()
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _fail(_told(error), EXIT_REFUSED)
    except MemoryError:
        return _fail("out of memory.", EXIT_REFUSED)
    except Exception:
        sys.excepthook(*sys.exc_info())
        return _fail("this is a bug in bib, not in your file. Please report it with the lines above.", EXIT_BUG)
    return result if isinstance(result, int) else EXIT_OK


def _written(text: str) -> int:
    """Write to stdout, and tell whether somebody has read it."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    return EXIT_OK


def _prepare_output() -> None:
    """Make stdout take every character: UTF-8 for programs, what the terminal can show for people."""
    if sys.stdout is None:  # closed by whoever started us; what cannot be written is then an error like a full disk
        sys.stdout = open(os.devnull, encoding="utf-8")  # noqa: SIM115  (for the rest of the process)
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="replace")


def _fail(message: str, code: int) -> int:
    # What could not be written to a full disk must not be tried again at exit.
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _drop_output()
    shown = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in message[:_LONGEST_MESSAGE])
    if shown and sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"bib: {shown}", file=sys.stderr)
    return code


def _told(error: OSError) -> str:
    reason = "it is closed" if isinstance(error, io.UnsupportedOperation) else error.strerror or error
    return f"{error.filename}: {reason}." if error.filename else f"cannot write the output: {reason}."


def _reader_gone() -> int:
    """``bib list | head`` closes the pipe early: no error, as for any Unix tool."""
    _drop_output()
    return EXIT_OK


def _drop_output() -> None:
    """Send what is still in the buffer nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
