"""Decoding: source -> typed entries in plain Unicode; what could not be read is a Problem and stays available as text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from growth import assert_in_proportion, calls
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.bibfile import Document
from llminfer_bib.dates import MONTHS
from llminfer_bib.decode import DATE_FIELDS, NAME_FIELDS, PROBLEMS, Decoder
from llminfer_bib.macros import split_parts
from llminfer_bib.model import Category, Date, Entry, People, Person, Topic
from llminfer_bib.problems import Problem
from llminfer_bib.tex import KEY_LIST_FIELDS, VERBATIM_FIELDS

ODD = json.loads((Path(__file__).parent / "data" / "odd-inputs.json").read_text("utf-8"))


def read(text: str | bytes) -> tuple[dict[str, Entry], list[Problem]]:
    decoder = Decoder(Document.from_bytes(text if isinstance(text, bytes) else text.encode()))
    entries: dict[str, Entry] = {}
    for entry in decoder.entries():
        entries.setdefault(entry.key, entry)
    return entries, sorted(decoder.problems)


def one(fields: str, entry_type: str = "misc") -> Entry:
    """Return the entry with these fields; nothing may be wrong with it."""
    entries, problems = read(f"@{entry_type}{{k, {fields}}}")
    assert problems == []
    return entries["k"]


def codes(text: str | bytes) -> list[str]:
    return [problem.code for problem in read(text)[1]]


# ------------------------------------------------------------------------------------------------ the whole entry

PAPER = r"""@InProceedings{Kwon2023,
  AUTHOR       = {Kwon, Woosuk and van der Berg, Jan and {Meta AI} and 戴国浩 and others},
  editor       = "J{\"o}rg M{\"u}ller",
  title        = {Efficient {PagedAttention} for {LLM} Serving: 100\% \& more},
  booktitle    = {SOSP~'23},
  date         = {2023-10-23},
  doi          = {https://doi.org/10.1145/3600006.3613165},
  eprint       = {2309.06180v2}, archivePrefix = {arXiv}, primaryClass = {cs.LG},
  url          = {https://dl.acm.org/doi/10.1145/3600006.3613165?a=1&b=%20_~x},
  keywords     = {Method, kv-cache; serving},
  langid       = {english},
}
"""


def test_a_paper_is_typed() -> None:
    decoder = Decoder(
        Document.from_bytes(PAPER.encode()),
        (Category("project"), Category("method")),
        (Topic("serving"), Topic("kv-cache")),
    )
    (entry,) = decoder.entries()
    assert decoder.problems == []
    assert (entry.key, entry.type, entry.kind, entry.start) == ("Kwon2023", "inproceedings", "paper", 0)
    assert entry.authors == People(
        (
            Person("Kwon", "Woosuk"),
            Person("Berg", "Jan", "van der"),
            Person(literal="Meta AI"),
            Person(literal="戴国浩"),
        ),
        others=True,
    )
    assert entry.editors == People((Person("Müller", "Jörg"),))
    assert entry.title.text == entry.fields["title"] == "Efficient PagedAttention for LLM Serving: 100% & more"
    assert [entry.title.text[start:end] for start, end in entry.title.protected] == ["PagedAttention", "LLM"]
    assert entry.fields["booktitle"] == "SOSP '23"
    assert entry.date == Date(2023, 10, 23)
    assert (entry.doi, entry.arxiv, entry.arxiv_class) == ("10.1145/3600006.3613165", "2309.06180", "cs.LG")
    assert entry.url == "https://dl.acm.org/doi/10.1145/3600006.3613165?a=1&b=%20_~x"
    assert (entry.category, entry.topics) == ("method", ("kv-cache", "serving"))
    assert entry.keywords == ("Method", "kv-cache", "serving")
    assert entry.language == "en"
    assert "author" not in entry.fields


def test_an_entry_with_nothing_in_it_is_empty() -> None:
    assert one("") == Entry("k", "misc", start=0)


def test_fields_to_skip_are_not_read() -> None:
    decoder = Decoder(
        Document.from_bytes(b"@misc{k, abstract = {x}, title = {y}, author = {z}}"),
        skip=frozenset({"abstract", "author"}),
    )
    (entry,) = decoder.entries()
    assert dict(entry.fields) == {"title": "y"}
    assert entry.people == {}


def test_titles_come_without_protected_words_where_nobody_asks_for_them() -> None:
    decoder = Decoder(Document.from_bytes(PAPER.encode()), protected=False)
    (entry,) = decoder.entries()
    assert entry.title.text == read(PAPER)[0]["Kwon2023"].title.text
    assert entry.title.protected == ()


@pytest.mark.parametrize("name", sorted(NAME_FIELDS))
def test_every_name_field_holds_persons(name: str) -> None:
    entry = one(f"{name} = {{Kwon, Woosuk and {{Meta AI}}}}")
    assert entry.people == {name: People((Person("Kwon", "Woosuk"), Person(literal="Meta AI")))}
    assert name not in entry.fields


@pytest.mark.parametrize("name", sorted(VERBATIM_FIELDS | (KEY_LIST_FIELDS - {"keywords", "crossref", "xdata"})))
def test_every_field_that_is_no_tex_stays_as_it_is(name: str) -> None:
    value = r"a_b--c~d%20\e"
    entries, _ = read(f"@misc{{k, {name} = {{ {value} }}}}")
    assert entries["k"].fields[name] == value


@pytest.mark.parametrize("name", DATE_FIELDS)
def test_every_date_field_is_read_tilde_included(name: str) -> None:
    entry = one(f"{name} = {{2023-01~}}")
    assert entry.dates == {name: Date(2023, 1, circa=True)}
    assert entry.fields[name] == "2023-01~"
    assert one(rf"{name} = {{2023-01{{\textasciitilde}}}}").dates == entry.dates


@pytest.mark.parametrize("name", ["note", "abstract", "journal", "publisher", "annotation", "title"])
def test_other_fields_are_plain_unicode(name: str) -> None:
    assert (
        one(rf"{name} = {{M{{\"u}}ller  \& {{S{{\o}}n}} --- \emph{{x}}\url{{http://a_b}}}}").fields[name]
        == "Müller & Søn — xhttp://a_b"
    )


# ------------------------------------------------------------------------------------------------ macros

STRINGS = '@string{SOSP = "Symposium"}\n@string(acm = {ACM} # " Press")\n@string{both = sosp # {, } # ACM}\n'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("sosp", "Symposium"),
        ("SoSp", "Symposium"),
        ("acm", "ACM Press"),
        ("both", "Symposium, ACM Press"),
        ("sosp # { '23}", "Symposium '23"),
        ('"The " # sosp # " # {#}" # 2023', "The Symposium # #2023"),
        ("{a}#{b}#sosp", "abSymposium"),
        ('"a {"} b"', 'a " b'),
        ("{C# and F#}", "C# and F#"),
        ("2023", "2023"),
        ("20 # 23", "2023"),
        ("{}", ""),
        ('""', ""),
        ('{"quoted"}', '"quoted"'),
    ],
)
def test_macros_and_joined_values(value: str, text: str) -> None:
    entries, problems = read(f"{STRINGS}@misc{{k, note = {value}}}")
    assert problems == []
    assert entries["k"].fields["note"] == text


@pytest.mark.parametrize(("number", "macro"), [(n, row[0]) for n, row in enumerate(MONTHS, 1)])
def test_every_month_macro_is_known(number: int, macro: str) -> None:
    for month in (macro, macro.upper(), f"{{{macro}}}", f'"{number}"', str(number), f"{number:02d}"):
        assert one(f"year = 2023, month = {month}").date == Date(2023, number)


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, row in enumerate(MONTHS, 1) for name in row])
def test_every_name_of_a_month_is_read(number: int, name: str) -> None:
    assert one(f"year = {{2023}}, month = {{{name.title()}}}").date == Date(2023, number)


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("year = 2020, month = {10~jan}", Date(2020, 1, 10)),
        ('year = 2020, month = jan # "~1"', Date(2020, 1, 1)),
        ('year = 2020, month = "10~" # jan', Date(2020, 1, 10)),
        ("year = 2020, month = jan, day = 5", Date(2020, 1, 5)),
        ("year = {2020/2021}", Date(2020, end=Date(2021))),
        ("year = {2020--2021}", Date(2020, end=Date(2021))),
        ("year = {[1999]}", Date(1999)),
        ("year = {{1999}}", Date(1999)),
        ("year = {c. 1850}", Date(1850, circa=True)),
        ("year = {c.~1850}", Date(1850, circa=True)),
        ("year = 2020, date = {2021-05}", Date(2021, 5)),
        ("date = {2021-05/2021-07}", Date(2021, 5, end=Date(2021, 7))),
        ("date = {2021-05-01T10:00:00}", Date(2021, 5, 1)),
        ("date = {2021-22}", Date(2021, season=2)),
        ("date = {2021/..}", Date(2021, end=Date())),
        ("date = {{2021}}", Date(2021)),
        ("date = 2021", Date(2021)),
        ("month = jan", None),
        ("year = {}", None),
        ("date = {}", None),
    ],
)
def test_dates_are_read_from_classic_and_biblatex_fields(fields: str, date: Date | None) -> None:
    assert one(fields).date == date


def test_a_macro_that_is_defined_again_has_its_new_value_from_there_on() -> None:
    entries, problems = read("@string{v = {A}}@misc{a, note = v}@string{V = v # {B}}@misc{b, note = v}")
    assert [entries[key].fields["note"] for key in "ab"] == ["A", "AB"]
    assert problems == []


def test_a_month_macro_can_be_defined_again() -> None:
    entries, _ = read('@string{jan = "Januar"}@misc{a, year = 2020, month = jan}')
    assert entries["a"].fields["month"] == "Januar"
    assert entries["a"].date == Date(2020, 1)


def test_a_macro_used_before_its_definition_is_undefined() -> None:
    entries, problems = read("@misc{a, note = later}\n@string{later = {L}}\n@misc{b, note = later}")
    assert [entries[key].fields["note"] for key in "ab"] == ["later", "L"]
    assert [(p.code, p.line, p.key) for p in problems] == [("B020", 1, "a")]


def test_an_undefined_macro_is_reported_once() -> None:
    assert codes("@misc{a, note = nope # { x} # NOPE}@misc{b, note = nope}") == ["B020"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Some Words here", "Some Words here"),
        ("2020-2021", "2020-2021"),
        ("2nd", "2nd"),
        ("jan 1", "jan 1"),
        ("{a} # 1st of it", "a1st of it"),
    ],
)
def test_words_without_delimiters_stay_as_text_and_are_no_macros(value: str, text: str) -> None:
    entries, problems = read(f"@misc{{k, note = {value}}}")
    assert entries["k"].fields["note"] == text
    assert [problem.code for problem in problems] == ["B007"]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("", []),
        ("a", ["a"]),
        ("{a # b}", ["{a # b}"]),
        (' a # " b {"} # " # {c}#12 ', ["a", '" b {"} # "', "{c}", "12"]),
        ("a b # c", ["a b # c"]),
        ("{a", ["{a"]),
        ('"', ['"']),
        ("#", ["#"]),
        ("}", ["}"]),
    ],
)
def test_a_value_is_split_at_its_joints(value: str, parts: list[str]) -> None:
    assert split_parts(value) == parts


@given(st.text('{}"# ab\n', max_size=30))
def test_splitting_ends_and_loses_nothing_but_joints(value: str) -> None:
    left = value
    for part in split_parts(value):
        at = left.index(part)
        assert set(left[:at]) <= set("# \n")
        left = left[at + len(part) :]
    assert set(left) <= set("# \n")


# ------------------------------------------------------------------------------------------------ inheritance

CHILD = "@inproceedings{c, title = {C}, crossref = {P}}"
PARENT = "@proceedings{p, title = {Proc}, year = 2020, publisher = pub, editor = {Ed, A.}}"


@pytest.mark.parametrize("text", [CHILD + "\n@string{pub = {ACM}}" + PARENT, "@string{pub = {ACM}}" + PARENT + CHILD])
def test_a_parent_may_stand_before_and_behind_its_child(text: str) -> None:
    entries, problems = read(text)
    child = entries["c"]
    assert problems == []
    assert dict(child.fields) == {
        "title": "C",
        "crossref": "P",
        "booktitle": "Proc",
        "year": "2020",
        "publisher": "ACM",
    }
    assert child.date == Date(2020)
    assert child.editors == People((Person("Ed", "A."),))
    assert entries["p"].fields["title"] == "Proc"


def test_a_parent_has_the_macros_of_its_own_place() -> None:
    entries, problems = read(
        "@misc{early, crossref = p}@string{v = {one}}@misc{p, note = v}@string{v = {two}}@misc{late, crossref = {p}, title = v}".replace(
            "crossref = p", "crossref = {p}"
        )
    )
    assert problems == []
    assert [entries[key].fields["note"] for key in ("early", "p", "late")] == ["one"] * 3
    assert entries["late"].fields["title"] == "two"


def test_a_look_at_the_parents_defines_no_macro_too_early() -> None:
    entries, problems = read(
        "@misc{a, crossref = {p}, note = v}@misc{p}@misc{b, note = v}@string{v = {x}}@misc{c, note = v}"
    )
    assert [entries[key].fields["note"] for key in "abc"] == ["v", "v", "x"]
    assert [problem.code for problem in problems] == ["B020"]


def test_xdata_takes_several_parents_and_theirs() -> None:
    entries, problems = read(
        "@xdata{x, publisher = {ACM}, xdata = {z}}@xdata{y, location = {Koblenz}, publisher = {no}}"
        "@xdata{z, keywords = {method}, note = {deep}}@book{k, title = {T}, xdata = { x , Y }}"
    )
    assert problems == []
    fields = entries["k"].fields
    assert (fields["publisher"], fields["location"], fields["note"]) == ("ACM", "Koblenz", "deep")
    assert entries["k"].keywords == ("method",)
    assert fields["title"] == "T"


def test_a_parent_hands_on_what_its_xdata_gave_it() -> None:
    entries, _ = read(
        "@inproceedings{c, crossref = {p}}@proceedings{p, title = {P}, xdata = {x}}@xdata{x, publisher = {ACM}}"
    )
    assert entries["c"].fields["publisher"] == "ACM"
    assert entries["c"].fields["booktitle"] == "P"


@pytest.mark.parametrize("forwards", [True, False])
def test_fifty_levels_of_xdata(forwards: bool) -> None:
    levels = [f"@xdata{{x{n}, xdata = {{x{n + 1}}}, f{n} = {{{n}}}}}" for n in range(50)]
    levels.append("@xdata{x50, note = {the end}}")
    text = "@misc{k, xdata = {x0}}" + "".join(levels if forwards else reversed(levels))
    entries, problems = read(text)
    assert problems == []
    assert entries["k"].fields["note"] == "the end"
    assert all(entries["k"].fields[f"f{n}"] == str(n) for n in range(50))


def test_a_hash_or_a_brace_in_an_inherited_value_stays() -> None:
    entries, problems = read('@misc{k, crossref = {p}}@misc{p, note = {C# {and} F#}, annote = "a # b"}')
    assert problems == []
    assert entries["k"].fields["note"] == "C# and F#"
    assert entries["k"].fields["annote"] == "a # b"


def test_a_circle_is_reported_where_it_closes_and_ends() -> None:
    entries, problems = read(
        "@misc{a, crossref = {b}}\n@misc{b, crossref = {c}, note = {B}}\n@misc{c, crossref = {a}}\n@misc{d, crossref = {a}}"
    )
    assert entries["a"].fields["note"] == entries["d"].fields["note"] == "B"
    assert [(p.code, p.line) for p in problems] == [("B027", 3)]


def test_an_entry_that_is_its_own_parent() -> None:
    entries, problems = read("@misc{a, crossref = {A}, xdata = {a}, note = {n}}")
    assert entries["a"].fields["note"] == "n"
    assert [problem.code for problem in problems] == ["B027", "B027"]


def test_a_missing_parent_is_reported_once_though_many_inherit_from_its_child() -> None:
    text = "@misc{a, crossref = {b}}@misc{b, crossref = {nobody}}@misc{c, crossref = {b}}"
    assert [(p.code, p.key) for p in read(text)[1]] == [("B026", "b")]


def test_of_parents_with_one_key_the_first_counts() -> None:
    entries, _ = read("@misc{p, note = {first}}@misc{P, note = {second}}@misc{c, crossref = {p}}")
    assert entries["c"].fields["note"] == "first"


def test_a_child_with_a_year_does_not_get_the_parents_date() -> None:
    entries, _ = read("@inproceedings{c, year = 2021, crossref = {p}}@proceedings{p, date = {2020-05}}")
    assert entries["c"].date == Date(2021)


@pytest.mark.parametrize("links", ["xdata = {{x{0},y{0}}}", "crossref = {{x{0}}}, xdata = {{y{0}}}"])
def test_parents_that_double_at_each_level_take_no_exponential_time(links: str) -> None:
    def make(levels: int) -> str:
        text = "@misc{k, " + links.format(1) + "}"
        for n in range(1, levels):
            text += "".join(f"@xdata{{{name}{n}, {links.format(n + 1)}}}" for name in "xy")
        return text

    read(make(2))
    assert calls(lambda: read(make(32))) < 3 * calls(lambda: read(make(16)))


def test_a_chain_of_thousands_of_parents_takes_linear_time() -> None:
    def work(text: str) -> None:
        assert len(read(text)[0]) == text.count("@")

    assert_in_proportion(
        lambda count: "".join(f"@misc{{k{n}, crossref = {{k{n + 1}}}}}\n" for n in range(count)), work, 1000
    )


# ------------------------------------------------------------------------------------------------ identifiers

ID = "2309.06180"


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {2309.06180}",
        "eprint = {2309.06180v3}",
        "eprint = {arXiv:2309.06180}",
        "eprint = {https://arxiv.org/abs/2309.06180v1}",
        "eprint = {2309.06180}, archiveprefix = {arXiv}",
        "eprint = {2309.06180}, archivePrefix = {ARXIV}",
        "eprint = {2309.06180}, eprinttype = {arxiv}",
        "EPRINT = {2309.06180}, EprintType = { arXiv }",
        "doi = {10.48550/arXiv.2309.06180}",
        "doi = {https://doi.org/10.48550/ARXIV.2309.06180v2}",
        "url = {https://arxiv.org/abs/2309.06180}",
        "url = {http://www.arxiv.org/pdf/2309.06180v1.pdf}",
        "url = {https://ARXIV.org/abs/2309.06180}",
        r"url = {\url{https://arxiv.org/abs/2309.06180}}",
        r"howpublished = {\url{https://arxiv.org/abs/2309.06180}}",
        "howpublished = {arXiv preprint arXiv:2309.06180}",
        "howpublished = {arXiv:2309.06180}",
        "journal = {arXiv preprint arXiv:2309.06180}",
        "journal = {arXiv preprint arXiv:2309.06180v2 [cs.LG]}",
        "journal = {arXiv preprint arxiv:2309.06180}",
        "journal = {arXiv preprint 2309.06180}",
        "journaltitle = {ArXiv preprint, arXiv:2309.06180}",
        "booktitle = {arXiv preprint arXiv:2309.06180}",
        "journal = {CoRR}, volume = {abs/2309.06180}",
        "journal = {ArXiv}, volume = {abs/2309.06180}",
        "journal = {CoRR, abs/2309.06180}",
        "journal = {Computing Research Repository}, volume = {arXiv:2309.06180}",
        "journal = {arXiv e-prints}, pages = {arXiv:2309.06180}",
        "journal = {arXiv e-prints}, eid = {arXiv:2309.06180}",
        "journal = {arXiv}, number = {2309.06180}",
        "number = {arXiv:2309.06180}, publisher = {arXiv}",  # Zotero
        "number = {arXiv:2309.06180v2 [cs.LG]}",
        "arxivId = {2309.06180}",  # Mendeley
        "arxivid = {arXiv:2309.06180}",
        "url = {https://arxiv.org/list/cs.CL/recent}, journal = {CoRR}, volume = {abs/2309.06180}",
        "eprint = {123456}, eprinttype = {pubmed}, url = {https://arxiv.org/abs/2309.06180}",
        "eprint = {2309.06180}, doi = {10.48550/arXiv.1706.03762}",
    ],
)
@pytest.mark.parametrize("entry_type", ["article", "misc"])
def test_an_arxiv_id_is_found_where_people_put_it(fields: str, entry_type: str) -> None:
    entry = one(fields, entry_type)
    assert entry.arxiv == ID
    assert entry.doi == ""
    assert entry.kind == "preprint" or "booktitle" in fields


@pytest.mark.parametrize(
    ("fields", "arxiv"),
    [
        ("eprint = {cs/0112017}", "cs/0112017"),
        ("eprint = {hep-th/9901001v2}, archiveprefix = {arXiv}", "hep-th/9901001"),
        ("eprint = {math.GT/0309136}, eprinttype = {arxiv}", "math/0309136"),
        ("journal = {arXiv preprint cs/0112017}", "cs/0112017"),
        ("journal = {CoRR}, volume = {cs.CL/0112017}", "cs/0112017"),
        ("url = {https://arxiv.org/abs/cs/0112017}", "cs/0112017"),
    ],
)
def test_old_arxiv_ids_are_read(fields: str, arxiv: str) -> None:
    assert one(fields, "article").arxiv == arxiv


@pytest.mark.parametrize(
    "fields",
    [
        "abstract = {We improve on arXiv:2309.06180, https://arxiv.org/abs/2309.06180}",
        "note = {arXiv:2309.06180}",
        "note = {arXiv preprint arXiv:2309.06180}",
        "title = {arXiv:2309.06180}",
        "annotation = {https://arxiv.org/abs/2309.06180}",
        "journal = {Journal of arXiv:2309.06180}",
        "journal = {Nature}, volume = {abs/2309.06180}",
        "journal = {CoRR}, note = {2309.06180}",
        "number = {2309.06180}",
        "number = {see arXiv:2309.06180}",
        "number = {arXiv:2309.06180 and arXiv:2309.06181}",
        "eprint = {2309.06180}, eprinttype = {hal}",
        "eprint = {hal-01234567}",
        "url = {https://example.org/arxiv.org/abs/2309.06180}",
        "url = {https://github.com/x/2309.06180}",
        "related = {2309.06180}",
        "keywords = {arXiv:2309.06180}",
    ],
)
def test_an_arxiv_id_is_never_taken_from_elsewhere(fields: str) -> None:
    assert one(fields, "article").arxiv == ""


@pytest.mark.parametrize(
    ("fields", "arxiv_class"),
    [
        ("eprint = {2309.06180}, primaryclass = {cs.LG}", "cs.LG"),
        ("eprint = {2309.06180}, eprintclass = {cs.CL}, primaryclass = {cs.LG}", "cs.CL"),
        ("eprint = {2309.06180}", ""),
        ("primaryclass = {cs.LG}", ""),
    ],
)
def test_the_class_belongs_to_an_arxiv_id(fields: str, arxiv_class: str) -> None:
    assert one(fields).arxiv_class == arxiv_class


@pytest.mark.parametrize(
    ("doi", "expected"),
    [
        ("10.1145/3600006.3613165", "10.1145/3600006.3613165"),
        ("https://doi.org/10.1145/ABC", "10.1145/abc"),
        (r"10.1007/978-3-642-1\_2", "10.1007/978-3-642-1_2"),
        ("10.1101/2020.01.02.123456", "10.1101/2020.01.02.123456"),  # bioRxiv: a preprint's, but the only one it has
    ],
)
def test_a_doi_is_normalised_and_kept(doi: str, expected: str) -> None:
    entry = one(f"doi = {{{doi}}}")
    assert entry.doi == expected
    assert entry.fields["doi"] == doi


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ("url = {https://x.org/a_b?c=%20&d#e~f}", "https://x.org/a_b?c=%20&d#e~f"),
        (r"url = {\url{https://x.org/a_b}}", "https://x.org/a_b"),
        (r"url = {https://x.org/a\_b\%20\&c}", "https://x.org/a_b%20&c"),
        ("url = {{https://x.org}}", "https://x.org"),
        ("url = {ftp://x.org}", "ftp://x.org"),
        ("url = {javascript:alert(1)}", "javascript:alert(1)"),
        (r"howpublished = {\url{https://x.org/a_b~c}}", "https://x.org/a_b~c"),
        ("howpublished = {https://x.org}", "https://x.org"),
        (r"howpublished = {Available at \url{https://x.org/a}.}", "https://x.org/a"),
        (r"howpublished = {\href{https://x.org/a}{the page}}", "https://x.org/a"),
        ("howpublished = {Online (https://x.org/a_(b)), 2020}", "https://x.org/a_(b)"),
        ("howpublished = {Talk at SOSP}", ""),
        ("howpublished = {javascript:alert(1)}", ""),
        (r"note = {\url{https://x.org}}", ""),
        (r"url = {https://u.org}, howpublished = {\url{https://x.org}}", "https://u.org"),
        (r"url = {}, howpublished = {\url{https://x.org}}", "https://x.org"),
    ],
)
def test_the_url_comes_from_url_or_else_howpublished(fields: str, url: str) -> None:
    assert one(fields).url == url


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ("langid = {chinese}", "zh-CN"),
        ("language = {zh-CN}, langid = {chinese}", "zh-CN"),
        ("language = {zh-TW}, langid = {chinese}", "zh-TW"),
        ("language = {german}, langid = {english}", "de"),
        ("language = {Klingonisch}, langid = {english}", "en"),
        ("language = {english and french}", "en"),
        ("language = {}, langid = {ngerman}", "de"),
        ("langid = {nonsense-language}", ""),
        ("title = {x}", ""),
    ],
)
def test_the_language_is_that_of_language_or_else_langid(fields: str, language: str) -> None:
    assert one(fields).language == language


# ------------------------------------------------------------------------------------------------ problems

# code -> a bad input, and (line, column, key, part of the message)
BAD: dict[str, tuple[str, tuple[int, int, str, str]]] = {
    "B015": ("@misc{a}\n\n  @misc{A}", (3, 3, "A", "`A` is used before (line 1)")),
    "B020": ("戴 @misc{a, note = nope}", (1, 19, "a", "`nope` is not defined")),
    "B021": ("\n@misc{a, urldate = {10.01.2023}}", (2, 20, "a", "urldate = `10.01.2023` is no date")),
    "B022": ("@misc{a, year = {in press}}", (1, 17, "a", "year = `in press` is no year")),
    "B023": ("@misc{a, year = 2020, month = {spring}}", (1, 31, "a", "month = `spring` is no month")),
    "B024": ("@misc{a, doi = {see below}}", (1, 16, "a", "doi = `see below` is no DOI")),
    "B025": ("@misc{a, eprint = {x}, archiveprefix = {ArXiv}}", (1, 19, "a", "eprint = `x` is no arXiv id")),
    "B026": (
        "\r\n\r\n@misc{a, crossref = {nobody}}",
        (3, 21, "a", "crossref names `nobody`, which is not in the file"),
    ),
    "B027": ("@misc{a, xdata = {a}}", (1, 18, "a", "xdata `a` leads back to this entry")),
}


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_found_with_its_place(code: str) -> None:
    text, (line, column, key, message) = BAD[code]
    (problem,) = read(text)[1]
    assert (problem.code, problem.line, problem.column, problem.key) == (code, line, column, key)
    assert message in problem.message
    assert (problem.severity, problem.hint, problem.path) == (PROBLEMS[code][0], PROBLEMS[code][2], "refs.bib")


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ("year = {in press}", "year", "in press"),
        ("date = {Spring 2020}", "date", "Spring 2020"),
        ("year = 2020, month = {spring}", "month", "spring"),
        ("doi = {see below}", "doi", "see below"),
        ("doi = {10.48550/arXiv.nonsense}", "doi", "10.48550/arXiv.nonsense"),
        ("eprint = {x}, eprinttype = {arxiv}", "eprint", "x"),
        ("note = nope", "note", "nope"),
        ("crossref = {nobody}", "crossref", "nobody"),
    ],
)
def test_a_wrong_value_stays_available_as_text(fields: str, field: str, text: str) -> None:
    entries, problems = read(f"@misc{{k, {fields}}}")
    assert len(problems) == 1
    assert entries["k"].fields[field] == text


def test_a_bad_date_gives_way_to_the_year() -> None:
    entries, problems = read("@misc{k, date = {soon}, year = 2020}")
    assert entries["k"].date == Date(2020)
    assert [problem.code for problem in problems] == ["B021"]


def test_an_entry_whose_key_came_before_is_read_too() -> None:
    decoder = Decoder(Document.from_bytes(b"@misc{a, note = 1}@misc{a, note = 2}@misc{b}"))
    assert [(entry.key, entry.fields.get("note")) for entry in decoder.entries()] == [
        ("a", "1"),
        ("a", "2"),
        ("b", None),
    ]
    assert [problem.code for problem in decoder.problems] == ["B015"]


def test_entries_without_a_key_are_no_repetition() -> None:
    assert "B015" not in codes("@misc{, note = {a}}@misc{, note = {b}}")


def test_what_the_scanner_stumbled_over_is_among_the_problems() -> None:
    (problem,) = read("@misc{k, note = {a}\n  title = {b}}")[1]
    assert (problem.code, problem.line, problem.column, problem.key) == ("B003", 2, 3, "k")


def test_a_long_wrong_value_is_cut_in_the_message_only() -> None:
    entries, (problem,) = read(f"@misc{{k, year = {{{'x' * 1000}}}}}")
    assert len(problem.message) < 100
    assert len(entries["k"].fields["year"]) == 1000


# ------------------------------------------------------------------------------------------------ hostile files


@pytest.mark.parametrize("name", ODD)
def test_every_odd_input_is_decoded_and_every_field_is_there(name: str) -> None:
    document = Document.from_bytes(ODD[name]["input"].encode())
    decoder = Decoder(document)
    for entry, raw in zip(decoder.entries(), (case for case in ODD[name]["entries"]), strict=True):
        assert (entry.key, entry.type) == (raw["key"], raw["type"])
        assert set(raw["fields"]) <= {*entry.fields, *entry.people}
    assert all(problem.line > 0 and problem.column > 0 for problem in decoder.problems)


@pytest.mark.parametrize(
    "field",
    [
        "title",
        "note",
        "author",
        "doi",
        "eprint",
        "url",
        "howpublished",
        "date",
        "year",
        "month",
        "journal",
        "language",
        "keywords",
        "crossref",
        "xdata",
        "pages",
    ],
)
@pytest.mark.parametrize("piece", ["x", "{}", "\\'", "a and ", "$", "1", "https://", "arXiv ", "~", "x,", "a--"])
def test_a_long_value_takes_no_quadratic_time(field: str, piece: str) -> None:
    assert_in_proportion(
        lambda size: f"@article{{k, year = 2020, {field} = {{{piece * (size // len(piece))}}}}}", read, 4096, 32_768
    )


@pytest.mark.slow
def test_values_of_a_megabyte_are_read_whole() -> None:
    value = "{W}ord " * 150_000
    entries, problems = read(f'@misc{{k, title = {{{value}}}, note = "{value}" # {{{value}}}, author = {{{value}}}}}')
    assert problems == []
    assert len(entries["k"].title.protected) == 150_000
    assert len(entries["k"].fields["note"]) == 2 * 750_000 - 1


@pytest.mark.slow
def test_ten_thousand_problems_are_found_in_linear_time() -> None:
    def make(count: int) -> str:
        return "".join(f"@misc{{k{n}, note = nope{n}, year = {{soon}}, doi = {{x}}}}\n" for n in range(count))

    assert_in_proportion(make, read, 2000)
    _, problems = read(make(10_000))
    assert len(problems) == 30_000
    assert problems[-1].line == 10_000


@pytest.mark.slow
def test_fifty_thousand_equal_keys_are_found_in_linear_time() -> None:
    assert_in_proportion(lambda count: "@misc{k}\n" * count, read, 10_000)
    assert len(read("@misc{k}\n" * 50_000)[1]) == 49_999


def test_macros_that_multiply_do_not_fill_the_memory() -> None:
    text = "@string{a0 = {lol}}\n" + "".join(
        f"@string{{a{n} = {' # '.join([f'a{n - 1}'] * 10)}}}\n" for n in range(1, 20)
    )
    entries, _ = read(text + "@misc{k, note = a19}@misc{l, note = a2}")
    assert len(entries["k"].fields["note"]) < 20_000_000


@pytest.mark.parametrize("code", [*range(1, 32), 0x7F, 0x85, 0x200B, 0x2028, 0x202E, 0xFEFF, 0xFFFD, 0x10FFFF])
def test_control_characters_are_no_error(code: int) -> None:
    char = chr(code)
    entries, _ = read(
        f"@misc{{k, note = {{a{char}b}}, title = {{a{char}b}}, author = {{a{char}b}}, url = {{http://a{char}b}}, year = {{20{char}20}}}}"
    )
    assert set(entries["k"].fields) == {"note", "title", "url", "year"}


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_lone_surrogates_in_a_utf_16_file_are_no_error(order: str) -> None:
    text = "\ufeff@misc{k,\n  title = {a\ud800b {X\udfff}},\n  author = {C\ud800, D},\n  doi = {\udc00}\n}\n"
    entries, problems = read(text.encode(order, "surrogatepass"))
    assert entries["k"].title.text == "a\ud800b X\udfff"
    assert [(problem.code, problem.line) for problem in problems] == [("B024", 4)]


SOURCES = st.lists(
    st.sampled_from(
        [
            "@misc{k,",
            "@string{s = ",
            "}",
            "{",
            '"',
            "#",
            "=",
            ",",
            " s ",
            "crossref",
            "xdata",
            "date",
            "month",
            "eprint",
            "jan",
            "k",
            "\\",
            "~",
            "\n",
        ]
    )
    | st.text(max_size=4),
    max_size=40,
).map("".join)


@settings(max_examples=300)
@given(SOURCES)
def test_no_text_makes_decoding_raise(text: str) -> None:
    decoder = Decoder(Document(text.encode("utf-8", "surrogatepass")))
    for entry in decoder.entries():
        assert entry.type == entry.type.lower()
    assert all(problem.line > 0 for problem in decoder.problems)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (r"http://x.org/\~{}me", "http://x.org/~me"),
        (r"http://x.org/\~me", "http://x.org/~me"),
        (r"http://x.org/{\~{}}me", "http://x.org/~me"),
        (r"http://x.org/{\~}me", "http://x.org/~me"),
        (r"http://x.org/{\textasciitilde}me", "http://x.org/~me"),
        (r"http://x.org/\textasciitilde{}me", "http://x.org/~me"),
        (r"http://x.org/\textasciitilde me", "http://x.org/~me"),
        (r"http://x.org/$\sim$me", "http://x.org/~me"),
        (r"http://x.org/{$\sim$}me", "http://x.org/~me"),
        (r"http://x.org/${\sim}$me", "http://x.org/~me"),
        (r"\url{http://x.org/\~{}me}", "http://x.org/~me"),
        (r"http://x.org/a\%20b\_c\#d\&e", "http://x.org/a%20b_c#d&e"),
        # left alone
        ("http://x.org/~me", "http://x.org/~me"),
        ("http://x.org/?a=$b$", "http://x.org/?a=$b$"),
        ("http://x.org/{a}", "http://x.org/{a}"),
        ("http://x.org/textasciitilde", "http://x.org/textasciitilde"),
        (r"http://x.org/\textasciitildes", r"http://x.org/\textasciitildes"),
    ],
)
def test_the_tilde_of_an_address_is_one_however_it_is_written(written: str, address: str) -> None:
    (entry,) = Decoder(Document(f"@misc{{k, url = {{{written}}}}}".encode())).entries()
    assert entry.url == address
