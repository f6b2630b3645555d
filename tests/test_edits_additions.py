"""Many entries added at once: the same text as one after the other, proven together, in time that grows as their number does."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.bibfile import Document
from llminfer_bib.edits import AddEntry, NoSuchEntryError, RefusedEditError, SetField, apply_edits, find_entries
from llminfer_bib.problems import BibError
from llminfer_bib.proof import NotProvenError, prove_additions

ODD = json.loads((Path(__file__).parent / "data" / "odd-inputs.json").read_text("utf-8"))
TEXTS = {
    "empty": "",
    "blank": "\n\n",
    "usual": "@misc{a,\n  t = {x},\n}\n\n@misc{b}\n",
    "no line end": "@misc{a, t = {x}} @misc{b}",
    "CRLF": "% x\r\n@misc{a,\r\n  t = {x},\r\n}\r\n\r\n@misc{b}\r\n\r\n\r\n",
    "CR": "@misc{a}\r\r@misc{b}\r",
    "text behind": "@string{s = {x}}\n@misc{a}\nwords\n@misc{b}\nmore words",
    "comment at the end": "@misc{a}\n\n@misc{b}\n@comment{jabref}\n",
}


def one_by_one(document: Document, edits: list[AddEntry]) -> Document:
    for edit in edits:
        document = apply_edits(document, [edit])
    return document


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "afters",
    [["", "", ""], ["a", "a", "b"], ["b", "n0", "n1", "n0"], ["", "a", "n0", "", "n1", "B", "N0", "b"]],
    ids=["end", "behind others", "behind each other", "everywhere"],
)
def test_added_at_once_is_added_one_by_one(name: str, afters: list[str]) -> None:
    document = Document(TEXTS[name].encode())
    known = {*find_entries(document), *(f"n{number}" for number in range(9)), ""}
    edits = [
        AddEntry(f"@misc{{n{number},\n  t = {{{after}}},\n}}\n", after if after.lower() in known else "")
        for number, after in enumerate(afters)
    ]
    assert apply_edits(document, edits).data == one_by_one(document, edits).data


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(ODD)))
def test_added_at_once_is_added_one_by_one_in_odd_files(rng: random.Random, name: str) -> None:
    """Where each by itself is accepted."""
    document = after_each = Document.from_bytes(ODD[name]["input"].encode())
    made: list[AddEntry] = []
    for number in range(6):
        after = rng.choice([*find_entries(after_each), "", ""])
        edit = AddEntry(f"@misc{{new{number},\n  title = {{N}}\n}}", after)
        try:
            after_each = apply_edits(after_each, [edit])
        except BibError:
            continue
        made.append(edit)
    assert apply_edits(document, made).data == after_each.data


def test_additions_and_other_edits_follow_each_other() -> None:
    document = Document(b"@misc{a,\n}\n")
    edits = [
        AddEntry("@misc{b,\n}"),
        SetField("b", "t", "{x}"),
        AddEntry("@misc{c,\n}", "b"),
        AddEntry("@misc{d,\n}", "a"),
    ]
    assert (
        apply_edits(document, edits).data == b"@misc{a,\n}\n\n@misc{d,\n}\n\n@misc{b,\n  t = {x},\n}\n\n@misc{c,\n}\n"
    )


@pytest.mark.parametrize(
    ("text", "edits", "error"),
    [
        ("@misc{a}", [AddEntry("@misc{n}"), AddEntry("@misc{N}")], RefusedEditError),
        ("@misc{A}", [AddEntry("@misc{n}"), AddEntry("@misc{a}")], RefusedEditError),
        ("@misc{a}", [AddEntry("@misc{n}"), AddEntry("@misc{m}", "nobody")], NoSuchEntryError),
        ("@misc{a}", [AddEntry("@misc{n}", "m"), AddEntry("@misc{m}")], NoSuchEntryError),
        ("@misc{a}", [AddEntry("@misc{n}"), AddEntry("@misc{m, t = {x}")], RefusedEditError),
        ("@misc{a}", [AddEntry("@misc{n}"), AddEntry("@misc{m}\n@misc{o}")], RefusedEditError),
    ],
    ids=["twice", "taken", "behind nobody", "behind a later one", "not closed", "two in one"],
)  # fmt: skip
def test_one_that_is_refused_refuses_all(text: str, edits: list[AddEntry], error: type[BibError]) -> None:
    with pytest.raises(error):
        apply_edits(Document(text.encode()), edits)


@pytest.mark.parametrize(
    "after",
    [
        b"@misc{a, t = {x}}\n\n@misc{n, t = {other}}\n",
        b"@misc{a, t = {y}}\n\n@misc{n, t = {z}}\n",
        b"@misc{n, t = {z}}\n\n@misc{a, t = {x}}\n",
        b"@misc{a, t = {x}}\n\n@misc{n, t = {z}}\n@misc{o}\n",
        b"@misc{a, t = {x}}\n",
        b"@string{s = {x}}\n@misc{a, t = {x}}\n\n@misc{n, t = {z}}\n",
    ],
    ids=["another value", "an old value", "order", "one more", "one less", "a macro"],
)
def test_the_proof_catches_what_was_not_asked(after: bytes) -> None:
    before = Document(b"@misc{a, t = {x}}\n")
    added = [(17, b"@misc{n, t = {z}}")]
    prove_additions(before, Document(b"@misc{a, t = {x}}\n\n@misc{n, t = {z}}\n"), added)
    with pytest.raises(NotProvenError):
        prove_additions(before, Document(after), added)


@pytest.mark.parametrize("chained", [False, True], ids=["at the end", "behind each other"])
def test_additions_grow_in_proportion(chained: bool) -> None:
    def make(size: int) -> tuple[Document, list[AddEntry]]:
        document = Document("".join(f"@misc{{k{n},\n  title = {{A}},\n}}\n\n" for n in range(size)).encode())
        edits = [AddEntry(f"@misc{{n{n}}}", (f"n{n - 1}" if n else "k0") if chained else "") for n in range(size)]
        return document, edits

    assert_in_proportion(make, lambda made: apply_edits(*made), 64, 1 << 12)
