"""`bib rename`: the key changes wherever it stands, nothing else does, and all files are written or none."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import Bib, bib

from llminfer_bib import renaming
from llminfer_bib.bibfile import Document
from llminfer_bib.bibfile.encoding import UnencodableError
from llminfer_bib.commands import renaming as command
from llminfer_bib.edits import BrokenEntryError, RefusedEditError
from llminfer_bib.latex import citations, user_commands
from llminfer_bib.latex.encoding import text_of
from llminfer_bib.library import Library
from llminfer_bib.saving import ChangedOnDiskError

__all__ = ["bib"]

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX links")


def in_bib(text: str, old: str = "old", new: str = "new", *, keep_alias: bool = False) -> str:
    document = Document(text.encode("utf-8", "surrogatepass"))
    names = renaming.wanted(document, old, new)
    done = renaming.rename_in_bib(document, names, keep_alias=keep_alias).document
    return done.text(0, len(done.data))


def in_tex(data: bytes, old: str = "old", new: str = "new", *commands: str) -> tuple[bytes, list[str], list[int]]:
    names = renaming.Wanted(old, new, frozenset({"other", "OTHER"}))
    done, places, left = renaming.rename_in_tex(renaming.read_tex(data, "x.tex", old), names, user_commands(commands))
    return done.to_bytes(), [place.what for place in places], list(left)


# --- in the .bib

ENTRY = "@book{old, title = {Old}}\n"
# (what it shows, another entry before, and after)
REFERENCES = [
    ("crossref", "@misc{a, crossref = {old}}", "@misc{a, crossref = {new}}"),
    ("xdata", "@misc{a, xdata = {old}}", "@misc{a, xdata = {new}}"),
    ("xref", "@misc{a, xref = {old}}", "@misc{a, xref = {new}}"),
    ("related", "@misc{a, related = {b,old, c}}", "@misc{a, related = {b,new, c}}"),
    ("entryset", "@set{a, entryset = {old,b}}", "@set{a, entryset = {new,b}}"),
    ("another entry's ids", "@misc{a, ids = {x, old}}", "@misc{a, ids = {x, new}}"),
    ("capitals in the field's name", "@misc{a, CrossRef = {old}}", "@misc{a, CrossRef = {new}}"),
    ("quotes", '@misc{a, crossref = "old"}', '@misc{a, crossref = "new"}'),
    ("blanks and line ends stay", "@misc{a, xdata\t= {\r\n  old ,\r\n b }}", "@misc{a, xdata\t= {\r\n  new ,\r\n b }}"),
    ("twice in a list", "@misc{a, related = {old,old}}", "@misc{a, related = {new,new}}"),
    ("two fields", "@misc{a, crossref={old}, xref={old},}", "@misc{a, crossref={new}, xref={new},}"),
    ("a field that stands twice", "@misc{a, xref={b}, xref={old}}", "@misc{a, xref={b}, xref={new}}"),
    ("an entry that stands twice", "@misc{a, xref={old}}\n@misc{a, xref={old}}", "@misc{a, xref={new}}\n@misc{a, xref={new}}"),
    ("entries in parentheses", "@misc(a, xref = {old})", "@misc(a, xref = {new})"),
    ("a macro", '@string{k = "old"}\n@misc{a, xref = k}', '@string{k = "old"}\n@misc{a, xref = {new}}'),
    ("parts that are joined", '@misc{a, xdata = {b,o} # "ld"}', "@misc{a, xdata = {b,new}}"),
    ("other capitals, as BibTeX reads them", "@misc{a, crossref = {OLD}}", "@misc{a, crossref = {new}}"),
    ("Chinese beside it", "@misc{文, title = {老}, xref = {old}, note = {老 old}}", "@misc{文, title = {老}, xref = {new}, note = {老 old}}"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in REFERENCES], ids=[row[0] for row in REFERENCES])
@pytest.mark.parametrize("first", [True, False], ids=["in front", "behind"])
def test_a_reference_follows(before: str, after: str, first: bool) -> None:
    mine = ENTRY.replace("old", "new")
    if first:
        assert in_bib(before + "\n" + ENTRY) == after + "\n" + mine
    else:
        assert in_bib(ENTRY + before) == mine + after


UNTOUCHED = [
    ("a longer key", "@misc{a, crossref = {older}}"),
    ("a key with more in front", "@misc{a, xdata = {told, old-a, a:old}}"),
    ("a keyword", "@misc{a, keywords = {old}}"),
    ("a title", "@misc{a, title = {old}}"),
    ("an unknown field", "@misc{a, cites = {old}}"),
    ("a macro of that name", '@string{old = "x"}\n@misc{a, xref = old}'),
    ("a comment", "@comment{xref = {old}}"),
    ("free text", "old \\cite{old}"),
    ("an entry of other capitals and what refers to it", "@misc{OLDER, xref = {Older}}"),
    ("an entry that is broken elsewhere", "@misc{a, title = {x} xref = {b}}"),
]


@pytest.mark.parametrize("text", [row[1] for row in UNTOUCHED], ids=[row[0] for row in UNTOUCHED])
def test_what_is_no_reference_stays(text: str) -> None:
    assert in_bib(ENTRY + text) == ENTRY.replace("old", "new") + text


# (what it shows, the entry before, after, after with --keep-alias)
ALIASES = [
    ("none", "@misc{old,\n  year = 1,\n}", "@misc{new,\n  year = 1,\n}", "@misc{new,\n  year = 1,\n  ids = {old},\n}"),
    ("one", "@misc{old, ids = {x}}", "@misc{new, ids = {x}}", "@misc{new, ids = {x, old}}"),
    ("in quotes", '@misc{old, ids = "x, y "}', '@misc{new, ids = "x, y "}', '@misc{new, ids = "x, y, old "}'),
    ("an empty list", "@misc{old, ids = {}}", "@misc{new, ids = {}}", "@misc{new, ids = {old}}"),
    ("a comma at the end", "@misc{old, ids = {x,}}", "@misc{new, ids = {x,}}", "@misc{new, ids = {x, old}}"),
    ("the new key", "@misc{old, ids = {new},}", "@misc{new, }", "@misc{new, ids = {old},}"),
    ("the new key and more", "@misc{old, ids = {new, x}}", "@misc{new, ids = {x}}", "@misc{new, ids = {x, old}}"),
    ("a number", "@misc{old, ids = 12}", "@misc{new, ids = 12}", "@misc{new, ids = {12, old}}"),
    ("the old key already", "@misc{old, ids = {old}}", "@misc{new, ids = {old}}", "@misc{new, ids = {old}}"),
]


@pytest.mark.parametrize(("before", "after", "kept"), [row[1:] for row in ALIASES], ids=[row[0] for row in ALIASES])
def test_the_old_key_becomes_a_second_name_if_asked_for(before: str, after: str, kept: str) -> None:
    assert in_bib(before) == after
    assert in_bib(before, keep_alias=True) == kept


def test_keys_that_are_numbers_may_stand_without_braces() -> None:
    text = "@misc{12, year = 12}\n@misc{a, xref = 12, year = 12}"
    assert in_bib(text, "12", "13") == "@misc{13, year = 12}\n@misc{a, xref = 13, year = 12}"
    assert in_bib(text, "12", "b") == "@misc{b, year = 12}\n@misc{a, xref = {b}, year = 12}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (r"note = {See \\cite{old}}", (2,)),
        (r"note = {See \\citep[p. 1][]{a, old}." + "\n" + r"\\Cite{older} \\textcite*{old}}", (2, 3)),
        ("author = {xdata=old-author}", (2,)),
        ("title = {a, xdata = old-title}", (2,)),
        ("title = {old}, note = {old, cite{old} xdata=older-title}", ()),
        ("note = {\\\\cite{" + "x" * 9000, ()),
    ],
)
def test_a_key_inside_a_value_is_left_and_told(text: str, lines: tuple[int, ...]) -> None:
    document = Document((ENTRY + "@misc{a, " + text.replace("\\\\", "\\") + "}").encode())
    assert renaming.left_in_bib(document, renaming.wanted(document, "old", "new")) == lines


TREE = "@comment{jabref-meta: groupstree:\n0 AllEntriesGroup:;\n"
# (what it shows, the groups of JabRef up to 3, the lines that are told)
GROUPS = [
    ("in the list", r"1 ExplicitGroup:G\;0\;a\;old\;b\;;", (4,)),
    ("first and last", r"1 ExplicitGroup:G\;0\;old\;;" + "\n" + r"1 StaticGroup:G\;0\;a\;old\;;", (4, 5)),
    ("other capitals", r"1 ExplicitGroup:G\;0\;OLD\;;", (4,)),
    ("wrapped lines", "1 ExplicitGroup:G\\;0\\;a\\\n;o\nld\\\n;;", (5,)),
    ("wrapped lines, CRLF", "1 ExplicitGroup:G\\;0\\;a\\;\r\nol\r\nd\\;;", (5,)),
    ("a group of that name", r"1 ExplicitGroup:old\;0\;a\;;", ()),
    ("parts of keys", r"1 ExplicitGroup:G\;0\;older\;bold\;a-old\;;", ()),
    ("a search for the word", r"1 KeywordGroup:G\;0\;keywords\;old\;0\;0\;;", ()),
    ("behind the group's end", r"1 ExplicitGroup:G\;0\;a\;; old\;;", ()),
]


@pytest.mark.parametrize(("groups", "lines"), [row[1:] for row in GROUPS], ids=[row[0] for row in GROUPS])
def test_a_key_in_a_group_of_jabref_is_left_and_told(groups: str, lines: tuple[int, ...]) -> None:
    text = ENTRY + TREE + groups + "\n}\n"
    document = Document(text.encode())
    assert renaming.left_in_bib(document, renaming.wanted(document, "old", "new")) == lines
    assert in_bib(text) == text.replace("{old,", "{new,")


def test_other_comments_are_no_groups() -> None:
    document = Document((ENTRY + r"@comment{mine: ExplicitGroup:G\;0\;old\;;}").encode())
    assert renaming.left_in_bib(document, renaming.wanted(document, "old", "new")) == ()


def test_many_groups_take_linear_time() -> None:
    def make(count: int) -> Document:
        groups = r"1 ExplicitGroup:G\;0" + r"\;old" * 3 * count + "\n" + "ExplicitGroup:" * count + "\\\n" * count
        return Document((ENTRY + TREE + groups).encode())

    def work(document: Document) -> None:
        assert renaming.left_in_bib(document, renaming.wanted(document, "old", "new")) == (4,)

    assert_in_proportion(make, work, most=20_000)


def test_the_option_for_cite_commands_is_called_as_in_tex(bib: Bib, tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text(r"\mycite{vllm}", "utf-8")
    shown = [
        bib("rename", "vllm", "v", "--tex", "a.tex", option, "mycite", "--dry-run")
        for option in ("--cite-command", "--command")
    ]
    assert shown[0] == shown[1]
    assert r"+\mycite{v}" in shown[0].out
    assert r"+\mycite{v}" not in bib("rename", "vllm", "v", "--tex", "a.tex", "--dry-run").out
    assert " --command" not in bib("rename", "--help").out


def test_only_capitals_may_change() -> None:
    assert in_bib("@misc{old}\n@misc{a, xref = {old}}", "old", "Old") == "@misc{Old}\n@misc{a, xref = {Old}}"


@pytest.mark.parametrize(
    ("text", "new", "error", "says"),
    [
        ("@misc{a}", "a", RefusedEditError, 'taken .by "a"'),
        ("@misc{a}", "A", RefusedEditError, 'taken .by "a"'),
        ("@misc{a}", "a b", RefusedEditError, "cannot be a key"),
        ("@misc{a}", "a}", RefusedEditError, "cannot be a key"),
        ("@misc{a, ids = {x, Second}}", "second", RefusedEditError, "second name .`ids`. of a"),
        ("@misc{a, xref = {old}, title = {x\n", "new", BrokenEntryError, "Repair it by hand first"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_way_out(
    text: str, new: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        in_bib(ENTRY + text, "old", new)


# --- in .tex files

# (what it shows, before, after); "mycite" is a command of the person's own
TEX = [
    ("one", rb"\cite{old}", rb"\cite{new}"),
    ("several keys and notes", rb"\parencite[old][p. 3]{a, old ,b}", rb"\parencite[old][p. 3]{a, new ,b}"),
    ("twice", rb"\cite{old,old}\citet*{old}", rb"\cite{new,new}\citet*{new}"),
    ("multicite", rb"\autocites{old}[x]{b}{old}", rb"\autocites{new}[x]{b}{new}"),
    ("nocite", rb"\nocite{*}\nocite{old}", rb"\nocite{*}\nocite{new}"),
    ("one's own command", rb"\mycite{old}", rb"\mycite{new}"),
    ("a longer key", rb"\cite{older,old-a,bold}", rb"\cite{older,old-a,bold}"),
    ("text, a label, a macro", rb"old \label{old} \ref{old} \old", rb"old \label{old} \ref{old} \old"),
    ("a comment", b"% \\cite{old}\n\\cite{old}", b"% \\cite{old}\n\\cite{new}"),
    ("verbatim", b"\\begin{verbatim}\\cite{old}\\end{verbatim}", b"\\begin{verbatim}\\cite{old}\\end{verbatim}"),
    ("CRLF and no last line end", b"a\r\n\\cite{old}\r\nb", b"a\r\n\\cite{new}\r\nb"),
    ("a byte order mark", b"\xef\xbb\xbf\\cite{old}", b"\xef\xbb\xbf\\cite{new}"),
    ("UTF-8", "文\\cite{old}é\u2028".encode(), "文\\cite{new}é\u2028".encode()),
    ("Latin-1", b"\xe4\x80\xff\\cite{old}\x85\xa0", b"\xe4\x80\xff\\cite{new}\x85\xa0"),
    ("GBK", "% !TEX encoding = GBK\n侖珴\\cite{old}衆".encode("gbk"), "% !TEX encoding = GBK\n侖珴\\cite{new}衆".encode("gbk")),
    ("UTF-16", "\\cite{old}文".encode("utf-16"), "\\cite{new}文".encode("utf-16")),
    ("UTF-8 with bytes that are none", b"\xe6\x96\x87\xff\\cite{old}\x80", b"\xe6\x96\x87\xff\\cite{new}\x80"),
    ("a NUL", b"\0\\cite{old}\0", b"\0\\cite{new}\0"),
    ("other capitals", rb"\cite{Old}", rb"\cite{new}"),
    ("nothing", b"", b""),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in TEX], ids=[row[0] for row in TEX])
def test_cite_commands_follow_and_no_other_byte_changes(before: bytes, after: bytes) -> None:
    assert in_tex(before, "old", "new", "mycite")[0] == after


def test_a_chinese_key_is_found_in_gbk() -> None:
    text = "% !TEX encoding = GBK\n\\cite{侖珴2020}"
    assert in_tex(text.encode("gbk"), "侖珴2020", "衆")[0] == text.replace("侖珴2020", "衆").encode("gbk")


def test_the_places_and_the_lines_that_are_left_are_told() -> None:
    text = b"\\cite{old}\n% old, old\n\\label{old} older told old.bib fold\n\\nocite{old}\n\\ref{fig:old}"
    assert in_tex(text)[1:] == ([r"\cite", r"\nocite"], [2, 3])


def test_keys_beyond_ascii_are_found_in_every_encoding() -> None:
    for encoding in ("utf-8", "latin-1", "utf-16"):
        assert in_tex("ß\\cite{müller}".encode(encoding), "müller", "maß")[0] == "ß\\cite{maß}".encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "head", "key"),
    [
        ("gbk", "", "镕2020"),
        ("gbk", "% no word of it: 侖珴\n", "old"),
        ("iso8859-15", "\\usepackage[latin9]{inputenc}\n", "škoda2020"),
        ("iso8859-2", "\\usepackage[latin2]{inputenc}\n", "łoś"),
        ("koi8-r", "\\usepackage[koi8-r]{inputenc}\n", "иванов"),
        ("cp1252", "", "œuvre"),
        ("utf-16", "", "镕2020"),
        ("utf-8-sig", "", "镕2020"),
    ],
)
def test_every_key_that_bib_tex_finds_is_renamed(encoding: str, head: str, key: str) -> None:
    text = head + "\\cite{REF} and \\cite{other,REF}\r\n"
    data = text.replace("REF", key).encode(encoding)
    if encoding != "cp1252":
        assert [cited.key for cited in citations(text_of(data)[0])] == [key, "other", key]
    done, places, left = in_tex(data, key, "new")
    assert (done, len(places), left) == (text.replace("REF", "new").encode(encoding), 2, [])
    assert renaming.read_tex(data, "x.tex").to_bytes() == data


def test_a_key_that_the_encoding_lacks_is_refused() -> None:
    with pytest.raises(UnencodableError, match="iso8859-15"):
        in_tex("\\usepackage[latin9]{inputenc} \\cite{škoda}".encode("iso8859-15"), "škoda", "镕")


def test_without_a_byte_order_mark_damaged_text_stays_as_it_is() -> None:
    for data in (b"\xff\xfe\\\0c\0\0\xd8", b"\xfe\xff\xd8", b"\xff", b"\x81", b"\xef\xbb\xbf\xff"):
        assert renaming.read_tex(data, "x.tex", "old").to_bytes() == data


# --- any text


REFERENCE, KEY = "\0", st.sampled_from(["a", "Fresh2020", "x:y/z", "文献", "kol", "old2", "x-old"])
BLANK = st.sampled_from(["", " ", "\n", "\r\n\t"])


@st.composite
def lists(draw: st.DrawFn) -> str:
    items = draw(st.lists(st.one_of(st.just(REFERENCE), KEY), min_size=1, max_size=4))
    return ",".join(draw(BLANK) + item + draw(BLANK) for item in items)


@st.composite
def bib_texts(draw: st.DrawFn) -> str:
    """Return a file in which a NUL stands wherever the key has to change."""
    entries = ["@misc{\0, title = {old}}"]
    for key in draw(st.lists(KEY, unique_by=str.lower, max_size=4)):
        fields = []
        for name in draw(
            st.lists(st.sampled_from(["crossref", "XDATA", "related", "entryset", "xref", "ids"]), unique=True)
        ):
            opening, closing = draw(st.sampled_from(["{}", '""']))
            fields.append(f"{name}{draw(BLANK)}={draw(BLANK)}{opening}{draw(lists())}{closing},")
        fields.append(draw(st.sampled_from(["title = {old},", "keywords = {old, a}", "year = 2020", ""])))
        entries.append(f"@misc{{{key},{draw(BLANK)}{draw(BLANK).join(fields)}}}")
    order = draw(st.permutations(entries))
    return draw(st.sampled_from(["\n", "\r\n\r\n", "\n% old {old}\n"])).join(order)


@pytest.mark.slow
@given(bib_texts(), st.sampled_from(["fresh", "OLD", "老-1", "7"]))
@settings(max_examples=150)
def test_in_any_file_the_references_change_and_nothing_else(text: str, new: str) -> None:
    before, after = text.replace(REFERENCE, "old"), text.replace(REFERENCE, new)
    assert in_bib(before, "old", new) == after
    assert in_bib(after, new, "old") == before


@st.composite
def tex_texts(draw: st.DrawFn) -> str:
    """Return a .tex text in which a NUL stands wherever the key has to change."""
    pieces = st.one_of(
        st.builds(r"\cite{{{}}}".format, lists()),
        st.builds(r"\textcite[old][{{old}}]{{{}}}".format, lists()),
        st.sampled_from(
            ["old ", "% \\cite{old}\n", r"\ref{old}", "\\verb|\\cite{old}|", "文 ", "\r\n", r"\%", "$a_{old}$"]
        ),
    )
    return "".join(draw(st.lists(pieces, max_size=8)))


@pytest.mark.slow
@given(
    tex_texts(),
    st.sampled_from([("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b"% !TEX encoding = gb18030\n")]),
)
@settings(max_examples=150)
def test_in_any_tex_file_the_citations_change_and_nothing_else(text: str, how: tuple[str, bytes]) -> None:
    encoding, head = how
    before, after = (head + text.replace(REFERENCE, key).encode(encoding) for key in ("old", "fresh"))
    assert in_tex(before, "old", "fresh")[0] == after
    assert in_tex(after, "fresh", "old")[0] == before


@given(st.binary(max_size=60), st.binary(max_size=60))
@settings(max_examples=150)
def test_in_any_bytes_only_keys_change(front: bytes, behind: bytes) -> None:
    data = front + rb"\cite{old}" + behind
    new, places, _ = in_tex(data)
    assert (new == data) == (not places)
    assert renaming.read_tex(front, "x.tex").to_bytes() == front
    assert in_tex(new, "new", "old")[0].count(b"old") >= data.count(b"old") or b"new" in data


# --- the command

KWON = "kwon2023efficient"
LOCK = f'{{"key":"{KWON}","field":"title","value":"x","source":"s","at":"2026-01-01"}}\n'


@pytest.fixture
def paper(bib: Bib, tmp_path: Path) -> Path:
    """A list with a sidecar, and a document in another folder."""
    folder = tmp_path / "paper"
    (folder / "sections").mkdir(parents=True)
    (folder / "main.tex").write_bytes(b"\\cite{kwon2023efficient,vllm}\r\n% kwon2023efficient\r\n")
    (folder / "sections" / "one.tex").write_bytes(b"\xe4 \\textcite{kwon2023efficient}")
    (folder / "sections" / "two.tex").write_bytes(b"\\cite{vllm}")
    (tmp_path / "refs.lock.jsonl").write_text(LOCK)
    return folder


def state(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_every_file_is_written(bib: Bib, paper: Path, tmp_path: Path) -> None:
    before = state(tmp_path)
    done = bib("rename", KWON, "kwon2023paged", "--tex", "paper/**/*.tex")
    assert (done.code, done.err.splitlines()[-1]) == (
        0,
        "kwon2023efficient -> kwon2023paged: 0 references in the .bib, 2 in 2 of 3 .tex files.",
    )
    assert "paper/main.tex:2:" in done.err.replace("\\", "/")
    assert [line for line in done.out.splitlines() if line.startswith("+++")] == [
        "+++ refs.bib", "+++ refs.lock.jsonl", f"+++ {Path('paper/main.tex')}", f"+++ {Path('paper/sections/one.tex')}",
    ]  # fmt: skip
    after = {name: data.replace(b"efficient", b"paged") for name, data in before.items()}
    after["paper/main.tex"] = after["paper/main.tex"].replace(b"% kwon2023paged", b"% kwon2023efficient")
    assert state(tmp_path) == after
    assert bib("rename", "kwon2023paged", KWON, "--tex", "paper/**/*.tex").code == 0
    assert state(tmp_path) == before


def test_a_chapter_may_use_a_command_that_another_file_defines(bib: Bib, tmp_path: Path) -> None:
    (tmp_path / "zz-preamble.tex").write_text(
        "\\newcommand{\\seen}[2][]{(see \\cite[#1]{#2})}\n\\NewDocumentCommand\\own{m}{\\cite{#1}}\n", "utf-8"
    )
    (tmp_path / "chapter.tex").write_text(f"\\seen[x]{{{KWON}}} \\own{{{KWON}}} \\label{{{KWON}}}", "utf-8")
    done = bib("rename", KWON, "new", "--tex", "*.tex")
    assert done.code == 0
    assert (tmp_path / "chapter.tex").read_text("utf-8") == f"\\seen[x]{{new}} \\own{{new}} \\label{{{KWON}}}"


def test_a_dry_run_shows_the_same_and_writes_nothing(bib: Bib, paper: Path, tmp_path: Path) -> None:
    before = state(tmp_path)
    dry = bib("rename", KWON, "k", "--tex", "paper/**/*.tex", "--keep-alias", "--dry-run")
    assert dry.code == 0
    assert dry.err.endswith("dry run: nothing was written.\n")
    assert "+  ids = {kwon2023efficient}," in dry.out
    assert state(tmp_path) == before
    assert bib("rename", KWON, "k", "--tex", "paper/**/*.tex", "--keep-alias").out == dry.out


def test_a_key_inside_a_value_is_told_to_the_person(bib: Bib, tmp_path: Path) -> None:
    with (tmp_path / "refs.bib").open("a", encoding="utf-8") as file:
        file.write("@misc{a, note = {\\cite{vllm}}}\n")
    done = bib("rename", "vllm", "engine")
    assert (done.code, "stands inside a value" in done.err) == (0, True)


def test_json_names_files_and_places(bib: Bib, paper: Path) -> None:
    done = json.loads(bib("rename", KWON, "k", "--tex", "paper/main.tex", "--json").out)
    assert (done["old"], done["new"], done["written"]) == (KWON, "k", True)
    assert done["files"] == ["refs.bib", "refs.lock.jsonl", str(Path("paper/main.tex"))]
    assert done["places"] == [{"file": str(Path("paper/main.tex")), "line": 1, "key": None, "what": "\\cite"}]
    assert len(done["remarks"]) == 1


@posix
def test_a_document_beside_the_list_s_folder_and_behind_links(bib: Bib, paper: Path, tmp_path: Path) -> None:
    home = tmp_path / "list"
    home.mkdir()
    for name in ("refs.bib", "refs.lock.jsonl", "bib.toml"):
        (tmp_path / name).rename(home / name)
    (tmp_path / "link.tex").symlink_to(paper / "main.tex")
    (home / "refs-link.bib").symlink_to("refs.bib")
    code, _, err = bib(
        "--file", str(home / "refs-link.bib"), "rename", KWON, "k", "--tex", "*.tex", "--tex", str(paper / "*.tex")
    )
    assert (code, "1 in 1 of 1 .tex files" in err) == (0, True)
    assert (tmp_path / "link.tex").is_symlink()
    assert (home / "refs-link.bib").is_symlink()
    assert (paper / "main.tex").read_bytes().startswith(b"\\cite{k,vllm}\r\n")
    assert b'"k"' in (home / "refs.lock.jsonl").read_bytes()


@pytest.mark.parametrize("pattern", ["*.tex", "none/**/*.tex", "", "[", "../../nowhere*/x.tex", "paper"])
def test_a_pattern_that_names_no_file_is_a_mistake(bib: Bib, paper: Path, tmp_path: Path, pattern: str) -> None:
    before = state(tmp_path)
    done = bib("rename", KWON, "k", "--tex", "paper/*.tex", "--tex", pattern)
    assert (done.code, done.out) == (2, "")
    assert f'--tex "{pattern}"' in done.err
    assert state(tmp_path) == before


def test_hidden_files_and_the_list_itself_are_no_tex_files(paper: Path, tmp_path: Path) -> None:
    (paper / ".git").mkdir()
    (paper / ".git" / "x.tex").write_bytes(b"")
    found = command.tex_files(["**/*", "paper/*.tex"], [tmp_path / "refs.bib", tmp_path / "refs.lock.jsonl"])
    assert [path.as_posix() for path in found] == [
        "bib.toml", "paper/main.tex", "paper/sections/one.tex", "paper/sections/two.tex",
    ]  # fmt: skip
    assert [path.name for path in command.tex_files(["paper/.git/*.tex"])] == ["x.tex"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("vllm",), 2, "name the new key"),
        (("vllm", "x", "--auto"), 2, "name the new key"),
        (("vllm", "--tex", "a.tex", "b.tex", "c"), 2, "put the pattern in quotes"),
        (("vlm", "x"), 2, 'Did you mean "vllm"?'),
        (("vllm", KWON), 5, "is taken"),
        (("vllm", "a b"), 5, "cannot be a key"),
        (("vllm", "\ud800"), 2, "no valid Unicode"),
        (("vllm", "vllm"), 0, "it has this key already"),
    ],
)
def test_mistakes_are_told(bib: Bib, paper: Path, tmp_path: Path, words: tuple[str, ...], code: int, says: str) -> None:
    before = state(tmp_path)
    done = bib("rename", *words)
    assert (done.code, says in done.err) == (code, True), done.err
    assert state(tmp_path) == before


def test_a_second_name_is_not_the_key(bib: Bib, tmp_path: Path) -> None:
    bib("rename", "vllm", "engine", "--keep-alias")
    done = bib("rename", "VLLM", "x")
    assert (done.code, "Rename engine instead" in done.err) == (5, True)
    assert bib("rename", "engine", "vllm").code == 0
    assert "ids" not in (tmp_path / "refs.bib").read_text("utf-8")


def test_auto_takes_the_key_of_the_house(bib: Bib) -> None:
    bib("rename", KWON, "paged")
    assert json.loads(bib("rename", "paged", "--auto", "--json").out)["new"] == KWON


def test_a_file_that_changed_meanwhile_stops_all(paper: Path, tmp_path: Path) -> None:
    done = command.plan(Library.open(tmp_path / "refs.bib"), KWON, "k", ["paper/**/*.tex"])
    (paper / "sections" / "one.tex").write_bytes(b"theirs")
    before = state(tmp_path)
    with pytest.raises(ChangedOnDiskError, match=r"one\.tex"):
        command.save(done)
    assert state(tmp_path) == before


@posix
def test_a_read_only_tex_file_stops_all_and_one_that_does_not_change_stops_nothing(
    bib: Bib, paper: Path, tmp_path: Path
) -> None:
    before = state(tmp_path)
    (paper / "sections" / "one.tex").chmod(0o444)
    (paper / "sections" / "two.tex").chmod(0o444)
    done = bib("rename", KWON, "k", "--tex", "paper/**/*.tex")
    assert (done.code, "one.tex: it is read-only. Nothing was changed" in done.err) == (5, True)
    assert state(tmp_path) == before
    (paper / "sections" / "one.tex").chmod(0o644)
    assert bib("rename", KWON, "k", "--tex", "paper/**/*.tex").code == 0


@posix
def test_on_a_full_disk_nothing_changes(bib: Bib, paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, ends = state(tmp_path), set()
    for count in range(1, 12):
        left = count

        def full(descriptor: int) -> None:
            nonlocal left
            left -= not os.path.isdir(f"/proc/self/fd/{descriptor}")
            if left == 0:
                raise OSError(errno.ENOSPC, "full")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            done = bib("rename", KWON, "k", "--tex", "paper/**/*.tex")
        ends.add(done.code)
        if done.code == 0:
            break
        assert "the disk is full. Nothing was changed" in done.err
        assert state(tmp_path) == before
    assert ends == {5, 0}


@posix
@pytest.mark.parametrize(
    "words", [("rename", "k", KWON, "--dry-run"), ("-q", "tex", "paper/sections/one.tex")], ids=["rename", "tex"]
)
def test_killed_in_the_middle_the_next_command_finishes(
    bib: Bib, paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """The .bib is in place, the .tex files are not yet: whoever reads the sidecar or them next puts them there."""
    real, done = os.replace, []

    def die(source: Path, target: Path) -> None:
        if done:
            raise SystemExit(9)
        done.append(real(source, target))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", die)
        patch.setattr("llminfer_bib.saving.together.settle_held", lambda _: None)
        with pytest.raises(SystemExit):
            command.save(command.plan(Library.open(tmp_path / "refs.bib"), KWON, "k", ["paper/**/*.tex"]))
    assert b"{k," in (tmp_path / "refs.bib").read_bytes()
    assert KWON.encode() in (paper / "sections" / "one.tex").read_bytes()
    assert bib(*words).code == 0
    assert (paper / "sections" / "one.tex").read_bytes() == b"\xe4 \\textcite{k}"
    assert not [name for name in state(tmp_path) if name.rpartition("/")[2].startswith(".")]
