"""Tags and lines of Extra as a person changed them in Zotero -> keywords, and the fields whose lines they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ..categories import split_keywords
from ..encode import source_of, undelimited, value_of
from ..export.csl_text import without_labels
from ..export.losses import Asked, one_line
from ..export.markdown_text import clean
from ..export.zotero_items import ARXIV, EVENT, LANGUAGE, NOTES, Line, zotero_item
from ..export.zotero_tables import NO_LANGUAGE
from ..identifiers import normalise_arxiv
from ..kinds import LANGUAGE_TAGS, language_tag
from .wishes import RefusedError, Task, Wish

_ARXIV = re.compile(rf"{ARXIV}:\s*+(\S{{1,60}})(?:\s++\[([^\s\[\]]{{1,40}})\])?", re.IGNORECASE)
_LABELS: Final = {"eprint": f"{ARXIV}:".lower(), "language": f"{LANGUAGE}:".lower(), "eventtitle": f"{EVENT}:".lower()}
_LABELLED: Final = {"language": f"{LANGUAGE}: ", "eventtitle": f"{EVENT}: "}
_NAME_OF: Final = {
    tag: name for name, tag in reversed(LANGUAGE_TAGS.items()) if name.isascii() and len(name) > len(tag)
}
"""Language tag -> the name that babel has for it."""
_LONGEST: Final = 60


def keywords(task: Task, old: Sequence[str], new: Sequence[str]) -> Iterator[Wish]:
    """Yield the new keywords: the category, then topics, then others; those that stay keep order and spelling."""
    gone = set(old) - set(new)
    kept = [keyword for keyword in task.entry.keywords if one_line(keyword) not in gone]
    added = [word for tag in new if tag not in old and (word := clean(tag)) and word not in kept]
    added = [word for word in dict.fromkeys(added) if is_keyword(word)]
    first = [
        word for word in added if word in task.categories or (new and clean(new[0]) == word and _has_none(task, gone))
    ]
    topics = [word for word in added if word in task.topics and word not in first]
    words = [*first[:1], *kept]
    at = max(
        (n for n, word in enumerate(words, 1) if word == task.entry.category or word in task.entry.topics), default=0
    )
    words[max(at, len(first[:1])) : max(at, len(first[:1]))] = topics
    words += [word for word in added if word not in words]
    if words != list(task.entry.keywords):
        yield Wish("keywords", ", ".join(words) if words else None)


def unfit(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return why some tags cannot be keywords."""
    found = []
    for tag in dict.fromkeys(new):
        word = clean(tag)
        if tag not in old and word and not is_keyword(word):
            several = split_keywords(word) != (word,)
            why = "would be several keywords: it has a comma or semicolon in it" if several else "cannot be in BibTeX"
            found.append(f"the tag `{tag[:_LONGEST]}` {why}")
    return found


def is_keyword(word: str) -> bool:
    """Tell whether a word is one keyword, and not several, and BibTeX can hold it."""
    if split_keywords(word) != (word,) or "$" in word:  # two dollars in a list would make a formula of what is between
        return False
    return value_of("keywords", undelimited(source_of("keywords", word))) == word


def _has_none(task: Task, gone: Iterable[str]) -> bool:
    """Tell whether the entry is in no category now, because a person took that tag away."""
    return not task.categories and bool(task.entry.category) and task.entry.category in gone


def lines_of_extra(task: Task, old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[list[Wish], str]]:
    """Yield, for each line that changed, the wishes that it is, and why it cannot be brought (or nothing)."""
    owned = [line for line in zotero_item(Asked(task.entry), task.kind).extra if line.text in old]
    removed = _without([line.text for line in owned], new)
    lines = [line for line in owned if line.text in removed]
    added = [line for line in _without(new, old) if clean(line)]
    if any(line.field == "eprint" and line.text in new for line in owned):  # what Zotero itself writes beside ours
        added = [line for line in added if not _is_arxiv(line, task.entry.arxiv)]
    for line in list(added):
        try:
            found = _labelled(task, line)
        except RefusedError as why:
            added.remove(line)
            lines = [mine for mine in lines if not line.casefold().startswith(_LABELS.get(mine.field, "\n"))]
            yield [], str(why)
            continue
        if found is not None:
            added.remove(line)
            lines = [mine for mine in lines if not line.casefold().startswith(_LABELS.get(mine.field, "\n"))]
            yield found, ""
    for mine, became in _paired([line for line in lines if line.field in NOTES], added):
        lines.remove(mine)
        if became:
            added.remove(became)
        yield [Wish(mine.field, _unbulleted(became) if became else None)], ""
    for mine in lines:
        yield _emptied(task, mine)
    for line in added:
        yield [], f"the line `{line[:_LONGEST]}` is not one of ours"


def _without(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    known = set(others)
    return [line for line in lines if line not in known]


def _is_arxiv(line: str, arxiv: str) -> bool:
    found = _ARXIV.fullmatch(line.strip())
    return found is not None and normalise_arxiv(found[1])[0] == arxiv


def _labelled(task: Task, line: str) -> list[Wish] | None:
    """Return what a line with one of our labels says."""
    found = _ARXIV.fullmatch(line.strip())
    if found and (arxiv := normalise_arxiv(found[1])[0]):
        said = normalise_arxiv(task.new.get("archiveID", ""))[0]
        if said and said != arxiv:
            raise RefusedError("the item's archive id says another arXiv id")
        return list(arxiv_wishes(task, arxiv, found[2] or ""))
    for field, label in _LABELLED.items():
        if line.startswith(label) and (text := clean(line[len(label) :])):
            if field == "language":
                return list(language_wishes(task, text)) if task.kind in NO_LANGUAGE else None
            return [Wish(field, text)]
    return None


def arxiv_wishes(task: Task, arxiv: str, subject: str | None = None) -> Iterator[Wish]:
    """Yield the fields that say an arXiv id, under the names that the entry has. A `subject` of None stays as it is."""
    fields = task.entry.fields
    if arxiv != task.entry.arxiv:
        yield Wish("eprint", arxiv)
        if (fields.get("eprinttype") or fields.get("archiveprefix", "")).lower() != "arxiv":
            yield Wish("archiveprefix", "arXiv") if "archiveprefix" in fields else Wish("eprinttype", "arxiv")
        if normalise_arxiv(fields.get("doi", ""))[0]:
            yield Wish("doi", None)
    mine = task.entry.arxiv_class if arxiv == task.entry.arxiv else ""
    if subject and subject == mine.partition(".")[0]:  # Zotero says only `cs`
        return
    if subject is not None and subject != task.entry.arxiv_class:
        yield Wish("primaryclass" if "primaryclass" in fields else "eprintclass", subject or None)


def language_wishes(task: Task, after: str) -> Iterator[Wish]:
    """``language`` is that of the item; ``langid``, that of the entry's own words, goes only where nothing is to be left."""
    fields = task.entry.fields
    if not after:
        yield from (Wish(name, None) for name in ("language", "langid") if name in fields)
        return
    tag = language_tag(after)
    if not tag:
        raise RefusedError(f"`{after[:60]}` is no language that is known; write a tag such as zh-CN")
    named = fields.get("language", "").strip().lower() in LANGUAGE_TAGS and tag in _NAME_OF
    yield Wish("language", _NAME_OF[tag] if named and fields["language"].strip().lower() != tag.lower() else tag)


def without_arxiv(task: Task) -> list[Wish]:
    """Return the wishes that take the arXiv id away. Raises RefusedError where it stands in another field, too."""
    fields = task.entry.fields
    if normalise_arxiv(fields.get("eprint", ""))[0] != task.entry.arxiv:
        raise RefusedError("the arXiv id comes from the entry's link or DOI")
    if any(normalise_arxiv(task.new.get(name, ""))[0] == task.entry.arxiv for name in ("DOI", "url")):
        raise RefusedError("the item's link or DOI still says the arXiv id")
    return [
        Wish(name, None)
        for name in ("eprint", "eprinttype", "archiveprefix", "eprintclass", "primaryclass")
        if name in fields
    ]


def _emptied(task: Task, line: Line) -> tuple[list[Wish], str]:
    if line.field == "language":
        return list(language_wishes(task, "")), ""
    if line.field != "eprint":
        return [Wish(line.field, None)], ""
    if "archiveID" in task.new:
        return [], "the item's archive id still says the arXiv id"
    try:
        return without_arxiv(task), ""
    except RefusedError as why:
        return [], str(why)


def _paired(mine: Sequence[Line], added: Sequence[str]) -> list[tuple[Line, str]]:
    """Pair each line of ours that is gone with the new line that it became: the most like it, or nothing."""
    from rapidfuzz import fuzz  # noqa: PLC0415  (rarely needed)

    left = [line for line in added if without_labels(clean(line)) == clean(line)]
    pairs = []
    for line in mine:
        became = max(left, key=lambda other: fuzz.ratio(line.text, other), default="")
        if became:
            left.remove(became)
        pairs.append((line, became))
    return pairs


def _unbulleted(line: str) -> str:
    """Return a line without the bullet that keeps Zotero from taking it for a field."""
    text = clean(line)
    bare = text.removeprefix("\u2022 ")
    return bare if bare != text and without_labels(bare) == text else text
