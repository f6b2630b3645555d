"""The rows of TeX: accents, letters and symbols, commands, kinds of fields. No code that reads text lives here."""

from __future__ import annotations

ACCENTS: tuple[tuple[str, str, str], ...] = (
    # command, combining mark, what the accent prints over nothing (``\~{}``)
    ("`", "\u0300", "`"),
    ("'", "\u0301", "\u00b4"),
    ("^", "\u0302", "^"),
    ("~", "\u0303", "~"),
    ('"', "\u0308", "\u00a8"),
    ("=", "\u0304", "\u00af"),
    (".", "\u0307", "\u02d9"),
    ("u", "\u0306", "\u02d8"),
    ("v", "\u030c", "\u02c7"),
    ("H", "\u030b", "\u02dd"),
    ("r", "\u030a", "\u02da"),
    ("c", "\u0327", "\u00b8"),
    ("k", "\u0328", "\u02db"),
    ("d", "\u0323", "."),
    ("b", "\u0331", "_"),
    ("t", "\u0361", "\u2040"),
    ("h", "\u0309", "\u02c0"),  # Vietnamese hook above
    ("textcommabelow", "\u0326", ","),
)
MARKS = {command: mark for command, mark, _ in ACCENTS}
BELOW = frozenset("\u0327\u0328\u0323\u0331\u0326")
"""The marks that leave an i its dot."""

LETTERS: tuple[tuple[str, str], ...] = (
    ("ss", "ß"),
    ("SS", "ẞ"),
    ("o", "ø"),
    ("O", "Ø"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("aa", "å"),
    ("AA", "Å"),
    ("l", "ł"),
    ("L", "Ł"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("dh", "ð"),
    ("DH", "Ð"),
    ("dj", "đ"),
    ("DJ", "Đ"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("ng", "ŋ"),
    ("NG", "Ŋ"),
    ("ij", "ĳ"),
    ("IJ", "Ĳ"),
    ("ohorn", "ơ"),
    ("OHORN", "Ơ"),
    ("uhorn", "ư"),
    ("UHORN", "Ư"),
)
"""Letter commands. Where a character has several commands, here and below, the first one is written."""

SYMBOLS: tuple[tuple[str, str], ...] = (
    ("textbackslash", "\\"),
    ("textasciitilde", "~"),
    ("textasciicircum", "^"),
    ("textbraceleft", "{"),
    ("textbraceright", "}"),
    ("lbrace", "{"),
    ("rbrace", "}"),
    ("textdollar", "$"),
    ("textunderscore", "_"),
    ("textbar", "|"),
    ("textless", "<"),
    ("textgreater", ">"),
    ("textasteriskcentered", "*"),
    ("textquotesingle", "'"),
    ("textquotedbl", '"'),
    ("textasciigrave", "`"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textquoteleft", "‘"),
    ("textquoteright", "’"),
    ("lq", "‘"),
    ("rq", "’"),
    ("textquotedblleft", "“"),
    ("textquotedblright", "”"),
    ("quotesinglbase", "‚"),
    ("quotedblbase", "„"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guillemetleft", "«"),
    ("guillemetright", "»"),
    ("textquestiondown", "¿"),
    ("textexclamdown", "¡"),
    ("ldots", "…"),
    ("dots", "…"),
    ("textellipsis", "…"),
    ("textperiodcentered", "·"),
    ("textbullet", "•"),
    ("S", "§"),
    ("P", "¶"),
    ("textsection", "§"),
    ("textparagraph", "¶"),
    ("dag", "†"),
    ("ddag", "‡"),
    ("textdagger", "†"),
    ("textdaggerdbl", "‡"),
    ("copyright", "©"),
    ("textcopyright", "©"),
    ("textregistered", "®"),
    ("texttrademark", "™"),
    ("textdegree", "°"),
    ("textmu", "µ"),
    ("pounds", "£"),
    ("textsterling", "£"),
    ("texteuro", "€"),
    ("euro", "€"),
    ("textyen", "¥"),
    ("textcent", "¢"),
    ("textordfeminine", "ª"),
    ("textordmasculine", "º"),
    ("textonesuperior", "¹"),
    ("texttwosuperior", "²"),
    ("textthreesuperior", "³"),
    ("textonehalf", "½"),
    ("textonequarter", "¼"),
    ("textthreequarters", "¾"),
    ("texttimes", "×"),
    ("textdiv", "÷"),
    ("textpm", "±"),
    ("textasciidieresis", "¨"),
    ("textasciiacute", "´"),
    ("textasciimacron", "¯"),
    ("textasciibreve", "˘"),
    ("textasciicaron", "ˇ"),
    ("TeX", "TeX"),
    ("LaTeX", "LaTeX"),
    ("LaTeXe", "LaTeX2e"),
    ("BibTeX", "BibTeX"),
    ("XeTeX", "XeTeX"),
    ("textvisiblespace", "␣"),
    ("slash", "/"),
    ("space", " "),
    ("quad", " "),
    ("qquad", " "),
    ("enspace", " "),
    ("thinspace", " "),
    ("newline", " "),
    ("linebreak", " "),
    ("par", " "),
    ("textquotedblplain", '"'),
)

CHARACTERS = dict(LETTERS + SYMBOLS)

CONTROL_SYMBOLS: tuple[tuple[str, str], ...] = (
    # backslash and one character that is no letter; what is not listed stands for itself (``\&``, ``\_``)
    ("&", "&"),
    ("%", "%"),
    ("$", "$"),
    ("#", "#"),
    ("_", "_"),
    ("-", ""),  # a place to hyphenate
    ("/", ""),  # italic correction
    ("@", ""),
    ("!", ""),
)

LIGATURES: tuple[tuple[str, str], ...] = (
    ("---", "—"),
    ("--", "–"),
    ("?`", "¿"),
    ("!`", "¡"),
    ("``", "“"),
    ("''", "”"),
)
"""In the order in which they must be replaced."""

TRANSPARENT = frozenset(
    "bf bfseries boldmath cal centering em emph ensuremath enquote fbox footnote hbox huge itshape it large lowercase "
    "makebox mathbb mathbf mathcal mathfrak mathit mathnormal mathrm mathsf mathtt mbox mdseries noindent normalfont "
    "normalsize operatorname protect relax rm rmfamily sc scshape sf sffamily sl slshape small smash textbf textit "
    "textlf textmd textnormal textrm textsc textsf textsl texttt textup text tt ttfamily "
    "underline uppercase upshape MakeUppercase MakeLowercase mkbibquote mkbibemph noop NoCaseChange".split()
)
"""Commands that only change how their argument looks. Others unknown to us are read so too; these save asking."""

RAISED: dict[str, dict[str, str]] = {
    "textsuperscript": dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)),
    "textsubscript": dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
}
"""Commands whose argument becomes characters of its own where each has one (``H\\textsubscript{2}O``), and is read as it is else."""

SILENT: dict[str, int] = {
    # command: how many arguments to drop with it
    "noopsort": 1,
    "SortNoop": 1,
    "begin": 1,
    "end": 1,
    "label": 1,
    "index": 1,
    "hspace": 1,
    "vspace": 1,
    "phantom": 1,
    "hphantom": 1,
    "vphantom": 1,
    "color": 1,
    "textcolor": 1,
    "fontsize": 2,
    "selectlanguage": 1,
    "foreignlanguage": 1,
}

VERBATIM_COMMANDS = frozenset({"url", "nolinkurl", "path"})
"""Commands whose argument is an address, not TeX."""

VERBATIM_FIELDS = frozenset({"doi", "eprint", "file", "pdf", "url", "urlraw", "verba", "verbb", "verbc"})
"""Fields whose value is not TeX (biblatex manual, data types "verbatim" and "uri"): never decode or escape them."""

KEY_LIST_FIELDS = frozenset({"crossref", "entryset", "ids", "keywords", "related", "xdata", "xref"})
"""Fields that hold keys or keywords with commas between (biblatex manual, "entrykey" and "separated values")."""
