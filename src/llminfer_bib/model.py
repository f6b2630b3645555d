"""The values everything else speaks in: Entry, Person, Date, Category and the like.

They are frozen, hold tuples, and know plain Unicode only: nothing here knows BibTeX, TeX, a file or a format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """One name, in plain Unicode.

    Either ``literal`` is set (an organisation, or a name kept in one piece such as 戴国浩) and the four parts are empty,
    or the parts are set and ``literal`` is empty. Missing parts are empty strings.
    """

    family: str = ""
    given: str = ""
    prefix: str = ""
    """The von part, such as ``van der``."""
    suffix: str = ""
    """``Jr.``, ``III``."""
    literal: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """The persons of one role in their order. ``others`` is true where the list ends with ``and others``."""

    persons: tuple[Person, ...] = ()
    others: bool = False

    def __iter__(self) -> Iterator[Person]:
        return iter(self.persons)

    def __len__(self) -> int:
        return len(self.persons)


NOBODY = People()


@dataclass(frozen=True, slots=True)
class Date:
    """A date as full as it is known: ``month`` 1-12 and ``day`` 1-31, or None.

    ``end`` is the end of a range (``Date()`` with year 0 where the range is open), ``circa`` marks an uncertain date.
    ``season`` is 1 (spring) to 4 (winter) where that is known in place of a month. Years are counted as in ISO 8601:
    -379 is 380 BC. Only 0 is no year here.
    """

    year: int = 0
    month: int | None = None
    day: int | None = None
    end: Date | None = None
    circa: bool = False
    season: int | None = None

    def iso(self) -> str:
        """Return the start as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; a season as ISO 8601-2 does: ``YYYY-21`` to ``YYYY-24``."""
        text = f"{self.year:0{5 if self.year < 0 else 4}d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
            if self.day is not None:
                text += f"-{self.day:02d}"
        elif self.season is not None:
            text += f"-{20 + self.season}"
        return text


@dataclass(frozen=True, slots=True)
class Text:
    """Plain Unicode text, and which stretches of it braces protect from a change of case.

    ``protected`` holds (start, end) positions into ``text``, in order, not overlapping.
    """

    text: str = ""
    protected: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        return self.text


NO_TEXT = Text()


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the library, decoded. Everything missing is empty (text, tuple, mapping) or None (date)."""

    key: str
    type: str
    """The entry type in lower case: ``inproceedings``, ``online``."""
    kind: str = "other"
    """What a reader would call it: paper, preprint, project, video, course, blog, page, book, thesis, report, dataset, other."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Every field but the name lists, by lower-case name, as plain Unicode, inherited ones included; a wrong value stays here as text."""
    title: Text = NO_TEXT
    people: Mapping[str, People] = field(default_factory=dict)
    """Roles by field name: ``author``, ``editor``, ``translator``..."""
    dates: Mapping[str, Date] = field(default_factory=dict)
    """``date`` (from date, or year and month), ``urldate``, ``eventdate``, ``origdate``: only those that could be read."""
    doi: str = ""
    """Normalised: lower case, no resolver. Never a ``10.48550/arxiv.`` one: that is ``arxiv``."""
    arxiv: str = ""
    """The arXiv id without version."""
    arxiv_class: str = ""
    """``cs.CL``."""
    url: str = ""
    """As written; may be of any scheme: whoever makes a link of it must ask ``identifiers.is_web_url``."""
    language: str = ""
    """A BCP 47 tag such as ``zh-CN``, or empty."""
    category: str = ""
    """The slug of the first configured category among the keywords, or empty."""
    topics: tuple[str, ...] = ()
    """The slugs of the configured topics among the keywords, in their order."""
    keywords: tuple[str, ...] = ()
    """All keywords as written, category and topics included."""
    start: int = -1
    """Byte offset of the ``@`` in the document, for messages; -1 when the entry came from elsewhere."""

    @property
    def authors(self) -> People:
        """The authors, or NOBODY."""
        return self.people.get("author", NOBODY)

    @property
    def editors(self) -> People:
        """The editors, or NOBODY."""
        return self.people.get("editor", NOBODY)

    @property
    def date(self) -> Date | None:
        """The date of publication."""
        return self.dates.get("date")


@dataclass(frozen=True, slots=True)
class Category:
    """One section of the reading list."""

    slug: str
    title_zh: str = ""
    title_en: str = ""
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """One word of the topic vocabulary."""

    slug: str
    name_zh: str = ""
    name_en: str = ""
