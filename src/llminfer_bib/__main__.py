"""The program's entry: runs the command line and turns what went wrong into a message and an exit code."""

from __future__ import annotations

import gc
import sys

import click

from .cli import cli
from .problems import EXIT_BUG, EXIT_REFUSED, EXIT_USAGE, BibError

_CTRL_C = 130


def main() -> None:
    """Run ``bib`` and exit."""
    # A command lives for seconds and makes no cycles worth collecting; looking for them costs a quarter of the time.
    gc.disable()
    sys.exit(_run())


def _run() -> int:
    try:
        result = cli.main(prog_name="bib", standalone_mode=False)
        sys.stdout.flush()
    except BibError as error:
        return _fail(str(error), error.exit_code)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except click.ClickException as error:
        return _fail(error.format_message(), EXIT_USAGE)
    except (KeyboardInterrupt, click.Abort):
        return _fail("stopped.", _CTRL_C)
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _fail(f"{error.filename or 'output'}: {error.strerror or error}.", EXIT_REFUSED)
    except MemoryError:
        return _fail("out of memory.", EXIT_REFUSED)
    except Exception:
        sys.excepthook(*sys.exc_info())
        return _fail("this is a bug in bib, not in your file. Please report it with the lines above.", EXIT_BUG)
    return result if isinstance(result, int) else 0


def _fail(message: str, code: int) -> int:
    # What could not be written to a full disk must not be tried again at exit.
    _forget_output()
    printable = "".join(char if char.isprintable() else "\ufffd" for char in message)
    print(f"bib: {printable}", file=sys.stderr)
    return code


def _reader_gone() -> int:
    """``bib list | head`` closes the pipe early: no error, as for any Unix tool."""
    _forget_output()
    return 0


def _forget_output() -> None:
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        import os  # noqa: PLC0415

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
