"""The tags that texts of bibliographic records hold, and what each is: inline, a block, an element that is read as a whole.

Names without prefix, in lower case. Sources: HTML 4 and 5, JATS 1.3, MathML 3, and what the recorded answers hold.
"""

from __future__ import annotations

import re

PREFIXES = frozenset({"jats", "mml", "m", "math", "html", "xhtml", "ali", "xlink", "oasis", "tp"})
"""Prefixes that make any name a tag."""

INLINE = frozenset(
    "a abbr acronym b big bdi bdo bold cite code del dfn disp-formula ext-link fixed-case font formula funding-source"
    " inline-formula inline-graphic ins inter-ref kbd mark monospace named-content nobr overline q roman s samp"
    " sans-serif sc scp small span strike strong styled-content tt u underline uri var wbr xref".split()
)
"""Dropped; what they hold stays, without a blank."""

BLOCKS = frozenset(
    "abstract blockquote body br break caption center dd disp-quote div dl dt fig h1 h2 h3 h4 h5 h6 head hr html li"
    " list list-item ol p para sec section simple-para table tbody td tfoot th thead title tr ul".split()
)
"""Dropped; a blank stays."""

MATH = frozenset(
    "annotation annotation-xml maction math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded"
    " mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover"
    " semantics".split()
)

LEFT_OUT = frozenset({"annotation", "annotation-xml", "mphantom", "mprescripts", "script", "style"})
"""Dropped with all they hold."""

FRAMES = MATH | LEFT_OUT | frozenset("alternatives em i inf italic sub sup tex tex-math title".split())
"""Elements whose content decides what becomes of it."""

HEADINGS = frozenset(
    {"abstract", "abstracts", "summary", "résumé", "resumen", "resumo", "zusammenfassung", "摘要", "要旨", "抄録"}
)
"""Titles that say no more than that the text is an abstract."""

# Control characters, the soft hyphen, zero-width and direction marks, lone surrogates. The joiners that Persian and
# the scripts of India need (200c, 200d) stay.
CONTROLS = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
