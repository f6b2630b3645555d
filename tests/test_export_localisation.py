"""biblatex's localisation keys are said in words by every format but biblatex's own, and nothing else is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.export import EXPORTERS, Options, load
from llminfer_bib.export.localisation import COUNTRIES, KEYS, SERIES, STATES, TYPES, in_words
from llminfer_bib.kinds import KIND_OF_TYPE
from llminfer_bib.model import Entry, Text

ROWS = [(field, key, words) for field, keys in KEYS.items() for key, words in keys.items()]
# Entry types that have the field, as people write them.
WITH = {
    "type": ("thesis", "report", "patent", "misc"),
    "location": ("patent", "book"),
    "address": ("patent", "techreport"),
}


def written(name: str, field: str, value: str, entry_type: str) -> str:
    one = Entry(
        key="k",
        type=entry_type,
        kind=KIND_OF_TYPE.get(entry_type, "other"),
        title=Text("A title"),
        fields={"title": "A title", "publisher": "P", "institution": "I", field: value},
    )
    pages = load(name).render([one], Options(lang="en"))
    return b"".join(b"".join(page) for _, page in pages).decode()


@pytest.mark.parametrize("name", EXPORTERS)
@pytest.mark.parametrize(("field", "key", "words"), ROWS)
def test_no_format_but_biblatex_has_a_key(name: str, field: str, key: str, words: str) -> None:
    for entry_type in WITH.get(field, ("article",)):
        text = written(name, field, key, entry_type)
        values = re.sub(r"@\w+\{|<[^<>]*>|\\\w+|\"type\": \"\w+\"|type: \"\w+\"", "", text)
        if key != words.lower():
            assert (re.search(rf"\b{key}\b", values) is not None) == (name == "biblatex"), text


# format, field -> words in what it writes of one key
SAID = [
    ("csl-json", "type", "patentus", "patent", '"genre": "U.S. patent"'),
    ("csl-json", "location", "countryus", "patent", '"publisher-place": "United States of America"'),
    ("csl-json", "address", "countryde and countryfr", "patent", '"publisher-place": "Germany and France"'),
    ("csl-json", "pubstate", "prepublished", "article", '"status": "pre-published"'),
    ("csl-json", "series", "newseries", "article", '"collection-title": "new series"'),
    ("ris", "type", "mathesis", "thesis", "M3  - Master's thesis\n"),
    ("ris", "location", "countryuk", "patent", "CY  - United Kingdom\n"),
    ("bibtex", "type", "patenteu", "patent", "type = {European patent}"),
    ("bibtex", "location", "countryep", "patent", "address = {European Union}"),
    ("bibtex", "pubstate", "inpress", "article", "pubstate = {in press}"),
    ("hayagriva", "type", "mathesis", "thesis", 'genre: "Master\'s thesis"'),
    ("hayagriva", "location", "countryfr", "book", '"France"'),
    ("md", "type", "candthesis", "thesis", "Candidate thesis"),
    ("zotero-rdf", "type", "techreport", "report", "Technical report"),
    ("biblatex", "type", "patentus", "patent", "type = {patentus}"),
]


@pytest.mark.parametrize(("name", "field", "key", "entry_type", "said"), SAID)
def test_what_is_written_in_its_place(name: str, field: str, key: str, entry_type: str, said: str) -> None:
    assert said in written(name, field, key, entry_type)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "Habilitation"), ("type", "patentus 1"), ("location", "Paris and London"), ("location", "country"),
        ("title", "patentus"), ("note", "inpress"), ("publisher", "software"), ("location", "mathesis"),
        ("type", "countryus"), ("series", "Lecture Notes"), ("location", ""),
    ],
)  # fmt: skip
def test_what_is_no_key_of_its_field_stays(field: str, value: str) -> None:
    assert in_words(field, value) == value


@given(st.sampled_from([*KEYS, "title", "note"]), st.text(max_size=30))
def test_words_are_left_alone_and_saying_twice_is_saying_once(field: str, value: str) -> None:
    once = in_words(field, value)
    assert in_words(field, once) == once
    assert once == value or any(word in once for word in KEYS[field].values())


def test_every_key_is_one_of_biblatex() -> None:
    """Its English words are looked up where TeX is installed: none of the rows is an invention."""
    program = shutil.which("kpsewhich")
    found = subprocess.run([program, "english.lbx"], capture_output=True, text=True, check=False) if program else None
    path = Path(found.stdout.strip()) if found and found.stdout.strip() else None
    if path is None or not path.is_file():
        pytest.skip("biblatex is not installed")
    known = set(re.findall(r"^ +(\w+) +=", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert {*TYPES, *COUNTRIES, *STATES, *SERIES} - known == {"countrywo"}
