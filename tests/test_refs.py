"""The list itself: refs.bib holds every item of the seed list, rightly, in the house dialect.

Not here: how the package reads, edits or exports the file. Only bibtexparser and plain text are used, so that a fault
of our own reader cannot hide a fault of the file.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import bibtexparser
import pytest

ROOT = Path(__file__).parent.parent
FACTS_FILE = ROOT.parent / "shared" / "facts" / "list-items.json"
TEXT = (ROOT / "refs.bib").read_bytes().decode("utf-8")
LINES = TEXT.split("\n")
SEED = json.loads((ROOT / "tests" / "data" / "seed-links.json").read_text("utf-8"))
CONFIG = tomllib.loads((ROOT / "bib.toml").read_text("utf-8"))
CORRECTIONS = (ROOT / "docs" / "corrections.md").read_text("utf-8")
LIBRARY = bibtexparser.parse_string(TEXT, parse_stack=[])
ENTRIES = LIBRARY.entries
KEYS = [entry.key for entry in ENTRIES]

HAN = re.compile(r"[\u4e00-\u9fff]")
VERBATIM = {"url", "doi", "eprint"}
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
PAPERS = ("method", "survey")
TYPES = {
    "course": {"online"},
    "video": {"video"},
    "project": {"software"},
    "blog": {"online"},
    "method": {"inproceedings", "article", "misc"},
    "survey": {"inproceedings", "article", "misc"},
}
NEEDED = {
    "inproceedings": {"author", "title", "booktitle", "year", "url", "keywords"},
    "article": {"author", "title", "journal", "year", "url", "keywords"},
    "misc": {"author", "title", "year", "month", "eprint", "eprinttype", "eprintclass", "url", "keywords"},
    "software": {"author", "title", "url", "keywords"},
    "video": {"title", "url", "keywords"},
    "online": {"title", "organization", "url", "entrysubtype", "keywords"},
}


def value(entry, name):
    """Return a field without its enclosing braces, or an empty string."""
    found = entry.fields_dict.get(name)
    if found is None:
        return ""
    return found.value[1:-1] if found.value.startswith("{") else found.value


def plain(text):
    """Return a value as a reader sees it: no protecting braces, no TeX escapes."""
    return re.sub(r"\\([%&_#])", r"\1", text.replace("{", "").replace("}", ""))


def keywords(entry):
    return value(entry, "keywords").split(", ")


def people(entry):
    """Return the authors as written, without the braces around an organisation."""
    return [name.removeprefix("{").removesuffix("}") for name in value(entry, "author").split(" and ") if name]


def unprotected(title):
    """Return what stands outside all braces: the part whose case BibTeX may change."""
    outside, depth = [], 0
    for char in title:
        depth += (char == "{") - (char == "}")
        outside.append(char if depth == 0 and char != "}" else " " if depth else "")
    return "".join(outside)


def links(entry):
    """Return the addresses that an entry shows: its page, its DOI, its arXiv record."""
    doi, eprint = value(entry, "doi"), value(entry, "eprint")
    return {
        value(entry, "url"),
        f"https://doi.org/{doi}" if doi else "",
        f"https://arxiv.org/abs/{eprint}" if eprint else "",
    }


def home_of(row):
    """Return the entry that shows a link of the seed list, itself or by a row of docs/corrections.md, or None."""
    rows = [line for line in CORRECTIONS.split("\n") if f"`{row['url']}`" in line]
    for entry in ENTRIES:
        if row["url"] in links(entry) or any(line.startswith(f"| `{entry.key}` |") for line in rows):
            return entry
    return None


HOMES = [home_of(row) for row in SEED]

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=KEYS)
each_item = pytest.mark.parametrize(
    ("entry", "seed"), list(zip(HOMES, SEED, strict=True)), ids=[row["url"] for row in SEED]
)


# The list


def test_bibtexparser_reads_the_whole_file():
    assert LIBRARY.failed_blocks == []
    assert len(ENTRIES) >= len(SEED) == 102


@each_item
def test_every_link_of_the_list_is_kept_or_explained(entry, seed):
    assert entry is not None, f"no entry shows {seed['url']}, and no row of docs/corrections.md says what became of it"
    assert keywords(entry)[0] == seed["category"]


def test_items_stand_in_the_order_of_the_list():
    places = [KEYS.index(entry.key) for entry in HOMES if entry is not None]
    assert places == sorted(set(places))


def test_entries_stand_in_their_sections():
    order = [row["slug"] for row in CONFIG["categories"]]
    places = [order.index(keywords(entry)[0]) for entry in ENTRIES]
    assert places == sorted(places)


@each_item
def test_the_wording_of_the_list_is_kept_or_explained(entry, seed):
    label = " ".join(seed["label"].split())
    title, annotation = plain(value(entry, "title")), plain(value(entry, "annotation"))
    if seed["category"] in PAPERS:
        assert (
            title.casefold() in label.casefold()
            or (annotation and annotation in label)
            or f"`{entry.key}`" in CORRECTIONS
        )
    else:
        assert label in (title, annotation) or f'"{label}"' in CORRECTIONS


@each_entry
def test_an_annotation_never_repeats_the_title(entry):
    assert plain(value(entry, "annotation")) != plain(value(entry, "title"))


def test_corrections_name_only_entries_that_exist():
    named = set(re.findall(r"^(?:\| |- )`([^`]+)`", CORRECTIONS, re.MULTILINE))
    assert named
    assert named <= set(KEYS)


# Keys


def test_keys_differ_even_when_case_is_ignored():
    assert [key for key, count in Counter(key.lower() for key in KEYS).items() if count > 1] == []


@each_entry
def test_keys_are_plain_ascii(entry):
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", entry.key)


@each_entry
def test_a_paper_key_is_family_year_word(entry):
    if keywords(entry)[0] not in PAPERS:
        return
    match = re.fullmatch(r"([a-z]+)(\d{4})([a-z]+)", entry.key)
    assert match
    assert match[2] == value(entry, "year")
    family = people(entry)[0].partition(",")[0].lower()
    assert match[1] == family if family.isascii() else match[1].isascii()


def test_the_keys_that_others_already_cite():
    assert {"kwon2023efficient", "ge2025dayuyan", "vllm", "zomi-bilibili"} <= set(KEYS)


# What an entry holds


@each_entry
def test_type_and_fields_fit_the_section(entry):
    section = keywords(entry)[0]
    assert entry.entry_type in TYPES[section]
    assert set(entry.fields_dict) >= NEEDED[entry.entry_type]
    assert value(entry, "entrysubtype") == (section if entry.entry_type == "online" else "")


@each_entry
def test_no_field_is_empty_or_given_twice(entry):
    assert all(field.value.strip("{} ") for field in entry.fields)
    assert len({field.key for field in entry.fields}) == len(entry.fields)


@each_entry
def test_papers_carry_year_and_other_items_carry_date(entry):
    fields = set(entry.fields_dict)
    if keywords(entry)[0] in PAPERS:
        assert "date" not in fields
        assert re.fullmatch(r"\d{4}", value(entry, "year"))
        assert value(entry, "month") in ["", *MONTHS]
    else:
        assert not fields & {"year", "month"}
        assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", value(entry, "date"))


@each_entry
def test_all_authors_are_named(entry):
    names = people(entry)
    assert not any(name.casefold() in {"others", "et al.", "..."} or "..." in name for name in names)
    assert len(set(names)) == len(names)


@each_entry
def test_names_are_family_then_given_or_in_one_piece(entry):
    for name in value(entry, "author").split(" and "):
        if name and not name.startswith("{"):
            assert re.fullmatch(r"[^,{}]+, [^,{}]+", name) or re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name)


@each_entry
def test_identifiers_are_bare(entry):
    assert re.fullmatch(r"(10\.\d{4,9}/\S+)?", value(entry, "doi"))
    assert re.fullmatch(r"(\d{4}\.\d{5})?", value(entry, "eprint"))
    assert value(entry, "eprinttype") == ("arxiv" if value(entry, "eprint") else "")
    assert re.fullmatch(r"https://[^\s{}#]+", value(entry, "url"))
    assert not re.search(r"\d-\d", value(entry, "pages"))


@each_entry
def test_language_is_given_on_chinese_items_only(entry):
    chinese = bool(HAN.search(value(entry, "title")))
    assert value(entry, "langid") == ("chinese" if chinese else "")
    assert value(entry, "language") in (["zh-CN", ""] if chinese else [""])


def test_only_talks_of_unknown_language_lack_it():
    unknown = [entry.key for entry in ENTRIES if value(entry, "langid") and not value(entry, "language")]
    assert unknown == ["merkwirth-inference-youtube", "nvidia-gtc-s51088", "tian-longcontext-youtube"]
    assert all(f"`{key}`" in CORRECTIONS for key in unknown)


@each_entry
def test_titles_keep_their_capitals_in_every_style(entry):
    title = value(entry, "title")
    outside = unprotected(title)
    assert not re.search(r"[A-Za-z0-9][A-Z]", outside), "a word with inner capitals must stand in braces"
    if HAN.search(title):
        assert not re.search(r"[A-Z]", outside), "a Latin word with capitals in a Chinese title must stand in braces"
    if entry.entry_type in {"article", "inproceedings", "misc"}:
        assert re.search(r"\w", outside), "a whole title in braces escapes every style"


@each_entry
def test_values_are_safe_for_tex(entry):
    for field in entry.fields:
        if field.key not in VERBATIM:
            assert not re.search(r"(?<!\\)[%&_#$~^]", field.value), field.key


# Sections and topics


def test_sections_are_those_of_the_list():
    rows = [(row["slug"], row["emoji"], row["title_zh"]) for row in CONFIG["categories"]]
    assert rows == [
        ("course", "🚀", "课程"),
        ("video", "🎮", "视频教程"),
        ("project", "🛠", "开源项目"),
        ("blog", "📝", "博客"),
        ("method", "💻", "方法论文"),
        ("survey", "💡", "综述论文"),
    ]


def test_section_comments_say_what_the_configuration_says():
    comments = [line for line in LINES if line.startswith("% ----")]
    assert comments == [f"% ---- {row['title_zh']} · {row['title_en']} ----" for row in CONFIG["categories"]]


@each_entry
def test_keywords_are_the_section_and_known_topics(entry):
    section, *topics = keywords(entry)
    assert section in {row["slug"] for row in CONFIG["categories"]}
    assert set(topics) <= set(CONFIG["topics"])
    assert len(set(topics)) == len(topics) <= 4


def test_every_topic_is_used_and_has_two_names():
    used = Counter(topic for entry in ENTRIES for topic in keywords(entry)[1:])
    assert [topic for topic in CONFIG["topics"] if used[topic] < 2] == []
    assert all(set(names) == {"zh", "en"} and all(names.values()) for names in CONFIG["topics"].values())
    assert list(CONFIG["topics"]) == sorted(CONFIG["topics"])


# How the file is written


def test_every_line_is_of_the_house_dialect():
    shapes = [
        r"",
        r"%( [^@]*)?",
        r"@[a-z]+\{[a-z0-9-]+,",
        r"  (?!month\b)[a-z]+ = \{.+\},",
        r"  month = (" + "|".join(MONTHS) + r"),",
        r"\}",
    ]
    allowed = re.compile("|".join(f"(?:{shape})" for shape in shapes))
    assert [(number, line) for number, line in enumerate(LINES, 1) if not allowed.fullmatch(line)] == []


def test_braces_balance_on_every_field_line():
    fields = [line for line in LINES if line.startswith("  ")]
    assert [line for line in fields if line.count("{") != line.count("}")] == []


def test_one_blank_line_between_blocks_and_a_newline_at_the_end():
    assert "\n\n\n" not in TEXT
    assert TEXT.endswith("}\n")
    starts = [number for number, line in enumerate(LINES) if line.startswith(("@", "% ----"))]
    assert all(LINES[number - 1] == "" for number in starts)


def test_text_is_clean_unicode():
    assert unicodedata.normalize("NFC", TEXT) == TEXT
    assert not re.search(r"[\t\r\ufeff\u200b-\u200f\u202a-\u202e\ufffd]|[ ]\n|\S {2,}\S", TEXT.split("% ----", 1)[1])


# The verified facts, where they are at hand

if FACTS_FILE.exists():
    FACTS = json.loads(FACTS_FILE.read_text("utf-8"))
    each_fact = pytest.mark.parametrize(
        ("entry", "fact"), list(zip(HOMES, FACTS, strict=True)), ids=[fact["list_key"] for fact in FACTS]
    )
else:
    FACTS = []
    each_fact = pytest.mark.skip(reason="the facts are not in this folder")


@pytest.mark.skipif(not FACTS_FILE.exists(), reason="the facts are not in this folder")
def test_the_seed_rows_are_those_of_the_facts():
    def shown(label):
        return re.sub(r"\\([\[\]])", r"\1", label)

    facts = [{"category": f["category"], "url": f["list_url"], "label": shown(f["list_label"])} for f in FACTS]
    assert facts == SEED


@each_fact
def test_authors_are_the_verified_ones(entry, fact):
    names = [a["literal"] if a.get("literal") else f"{a['family']}, {a['given']}" for a in fact["authors"] or []]
    assert people(entry) == names


@each_fact
def test_titles_are_the_true_ones(entry, fact):
    published = fact.get("published") if entry.entry_type != "misc" else None
    own = fact.get("title_en") if not HAN.search(value(entry, "title")) else None
    title = (published or {}).get("title") or own or fact["title"]
    assert plain(value(entry, "title")) == " ".join(title.split())


@each_fact
def test_nothing_is_said_that_the_facts_do_not_say(entry, fact):
    """A field may be left out (docs/corrections.md says why), never differ."""
    published, arxiv, software = (fact.get(part) or {} for part in ("published", "arxiv", "software"))
    if entry.entry_type == "misc":
        published = {"year": int(arxiv["published"][:4])}
        assert value(entry, "month") == MONTHS[int(arxiv["published"][5:7]) - 1]
    for name in ("volume", "publisher", "doi", "series"):
        assert value(entry, name) in ("", published.get(name))
    assert value(entry, "pages").replace("--", "-") in ("", published.get("pages"))
    assert value(entry, "number") in ("", published.get("issue"))
    assert value(entry, "year") == str(published.get("year", ""))
    assert value(entry, "eprint") == arxiv.get("id", "")
    assert value(entry, "eprintclass") == arxiv.get("primary", "")
    assert value(entry, "license") == (software.get("license_spdx") or "")
    known = {fact.get("date"), software.get("first_release"), software.get("first_commit")}
    years = set(re.findall(r"\b20\d\d\b", (fact.get("course") or {}).get("term", "")))
    assert value(entry, "date") in known | years | {""}
