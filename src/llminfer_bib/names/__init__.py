"""Lists of names in BibTeX source <-> People, and how one name is shown; no TeX is decoded here: callers pass ``plain``.

Names are split by BibTeX's rules (btxdoc section 4, Tame the BeaST section 6), with biblatex's ``family=...`` form and
with names in Han, Kana or Hangul on top. Where BibTeX misreads what people write, we side with the people, as biber
does: ``Jong-hyuk Park`` has no von part, ``\\"{O}zg{\\"u}r`` begins with a capital, ``J.\\,K. Doe`` has no comma.
"""

from __future__ import annotations

from .forms import display, family_first
from .lists import parse_people, split_names
from .reading import parse_name
from .scripts import is_han
from .writing import to_bibtex

__all__ = ["display", "family_first", "is_han", "parse_name", "parse_people", "split_names", "to_bibtex"]
