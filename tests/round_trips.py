"""What the tests of importers share: options, an entry made of what came in, and how it is compared with the one that went out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from llminfer_bib import Library, names
from llminfer_bib.encode import source_of
from llminfer_bib.importers import Imported, Incoming, Options
from llminfer_bib.model import Entry, People

DATA = Path(__file__).parent / "data"
REFS = Library.open(Path(__file__).parents[1] / "refs.bib")
TWELVE = Library.open(DATA / "twelve.bib", DATA / "twelve.toml")
LIBRARIES = {"refs": REFS, "twelve": TWELVE}


def choices(library: Library) -> Options:
    """Return the options for a library."""
    return Options(library.config.categories, library.config.topics)


def source(entry: Incoming) -> str:
    """Return an entry as BibTeX, as the command lays it out."""
    if entry.source:
        return entry.source
    rows = [(name, source_of(name, value)) for name, value in (*entry.people.items(), *entry.fields.items())]
    words = dict.fromkeys((entry.category, *entry.keywords) if entry.category else entry.keywords)
    rows.append(("keywords", source_of("keywords", ", ".join(words)) if words else ""))
    return f"@{entry.type}{{{entry.key},\n" + "".join(f"  {name} = {value},\n" for name, value in rows if value) + "}\n"


def entries(found: Imported, library: Library) -> dict[str, Entry]:
    """Return what came in as entries, by key."""
    text = "\n".join(map(source, found.entries))
    return {entry.key: entry for entry in Library.from_text(text, library.config)}


_SAME = (
    ("journal", "journaltitle", "booktitle", "organization", "maintitle"),
    ("publisher", "institution", "school", "organization"),
    ("address", "location", "venue"),
    ("number", "issue"),
    ("note", "addendum", "annotation", "annote", "howpublished"),
    ("pages", "eid", "pagetotal"),
    ("eprintclass", "primaryclass"),
)
_ELSEWHERE = frozenset(
    "title subtitle date year month day urldate doi url eprint eprinttype archiveprefix keywords language langid crossref".split()
)
"""Fields that are compared by their meaning."""


def differences(old: Entry, new: Entry | None, lost: Iterable[str]) -> list[str]:
    """Return how an entry that came back differs from the one that went out, but for the fields that were known to be lost."""
    if new is None:
        return [f"{old.key} is gone"]
    gone = set(lost)
    found = []
    title = f"{old.title.text}: {old.fields['subtitle']}" if "subtitle" in old.fields else old.title.text
    pairs = {
        "title": (title, new.title.text),
        "kind": (old.kind, new.kind),
        "doi": (old.doi, new.doi),
        "eprint": (old.arxiv, new.arxiv),
        "language": (old.language, new.language),
        "keywords": (set(old.keywords), set(new.keywords)),
        "date": (old.dates.get("date"), new.dates.get("date")),
        "urldate": (old.dates.get("urldate"), new.dates.get("urldate")),
    }
    pairs |= {role: (shown(people), shown(new.people.get(role))) for role, people in old.people.items()}
    for name, (was, now) in pairs.items():
        if (
            was
            and was != now
            and not gone
            & {
                name,
                *(("year", "month") if name == "date" else ()),
                *(("type", "entrysubtype") if name == "kind" else ()),
            }
        ):
            found.append(f"{old.key} {name}: {was!r} -> {now!r}")
    if old.url and old.url != new.url and "url" not in gone and not (old.arxiv and "arxiv.org" in old.url):
        found.append(f"{old.key} url: {old.url} -> {new.url}")
    for name, was in old.fields.items():
        if name in _ELSEWHERE | gone or not was or was == old.title.text:
            continue
        row = next((same for same in _SAME if name in same), (name,))
        rows = {other for same in _SAME if set(row) & set(same) for other in same} | {name}
        if not any(plain(was) in plain(new.fields.get(other, "")) for other in rows):
            found.append(
                f"{old.key} {name}: {was!r} -> {[new.fields.get(other) for other in rows if other in new.fields]}"
            )
    return found


def shown(people: People | None) -> list[str]:
    """Return names as they are shown, however they are parted; those in Han script without blanks."""
    return [names.display(person).replace(",", "") for person in people or ()]


def plain(text: str) -> str:
    """Return text without what formats write in their own ways: dashes, blanks and formulas."""
    return "".join(text.replace("\u2013", "-").replace("--", "-").split()).casefold()


# --- nothing is lost silently


def fill(value: object, words: list[str]) -> object:
    """Return a shape with a word of its own at every `?`; the words are added to `words`."""
    if value == "?":
        words.append(f"tok{len(words)}x")
        return words[-1]
    if isinstance(value, dict):
        return {name: fill(inner, words) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [fill(inner, words) for inner in value]
    return value


def everything(found: Imported) -> str:
    """Return all that came in or was reported, as one text."""
    parts = []
    for entry in found.entries:
        parts += [entry.key, entry.type, entry.category, *entry.fields.values(), *entry.keywords, entry.source]
        for people in entry.people.values():
            for person in people:
                parts += [person.family, person.given, person.prefix, person.suffix, person.literal]
    parts += [f"{lost.what} {lost.key}" for lost in found.unmapped]
    return "\n".join(parts)


def missing(words: Iterable[str], found: Imported) -> list[str]:
    """Return the words that are neither in an entry nor reported."""
    text = everything(found)
    return [word for word in words if word not in text]
