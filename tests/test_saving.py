"""Files are replaced whole or not at all, by one writer at a time, and only over what was read."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llminfer_bib.problems import EXIT_REFUSED
from llminfer_bib.saving import (
    CannotWriteError,
    ChangedOnDiskError,
    LockedError,
    OutsideFolderError,
    content_hash,
    locking,
    replace_file,
    write_lock,
    write_output,
)
from llminfer_bib.saving.beside import copy_rights
from llminfer_bib.saving.refusals import REASONS

OLD, NEW = b"@misc{a, title = {old}}\r\n", b"@misc{a, title = {new}}\r\n\xef\xbb\xbf"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX modes, links and signals")


@pytest.fixture
def bib(tmp_path: Path) -> Path:
    """A .bib file that holds OLD."""
    path = tmp_path / "refs.bib"
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run code in another process, with this module's usual names."""
    head = "import os, sys, time\nfrom pathlib import Path\nfrom llminfer_bib.saving import *\n"
    return subprocess.Popen(
        [sys.executable, "-c", head + textwrap.dedent(code), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(code: str, *arguments: object) -> str:
    process = start(code, *arguments)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return output.strip()


# --- what is written


@pytest.mark.parametrize("expected", [OLD, content_hash(OLD)], ids=["content", "hash"])
def test_a_file_is_replaced_when_it_holds_what_was_read(bib: Path, expected: bytes | str) -> None:
    replace_file(bib, NEW, expected=expected)
    assert bib.read_bytes() == NEW
    assert names(bib.parent) == ["refs.bib"]


def test_a_new_file_is_made_where_there_was_none(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    replace_file(path, NEW, expected=None)
    assert path.read_bytes() == NEW
    assert names(tmp_path) == ["refs.bib"]


@posix
def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(tmp_path / "refs.bib", NEW, expected=None)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "refs.bib").stat().st_mode) == 0o640


@pytest.mark.parametrize("expected", [OLD, content_hash(OLD)], ids=["content", "hash"])
def test_an_unchanged_file_is_not_touched(bib: Path, expected: bytes | str) -> None:
    before = bib.stat()
    replace_file(bib, OLD, expected=expected)
    assert (bib.stat().st_ino, bib.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_an_empty_file_is_a_file(bib: Path) -> None:
    replace_file(bib, b"", expected=OLD)
    replace_file(bib, NEW, expected=b"")
    assert bib.read_bytes() == NEW


@pytest.mark.parametrize(
    "name", ["文献.bib", "a b.bib", "-rf.bib", "x" * 240 + ".bib", "大" * 80 + ".bib", "a[*].bib", "noext"]
)
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(OLD)
    replace_file(path, NEW, expected=OLD)
    assert path.read_bytes() == NEW
    assert names(tmp_path) == [name]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o755])
def test_the_mode_is_kept(bib: Path, mode: int) -> None:
    bib.chmod(mode)
    replace_file(bib, NEW, expected=OLD)
    assert stat.S_IMODE(bib.stat().st_mode) == mode


@posix
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
def test_the_owner_is_kept(bib: Path) -> None:
    os.chown(bib, 12345, 23456)
    replace_file(bib, NEW, expected=OLD)
    assert (bib.stat().st_uid, bib.stat().st_gid) == (12345, 23456)


@posix
def test_another_group_does_not_get_the_rights_of_the_old_one(bib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bib.chmod(0o664)
    real = os.stat(bib)
    foreign = os.stat_result((*real[:5], real.st_gid + 1, *real[6:]))

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(os, "fchown", refuse)
    with open(bib, "r+b") as file:
        copy_rights(file, foreign)
    assert stat.S_IMODE(bib.stat().st_mode) == 0o644


@posix
def test_a_symbolic_link_to_another_folder_stays_one(bib: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "one.bib").symlink_to(bib)
    (folder / "two.bib").symlink_to("one.bib")
    replace_file(folder / "two.bib", NEW, expected=OLD)
    assert bib.read_bytes() == NEW
    assert not bib.is_symlink()
    assert os.readlink(folder / "two.bib") == "one.bib"
    assert names(folder) == ["one.bib", "two.bib"]
    assert names(tmp_path) == ["elsewhere", "refs.bib"]


@posix
def test_a_link_to_nothing_yet_gets_its_file(tmp_path: Path) -> None:
    (tmp_path / "link.bib").symlink_to("refs.bib")
    replace_file(tmp_path / "link.bib", NEW, expected=None)
    assert (tmp_path / "link.bib").is_symlink()
    assert (tmp_path / "refs.bib").read_bytes() == NEW


# --- what is refused


@pytest.mark.parametrize("expected", [OLD, content_hash(OLD)], ids=["content", "hash"])
@pytest.mark.parametrize("new", [NEW, OLD], ids=["a change", "no change"])
def test_a_file_that_changed_since_it_was_read_stays(bib: Path, expected: bytes | str, new: bytes) -> None:
    theirs = OLD.replace(b"old", b"THE")
    bib.write_bytes(theirs)
    with pytest.raises(
        ChangedOnDiskError, match=r"refs\.bib was changed by something else.*Run the command again"
    ) as caught:
        replace_file(bib, new, expected=expected)
    assert caught.value.exit_code == EXIT_REFUSED
    assert bib.read_bytes() == theirs
    assert names(bib.parent) == ["refs.bib"]


def test_a_file_that_was_removed_or_created_meanwhile_stays_so(bib: Path) -> None:
    with pytest.raises(ChangedOnDiskError, match="was created by something else"):
        replace_file(bib, NEW, expected=None)
    assert bib.read_bytes() == OLD
    bib.unlink()
    with pytest.raises(ChangedOnDiskError, match="was removed"):
        replace_file(bib, NEW, expected=OLD)
    assert names(bib.parent) == []


def test_a_change_while_we_write_is_seen(bib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(_: int) -> None:
        bib.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(ChangedOnDiskError):
        replace_file(bib, NEW, expected=OLD)
    assert bib.read_bytes() == b"theirs"
    assert names(bib.parent) == ["refs.bib"]


def test_folders_missing_folders_and_impossible_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteError, match=r"it is a folder\. Nothing was changed"):
        replace_file(tmp_path, NEW, expected=None)
    with pytest.raises(CannotWriteError, match=r"the folder .*missing does not exist"):
        replace_file(tmp_path / "missing" / "refs.bib", NEW, expected=None)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotWriteError, match="a part of its path is no folder"):
        replace_file(tmp_path / "file" / "refs.bib", NEW, expected=None)
    with pytest.raises(CannotWriteError, match="name is too long"):
        replace_file(tmp_path / ("x" * 300), NEW, expected=None)
    with pytest.raises(CannotWriteError, match="no file can have this name"):
        replace_file(tmp_path / "a\0b", NEW, expected=None)
    with pytest.raises(CannotWriteError, match="no file can have this name"):
        replace_file(tmp_path / "a\ud800b", NEW, expected=None)
    assert names(tmp_path) == ["file"]


@posix
def test_links_in_a_circle_and_special_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(CannotWriteError, match="lead in a circle"):
        replace_file(tmp_path / "a", NEW, expected=None)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CannotWriteError, match="it is no ordinary file"):
        replace_file(tmp_path / "pipe", NEW, expected=None)
    with pytest.raises(CannotWriteError, match="it is no ordinary file"):
        replace_file(Path("/dev/null"), NEW, expected=b"")


@posix
def test_a_read_only_file_is_refused_even_as_root(bib: Path) -> None:
    bib.chmod(0o444)
    for write in (lambda: replace_file(bib, NEW, expected=OLD), lambda: write_output(bib, [NEW])):
        with pytest.raises(CannotWriteError, match="it is read-only"):
            write()
    assert bib.read_bytes() == OLD
    assert names(bib.parent) == ["refs.bib"]


@posix
def test_a_read_only_folder_is_refused_and_the_file_is_not_written_in_place() -> None:
    output = run(
        """
        import tempfile
        with tempfile.TemporaryDirectory() as folder:  # not below tmp_path: only we may enter that
            path = Path(folder) / "refs.bib"
            path.write_bytes(b"old")
            path.chmod(0o666)
            os.chmod(folder, 0o555)
            if os.getuid() == 0:
                pid = os.fork()
                if pid:
                    code = os.waitpid(pid, 0)[1]
                    os.chmod(folder, 0o755)
                    sys.exit(code)
                os.setuid(65534)
            for write in (lambda: replace_file(path, b"new", expected=b"old"), lambda: write_output(path, [b"new"])):
                try:
                    write()
                except CannotWriteError as error:
                    print(error)
            print(path.read_bytes(), os.listdir(folder), flush=True)
            if os.getuid() == 65534:
                os._exit(0)
            os.chmod(folder, 0o755)
        """
    )
    first, second, last = output.splitlines()
    assert re.search(r"the folder .* is read-only, and only a new file beside the old one can replace it safely", first)
    assert "permission denied" in second
    assert last == "b'old' ['refs.bib']"


# --- what goes wrong in the middle


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod"])
@pytest.mark.parametrize("number", REASONS, ids=lambda number: errno.errorcode[number])
def test_whatever_the_system_refuses_the_old_file_stays(
    bib: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(CannotWriteError, match=re.escape(REASONS[number]) + r"\. Nothing was changed\.") as caught:
        replace_file(bib, NEW, expected=OLD)
    assert caught.value.exit_code == EXIT_REFUSED
    assert bib.read_bytes() == OLD
    assert names(bib.parent) == ["refs.bib"]


@posix
def test_a_file_that_grows_too_large_leaves_the_old_one(bib: Path) -> None:
    output = run(
        """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        path = Path(sys.argv[1])
        for write in (
            lambda: replace_file(path, bytes(1_000_000), expected=path.read_bytes()),
            lambda: write_output(path, [bytes(10_000)] * 100),
        ):
            try:
                write()
            except CannotWriteError as error:
                print(error)
        """,
        bib,
    )
    assert output.count("the file would be too large") == 2
    assert bib.read_bytes() == OLD
    assert names(bib.parent) == ["refs.bib"]


@posix
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "bib-test", str(tmp_path)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small file system cannot be mounted here")
    try:
        path = tmp_path / "refs.bib"
        path.write_bytes(OLD)
        for write in (
            lambda: replace_file(path, bytes(1_000_000), expected=OLD),
            lambda: write_output(path, [bytes(10_000)] * 100),
        ):
            with pytest.raises(CannotWriteError, match="the disk is full"):
                write()
        assert path.read_bytes() == OLD
        assert names(tmp_path) == ["refs.bib"]
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_ctrl_c_leaves_the_old_file_and_nothing_else(bib: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(bib, NEW, expected=OLD)
    assert bib.read_bytes() == OLD
    assert names(bib.parent) == ["refs.bib"]


def test_a_folder_that_cannot_be_synced_is_no_error(bib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, []

    def only_files(descriptor: int) -> None:
        calls.append(descriptor)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    replace_file(bib, NEW, expected=OLD)
    assert bib.read_bytes() == NEW
    assert len(calls) == (2 if os.name == "posix" else 1)


@pytest.mark.slow
@posix
def test_killed_at_any_moment_the_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    output = run(
        """
        import random, signal
        path = Path(sys.argv[1])
        both = [b"a" * 1_000_000, b"b" * 1_000_001]
        path.write_bytes(both[0])
        seen, end, kills = set(), time.monotonic() + 1.5, 0
        while time.monotonic() < end:
            pid = os.fork()
            if pid == 0:
                while True:
                    now = path.read_bytes()
                    replace_file(path, both[now == both[0]], expected=now)
            time.sleep(random.uniform(0.001, 0.03))
            os.kill(pid, signal.SIGKILL)
            assert os.WIFSIGNALED(os.waitpid(pid, 0)[1]), "the writer failed by itself"
            now = path.read_bytes()
            assert now in both, len(now)
            seen.add(now[:1])
            kills += 1
        left = len(os.listdir(path.parent))
        assert left <= 3, "one temporary file and one lock at most"
        replace_file(path, b"end", expected=now)
        print(len(seen), kills, os.listdir(path.parent))
        """,
        tmp_path / "refs.bib",
    )
    seen, kills, left = output.split(" ", 2)
    assert int(kills) >= 10
    assert seen == "2", "both contents were met, so the writers did write"
    assert left == "['refs.bib']", "the next writer cleans up"


# --- two writers

HOLD = """
sys.argv[:] = ["/usr/bin/bib", "set", "kwon2023efficient", "title=\\x1b[31mred"]
with write_lock(Path(os.environ["BIB"])):
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(bib: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until it reads a line."""
    monkeypatch.setenv("BIB", str(bib))
    process = start(HOLD)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


@posix
def test_the_second_writer_is_told_who_is_writing(bib: Path, holder: subprocess.Popen[str]) -> None:
    begin = time.monotonic()
    with pytest.raises(LockedError) as caught:
        replace_file(bib, NEW, expected=OLD, wait=0.1)
    assert time.monotonic() - begin < 2
    assert caught.value.exit_code == EXIT_REFUSED
    assert re.fullmatch(
        rf".*refs\.bib is being written by process {holder.pid} \(bib set kwon2023efficient title= \[31mred\),"
        r" since \d\d:\d\d:\d\d; try again when it has finished\.",
        str(caught.value),
    )
    assert bib.read_bytes() == OLD


@posix
def test_the_second_writer_waits_a_little(bib: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    replace_file(bib, NEW, expected=OLD, wait=20)
    assert bib.read_bytes() == NEW
    holder.wait(10)
    assert names(bib.parent) == ["refs.bib"]


@posix
def test_a_link_and_its_file_have_one_lock(bib: Path, tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.bib"
    link.symlink_to(bib)
    with pytest.raises(LockedError, match=f"process {holder.pid}"):
        replace_file(link, NEW, expected=OLD, wait=0)


@posix
def test_the_lock_of_a_dead_process_does_not_block(bib: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert names(bib.parent) == [".refs.bib.lock", "refs.bib"]
    replace_file(bib, NEW, expected=OLD, wait=0)
    assert bib.read_bytes() == NEW
    assert names(bib.parent) == ["refs.bib"]


def test_a_lock_file_of_anybody_does_not_block(bib: Path) -> None:
    if os.name != "posix":
        pytest.skip("there the file itself is the lock")
    (bib.parent / ".refs.bib.lock").write_bytes(b"\xff\x00 nonsense" * 100)
    replace_file(bib, NEW, expected=OLD, wait=0)
    assert names(bib.parent) == ["refs.bib"]


@posix
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be two users")
def test_the_lock_file_of_another_user_locks_and_does_not_block_when_left() -> None:
    output = run(
        """
        import fcntl, tempfile
        with tempfile.TemporaryDirectory() as folder:  # not below tmp_path: only root may enter that
            os.chmod(folder, 0o777)
            path, lock = Path(folder) / "refs.bib", Path(folder) / ".refs.bib.lock"
            path.write_bytes(b"old")
            path.chmod(0o666)
            lock.write_bytes(b"process 1 (bib set), since 12:00:00")
            lock.chmod(0o644)
            pid = os.fork()
            if pid:
                sys.exit(os.waitpid(pid, 0)[1])
            os.setuid(65534)
            held = os.open(lock, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_EX)
            try:
                replace_file(path, b"new", expected=b"old", wait=0)
            except LockedError as error:
                print(str(error).partition(" is ")[2])
            os.close(held)
            replace_file(path, b"new", expected=b"old", wait=0)
            print(path.read_bytes(), os.listdir(folder), flush=True)
            os._exit(0)
        """
    )
    assert output.splitlines() == [
        "being written by process 1 (bib set), since 12:00:00; try again when it has finished.",
        "b'new' ['refs.bib']",
    ]


@posix
def test_a_lock_that_is_a_link_is_not_followed(bib: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (bib.parent / ".refs.bib.lock").symlink_to(tmp_path / "precious")
    with pytest.raises(CannotWriteError):
        replace_file(bib, NEW, expected=OLD, wait=0)
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_one_process_cannot_take_the_lock_twice(bib: Path) -> None:
    with write_lock(bib), pytest.raises(LockedError, match=f"process {os.getpid()} "):
        replace_file(bib, NEW, expected=OLD, wait=0)
    replace_file(bib, NEW, expected=OLD, wait=0)


def test_the_lock_is_free_after_an_error(bib: Path) -> None:
    with pytest.raises(ChangedOnDiskError):
        replace_file(bib, NEW, expected=b"other")
    replace_file(bib, NEW, expected=OLD, wait=0)


@posix
def test_no_change_of_two_writers_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(b"0")
    count = """
        path, done = Path(sys.argv[1]), 0
        while done < 30:
            now = path.read_bytes()
            try:
                replace_file(path, b"%d" % (int(now) + 1), expected=now)
                done += 1
            except ChangedOnDiskError:
                pass
        """
    writers = [start(count, path) for _ in range(3)]
    for writer in writers:
        output, _ = writer.communicate(timeout=60)
        assert writer.returncode == 0, output
    assert path.read_bytes() == b"90"
    assert names(tmp_path) == ["refs.bib"]


def test_without_flock_the_lock_file_itself_is_the_lock(bib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_FLOCK", False)
    replace_file(bib, NEW, expected=OLD)
    assert names(bib.parent) == ["refs.bib"]
    with write_lock(bib), pytest.raises(LockedError, match=f"process {os.getpid()} "):
        replace_file(bib, OLD, expected=NEW, wait=0)
    assert names(bib.parent) == ["refs.bib"]
    (bib.parent / ".refs.bib.lock").write_bytes(b"")
    with pytest.raises(LockedError, match=r"by another process; .* If it is long gone, delete .*\.refs\.bib\.lock\."):
        replace_file(bib, OLD, expected=NEW, wait=0)


# --- exports


def test_an_export_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "build" / "lists" / "method.md"
    assert write_output(path, iter([b"# ", b"", b"Methods\n"]), root=tmp_path / "build")
    assert path.read_bytes() == b"# Methods\n"
    assert names(path.parent) == ["method.md"]


@pytest.mark.parametrize("chunks", [[OLD], [OLD[:5], b"", OLD[5:]], [OLD[i : i + 1] for i in range(len(OLD))]])
def test_an_unchanged_export_is_left_alone(bib: Path, chunks: list[bytes]) -> None:
    os.utime(bib, (1, 1))
    before = bib.stat()
    assert not write_output(bib, chunks)
    assert (bib.stat().st_ino, bib.stat().st_mtime) == (before.st_ino, 1)
    assert names(bib.parent) == ["refs.bib"]


@pytest.mark.parametrize("new", [b"", OLD[:-1], OLD + b"x", OLD.replace(b"old", b"new"), NEW])
def test_a_changed_export_is_replaced(bib: Path, new: bytes) -> None:
    bib.chmod(0o600)
    assert write_output(bib, [new[:7], new[7:]])
    assert bib.read_bytes() == new
    assert os.name != "posix" or stat.S_IMODE(bib.stat().st_mode) == 0o600
    assert names(bib.parent) == ["refs.bib"]
    assert not write_output(bib, [new])


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_export_that_fails_half_way_leaves_the_old_file(bib: Path, error: type[BaseException]) -> None:
    def chunks() -> Iterator[bytes]:
        yield NEW * 10_000
        raise error

    with pytest.raises(error):
        write_output(bib, chunks())
    assert bib.read_bytes() == OLD
    assert names(bib.parent) == ["refs.bib"]


@pytest.mark.parametrize(
    "name",
    ["../evil.md", "a/../../evil.md", "/tmp/evil-of-llminfer-bib.md", "..", ".", "", "link/evil.md", "file-link"],
)
def test_a_path_from_data_does_not_leave_its_folder(tmp_path: Path, name: str) -> None:
    root = tmp_path / "build"
    root.mkdir()
    (tmp_path / "outside").mkdir()
    if os.name == "posix":
        (root / "link").symlink_to(tmp_path / "outside")
        (root / "file-link").symlink_to(tmp_path / "outside" / "evil.md")
    with pytest.raises(OutsideFolderError, match=r"refusing to write .*: it is not inside .*build"):
        write_output(root / name, [b"evil"], root=root)
    assert names(tmp_path / "outside") == []
    assert names(tmp_path) == ["build", "outside"]


@posix
def test_links_that_stay_inside_are_fine(tmp_path: Path) -> None:
    root = tmp_path / "real"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "build").symlink_to(root)
    (root / "link").symlink_to("sub")
    assert write_output(tmp_path / "build" / "link" / "a.md", [b"x"], root=tmp_path / "build")
    assert (root / "sub" / "a.md").read_bytes() == b"x"


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", "x" * 300])
def test_a_key_that_cannot_be_a_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotWriteError):
        write_output(tmp_path / name, [b"x"], root=tmp_path)
    assert names(tmp_path) == []


def test_an_export_does_not_replace_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    with pytest.raises(CannotWriteError, match="it is a folder"):
        write_output(tmp_path / "a.md", [b"x"])
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(CannotWriteError, match=r"no folder|exists"):
        write_output(tmp_path / "b" / "c.md", [b"x"])


@posix
def test_an_export_to_a_device_or_a_pipe_is_written_to_it(tmp_path: Path) -> None:
    assert write_output(Path("/dev/null"), [b"x"])
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert write_output(tmp_path / "pipe", [b"x", b"y"])
        assert os.read(reader, 10) == b"xy"
    finally:
        os.close(reader)
    assert names(tmp_path) == ["pipe"]


def test_messages_hold_no_control_characters(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteError) as caught:
        replace_file(tmp_path / "no\x1b[31m" / "refs.bib", NEW, expected=None)
    assert str(caught.value).isprintable()
