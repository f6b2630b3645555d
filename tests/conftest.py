"""What every test gets: no network, golden files, the shared folder, outside programs, one hypothesis profile.

Nothing here knows the package under test.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[1]
# Set by .ci/run: a program that a test needs must be there. Without it such a test is skipped.
REQUIRE_TOOLS = "BIB_REQUIRE_TOOLS"
# The folder of reference data, where it does not lie beside the checkout.
SHARED = "BIB_SHARED"

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") or os.environ.get(REQUIRE_TOOLS) else "here")


# --- the network ---

_attempts: list[str] = []


def is_loopback(host: object) -> bool:
    """Tell whether a host never leaves the machine: no host at all, localhost, 127.0.0.0/8, ::1."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _guard(event: str, args: tuple[Any, ...]) -> None:
    """Refuse every connection, datagram and name look-up that leaves the machine; an audit hook sees C code as well."""
    if not event.startswith("socket."):
        return
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        host = args[1][0] if isinstance(args[1], tuple) else None  # a path or None: a Unix socket, or already connected
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    else:
        return
    if not is_loopback(host):
        _attempts.append(f"{event} to {host!r}")
        raise OSError(f"tests have no network: {event} to {host!r}")


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that asked for the network, even where the code under test swallowed the error."""
    _attempts.clear()
    yield
    if _attempts:
        pytest.fail(f"the network was asked for: {'; '.join(_attempts)}")


# --- what may be missing ---


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference data (``../shared`` or ``$BIB_SHARED``); skip where it is absent."""
    folder = Path(os.environ.get(SHARED) or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no folder of reference data at {folder}; {SHARED} names another")
    return folder


@pytest.fixture(scope="session")
def needs_program() -> Callable[[str], str]:
    """Return a function from a program's name to its path; it skips, or fails under ``BIB_REQUIRE_TOOLS``, where there is none."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None and os.environ.get(REQUIRE_TOOLS):
            pytest.fail(f"needs {name}, and {REQUIRE_TOOLS} is set")
        if path is None:
            pytest.skip(f"needs {name}")
        return path

    return find


# --- golden files ---


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options about golden files."""
    group = parser.getgroup("golden files")
    group.addoption("--snapshot-update", action="store_true", help="write the golden files again")
    group.addoption(
        "--snapshot-clean", action="store_true", help="delete golden files that no test used (full run only)"
    )


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str | bytes, str], None]:
    """Return ``check(actual, "name.md")``: equal, byte for byte, to ``tests/golden/name.md``."""
    update = request.config.getoption("--snapshot-update")

    def check(actual: str | bytes, name: str) -> None:
        path = GOLDEN / name
        request.node.user_properties.append(("golden", name))
        data = actual.encode("utf-8") if isinstance(actual, str) else actual
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif not path.is_file():
            pytest.fail(f"no golden file {name}; make it with --snapshot-update and look at it")
        elif (expected := path.read_bytes()) != data:
            pytest.fail(f"{difference(expected, data, name)}\nIf this is right: --snapshot-update")

    return check


def difference(expected: bytes, actual: bytes, name: str) -> str:
    """Return the first 60 lines of a unified diff."""
    before, after = (data.decode("utf-8", "backslashreplace").splitlines() for data in (expected, actual))
    lines = list(unified_diff(before, after, f"golden/{name}", "now", lineterm="", n=2))
    more = [f"... {len(lines) - 60} more lines"] if len(lines) > 60 else []
    return "\n".join([*lines[:60], *more]) or f"{name}: only line ends differ"


class GoldenFiles:
    """Collects which golden files a run used; a full green run fails on (or deletes) those that it did not."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.used: set[str] = set()
        self.complete = is_full_run(config)
        self.unused: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the files of a test; reports come home from the workers of xdist too."""
        self.used.update(str(value) for name, value in report.user_properties if name == "golden")
        if not report.passed and ("may use golden files", "yes") in map(tuple, report.user_properties):
            self.complete = False

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge the files that nobody asked for."""
        if not self.complete or exitstatus != pytest.ExitCode.OK or session.shouldstop or session.shouldfail:
            return
        here = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*") if path.is_file()}
        self.unused = sorted(here - self.used)
        if self.config.getoption("--snapshot-clean"):
            for name in self.unused:
                (GOLDEN / name).unlink()
        elif self.unused:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what became of them."""
        done = (
            "deleted"
            if self.config.getoption("--snapshot-clean")
            else "no test uses it; delete it with --snapshot-clean"
        )
        for name in self.unused:
            terminalreporter.write_line(f"golden/{name}: {done}", red=True)


def is_full_run(config: pytest.Config) -> bool:
    """Tell whether every quick test runs: no path, no word, no mark but ``not slow``. Slow tests use no golden files."""
    option = config.option
    return (
        config.args_source is not pytest.Config.ArgsSource.ARGS
        and not (option.keyword or option.deselect or option.ignore or option.ignore_glob or option.collectonly)
        and option.markexpr in {"", "not slow"}
        and not (getattr(option, "lf", False) or getattr(option, "stepwise", False))
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watch the golden files, but not in a worker: the reports go to the controller."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(GoldenFiles(config), "golden files")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that may use golden files: where one is skipped, nothing can be said about unused files.

    And call those slow that compare times: they want the machine for themselves, which the slow ones have, one after another.
    """
    for item in items:
        if "snapshot" in getattr(item, "fixturenames", ()):
            item.user_properties.append(("may use golden files", "yes"))
        if isinstance(item, pytest.Function) and "assert_in_proportion" in item.function.__code__.co_names:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def on_a_terminal() -> Callable[..., str]:
    """Run a shell command as a person does, on a terminal, and return what it shows; it must end well."""

    def run(command: str, *, columns: int, folder: Path | None = None, path: str = "") -> str:
        pty = pytest.importorskip("pty", reason="needs a Unix terminal")
        ours, theirs = pty.openpty()
        environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
        environment["PATH"] = path + environment["PATH"]
        words = ["sh", "-c", command]
        with subprocess.Popen(
            words, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        ) as process:
            os.close(theirs)
            shown = b""
            try:
                while piece := os.read(ours, 65536):
                    shown += piece
            except OSError:  # so Linux says that the last writer has gone
                pass
            os.close(ours)
        assert process.returncode == 0, shown
        return shown.decode().replace("\r\n", "\n")

    return run
