"""Rules about the syntax beyond its slips: what BibTeX takes, but another program reads otherwise, or a person did not mean.

Missing commas and braces, repeated fields and keys are reported by the readers themselves (B001 to B020).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..bibfile import Document, second
from ..bibfile.scanner import Block
from ..problems import ERROR, WARNING
from .mending import short
from .rules import Context, Finding, Rule, Subject

_HEADER = re.compile(r"@([A-Za-z]++)[ \t]*+[{(]")
_INSIDE = re.compile(r"@[A-Za-z]++[ \t]*+\{")
_AT_LINE_START = re.compile(r"\n[ \t]*+@[A-Za-z]++[ \t]*+\{")
_STRING = re.compile(rb"@\s*+string", re.IGNORECASE)
_COMMENT = re.compile(rb"@\s*+comment", re.IGNORECASE)
_LONGEST_HEADER: Final = 200
_RESERVED: Final = ("comment", "preamble", "string")


def _blocks_at(document: Document, begins: re.Pattern[bytes], kind: str) -> Iterator[Block]:
    """Yield the blocks of a kind, and what looks like one inside another block: to walk a large file takes long."""
    for match in begins.finditer(document.data):
        block = document.scanner.block_at(match.start())
        if block is not None and block.kind == kind:
            yield block


def _redefined(document: Document) -> Iterator[tuple[int, str]]:
    blocks = [block for block in _blocks_at(document, _STRING, "string") if block.fields and block.closed]
    if len({document.raw_string(block).name for block in blocks}) == len(blocks):
        return
    known: dict[str, int] = {}
    for block in document.blocks():
        if block.kind != "string" or not block.fields or not block.closed:
            continue
        string = document.raw_string(block)
        if string.name in known:
            line = document.position(known[string.name])[0]
            yield block.start, f"the macro `{short(string.name)}` is defined again (first on line {line})."
        else:
            known[string.name] = block.start


def _hidden_entries(document: Document) -> Iterator[tuple[int, str]]:
    if not any(_hidden(document, block) for block in _blocks_at(document, _COMMENT, "comment")):
        return
    for block in document.blocks():
        found = _hidden(document, block) if block.kind == "comment" else None
        if found is not None:
            yield block.start, f"there is an entry inside this @comment (`{short(found[0])}`), and BibTeX reads it."


def _hidden(document: Document, block: Block) -> re.Match[str] | None:
    return _INSIDE.search(document.text(block.start + 1, block.end))


def _ends_in_backslash(subject: Subject, _context: Context) -> Iterator[Finding]:
    for name, source in subject.raw.fields.items():
        if source[-2:-1] == "\\" and source[-1:] in ("}", '"') and not source.endswith("\\\\" + source[-1]):
            yield Finding(
                f"{name} ends in a backslash, right before the `{source[-1]}` that closes it.", name, source[-2:]
            )


def _read_otherwise(subject: Subject, context: Context) -> Iterator[Finding]:
    raw = subject.raw
    if raw.slips or not any(map(_is_suspicious, raw.fields.values())):
        return
    if any(source[-2:-1] == "\\" for source in raw.fields.values()):
        return  # said by the rule above
    block = context.document.scanner.block_at(raw.start)
    if block is None:
        return
    other = second.read_entry(context.document.text(block.start, block.end))
    read = {name.lower(): " ".join(value.split()) for name, value in other.fields} if other is not None else {}
    for name, source in raw.fields.items():
        if read.get(name) != " ".join(source.split()):
            yield Finding(f"bibtexparser and programs on it read {name} otherwise, or not at all.", name)
            return


def _is_suspicious(source: str) -> bool:
    return "\\{" in source or "\\}" in source or (source[:1] == '"' and '"' in source[1:-1]) or "\\\n" in source


def _header(subject: Subject, context: Context) -> str:
    start = subject.raw.start
    return context.document.data[start : start + _LONGEST_HEADER].decode("utf-8", "replace")


def _odd_header(subject: Subject, context: Context) -> Iterator[Finding]:
    if _HEADER.match(_header(subject, context)) is None:
        head = _header(subject, context).partition("{")[0]
        yield Finding(
            f"`{short(head)}` is no plain type followed by a brace: bibtexparser and others do not see this entry."
        )
    elif subject.raw.type.startswith(_RESERVED):
        yield Finding(
            f"@{subject.raw.type} is taken for @{next(w for w in _RESERVED if subject.raw.type.startswith(w))} by some."
        )


def _before(subject: Subject, context: Context) -> str:
    """Return what stands in front of the entry on its line, as far as it is looked at."""
    data, start = context.document.data, subject.raw.start
    low = max(0, start - _LONGEST_HEADER)
    return data[data.rfind(b"\n", low, start) + 1 or low : start].decode("utf-8", "ignore")


def _commented_out(subject: Subject, context: Context) -> Iterator[Finding]:
    before = _before(subject, context).rpartition("}")[2]  # what stands in an entry on this line is no comment
    if "%" in before:
        yield Finding("the `%` in front of this entry hides nothing: BibTeX and biber read it.")


def _in_free_text(subject: Subject, context: Context) -> Iterator[Finding]:
    before = context.document.data[subject.raw.start - 1 : subject.raw.start] if subject.raw.start else b""
    if before.isalnum():
        yield Finding(
            f"an `@` in the middle of a word begins an entry: `{short(_before(subject, context)[-20:])}@{subject.raw.type}`."
        )


def _entry_in_value(subject: Subject, _context: Context) -> Iterator[Finding]:
    for name, source in subject.raw.fields.items():
        found = _AT_LINE_START.search(source) if "\n" in source and "@" in source else None
        if found is not None:
            yield Finding(
                f"a line in {name} begins with `{short(found[0])}`: many programs see an entry there.",
                name,
                found[0].strip(),
            )


def _nameless(subject: Subject, _context: Context) -> Iterator[Finding]:
    if not subject.raw.key and not subject.raw.slips:
        yield Finding("the entry has no key.")


def _behind_an_entry(subjects: Sequence[Subject], context: Context) -> Iterator[tuple[Subject, Finding]]:
    document = context.document
    for number, subject in enumerate(subjects, 1):
        end = subjects[number].raw.start if number < len(subjects) else len(document.data)
        stretch = document.data[subject.raw.start : end].rstrip()
        if stretch[-1:] == b"}" and stretch.count(b"{") == stretch.count(b"}") and b"\n@" not in stretch:
            continue  # its last brace is the entry's own
        block = document.scanner.block_at(subject.raw.start)
        if block is None:
            continue
        text = document.data[block.end : min(end, block.end + _LONGEST_HEADER)].decode("utf-8", "ignore").lstrip()
        if text[:1] in (",", "}"):
            message = f"`{short(text[:40])}` stands behind a closed entry: a brace too many in front of it?"
            yield subject, Finding(message, offset=block.end)


RULES: Final = (
    Rule(
        "B030",
        "ends-in-backslash",
        ERROR,
        "A value that ends in a backslash: BibTeX ends it at the brace, other programs read on into the next fields.",
        "Write `/` for `\\` in paths, or put a blank behind it.",
        "@misc{k,\n  title = {A Title},\n  url = {https://example.org/},\n  file = {C:\\dir\\},\n}\n",
        "@misc{k,\n  title = {A Title},\n  url = {https://example.org/},\n  file = {C:/dir/},\n}\n",
        _ends_in_backslash,
        marks="\\",
    ),
    Rule(
        "B031",
        "macro-redefined",
        WARNING,
        "A macro that is defined twice: which value counts depends on the program and on where it is used.",
        "Give one of them another name.",
        "@string{a = {One}}\n@string{a = {Two}}\n",
        "@string{a = {One}}\n@string{b = {Two}}\n",
        text_check=_redefined,
    ),
    Rule(
        "B032",
        "read-otherwise",
        WARNING,
        "A value that BibTeX reads whole and another program cuts: escaped braces, quotes inside quotes.",
        "Write `\\textbraceleft{}` for `\\{`, and braces around a value with quotes.",
        '@misc{k, title = "a {" b} c", url = {https://example.org/}}\n',
        "@misc{k, title = {a b c}, url = {https://example.org/}}\n",
        _read_otherwise,
        marks='\\"',
    ),
    Rule(
        "B033",
        "commented-out",
        WARNING,
        "An entry behind a `%`: for BibTeX there are no comments, so that it is read.",
        "Remove it, or write `@comment{` in front of a copy without its `@`.",
        "% @misc{k, title = {A Title}, url = {https://example.org/}}\n",
        "@misc{k, title = {A Title}, url = {https://example.org/}}\n",
        _commented_out,
    ),
    Rule(
        "B034",
        "entry-in-comment",
        WARNING,
        "An entry inside @comment{...}: biber skips it, BibTeX reads it.",
        "Remove it, or take its `@` away.",
        "@comment{\n@misc{old, title = {A Title}}\n}\n",
        "@comment{\nmisc{old, title = {A Title}}\n}\n",
        text_check=_hidden_entries,
    ),
    Rule(
        "B035",
        "odd-header",
        WARNING,
        "A type with a line break or blanks in front of its brace, or with signs in it: several programs do not see the entry.",
        "Write `@type{key,` on one line, the type in plain letters.",
        "@misc\n{k,\n  title = {A Title},\n  url = {https://example.org/},\n}\n",
        "@misc{k,\n  title = {A Title},\n  url = {https://example.org/},\n}\n",
        _odd_header,
    ),
    Rule(
        "B036",
        "key-empty",
        ERROR,
        "An entry without a key: nothing can cite it.",
        "Write a key behind the opening brace.",
        "@misc{,\n  title = {A Title},\n  url = {https://example.org/},\n}\n",
        "@misc{k,\n  title = {A Title},\n  url = {https://example.org/},\n}\n",
        _nameless,
    ),
    Rule(
        "B037",
        "behind-an-entry",
        ERROR,
        "A comma or brace behind a closed entry: a brace too many has ended it early, and the fields behind it are lost.",
        "Remove the brace that is too many.",
        "@misc{k,\n  url = {https://example.org/},\n  title = {A Title}},\n  note = {Read},\n}\n",
        "@misc{k,\n  url = {https://example.org/},\n  title = {A Title},\n  note = {Read},\n}\n",
        file_check=_behind_an_entry,
    ),
    Rule(
        "B038",
        "entry-in-value",
        WARNING,
        "A line inside a value that begins like an entry: programs that look for `@` at the beginning of a line cut there.",
        "Indent it behind other words, or remove the `@`.",
        "@misc{k,\n  title = {A Title},\n  url = {https://example.org/},\n  note = {Cite as\n@article{x}},\n}\n",
        "@misc{k,\n  title = {A Title},\n  url = {https://example.org/},\n  note = {Cite as article x},\n}\n",
        _entry_in_value,
        marks="@",
    ),
    Rule(
        "B039",
        "entry-in-free-text",
        WARNING,
        "An `@` in the middle of a word outside the entries: BibTeX begins an entry there.",
        "Write `(at)`, or remove it.",
        "me@misc{k, title = {A Title}, url = {https://example.org/}}\n",
        "me: @misc{k, title = {A Title}, url = {https://example.org/}}\n",
        _in_free_text,
    ),
)
