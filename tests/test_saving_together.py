"""A .bib and its sidecar are written in one step: both or neither, wherever the step is cut off."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llminfer_bib.problems import BibError
from llminfer_bib.saving import (
    CannotWriteError,
    Change,
    ChangedOnDiskError,
    LockedError,
    OutsideFolderError,
    UnfinishedError,
    content_hash,
    replace_file,
    replace_together,
    settle,
    write_lock,
)
from llminfer_bib.saving.pending import note_of
from llminfer_bib.saving.refusals import REASONS

BIB, NEW_BIB = b"@misc{a, title = {old}}\r\n", b"@misc{a, title = {new}}\r\n"
LOCK, NEW_LOCK = b'{"key":"a"}\n', b'{"key":"a","field":"title"}\n'
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX modes, links and signals")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power cut happens here, and a busy disk takes its time."""
    monkeypatch.setattr(os, "fsync", os.fstat)


@pytest.fixture
def bib(tmp_path: Path) -> Path:
    """A .bib file with its sidecar."""
    path = tmp_path / "refs.bib"
    path.write_bytes(BIB)
    path.with_name("refs.lock.jsonl").write_bytes(LOCK)
    return path


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def both(bib: Path) -> tuple[bytes, bytes]:
    return bib.read_bytes(), (bib.parent / "refs.lock.jsonl").read_bytes()


def changes(bib: Path) -> list[Change]:
    return [
        Change(bib, NEW_BIB, BIB),
        Change(bib.parent / "refs.lock.jsonl", NEW_LOCK, content_hash(LOCK)),
    ]


FILES = ["refs.bib", "refs.lock.jsonl"]


# --- what is written


def test_both_files_are_replaced(bib: Path) -> None:
    replace_together(changes(bib))
    assert both(bib) == (NEW_BIB, NEW_LOCK)
    assert names(bib.parent) == FILES


def test_the_first_sidecar_is_made_with_the_usual_mode(bib: Path) -> None:
    sidecar = bib.parent / "refs.lock.jsonl"
    sidecar.unlink()
    replace_together([Change(bib, NEW_BIB, BIB), Change(sidecar, NEW_LOCK, None)])
    assert both(bib) == (NEW_BIB, NEW_LOCK)
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(sidecar.stat().st_mode) == 0o666 & ~mask


@posix
def test_everything_lasts_before_the_first_file_is_replaced(bib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    real = os.replace

    def sync(descriptor: int) -> None:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        log.append(re.sub("[0-9a-f]{12}", "X", os.path.relpath(path, bib.parent)))

    def replace(source: Path, target: Path) -> None:
        log.append(f"-> {target.name}")
        real(source, target)

    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("needs /proc")
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    replace_together(changes(bib))
    new = [".refs.bib.X.new", ".refs.lock.jsonl.X.new"]
    assert log == [".refs.bib.pending", ".", *new, ".", "-> refs.bib", ".", "-> refs.lock.jsonl", "."]


@posix
def test_modes_are_kept(bib: Path) -> None:
    bib.chmod(0o640)
    (bib.parent / "refs.lock.jsonl").chmod(0o664)
    replace_together(changes(bib))
    assert [stat.S_IMODE((bib.parent / name).stat().st_mode) for name in FILES] == [0o640, 0o664]


@pytest.mark.parametrize("unchanged", [0, 1])
def test_a_file_that_does_not_change_is_not_touched(bib: Path, unchanged: int) -> None:
    path = bib.parent / FILES[unchanged]
    before = path.stat()
    todo = changes(bib)
    todo[unchanged] = Change(path, path.read_bytes(), path.read_bytes())
    replace_together(todo)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert both(bib) == ((BIB, NEW_LOCK) if unchanged == 0 else (NEW_BIB, LOCK))
    assert names(bib.parent) == FILES


def test_nothing_to_do_writes_nothing(bib: Path) -> None:
    sidecar = bib.parent / "refs.lock.jsonl"
    replace_together([])
    replace_together([Change(bib, BIB, BIB), Change(sidecar, LOCK, content_hash(LOCK))])
    sidecar.unlink()
    replace_together([Change(bib, NEW_BIB, BIB), Change(sidecar, b"", None)])
    assert names(bib.parent) == ["refs.bib"], "an empty sidecar is not made"
    assert bib.read_bytes() == NEW_BIB


def test_files_in_folders_below_take_part(bib: Path) -> None:
    (bib.parent / "sections").mkdir()
    tex = [bib.parent / "main.tex", bib.parent / "sections" / "one.tex"]
    for path in tex:
        path.write_bytes(b"\\cite{a}")
    replace_together([*changes(bib), *(Change(path, b"\\cite{b}", b"\\cite{a}") for path in tex)])
    assert both(bib) == (NEW_BIB, NEW_LOCK)
    assert [path.read_bytes() for path in tex] == [b"\\cite{b}"] * 2
    assert names(bib.parent) == ["main.tex", *FILES, "sections"]
    assert names(tex[1].parent) == ["one.tex"]


@posix
def test_a_symbolic_link_stays_one_and_what_was_cut_off_is_settled_through_it(bib: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.bib"
    link.symlink_to(bib)
    todo = [Change(link, NEW_BIB, BIB), changes(bib)[1]]
    die_at(todo, "replace", 2)
    assert both(bib) == (NEW_BIB, LOCK)
    settle(link)
    assert both(bib) == (NEW_BIB, NEW_LOCK)
    assert names(link.parent) == ["link.bib"]
    assert link.is_symlink()


@pytest.mark.parametrize("stem", ["文" * 70, "x" * 200, "a [*]", "-rf", "refs.lock"])
def test_any_file_name_will_do(tmp_path: Path, stem: str) -> None:
    todo = [Change(tmp_path / f"{stem}{end}", NEW_BIB, None) for end in (".bib", ".lock.jsonl")]
    die_at(todo, "replace", 2)
    settle(todo[0].path)
    assert names(tmp_path) == sorted(change.path.name for change in todo)


# --- cut off at each step


class Dead(BaseException):
    """Stands for kill -9: nothing that follows is done."""


CALLS = ("open", "fsync", "replace", "unlink", "fchmod")


def die_at(todo: list[Change] | Path, call: str, count: int, *, after: bool = False, anywhere: bool = False) -> bool:
    """Write (or settle, where a path is given), and die before (or behind) the `count`-th call of its kind; False where there is no such call."""
    real = {name: getattr(os, name) for name in CALLS if hasattr(os, name)}
    left, dead = count, False
    locks: list[int] = []

    def wrap(name: str) -> Callable[..., object]:
        def run(*args: object, **kw: object) -> object:
            nonlocal left, dead
            if dead:
                raise Dead
            left -= name == call
            dead = name == call and left == 0
            if dead and not after:
                raise Dead
            result = real[name](*args, **kw)
            if name == "open" and str(args[0]).endswith(".lock"):
                locks.append(result)
            elif dead and name == "open":
                os.close(result)
            if dead:
                raise Dead
            return result

        return run

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(os, name, wrap(name))
        try:
            settle(todo) if isinstance(todo, Path) else replace_together(todo, anywhere=anywhere)
        except Dead:
            for descriptor in locks:  # the system does this
                with contextlib.suppress(OSError):
                    os.close(descriptor)
            return True
    return False


@posix
@pytest.mark.parametrize("after", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("then", ["settle", "replace_file", "replace_together"])
def test_cut_off_at_any_call_the_files_are_both_old_or_both_new(
    tmp_path: Path, call: str, after: bool, then: str
) -> None:
    seen = set()
    for count in range(1, 40):
        folder = tmp_path / str(count)
        (folder / "sub").mkdir(parents=True)
        bib, third = folder / "refs.bib", folder / "sub" / "third.tex"
        bib.write_bytes(BIB)
        (folder / "refs.lock.jsonl").write_bytes(LOCK)
        died = die_at([*changes(bib), Change(third, b"new", None)], call, count, after=after)
        now = bib.read_bytes()
        if then == "settle":
            settle(bib)
        elif then == "replace_file":
            replace_file(bib, now, expected=now)
        else:
            settle(bib)
            replace_together([Change(bib, now, now), Change(folder / "refs.lock.jsonl", both(bib)[1], both(bib)[1])])
        assert bib.read_bytes() == now, "settling leaves the deciding file alone"
        state = (*both(bib), third.read_bytes() if third.exists() else None)
        assert state in {(BIB, LOCK, None), (NEW_BIB, NEW_LOCK, b"new")}, count
        assert set(names(folder)) - {".refs.bib.lock"} == {*FILES, "sub"}, count
        assert names(third.parent) == (["third.tex"] if state[2] else [])
        seen.add(state)
        if not died:
            break
    assert not died
    assert (NEW_BIB, NEW_LOCK, b"new") in seen
    assert len(seen) == 2 or call == "unlink" or (call == "replace" and after)


@posix
@pytest.mark.parametrize("after", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("call", ["open", "replace", "fsync"])
def test_files_elsewhere_are_all_old_or_all_new_as_well(tmp_path: Path, call: str, after: bool) -> None:
    seen = set()
    for count in range(1, 40):
        (tmp_path / str(count) / "list").mkdir(parents=True)
        (tmp_path / str(count) / "paper").mkdir()
        bib, paper = tmp_path / str(count) / "list" / "refs.bib", tmp_path / str(count) / "paper" / "main.tex"
        bib.write_bytes(BIB), paper.write_bytes(b"old")
        (bib.parent / "refs.lock.jsonl").write_bytes(LOCK)
        died = die_at([*changes(bib), Change(paper, b"new", b"old")], call, count, after=after, anywhere=True)
        settle(bib)
        state = (*both(bib), paper.read_bytes())
        assert state in {(BIB, LOCK, b"old"), (NEW_BIB, NEW_LOCK, b"new")}, count
        assert set(names(bib.parent)) - {".refs.bib.lock"} == set(FILES), count
        assert names(paper.parent) == ["main.tex"], count
        seen.add(state)
        if not died:
            break
    assert not died
    assert len(seen) == 2 or (call == "replace" and after)


@posix
@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("after", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("call", ["open", "replace", "unlink", "fsync"])
def test_settling_may_be_cut_off_as_well(bib: Path, call: str, after: bool, committed: bool) -> None:
    for count in range(1, 20):
        bib.write_bytes(BIB)
        (bib.parent / "refs.lock.jsonl").write_bytes(LOCK)
        assert die_at(changes(bib), "replace", 2 if committed else 1)
        died = die_at(bib, call, count, after=after)
        die_at(bib, call, 1, after=after)
        settle(bib)
        assert both(bib) == ((NEW_BIB, NEW_LOCK) if committed else (BIB, LOCK))
        assert set(names(bib.parent)) - {".refs.bib.lock"} == set(FILES)
        if not died:
            break
    assert not died


@pytest.mark.slow
@posix
def test_killed_at_any_moment_both_files_are_of_one_step(tmp_path: Path) -> None:
    """A reader settles, and then finds the number of the same step in both; nothing stays behind in the end."""
    code = """
        import os, random, signal, sys, time
        from pathlib import Path
        from llminfer_bib.saving import *
        os.fsync = lambda _: None
        bib = Path(sys.argv[1])
        sidecar = bib.with_name("refs.lock.jsonl")
        pair = lambda n: (b"%d" % n + b"a" * 200_000, b"%d" % n + b"b" * 100_001)
        number = lambda data: int(data[:12].rstrip(b"ab"))
        bib.write_bytes(pair(0)[0]), sidecar.write_bytes(pair(0)[1])
        end, kills, torn, notes = time.monotonic() + 1.5, 0, 0, 0
        while time.monotonic() < end:
            pid = os.fork()
            if pid == 0:
                settle(bib)
                while True:
                    old, side = bib.read_bytes(), sidecar.read_bytes()
                    new, beside = pair(number(old) + 1)
                    replace_together([Change(bib, new, old), Change(sidecar, beside, side)])
            time.sleep(random.uniform(0.001, 0.02))
            os.kill(pid, signal.SIGKILL)
            assert os.WIFSIGNALED(os.waitpid(pid, 0)[1]), "the writer failed by itself"
            kills += 1
            notes += os.path.lexists(bib.with_name(".refs.bib.pending"))
            torn += number(bib.read_bytes()) != number(sidecar.read_bytes())
            settle(bib)
            n = number(bib.read_bytes())
            assert (bib.read_bytes(), sidecar.read_bytes()) == pair(n), (n, number(sidecar.read_bytes()))
            assert set(os.listdir(bib.parent)) <= {"refs.bib", "refs.lock.jsonl", ".refs.bib.lock"}
        replace_file(bib, b"end", expected=bib.read_bytes())
        print(kills, n, notes, torn, *sorted(os.listdir(bib.parent)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "refs.bib")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kills, steps, notes, torn, *left = done.stdout.split()
    assert min(int(kills), int(steps)) >= 10 and int(notes) >= 3 and int(torn) >= 1, done.stdout
    assert left == FILES


# --- what is refused, and what goes wrong in the middle


@posix
@pytest.mark.parametrize("call", ["fsync", "open", "replace", "fchmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_whatever_the_system_refuses_neither_file_changes(
    bib: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    real = getattr(os, call)
    for count in range(1, 5 if call == "open" else 2):
        left = count

        def fail(*args: object, **kw: object) -> object:
            nonlocal left
            left -= not (call == "open" and (str(args[0]).endswith(".lock") or os.path.isdir(str(args[0]))))
            if left == 0:
                raise OSError(number, os.strerror(number))
            return real(*args, **kw)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            if call == "open" and count > 3:  # the folders, which need not be synced: nothing is refused
                replace_together(changes(bib))
                assert both(bib) == (NEW_BIB, NEW_LOCK)
                return
            with pytest.raises(CannotWriteError, match=re.escape(REASONS[number]) + r"\. Nothing was changed"):
                replace_together(changes(bib))
        assert both(bib) == (BIB, LOCK)
        assert names(bib.parent) == FILES


@posix
@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod", "unlink"])
def test_ctrl_c_leaves_both_old_or_both_new_and_nothing_else(bib: Path, call: str) -> None:
    real = getattr(os, call)
    for count in range(1, 9):
        left = count

        def interrupt(*args: object, **kw: object) -> object:
            nonlocal left
            left -= 1
            result = real(*args, **kw)
            if left == 0:
                raise KeyboardInterrupt
            return result

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, call, interrupt)
            with contextlib.suppress(KeyboardInterrupt):
                replace_together(changes(bib))
        assert both(bib) in [(BIB, LOCK), (NEW_BIB, NEW_LOCK)]
        assert set(names(bib.parent)) - {".refs.bib.lock"} == set(FILES)
        bib.write_bytes(BIB)
        (bib.parent / "refs.lock.jsonl").write_bytes(LOCK)


@posix
def test_a_full_disk_leaves_both_files(tmp_path: Path) -> None:
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "bib-test", str(tmp_path)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small file system cannot be mounted here")
    try:
        bib, sidecar = tmp_path / "refs.bib", tmp_path / "refs.lock.jsonl"
        bib.write_bytes(BIB), sidecar.write_bytes(LOCK)
        for new in ((bytes(1_000_000), NEW_LOCK), (NEW_BIB, bytes(1_000_000)), (bytes(60_000), bytes(60_000))):
            with pytest.raises(CannotWriteError, match="the disk is full"):
                replace_together([Change(bib, new[0], BIB), Change(sidecar, new[1], LOCK)])
            assert both(bib) == (BIB, LOCK)
            assert names(tmp_path) == FILES
        (tmp_path / "filler").write_bytes(bytes(104_000))
        with pytest.raises(CannotWriteError, match="the disk is full"):
            replace_together([Change(bib, bytes(20_000), BIB), Change(sidecar, NEW_LOCK, LOCK)])
        assert both(bib) == (BIB, LOCK)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("which", FILES)
def test_a_file_that_changed_since_it_was_read_keeps_both(bib: Path, which: str) -> None:
    (bib.parent / which).write_bytes(b"theirs")
    before = both(bib)
    with pytest.raises(ChangedOnDiskError, match=which):
        replace_together(changes(bib))
    assert both(bib) == before
    assert names(bib.parent) == FILES


def test_a_change_of_an_unchanged_file_is_seen_as_well(bib: Path) -> None:
    with pytest.raises(ChangedOnDiskError, match=r"lock\.jsonl"):
        replace_together([Change(bib, NEW_BIB, BIB), Change(bib.parent / "refs.lock.jsonl", b"x", b"x")])
    assert both(bib) == (BIB, LOCK)


@posix
@pytest.mark.parametrize("which", FILES)
def test_a_read_only_file_keeps_both(bib: Path, which: str) -> None:
    (bib.parent / which).chmod(0o444)
    with pytest.raises(CannotWriteError, match=rf"{which}: it is read-only\. Nothing was changed"):
        replace_together(changes(bib))
    assert both(bib) == (BIB, LOCK)
    assert names(bib.parent) == FILES


def test_a_folder_in_the_sidecar_s_place_keeps_the_file(bib: Path) -> None:
    sidecar = bib.parent / "refs.lock.jsonl"
    sidecar.unlink()
    sidecar.mkdir()
    with pytest.raises(CannotWriteError, match="it is a folder"):
        replace_together([Change(bib, NEW_BIB, BIB), Change(sidecar, NEW_LOCK, None)])
    assert bib.read_bytes() == BIB


def test_files_outside_the_folder_of_the_first_are_refused(bib: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("other") / "x.tex"
    for path in (outside, bib.parent / ".." / "x.tex"):
        with pytest.raises(OutsideFolderError):
            replace_together([*changes(bib), Change(path, b"x", None)])
    assert both(bib) == (BIB, LOCK)
    assert not outside.exists()


@posix
def test_a_proof_is_of_no_use_for_another_path(tmp_path: Path) -> None:
    """What a note with a proof may touch is the one file beside which its maker put the new content."""
    home, paper = tmp_path / "list", tmp_path / "paper"
    home.mkdir(), paper.mkdir()
    bib, main, other = home / "refs.bib", paper / "main.tex", paper / "other.tex"
    bib.write_bytes(BIB), main.write_bytes(b"old"), other.write_bytes(b"old")
    assert die_at([Change(bib, NEW_BIB, BIB), Change(main, b"new", b"old")], "replace", 2, anywhere=True)
    note = note_of(bib)
    steps = json.loads(note.read_bytes())
    steps[1]["file"] = other.as_posix()
    note.write_text(json.dumps(steps))
    settle(bib)
    assert (main.read_bytes(), other.read_bytes()) == (b"old", b"old")
    assert not note.exists()


def test_one_file_named_twice_is_a_bug_of_the_caller(bib: Path) -> None:
    with pytest.raises(ValueError, match="twice"):
        replace_together([*changes(bib), changes(bib)[0]])


def test_a_sidecar_that_cannot_follow_is_named_and_follows_later(bib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows while another program has it open."""
    real = os.replace

    def in_use(source: Path, target: Path) -> None:
        if str(target).endswith(".jsonl"):
            raise PermissionError(errno.EACCES, "in use")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", in_use)
        with pytest.raises(UnfinishedError, match=r"refs\.bib is written, but .*refs\.lock\.jsonl.*permission denied"):
            replace_together(changes(bib))
        settle(bib)
        with pytest.raises(UnfinishedError):
            replace_file(bib, b"more", expected=NEW_BIB)
        assert both(bib) == (NEW_BIB, LOCK)
    settle(bib)
    assert both(bib) == (NEW_BIB, NEW_LOCK)
    assert names(bib.parent) == FILES


# --- a person in between


@posix
@pytest.mark.parametrize("committed", [False, True])
def test_what_a_person_changed_after_the_crash_stays(bib: Path, committed: bool) -> None:
    die_at(changes(bib), "replace", 2 if committed else 1)
    bib.write_bytes(b"a person's file")
    (bib.parent / "refs.lock.jsonl").write_bytes(b"a person's sidecar")
    settle(bib)
    assert both(bib) == (b"a person's file", b"a person's sidecar")
    assert set(names(bib.parent)) - {".refs.bib.lock"} == set(FILES)


@posix
def test_a_file_edited_after_the_crash_still_gets_its_sidecar(bib: Path) -> None:
    die_at(changes(bib), "replace", 2)
    bib.write_bytes(NEW_BIB + b"% more\n")
    settle(bib)
    assert both(bib) == (NEW_BIB + b"% more\n", NEW_LOCK)


@posix
def test_a_file_put_back_after_the_crash_keeps_its_old_sidecar(bib: Path) -> None:
    """As by ``git checkout refs.bib``."""
    die_at(changes(bib), "replace", 2)
    bib.write_bytes(BIB)
    settle(bib)
    assert both(bib) == (BIB, LOCK)
    assert set(names(bib.parent)) - {".refs.bib.lock"} == set(FILES)


@posix
def test_a_writer_of_the_sidecar_alone_does_not_clean_up_a_step(bib: Path) -> None:
    die_at(changes(bib), "replace", 2)
    replace_file(bib.parent / "refs.lock.jsonl", LOCK, expected=LOCK)
    settle(bib)
    assert both(bib) == (NEW_BIB, NEW_LOCK)


# --- readers


def test_without_a_note_settling_takes_no_lock(bib: Path) -> None:
    with write_lock(bib):
        begin = time.monotonic()
        settle(bib)
        settle(bib.parent / "missing" / "refs.bib")
        settle(Path("a\0b"))
        assert time.monotonic() - begin < 1.5  # the wait for a lock takes two


@posix
def test_a_reader_leaves_a_step_under_way_alone(bib: Path) -> None:
    die_at(changes(bib), "replace", 2)
    before = names(bib.parent)
    with write_lock(bib):
        settle(bib, wait=0)
        assert names(bib.parent) == before
        with pytest.raises(LockedError):
            replace_together(changes(bib), wait=0)
    settle(bib)
    assert both(bib) == (NEW_BIB, NEW_LOCK)


@posix
def test_a_reader_in_a_read_only_folder_does_not_fail(bib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    die_at(changes(bib), "replace", 2)
    (bib.parent / ".refs.bib.lock").unlink(missing_ok=True)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    with monkeypatch.context() as patch:
        for call in ("open", "replace", "unlink"):
            patch.setattr(os, call, refuse)
        settle(bib)
    assert both(bib) == (NEW_BIB, LOCK)


# --- notes from anybody

TEMPORARY = ".refs.lock.jsonl.0123456789ab.new"


def step(**changed: object) -> dict[str, object]:
    return {"file": "refs.lock.jsonl", "new": TEMPORARY, "old": content_hash(LOCK)} | changed


FIRST = step(file="refs.bib", new=".refs.bib.0123456789ab.new", old=content_hash(b"other"))
# what it shows, the note
HOSTILE: list[tuple[str, object]] = [
    ("nothing", b""),
    ("no JSON", b"\xff\x00{["),
    ("deep JSON", b"[" * 100_000),
    ("another shape", {"file": "refs.bib"}),
    ("a list of texts", ["refs.bib", "x"]),
    ("a number for a name", [FIRST, step(file=3)]),
    ("no hash", [FIRST, {"file": "refs.lock.jsonl", "new": TEMPORARY}]),
    ("a hash that is none", [FIRST, step(old=[1])]),
    ("a path above", [FIRST, step(file="../outside/victim", new=".victim.0123456789ab.new")]),
    ("a path above by a way round", [FIRST, step(file="sub/../../outside/victim", new=".victim.0123456789ab.new")]),
    ("an absolute path", [FIRST, step(file="OUTSIDE/victim", new=".victim.0123456789ab.new")]),
    (
        "a path elsewhere that proves nothing",
        [FIRST, step(file="OUTSIDE/victim", new=".victim.0123456789ab.new", proof="x")],
    ),
    ("a proof that is none", [FIRST, step(file="OUTSIDE/victim", new=".victim.0123456789ab.new", proof=7)]),
    ("a list in a list", [FIRST, [["refs.lock.jsonl", TEMPORARY]]]),
    ("a link out of the folder", [FIRST, step(file="link/victim", new=".victim.0123456789ab.new")]),
    ("a file that is a link", [FIRST, step(file="victim-link", new=".victim-link.0123456789ab.new")]),
    ("another file's content", [FIRST, step(new="precious")]),
    ("a name above", [FIRST, step(new="../outside/.refs.lock.jsonl.0123456789ab.new")]),
    ("a name with a line end", [FIRST, step(new=TEMPORARY + "\n")]),
    ("the folder itself", [FIRST, step(file=".", new="..0123456789ab.new")]),
    ("no name", [FIRST, step(file="")]),
    ("a NUL", [FIRST, step(file="a\0b", new=".a\0b.0123456789ab.new")]),
    ("half a character", b'[{"file":"\\ud800","new":".\\ud800.0123456789ab.new","old":null}]'),
    ("an endless one", b" " * 2_000_000),
]


@pytest.fixture
def neighbourhood(bib: Path) -> Iterator[Path]:
    """Files that a hostile note might want, in the folder and outside; none of them may change."""
    folder = bib.parent / "list"
    outside = bib.parent / "outside"
    folder.mkdir(), (folder / "sub").mkdir(), outside.mkdir()
    for name in FILES:
        (bib.parent / name).rename(folder / name)
    for path in (folder / "precious", outside / "victim"):
        path.write_bytes(b"precious")
    for path in (folder / TEMPORARY, outside / ".victim.0123456789ab.new", outside / TEMPORARY):
        path.write_bytes(b"evil")
    if os.name == "posix":
        (folder / "link").symlink_to(outside)
        (folder / "victim-link").symlink_to(outside / "victim")
        (folder / ".victim-link.0123456789ab.new").write_bytes(b"evil")
    before = {path: path.read_bytes() for path in bib.parent.rglob("*") if path.is_file()}
    yield folder / "refs.bib"
    after = {path: path.read_bytes() for path in bib.parent.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize("note", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_note_is_removed_and_does_nothing(neighbourhood: Path, note: object) -> None:
    text = note if isinstance(note, bytes) else json.dumps(note).encode()
    outside = neighbourhood.parents[1] / "outside"
    note_of(neighbourhood).write_bytes(text.replace(b"OUTSIDE", outside.as_posix().encode()))
    settle(neighbourhood)
    assert not note_of(neighbourhood).exists()


@posix
def test_a_note_that_is_a_link_or_a_pipe_is_removed_and_not_followed(neighbourhood: Path) -> None:
    note = note_of(neighbourhood)
    note.symlink_to(neighbourhood.parent / "precious")
    settle(neighbourhood)
    assert not note.is_symlink()
    os.mkfifo(note)
    settle(neighbourhood)
    assert not note.exists()


def test_a_folder_in_the_note_s_place_stops_writers_in_plain_words_and_no_reader(neighbourhood: Path) -> None:
    note_of(neighbourhood).mkdir()
    settle(neighbourhood)
    with pytest.raises(BibError, match="Nothing was changed"):
        replace_together([Change(neighbourhood, NEW_BIB, BIB)])
    note_of(neighbourhood).rmdir()


@posix
def test_new_content_that_is_a_link_is_not_put_in_place(bib: Path) -> None:
    (bib.parent / "secret").write_bytes(b"secret")
    (bib.parent / TEMPORARY).symlink_to("secret")
    note_of(bib).write_text(json.dumps([FIRST, step()]))
    settle(bib)
    assert both(bib) == (BIB, LOCK)
    assert names(bib.parent) == [*FILES, "secret"]
