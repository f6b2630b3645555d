"""What holds for every entry and every record: nothing of a person's is changed, a plan applied is empty, nothing raises."""

from __future__ import annotations

from dataclasses import replace

import pytest
from enriching import (
    ARXIV,
    AT,
    CROSSREF,
    DATACITE,
    DBLP,
    DOI,
    ID,
    KEY,
    NAMES_ITS_DOI,
    PREPRINT,
    QUESTION,
    SAYS_SOSP,
    found,
    known,
    run,
)
from growth import assert_in_proportion
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llminfer_bib import enrich, tex
from llminfer_bib.decode import NAME_FIELDS
from llminfer_bib.edits import apply_edits
from llminfer_bib.enrich import Choices
from llminfer_bib.enrich.writing import month_name, source_of, undelimited, value_of
from llminfer_bib.library import Library
from llminfer_bib.model import Date, People, Person
from llminfer_bib.provenance import Origin
from llminfer_bib.records import ABSENT, DEFERRED, REFUSED, Answer, Appearance, Notice, search_question
from llminfer_bib.sources import SOURCES

FIELDS = (
    "author title booktitle journal journaltitle series volume number pages publisher year month date doi url eprint eprinttype eprintclass"
    " archiveprefix primaryclass abstract note pubstate keywords subtitle crossref"
).split()
TYPES = [
    "misc",
    "article",
    "inproceedings",
    "online",
    "unpublished",
    "video",
    "software",
    "book",
    "phdthesis",
    "preprint",
]
TRICKY = st.sampled_from(
    [
        *"{}\\$%&#_~^\"'-– \n",
        "--",
        "and",
        "$x$",
        "$",
        "Ω",
        "é",
        "大",
        "a",
        "B",
        "LLM",
        ":",
        ",",
        "<i>",
        "\u202e",
        "\0",
        "\ud800",
    ]
)
text = st.lists(st.one_of(TRICKY, st.text(max_size=4)), max_size=8).map("".join)
plausible = st.sampled_from(
    [
        ARXIV.title,
        ARXIV.title.lower(),
        "Another Work",
        "2023",
        "2019",
        "Sept",
        "611-626",
        "ACM",
        "CoRR",
        "arXiv",
        f"arXiv preprint arXiv:{ID}",
        DOI,
        ID,
    ]
)
words = st.one_of(text, plausible)
person = st.one_of(
    st.sampled_from(ARXIV.authors.persons),
    st.builds(Person, text, text),
    st.builds(
        Person,
        family=text,
        given=text,
        prefix=st.sampled_from(["", "van der", "De"]),
        suffix=st.sampled_from(["", "Jr."]),
    ),
    st.builds(Person, literal=text),
)
people = st.one_of(st.just(ARXIV.authors), st.builds(People, st.lists(person, max_size=4).map(tuple), st.booleans()))
date = st.one_of(
    st.none(),
    st.builds(Date, st.integers(-5, 12000), st.sampled_from([None, 1, 9, 12]), st.sampled_from([None, 1, 28])),
)
dois = st.sampled_from(["", DOI, "10.1000/other", "10.1101/2020.01.30.927871"])
BIORXIV = replace(
    CROSSREF, id="10.1101/2020.01.30.927871", doi="10.1101/2020.01.30.927871", type="misc", published=False, published_as=(DOI,), venue="",
)  # fmt: skip
MUTATIONS = {
    "id": st.sampled_from([ID, DOI, "10.1000/other"]),
    "type": st.sampled_from(["misc", "inproceedings", "article", "book", "incollection", "phdthesis", "techreport", ""]),
    "published": st.booleans(),
    "title": words,
    "subtitle": words,
    "authors": people,
    "editors": people,
    "date": date,
    "venue": words,
    "series": words,
    "volume": words,
    "number": words,
    "pages": words,
    "publisher": words,
    "doi": dois,
    "arxiv": st.sampled_from(["", ID]),
    "arxiv_class": st.sampled_from(["", "cs.LG"]),
    "url": st.one_of(words, st.sampled_from(["", "https://example.org/a", f"https://arxiv.org/abs/{ID}"])),
    "abstract": words,
    "appearance": st.builds(Appearance, words, st.sampled_from(["article", "inproceedings"]), st.integers(0, 2030), st.booleans(), words),
    "notices": st.lists(st.builds(Notice, st.sampled_from(["retraction", "correction"]), words), max_size=2).map(tuple),
    "published_as": st.lists(dois.filter(bool), max_size=2).map(tuple),
}  # fmt: skip


@st.composite
def records(draw, of=(ARXIV, NAMES_ITS_DOI, SAYS_SOSP, DATACITE, CROSSREF, DBLP, BIORXIV)):
    """Draw a real record with up to three of its values put out of order."""
    changed = draw(st.lists(st.sampled_from(sorted(MUTATIONS)), max_size=3, unique=True))
    return replace(draw(st.sampled_from(of)), **{name: draw(MUTATIONS[name]) for name in changed})


def answers_of(*of):
    return st.builds(
        Answer,
        st.sampled_from(["found", "found", "found", "found", ABSENT, REFUSED, DEFERRED]),
        st.lists(records(of), min_size=1, max_size=2).map(tuple),
        st.just("why"),
        stale=st.sampled_from([False, False, False, True]),
    )


ASKED = {
    ("arxiv", ID): answers_of(ARXIV, NAMES_ITS_DOI, SAYS_SOSP),
    ("datacite", ID): answers_of(DATACITE),
    ("crossref", DOI): answers_of(CROSSREF),
    ("crossref", BIORXIV.doi): answers_of(BIORXIV),
    ("crossref-search", QUESTION): answers_of(CROSSREF),
    ("dblp", QUESTION): answers_of(DBLP),
}
safe = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters='{}\\$%#"'), min_size=1, max_size=12
)
value = st.one_of(
    safe,
    st.sampled_from(["2023", "2019", ID, DOI, f"10.48550/arXiv.{ID}", f"https://arxiv.org/abs/{ID}v2", "CoRR", f"arXiv preprint arXiv:{ID}", "arXiv", "{PagedAttention}", ARXIV.title, "Kwon, Woosuk and others"]),
)  # fmt: skip
LIKELY = {
    "title": st.sampled_from([ARXIV.title, ARXIV.title.lower(), "Another Work"]),
    "author": st.sampled_from(["Kwon, Woosuk and others", "Woosuk Kwon and Zhuohan Li", "Ng, Andrew"]),
    "eprint": st.just(ID),
    "doi": st.sampled_from([DOI, f"10.48550/arXiv.{ID}", BIORXIV.doi, "10.1000/other"]),
    "year": st.sampled_from(["2023", "2019", "2024"]),
    "month": st.sampled_from(["Sept", "9", "January"]),
}
fields = st.builds(
    lambda likely, odd: {**odd, **likely},
    st.fixed_dictionaries({}, optional=LIKELY),
    st.dictionaries(st.sampled_from(FIELDS), value, max_size=4),
)
choices = st.builds(
    Choices,
    sources=st.sampled_from(
        [("arxiv", "crossref", "datacite"), ("arxiv", "crossref", "datacite", "dblp"), ("crossref",), ("arxiv",)]
    ),
    upgrade=st.booleans(),
    abstracts=st.booleans(),
    accepted=st.sampled_from([frozenset(), frozenset({(KEY, CROSSREF.origin)})]),
    rejected=st.sampled_from([frozenset(), frozenset({(KEY, CROSSREF.origin)})]),
)


def entry_text(entry_type, values):
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in values.items())
    return f"@{entry_type}{{{KEY},\n{body}}}\n"


@st.composite
def situations(draw):
    """Draw an entry, what every source would answer, choices, and a sidecar."""
    source = entry_text(draw(st.sampled_from(TYPES)), draw(fields))
    answers = {
        question: draw(ASKED[question])
        for question in draw(st.lists(st.sampled_from(sorted(ASKED)), max_size=4, unique=True))
    }
    silence = [Answer(ABSENT), Answer(DEFERRED, reason="why")]
    of_arxiv = draw(st.sampled_from([*silence, found(NAMES_ITS_DOI)]))
    of_crossref = draw(st.sampled_from([*silence, found(CROSSREF), found(DBLP)]))
    otherwise = {source: of_arxiv if source in ("arxiv", "datacite") else of_crossref for source in SOURCES}
    before = draw(
        st.dictionaries(
            st.sampled_from([*FIELDS, "@type"]),
            st.tuples(value, st.sampled_from(["arxiv:x", "crossref:y"])),
            max_size=3,
        )
    )
    base = {(KEY, name): Origin(KEY, name, wrote, source_name, AT) for name, (wrote, source_name) in before.items()}
    return source, answers, otherwise, draw(choices), base


def follow(entries, answers, otherwise, options):
    heard = {}
    for _ in range(20):
        wanted = enrich.questions(entries, heard, options)
        if not wanted:
            return heard
        for source, ids in wanted.items():
            assert ids
            assert len(set(ids)) == len(ids)
            for name in ids:
                assert (source, name) not in heard
                heard[source, name] = answers.get((source, name), otherwise[source])
    pytest.fail("it never stops asking")


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(situations())
def test_whatever_sources_say_a_plan_is_made_applied_and_then_empty(situation):
    source, answers, otherwise, options, base = situation
    library = Library.from_text(source)
    entries = list(library)
    heard = follow(entries, answers, otherwise, options)
    plan = enrich.plan(entries, heard, base, options)
    document = apply_edits(library.document, enrich.edits_of(plan))
    after = {**base, **{(o.key, o.field): o for o in enrich.origins_of(plan, AT)}}
    new = list(Library.from_text(document.data.decode()))
    for sidecar in (base, after):
        again = enrich.plan(new, heard, sidecar, options)
        assert not again.units, (document.data.decode(), again.units)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(situations())
def test_a_persons_value_is_never_changed(situation):
    source, answers, otherwise, options, _ = situation
    (entry,) = library = list(Library.from_text(source))
    plan = enrich.plan(library, follow(library, answers, otherwise, options), {}, options)
    for unit in plan.units:
        for change in unit.changes:
            if change.old:
                assert unit.upgrade
                assert change.field == "@type" or speaks_of_a_preprint(change.field, change.old, entry, answers)


def speaks_of_a_preprint(field, old, entry, answers):
    """Tell whether a value says nothing but where and when the preprint came out."""
    preprints = [record for answer in answers.values() for record in answer.records] + [ARXIV, NAMES_ITS_DOI]
    if field in ("year", "month", "date"):
        dates = [(2023, 9), *((record.date.year, record.date.month) for record in preprints if record.date)]
        return any(entry.date.year == year and entry.date.month in (None, month) for year, month in dates)
    if field == "publisher":
        return old.lower() in {"arxiv", *(record.publisher.lower() for record in preprints)}
    if field in ("author", "title"):
        return False
    return "arxiv" in old.lower() or "corr" in old.lower() or ID in old or "10.1101" in old


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(situations(), st.sets(st.sampled_from(FIELDS)))
def test_what_a_person_deleted_stays_deleted(situation, deleted):
    source, answers, otherwise, options, _ = situation
    base = {(KEY, name): Origin(KEY, name, "x", "arxiv:y", AT) for name in deleted}
    (entry,) = library = list(Library.from_text(source))
    plan = enrich.plan(library, follow(library, answers, otherwise, options), base, options)
    assert not [c for c in plan.changes if c.field in deleted and not c.old and c.field not in entry.fields]


def spellings():
    """Return the same record as another hand, or another source, would spell it."""
    tex = replace(CROSSREF, title=CROSSREF.title.lower())
    shout = replace(CROSSREF, title=CROSSREF.title.upper() + ".")
    initials = replace(CROSSREF, authors=People(tuple(replace(p, given=f"{p.given[0]}.") for p in CROSSREF.authors)))
    dashes = replace(CROSSREF, pages="611–626", venue="29th Symposium on Operating Systems Principles (SOSP 2023)")
    case = replace(CROSSREF, doi=DOI.upper(), url=f"http://dx.doi.org/{DOI}")
    publisher = replace(CROSSREF, publisher="Association for Computing Machinery")
    return [CROSSREF, tex, shout, initials, dashes, case, publisher]


@pytest.mark.parametrize("second", spellings())
@pytest.mark.parametrize("first", spellings())
def test_the_same_record_in_another_spelling_is_no_change_and_no_conflict(first, second):
    """With and without the sidecar: a spelling is neither a person's mistake nor news."""
    text_of = enrich.entry_source(first, key=KEY)
    assert not run(text_of, known(second)).plan.conflicts
    assert not run(text_of, known(second)).plan.units
    made = run(f"@inproceedings{{{KEY}, doi={{{DOI}}}}}", known(first))
    again = run(made.text, {("crossref", DOI): found(second)}, base=made.base)
    assert not again.plan.conflicts
    assert not again.plan.units


single = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=30)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["title", "booktitle", "publisher", "volume", "abstract", "pages"]), st.one_of(single, text))
def test_what_is_written_reads_back_as_the_same_plain_value(field, plain):
    source = source_of(field, plain)
    if source:
        read = value_of(field, undelimited(source))
        expected = " ".join(tex.tamed(plain).split())  # what is no formula loses its dollars
        if field == "pages":
            assert (
                read.replace("–", "-").replace(" ", "")
                == expected.replace("–", "-").replace("—", "-").replace("--", "-").replace(";", ",").replace(" ", "")
                or read == expected
            )
        else:
            assert read == expected
        (entry,) = Library.from_text(f"@misc{{k, {field} = {source}}}")
        assert entry.fields[field] == read


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.builds(People, st.lists(person, min_size=1, max_size=4).map(tuple), st.booleans()))
def test_names_that_are_written_read_back_as_the_same_people(authors):
    source = source_of("author", authors)
    if not source:
        return
    entries = list(Library.from_text(f"@misc{{k, author = {source}}}"))
    assert entries[0].people["author"] == value_of("author", undelimited(source))
    assert len(entries[0].authors) == len(authors)


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_a_macro_and_reads_back(number):
    (entry,) = Library.from_text(f"@misc{{k, year = 2023, month = {source_of('month', month_name(number))}}}")
    assert entry.date == Date(2023, number)
    assert entry.fields["month"] == month_name(number)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(records(), min_size=1, max_size=2))
def test_a_new_entry_can_be_made_of_any_records(made_of):
    source = enrich.entry_source(made_of, key="k", category="method", topics=["a"])
    library = Library.from_text(source)
    assert [entry.key for entry in library] == ["k"]
    assert not [problem for problem in library.problems if problem.severity == "error"]


def numbered(count):
    """Return so many entries, a third each preprint, upgradable and published, with their answers."""
    texts, answers = [], {}
    for n in range(count):
        identifier, doi = f"2309.{n % 100000:05}", f"10.1145/{n}.1"
        answers["arxiv", identifier] = found(
            replace(ARXIV, id=identifier, arxiv=identifier, title=f"{ARXIV.title} {n}")
        )
        if n % 3:
            published = replace(CROSSREF, id=doi, doi=doi, title=f"{ARXIV.title} {n}")
            answers["crossref", doi] = found(published)
            if n % 3 == 1:
                named = answers["arxiv", identifier].records[0]
                answers["arxiv", identifier] = found(replace(named, doi=doi, published_as=(doi,)))
        entry = (
            PREPRINT.replace(KEY, f"key{n}")
            .replace(ID, identifier)
            .replace("{PagedAttention}}", f"{{PagedAttention}} {n}}}")
        )
        if n % 3 == 2:
            entry = entry.replace("@misc", "@inproceedings").replace(
                "  keywords", f"  booktitle = {{SOSP}},\n  doi = {{{doi}}},\n  keywords"
            )
        texts.append(entry)
        answers["crossref-search", search_question(f"{ARXIV.title} {n}", "Kwon")] = Answer(ABSENT)
    return list(Library.from_text("\n".join(texts))), answers


def planned(given):
    entries, answers = given
    assert enrich.questions(entries, {}, Choices())
    plan = enrich.plan(entries, answers, {}, Choices())
    assert not enrich.questions(entries, answers, Choices())
    assert len(plan.units) >= len(entries) // 3


def test_many_entries_are_planned_in_linear_time():
    assert_in_proportion(numbered, planned, 64)


def test_dblp_and_comments_together_never_disagree_about_one_entry():
    answers = known(SAYS_SOSP, dblp=[replace(DBLP, doi="", url="")])
    result = run(PREPRINT, answers, Choices(sources=("arxiv", "crossref", "datacite", "dblp")))
    assert len(result.plan.units) == 1
    assert result.entry.fields["booktitle"] == DBLP.venue


def test_names_fields_are_people_in_the_sidecar_too():
    origin = Origin(KEY, "author", "Kwon, Woosuk and {DeepSeek-AI}", "arxiv:x", AT)
    assert "author" in NAME_FIELDS
    assert value_of(origin.field, origin.value) == People((Person("Kwon", "Woosuk"), Person(literal="DeepSeek-AI")))


def test_an_upgrade_and_its_sidecar_survive_another_run_with_more_answers():
    first = run(PREPRINT, known(NAMES_ITS_DOI, replace(CROSSREF, pages="", publisher="")))
    second = run(first.text, known(NAMES_ITS_DOI, CROSSREF), base=first.base)
    assert second.values == {"pages": "{611--626}", "publisher": "{ACM}"}
