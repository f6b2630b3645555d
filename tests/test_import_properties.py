"""Any library, exported and imported again: nothing crashes, what is there keeps its values, and twice is once."""

from __future__ import annotations

import contextlib
from typing import Final

import pytest
from growth import assert_in_proportion
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llminfer_bib.bibfile import Document, RawEntry
from llminfer_bib.commands import importing
from llminfer_bib.library import Library
from llminfer_bib.problems import BibError

# format of the export -> format of the import
FORMATS: Final = {
    "csl-json": "csl-json",
    "ris": "ris",
    "zotero-rdf": "zotero-rdf",
    "bibtex": "bibtex",
    "biblatex": "bibtex",
}
WORDS: Final = st.sampled_from(
    [
        *(
            "Attention",
            "{LLM}",
            "serving",
            "with",
            "大模型",
            "推理",
            "Ünïcode",
            r"\'{e}t\'e",
            "100\\%",
            "$x^2$",
            "a\\_b",
            "O(n)",
        ),
        *(
            "--",
            ":",
            "GPU",
            "{\\bf x}",
            "\u202e",
            "<i>E</i>",
            "&amp;",
            "\\url{https://x.org/a}",
            "#",
            '"',
            "~",
            "1",
            "I",
            "and",
            "@",
        ),
    ]
)
VALUES: Final = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
PEOPLE: Final = st.lists(
    st.sampled_from(
        [
            "Kwon, Woosuk",
            "Ludwig van Beethoven",
            "{OpenAI}",
            "葛, 冬冬",
            "张三",
            "King, Jr., M. L.",
            "others",
            "A",
            "{Simon and Sons}",
            "a b, C",
        ]
    ),
    min_size=1,
    max_size=3,
).map(" and ".join)
FIELDS: Final = {
    "title": VALUES,
    "booktitle": VALUES,
    "journal": VALUES,
    "note": VALUES,
    "abstract": VALUES,
    "annotation": VALUES,
    "publisher": VALUES,
    "author": PEOPLE,
    "editor": PEOPLE,
    "year": st.sampled_from(["2020", "2021", "in press", "-44", "1999?"]),
    "date": st.sampled_from(["2020-01-02", "2019/2020", "2021-24", "0999~", "x"]),
    "month": st.sampled_from(["January", "2", "13"]),
    "doi": st.sampled_from(["10.1000/a", "https://doi.org/10.1000/B", "10.48550/arXiv.2309.06180", "x"]),
    "url": st.sampled_from(["https://x.org/a", "https://x.org/b_c?d=%7B", "javascript:x", "https://arxiv.org/abs/2309.06180"]),
    "eprint": st.sampled_from(["2309.06180", "cs/0001001", "x y"]),
    "eprinttype": st.just("arxiv"),
    "isbn": st.sampled_from(["9780262035613", "1"]),
    "pages": st.sampled_from(["1--9", "e12", "1, 5"]),
    "keywords": st.sampled_from(["method, x", "a; b", "survey"]),
    "language": st.sampled_from(["zh-CN", "english", "?"]),
    "crossref": st.sampled_from(["", "nobody"]),
    "type": st.sampled_from(["Master's thesis", "x"]),
}  # fmt: skip
TYPES: Final = st.sampled_from(
    "article inproceedings book misc online software video thesis mastersthesis report proceedings xdata odd".split()
)


@st.composite
def libraries(draw: st.DrawFn) -> str:
    entries = []
    for number in range(draw(st.integers(1, 5))):
        names = draw(st.lists(st.sampled_from(sorted(FIELDS)), unique=True, max_size=8))
        values = {name: draw(FIELDS[name]) for name in names}
        if values.get("crossref") == "":
            values["crossref"] = f"K{number + 1}"
        fields = "".join(f"  {name} = {{{value}}},\n" for name, value in values.items())
        entries.append(f"@{draw(TYPES)}{{k{number},\n{fields}}}\n")
    return "\n".join(entries)


def raws(document: Document) -> list[RawEntry]:
    return [raw for raw in document.entries() if type(raw) is RawEntry]


def take(library: Library, format_name: str, text: str) -> importing.Result:
    return importing.import_text(library, text, format_name)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=40, derandomize=True)
@given(text=libraries(), others=libraries())
@example(text="@misc{k0,\n}\n", others="@misc{k0,\n  title = {T},\n}\n")
@example(text="@misc{k0,\n}\n", others="@article{k0,\n  crossref = {k0},\n}\n")
@example(
    text="@article{k0,\n  url = {https://x.org/a},\n}\n",
    others="@article{k0,\n  eprint = {2309.06180},\n  url = {https://x.org/a},\n}\n",
)
def test_what_is_there_keeps_its_values(name: str, text: str, others: str) -> None:
    exported = next(iter(Library.from_text(others).render(name).values()))
    for start in ("", text, others):
        library = Library.from_text(start)
        before = raws(library.document)
        done = take(library, FORMATS[name], exported)
        after = {raw.key: raw for raw in raws(library.document)}
        for raw in before:
            assert after[raw.key].type == raw.type
            assert {**after[raw.key].fields, **raw.fields} == after[raw.key].fields
        assert [key for key in after if key in {raw.key for raw in before}] == [raw.key for raw in before]
        assert sorted(set(after) - {raw.key for raw in before}) == sorted(done.added)
        assert not set(done.filled) - set(after)
        if "crossref" in start + others:
            continue  # what a parent gets, its children have too, and may make them another's equals
        once = library.document.data
        again = take(library, FORMATS[name], exported)
        assert (again.added, again.filled, library.document.data) == ([], [], once)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=200), st.sampled_from(["csl-json", "ris", "zotero-rdf", "zotero-json", "endnote", "bibtex"]))
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    library = Library.from_text("@misc{a,\n  title = {A},\n}\n")
    with contextlib.suppress(BibError):
        take(library, name, text)
    assert library.text.startswith("@misc{a,\n  title = {A},\n}\n")


def _bib(count: int, base: str, title: str = "Title number {0} of {1}") -> str:
    return "\n".join(
        f"@inproceedings{{{base}{n},\n  author = {{Kwon, Woosuk and Li, Zhuohan}},\n  title = {{{title.format(n, base)}}},\n"
        f"  year = {{{2000 + n % 25}}},\n  keywords = {{{'method' if n % 2 else 'x'}}},\n}}\n"
        for n in range(count)
    )


# what it shows, the library, the file
LARGE = {
    "into an empty library": lambda n: ("", _bib(n, "new")),
    "into one as large": lambda n: (_bib(n, "old"), _bib(n, "new")),
    "all there already": lambda n: (_bib(n, "old"), _bib(n, "old")),
    "all keys taken by others": lambda n: (_bib(n, "k", "Old {0}"), _bib(n, "k", "New {0}")),
    "one key for all": lambda n: ("", _bib(n, "k").replace("@inproceedings{k", "@inproceedings{same,%").replace("%", "")),
    "one work again and again": lambda n: ("", _bib(n, "k", "One title")),
    "each is the parent of the next": lambda n: (
        "", "\n".join(f"@book{{k{i}, title={{T{i}}}, crossref={{k{i - 1}}}}}" for i in range(n))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_imports_grow_in_proportion(name: str) -> None:
    def make(size: int) -> tuple[Library, str]:
        library, other = LARGE[name](size)
        return Library.from_text(library), other

    assert_in_proportion(make, lambda made: take(made[0], "bibtex", made[1]), 32, 1 << 11)
