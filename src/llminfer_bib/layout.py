"""Where in an entry's text an edit goes, so that it looks as if its owner had made it.

Pure geometry on the text of one entry: parts and spans in, spans and text out. What the edit is for, and whether the result
is right, is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .bibfile import Block

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_:.+/-]*\Z")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_KEY = re.compile(r"[^\s,{}()\"#%'=\\~@][^\s,{}()\"#%'=\\~]*\Z")
_REST_OF_LINE = re.compile(r"[ \t]*(%[^\r\n]*)?(?=\r?\n|\r|\Z)")
_BLANK_LINE_BEFORE = re.compile(rb"[\r\n]([ \t]*+(?:\r\n|\n|\r))\Z")
_BLANK_TO_NEWLINE = re.compile(rb"[ \t]*(?:\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of an entry's text: positions are characters into that text, ``name`` is in lower case."""

    name: str
    value: str
    start: int
    name_end: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an entry's type word stands, where its key ends and where its closing delimiter stands."""

    type_start: int
    type_end: int
    key_end: int
    closer: int


def parts_of(text: str, data: bytes, block: Block) -> tuple[Frame, list[Part]]:
    """Return the places in an entry's text; `block` is its reading in `data`, where it may stand among others."""
    place = _characters(text, data, block)
    parts = []
    for field in block.fields:
        start, name_end = place(field.start), place(field.name_end)
        value_start, value_end = place(field.value_start), place(field.value_end)
        parts.append(
            Part(text[start:name_end].lower(), text[value_start:value_end], start, name_end, value_start, value_end)
        )
    frame = Frame(place(block.type_start), place(block.type_end), place(block.key_end), place(block.end - 1))
    return frame, parts


def _characters(text: str, data: bytes, block: Block) -> Callable[[int], int]:
    """Return the function from a byte offset into `data` to the character of the block's text."""
    if text.isascii():
        return (-block.start).__add__
    offsets = {block.type_start, block.type_end, block.key_end, block.end - 1}
    for field in block.fields:
        offsets |= {field.start, field.name_end, field.value_start, field.value_end}
    places: dict[int, int] = {}
    last, characters = block.start, 0
    for offset in sorted(offsets):
        characters += len(data[last:offset].decode("utf-8", "surrogatepass"))
        places[offset] = characters
        last = offset
    return places.__getitem__


def moved(parts: Sequence[Part], at: int, by: int) -> list[Part]:
    """Return the parts after a change of length `by` in the text between `at` and the first part behind it."""
    return [
        Part(part.name, part.value, part.start + by, part.name_end + by, part.value_start + by, part.value_end + by)
        if part.start >= at
        else part
        for part in parts
    ]


def is_type_name(name: str) -> bool:
    """Return whether a word is one that every BibTeX program reads as an entry type; ``string`` and its like are none."""
    return bool(_TYPE.match(name)) and name.lower() not in ("string", "preamble", "comment")


def is_field_name(name: str) -> bool:
    """Return whether a name is one that every BibTeX program reads as a field's."""
    return bool(_FIELD_NAME.match(name))


def is_key(key: str) -> bool:
    """Return whether a key is one that BibTeX, biber and LaTeX all read whole."""
    return bool(_KEY.match(key))


def newline_of(text: bytes) -> str:
    """Return the line end that is used most, empty where there is none."""
    crlf = text.count(b"\r\n")
    counts = {"\n": text.count(b"\n") - crlf, "\r\n": crlf, "\r": text.count(b"\r") - crlf}
    newline = max(counts, key=counts.__getitem__)
    return newline if counts[newline] else ""


def value_place(text: str, part: Part) -> tuple[int, int, str]:
    """Return the span that a new value takes, and what goes in front of it where the field has no value yet."""
    if part.value_start < part.value_end:
        return part.value_start, part.value_end, ""
    end = part.value_end
    while text[end : end + 1] == " ":
        end += 1
    return part.value_end, end, " = " if part.value_start == part.name_end else " "


def keep_delimiters(old: str, new: str) -> str:
    """Return `new`, a value in braces, in the style of `old`: in quotes, or bare where both are numbers."""
    if not (new.startswith("{") and new.endswith("}")):
        return new
    inside = new[1:-1]
    if old.isdecimal() and inside.isdecimal() and inside.isascii():
        return inside
    if len(old) > 1 and old.startswith('"') and old.endswith('"') and "#" not in old and '"' not in inside:
        return f'"{inside}"'
    return new


def add_field_text(
    text: str, frame: Frame, parts: Sequence[Part], name: str, value: str, newline: str
) -> tuple[str, Part]:
    """Return the text with a field added behind the last one, laid out like it, and the new field's places."""
    last_end = parts[-1].value_end if parts else frame.key_end
    comma = _comma_behind(text, last_end, frame.closer)
    at = comma + 1 if comma >= 0 else last_end
    line = _field_line(text, parts, name, value)
    starts_line, indent = _indent(text, parts, frame)
    if not starts_line:
        space = "" if text[at : at + 1] in (" ", "\t") and comma >= 0 and not parts else " "
        before, behind = (f"{text[:at]}{space}", f",{text[at:]}") if comma >= 0 else (f"{text[:at]}, ", text[at:])
    else:
        rest = _REST_OF_LINE.match(text, at)
        break_at = rest.end() if rest and rest.end() <= frame.closer else at
        # The closing delimiter keeps the line end in front of it, and gets none where it had none.
        if comma >= 0:
            before, behind = f"{text[:break_at]}{newline}{indent}", f",{text[break_at:]}"
        else:
            before, behind = f"{text[:at]},{text[at:break_at]}{newline}{indent}", text[break_at:]
    start = len(before)
    end = start + len(line)
    return f"{before}{line}{behind}", Part(name.lower(), value, start, start + len(name), end - len(value), end)


def _comma_behind(text: str, start: int, closer: int) -> int:
    """Return the place of the comma between a value and the entry's end, -1 where none is. Remarks are stepped over."""
    pos = start
    while pos < closer:
        char = text[pos]
        if char == ",":
            return pos
        if char == "%":
            newline = text.find("\n", pos)
            pos = newline if 0 <= newline < closer else closer
            continue
        if not char.isspace():
            return -1
        pos += 1
    return -1


def _field_line(text: str, parts: Sequence[Part], name: str, value: str) -> str:
    """Return ``name = value`` with the name padded if the fields that stand there align their ``=``."""
    if not parts:
        return f"{name} = {value}"
    last = parts[-1]
    between = text[last.name_end : last.value_start]
    if "=" not in between or "\n" in between or "\r" in between:
        between = " = "
    before, _, behind = between.partition("=")
    widths = {len(part.name) + _width_before_equals(text, part) for part in parts}
    if len(widths) == 1 and len({len(part.name) for part in parts}) > 1:
        before = " " * max(widths.pop() - len(name), 1 if before else 0)
    elif len(before) > 1:
        before = " "
    return f"{name}{before}={behind}{value}"


def _width_before_equals(text: str, part: Part) -> int:
    return max(text.find("=", part.name_end, part.value_start) - part.name_end, 0)


def _indent(text: str, parts: Sequence[Part], frame: Frame) -> tuple[bool, str]:
    """Return whether a new field begins a line of its own, and that line's indentation."""
    if not parts:
        own_line = any(char in text[frame.key_end : frame.closer] for char in "\r\n")
        return own_line, "  "
    start = parts[-1].start
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    indent = text[line:start]
    if indent.strip():
        # Leading-comma style (`  , year = 2020`) or several fields on a line: stay on the line.
        return False, ""
    return line > 0, indent


def remove_field_span(text: str, frame: Frame, parts: Sequence[Part], part: Part) -> tuple[int, int]:
    """Return the span that goes when a field goes: its whole line where it has one to itself, with its comma."""
    comma = _comma_behind(text, part.value_end, frame.closer)
    following = next((other.start for other in parts if other.start > part.start), frame.closer)
    comma = comma if comma < following else -1
    end = comma + 1 if comma >= 0 else part.value_end
    line = max(text.rfind("\n", 0, part.start), text.rfind("\r", 0, part.start)) + 1
    if line and not text[line : part.start].strip():
        blank = re.compile(r"[ \t]*(\r\n|\n|\r)").match(text, end)
        if blank and blank.end() <= frame.closer + 1:
            return line, blank.end()
        return part.start, end
    if comma >= 0:
        while end < following and text[end] in " \t":
            end += 1
        return part.start, end
    before = max((other.value_end for other in parts if other.start < part.start), default=frame.key_end)
    if before == frame.key_end and text[frame.closer] == ")":
        before = text.index(",", before) + 1  # behind a bare key BibTeX would read the `)` as part of it
        return before, end
    gap = text[before : part.start]
    return (before, end) if gap.strip() == "," and "\n" not in gap and "\r" not in gap else (part.start, end)


def entry_span(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the span that goes when an entry goes: its lines, and one blank line behind it, or in front of it at the end of the file."""
    line = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1
    if data[line:start].strip():
        return start, end
    first = _BLANK_TO_NEWLINE.match(data, end)
    if first is None:
        return (line, end) if not data[end:].strip() else (start, end)
    second = _BLANK_TO_NEWLINE.match(data, first.end())
    if second is None and first.end() == len(data):
        before = _BLANK_LINE_BEFORE.search(data, max(0, line - 200), line)
        return (before.start(1) if before else line), first.end()
    return line, second.end() if second else first.end()


def insert_entries(data: bytes, places: Mapping[int, Sequence[str]]) -> tuple[bytes, list[tuple[int, bytes]]]:
    """Put the sources of entries at places behind others, or at the end, with one blank line between; line ends follow the data.

    Returns the new data, and each entry's bytes with the place in the old data behind which it stands, in their order.
    """
    newline = (newline_of(data) or "\n").encode()
    pieces: list[bytes] = []
    added: list[tuple[int, bytes]] = []
    done = 0
    for at, sources in sorted(places.items()):
        texts = [
            source.rstrip("\r\n").replace("\r\n", "\n").encode().replace(b"\n", newline) for source in sources if source
        ]
        if not texts:
            continue
        start = at
        while start and data[start - 1] in b"\r\n":
            start -= 1
        ends = data[start:at]
        lead = (
            newline * max(0, 2 - max(ends.count(b"\n"), ends.count(b"\r"))) if at < len(data) or data.strip() else b""
        )
        tail = newline if at == len(data) else b"" if data[at] in b"\r\n" else newline * 2
        pieces += (data[done:at], lead, (newline * 2).join(texts), tail)
        added += [(at, text) for text in texts]
        done = at
    return b"".join([*pieces, data[done:]]), added
