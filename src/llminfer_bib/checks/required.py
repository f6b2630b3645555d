"""Rules about entry types and field names: what a type needs (biblatex manual, 2.1), and names that nobody reads.

Videos, courses, repositories and blogs need a title and an address, neither people nor a date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ..problems import WARNING
from .mending import short
from .rules import Check, Context, Finding, Rule, Subject

_PEOPLE: Final = "author editor translator organization label key shorthand"
_DATE: Final = "date year pubstate"
_ADDRESS: Final = "url doi eprint howpublished"
# types: what they need; one of each group is enough. The data model, less strict where styles are: `type` follows from
# aliases, editors of collections are often unknown, `organization` and `key` stand for people (BibTeX).
_NEEDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("article", (_PEOPLE, "title", "journaltitle journal", _DATE)),
    ("inproceedings conference", (_PEOPLE, "title", "booktitle", _DATE)),
    ("incollection suppcollection inreference", (_PEOPLE, "title", "booktitle", _DATE)),
    ("inbook bookinbook suppbook", (_PEOPLE, "title", "booktitle chapter pages", _DATE)),
    ("book mvbook", (_PEOPLE, "title", _DATE)),
    ("collection mvcollection reference mvreference", (_PEOPLE, "title", _DATE)),
    ("proceedings mvproceedings periodical", ("title", _DATE)),
    ("thesis phdthesis mastersthesis", (_PEOPLE, "title", "institution school", _DATE)),
    ("report techreport", (_PEOPLE + " institution", "title", "institution", _DATE)),
    ("patent", (_PEOPLE + " holder", "title", "number", _DATE)),
    ("unpublished", (_PEOPLE, "title")),
    ("booklet manual dataset", ("title",)),
    ("online electronic www webpage", ("title", _ADDRESS)),
    ("software video", ("title", _ADDRESS + " publisher organization institution isbn")),
    ("misc", ("title howpublished note url",)),
)
NEEDS: Final = {kind: tuple(group.split() for group in groups) for kinds, groups in _NEEDS for kind in kinds.split()}

KNOWN_TYPES: Final = frozenset(
    # BibTeX and biblatex, with biblatex's aliases and the types it leaves to styles
    "article book mvbook inbook bookinbook suppbook booklet collection mvcollection incollection suppcollection dataset"
    " manual misc online patent periodical suppperiodical proceedings mvproceedings inproceedings reference mvreference"
    " inreference report set software standard thesis unpublished video xdata conference electronic mastersthesis phdthesis"
    " techreport www artwork audio bibnote commentary image jurisdiction legislation legal letter movie music performance"
    " review customa customb customc customd custome customf bachelorsthesis softwareversion softwaremodule codefragment"
    # what Zotero, JabRef, BibDesk, Mendeley, REVTeX, natbib and the IEEE's styles write
    " preprint webpage presentation talk ieeetranbstctl control bstctl revtex-control achemso-control glossdef jurthesis"
    " commented webarticle footnote newspaper magazine magazinearticle newspaperarticle journalpaper inpress media film"
    " generic internet web blog blogpost speech interview map game conferencepaper habthesis"
    " bookchapter mathesis phd diplomathesis inconference lecture note mediacontribution"
    # bib2gls: files of glossaries
    " entry symbol number index indexplural abbreviation acronym dualentry dualsymbol dualnumber dualabbreviation"
    " dualindexentry dualindexsymbol dualindexabbreviation tertiaryindexabbreviationentry spawnedindex compoundset progenitor"
    " archival sourcefragment legadminmaterial legcasematerial".split()
)

_SETTINGS: Final = ("options", "control")
"""Ends of types by which styles take their settings."""

_BIBLATEX_FIELDS: Final = (
    "abstract addendum afterword annotation annotator author authortype bookauthor bookpagination booksubtitle booktitle"
    " booktitleaddon chapter commentator crossref date doi edition editor editora editoratype editorb editorbtype editorc"
    " editorctype editortype eid entryset entrysubtype eprint eprintclass eprinttype eventdate eventtitle eventtitleaddon"
    " execute file foreword gender holder howpublished ids indexsorttitle indextitle institution introduction isan isbn ismn"
    " isrn issn issue issuesubtitle issuetitle issuetitleaddon iswc journalsubtitle journaltitle journaltitleaddon keywords"
    " label langid langidopts language library location mainsubtitle maintitle maintitleaddon nameaddon note number options"
    " organization origdate origlanguage origlocation origpublisher origtitle pages pagetotal pagination part presort"
    " publisher pubstate related relatedoptions relatedstring relatedtype reprinttitle series shortauthor shorteditor"
    " shorthand shorthandintro shortjournal shortseries shorttitle sortkey sortname sortshorthand sorttitle sortyear subtitle"
    " title titleaddon translator type url urldate venue version volume volumes xref address annote archiveprefix journal key"
    " month pdf primaryclass school year day"
)
# Names near those above that people and programs use on purpose.
_OWN_FIELDS: Final = (
    "fjournal etitle ctitle ftitle jtitle titre auteur notes comments comment annotations editors-note tags authors-note"
    " license issnl eissn pissn eisbn urls links dates files doiurl pages-total language-id languages locations localfile"
    " publishers reviews subtype lauthor eauthor eyear pyear origyear eventyear sentiment booktitles titles format"
    " chapters editions numbers volumen editorial translated typed yearx yeara number-of-pages volumetitle partitle parts"
    " series-editor subtitles journals venues versions seriesno notea noteb venueid"
)
_KNOWN_FIELDS: Final = frozenset((_BIBLATEX_FIELDS + " " + _OWN_FIELDS).split())
_NEAR_FIELDS: Final = tuple(name for name in _BIBLATEX_FIELDS.split() if len(name) > 3)
_OFTEN: Final = {
    "page": "pages",
    "authors": "author",
    "editors": "editor",
    "autor": "author",
    "ulr": "url",
    "rul": "url",
    "urlt": "url",
    "urll": "url",
    "yaer": "year",
    "yera": "year",
    "yeer": "year",
    "dio": "doi",
    "tile": "title",
    "journal-title": "journaltitle",
}
_SHORTEST: Final = 5
_EMPTY: Final = frozenset({"{}", '""', "{ }", '" "', "{{}}"})


def _missing(subject: Subject, _: Context) -> Iterator[Finding]:
    raw, entry = subject.raw, subject.entry
    needs = NEEDS.get(raw.type)
    if needs is None or raw.slips:
        return
    fields, people = entry.fields, entry.people
    missing = [group for group in needs if not any(fields.get(name) or name in people for name in group)]
    if not missing:
        return
    has = (
        {name for name, value in fields.items() if value}
        | people.keys()
        | {name for name, value in raw.fields.items() if value not in _EMPTY}
    )
    missing = [group for group in missing if has.isdisjoint(group)]
    if not missing or (("crossref" in raw.fields or "xdata" in raw.fields) and has <= raw.fields.keys()):
        return  # a parent that is in another file may give them
    if "related" in has or "entryset" in has or _is_on_the_web(subject, missing):
        return
    names = ", and no ".join(_called(group) for group in missing)
    yield Finding(f"@{raw.type} has no {names}.", hint=_way_out(subject, missing))


def _way_out(subject: Subject, missing: list[list[str]]) -> str:
    """Return what to do where more is known than that a field is missing."""
    fields, kind = subject.entry.fields, subject.raw.type
    if missing == [["title"]]:
        return "Add it: nothing else names the item."
    if ["institution"] in missing and "publisher" in fields:
        return f"`publisher` has it here: @{kind} reads `institution`."
    if (
        kind == "article"
        and missing == [["journaltitle", "journal"]]
        and ("eprint" in fields or subject.entry.kind == "preprint")
    ):
        return "Add it, or make it @online or @misc, as a preprint is."
    return ""


def _is_on_the_web(subject: Subject, missing: list[list[str]]) -> bool:
    """Tell whether the entry is a course, a video, a blog or a project, of whatever type, and lacks only people or a date."""
    people_and_date = (_PEOPLE.split(), _DATE.split())
    return subject.entry.kind in ("course", "video", "blog", "project") and all(
        group in people_and_date for group in missing
    )


def _called(group: list[str]) -> str:
    if group[0] == "author":
        return "author or editor"
    return " or ".join(group[:3]) if group[0] != "date" else "date or year"


def _type(subjects: Sequence[Subject], _: Context) -> Iterator[tuple[Subject, Finding]]:
    said: set[str] = set()
    for subject in subjects:
        kind = subject.raw.type
        if not kind or kind in KNOWN_TYPES or kind.endswith(_SETTINGS):
            continue
        near = _nearest_type(kind)
        # A type that is near none is one of a style's own, or a mistake that one line is enough for.
        if near or kind not in said:
            hint = f"Did you mean @{near}?" if near else ""
            yield subject, Finding(f"@{short(kind)} is no entry type that BibTeX or biblatex know.", hint=hint)
        said.add(kind)


@lru_cache(maxsize=256)
def _nearest_type(kind: str) -> str:
    from rapidfuzz import fuzz, process  # noqa: PLC0415  (only for the message)

    near = process.extractOne(kind[:60], sorted(KNOWN_TYPES), scorer=fuzz.ratio, score_cutoff=75)
    return near[0] if near else ""


def _field(subject: Subject, _: Context) -> Iterator[Finding]:
    if _KNOWN_FIELDS.issuperset(subject.raw.fields):
        return
    for name in sorted(subject.raw.fields.keys() - _KNOWN_FIELDS):
        if (near := nearest_field(name)) and near not in subject.raw.fields:
            yield Finding(f"the field `{name}` is read by no style.", name, hint=f"Did you mean `{near}`?")


@lru_cache(maxsize=4096)
def nearest_field(name: str) -> str:
    """Return the field of which a name is a slip: one letter more, less, other, or two changed places; or ``""``."""
    if often := _OFTEN.get(name):
        return often
    if len(name) < _SHORTEST or len(name) > 30 or not (name.isascii() and name.isalpha()):
        return ""
    if name[1:] in _KNOWN_FIELDS:  # `xauthor`: put out of use on purpose
        return ""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (only for names that are unknown)

    return next((known for known in _NEAR_FIELDS if OSA.distance(name, known, score_cutoff=1) <= 1), "")


def _row(code: str, name: str, check: Check | None, texts: tuple[str, str], bad: str, good: str) -> Rule:
    return Rule(code, name, WARNING, *texts, bad + "\n", good + "\n", check=check, file_check=None if check else _type)


_PAPER: Final = "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = 2023%s}"

RULES: Final = (
    _row(
        "B500", "field-missing", _missing,
        ("A field is missing that this type of entry needs; the reference has a hole.", "Add it, or choose the type that fits."),
        "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, year = 2023}", _PAPER % "",
    ),
    _row(
        "B501", "type-unknown", None,
        ("Styles do not know the entry type, and treat the entry as @misc.", "Use a type that they know, or @misc."),
        "@artcle" + (_PAPER % "").removeprefix("@article"), _PAPER % "",
    ),
    _row(
        "B502", "field-misspelt", _field,
        ("A field's name is one letter away from one that styles read, so that its value is never printed.", "Correct the name."),
        "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = 2023, publiser = {AAAS}}",
        "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = 2023, publisher = {AAAS}}",
    ),
)  # fmt: skip
