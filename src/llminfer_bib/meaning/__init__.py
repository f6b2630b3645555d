"""Do two values of one field mean the same, differ without weight, or differ in substance? Values are plain Unicode, or People.

The measure is DESIGN section 5. Who wins when they differ is decided in ``enrich``. ``FIELDS`` is the table: a field and
the function that compares its values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model import People
from ..names import family_first
from .compared import SAME, Compared, Difference
from .figures import compare_date, compare_month, compare_number, compare_pages, compare_year
from .links import compare_doi, compare_eprint, compare_isbn, compare_issn, compare_url
from .people import compare_people
from .titles import compare_title
from .venues import compare_publisher, compare_venue, same_venue
from .words import compare_class, compare_language, compare_text, compare_type, compare_words

__all__ = ["FIELDS", "Compared", "Difference", "compare", "same_venue"]

Comparer = Callable[[str, str], Compared]

FIELDS: Mapping[str, Comparer] = {
    "@type": compare_type,
    "address": compare_words,
    "archiveprefix": compare_class,
    "booktitle": compare_venue,
    "booksubtitle": compare_title,
    "chapter": compare_number,
    "date": compare_date,
    "doi": compare_doi,
    "edition": compare_number,
    "eprint": compare_eprint,
    "eprintclass": compare_class,
    "eprinttype": compare_class,
    "eventdate": compare_date,
    "eventtitle": compare_venue,
    "howpublished": compare_words,
    "institution": compare_publisher,
    "isbn": compare_isbn,
    "issn": compare_issn,
    "issue": compare_number,
    "journal": compare_venue,
    "journaltitle": compare_venue,
    "keywords": compare_text,
    "langid": compare_language,
    "language": compare_language,
    "location": compare_words,
    "month": compare_month,
    "number": compare_number,
    "organization": compare_publisher,
    "pages": compare_pages,
    "primaryclass": compare_class,
    "publisher": compare_publisher,
    "school": compare_publisher,
    "series": compare_venue,
    "subtitle": compare_title,
    "title": compare_title,
    "type": compare_type,
    "url": compare_url,
    "version": compare_number,
    "volume": compare_number,
    "year": compare_year,
}
"""One row a field. Lists of names (``author``, ``editor``...) come as People and need no row; every other field is compared as text."""


def compare(field: str, mine: str | People, theirs: str | People) -> Compared:
    """Compare two values of one field; ``mine`` is the file's, ``theirs`` the source's. Never raises.

    The difference is the same from both sides, the words say what the source has that the file has not. Pages only
    weigh where the venue is one (``same_venue``): the caller knows that. A venue itself never weighs: its spellings are
    without number, and the contract lets other pages of one venue be the conflict, not a preprint's "journal".
    """
    if mine == theirs:
        return SAME
    if isinstance(mine, People) and isinstance(theirs, People):
        return compare_people(mine, theirs)
    return FIELDS.get(field.lower(), compare_text)(_as_text(mine), _as_text(theirs))


def _as_text(value: str | People) -> str:
    """Return a list of names as text, should one stand beside a text."""
    if isinstance(value, str):
        return value
    names = [family_first(person, initials=False) for person in value]
    return " and ".join([*names, "others"] if value.others else names)
