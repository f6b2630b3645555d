"""New entries stand behind their section, in their order, parents behind their children."""

from __future__ import annotations

import pytest
from growth import assert_in_proportion

from llminfer_bib.bibfile import Document
from llminfer_bib.commands.placing import New, additions
from llminfer_bib.edits import apply_edits, find_entries
from llminfer_bib.model import Category

CATEGORIES = tuple(Category(slug) for slug in ("course", "blog", "method"))


def placed(text: str, sections: str, *new: str) -> str:
    """Return the keys after placing. `sections` is ``key:category``; a new one is ``key:category:parent``."""
    document = Document(text.encode())
    there = [tuple((row + ":").split(":")[:2]) for row in sections.split()]
    items = []
    for row in new:
        key, category, parent = (row + "::").split(":")[:3]
        items.append(New(key, f"@misc{{{key}}}", category, parent))
    edits = additions(document, CATEGORIES, [(key, category) for key, category in there], items)
    return " ".join(find_entries(apply_edits(document, edits)))


AB = "@misc{a}\n@misc{b}\n@misc{c}\n"


@pytest.mark.parametrize(
    ("text", "sections", "new", "expected"),
    [
        ("", "", ("x:blog", "y:course", "z", "w:blog"), "y x w z"),
        (AB, "a:course b:method c", ("x:blog", "y:course", "z:method", "v"), "a y x b z c v"),
        (AB, "a:course b:course c:blog", ("x:course", "y:course"), "a b x y c"),
        (AB, "a:method b:method c", ("x:course", "y:blog"), "a b c x y"),
        ("@misc{a}\n@misc{a}\n@misc{c}\n", "a:course a:course c:blog", ("x:course",), "a c x"),
        ("@misc{a, t = {}\n@misc{b}\n", "a:course b:blog", ("x:course", "y:blog"), "a b y x"),
        (AB, "a b c", ("x::b",), "a x b c"),
        (AB, "a b c", ("x::b", "y::b", "z::c"), "a y x b z c"),
        (AB, "a b c", ("x::a",), "a b c x"),
        (AB, "a:course b:blog c", ("x:course:b",), "a x b c"),
        ("", "", ("p", "x::p"), "x p"),
        ("", "", ("g", "p::g", "x::p", "q"), "x q p g"),
        ("", "", ("p:course", "x:blog:p", "y:course"), "y x p"),
        ("", "", ("p:method", "x:blog:p"), "x p"),
        ("", "", ("x::x", "y::z", "z::y"), "x y z"),
    ],
    ids=range(15),
)
def test_new_entries_find_their_places(text: str, sections: str, new: tuple[str, ...], expected: str) -> None:
    assert placed(text, sections, *new) == expected


def test_placing_grows_in_proportion() -> None:
    def make(size: int) -> tuple[Document, list[New]]:
        new = [New(f"n{i}", f"@misc{{n{i}}}", "blog" if i % 2 else "", f"n{i // 2}") for i in range(size)]
        return Document(b"".join(b"@misc{k%d}\n" % i for i in range(size))), new

    assert_in_proportion(make, lambda made: additions(made[0], CATEGORIES, [("k1", "blog")], made[1]), 256, 1 << 13)
