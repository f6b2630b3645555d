"""What BibTeX and biblatex call a thing, and what CSL 1.0.2 calls it: rows of types, fields, roles and symbols.

Only rows and the plans built from them once; `csl_items` and `csl_text` read them. The names on the right are those of
https://resource.citationstyles.org/schema/v1.0/input/json/csl-data.json.
"""

from __future__ import annotations

from typing import Final

# --- types

FALLBACK_TYPE: Final = "document"

# Entry type -> CSL type: BibTeX's, biblatex's, then what reference managers add.
TYPES: Final[dict[str, str]] = {
    "article": "article-journal",
    "artwork": "graphic",
    "audio": "song",
    "bachelorsthesis": "thesis",
    "bibnote": "document",
    "blog": "post-weblog",
    "book": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "book",
    "commentary": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "image": "graphic",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry",
    "jurisdiction": "legal_case",
    "legal": "treaty",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "book",
    "mastersthesis": "thesis",
    "misc": "document",
    "movie": "motion_picture",
    "music": "song",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "book",
    "mvreference": "book",
    "online": "webpage",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "preprint": "article",
    "presentation": "speech",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "suppperiodical": "article-journal",
    "talk": "speech",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "webpage": "webpage",
    "www": "webpage",
}

# entrysubtype -> CSL type, where the entry type is one of the CSL types named.
SUBTYPES: Final[dict[tuple[str, str], str]] = {
    ("article-journal", "magazine"): "article-magazine",
    ("article-journal", "newspaper"): "article-newspaper",
    ("webpage", "blog"): "post-weblog",
    ("webpage", "blogpost"): "post-weblog",
    ("webpage", "post"): "post-weblog",
    ("webpage", "forum"): "post",
    ("webpage", "video"): "motion_picture",
    ("webpage", "talk"): "motion_picture",
    ("webpage", "software"): "software",
    ("webpage", "project"): "software",
}

# Entry.kind -> CSL type. A preprint is one whatever its entry type; the others speak only for types that say little.
PREPRINT: Final = "article"
KINDS: Final[dict[str, str]] = {
    "project": "software",
    "video": "motion_picture",
    "blog": "post-weblog",
    "course": "webpage",
    "page": "webpage",
    "dataset": "dataset",
    "report": "report",
    "thesis": "thesis",
    "book": "book",
}
VAGUE_TYPES: Final = frozenset({"document", "webpage"})

# Zotero refuses the whole file for "software" and makes films of videos: type, and what the first line of note says.
ZOTERO_TYPES: Final[dict[str, tuple[str, str]]] = {
    "software": ("document", "computerProgram"),
    "motion_picture": ("document", "videoRecording"),
}
# What would be lost with that disguise: (CSL type, CSL variable, label of the line of note that carries it).
ZOTERO_LINES: Final = (
    ("software", "version", "version"),
    ("software", "language", "language"),
    ("motion_picture", "event-title", "Event Title"),
)
ZOTERO_NAMES: Final = {"container-title-short": "journalAbbreviation"}

# --- fields: (field, CSL variable), best source first; the first one that is there wins

# Codes and numbers, copied as they are.
CODES: Final = (
    ("volume", "volume"),
    ("issue", "issue"),
    ("pages", "page"),
    ("eid", "page"),
    ("edition", "edition"),
    ("chapter", "chapter-number"),
    ("part", "part"),
    ("pagetotal", "number-of-pages"),
    ("volumes", "number-of-volumes"),
    ("version", "version"),
    ("isbn", "ISBN"),
    ("issn", "ISSN"),
    ("pmid", "PMID"),
    ("pmcid", "PMCID"),
    ("library", "call-number"),
)

# Words, which may hold math or markup that has to become plain.
WORDS: Final = (
    ("shorttitle", "title-short"),
    ("origtitle", "original-title"),
    ("booktitle", "container-title"),
    ("journaltitle", "container-title"),
    ("journal", "container-title"),
    ("maintitle", "container-title"),
    ("shortjournal", "container-title-short"),
    ("series", "collection-title"),
    ("eventtitle", "event-title"),
    ("venue", "event-place"),
    ("publisher", "publisher"),
    ("institution", "publisher"),
    ("school", "publisher"),
    ("organization", "publisher"),
    ("location", "publisher-place"),
    ("address", "publisher-place"),
    ("origpublisher", "original-publisher"),
    ("origlocation", "original-publisher-place"),
    ("type", "genre"),
    ("abstract", "abstract"),
    ("annotation", "annote"),
    ("annote", "annote"),
)

# The name of a site is its container: styles print it there.
SITES: Final = ("webpage", "post-weblog", "post")
# CSL type -> rows that go before the ones above.
WORDS_FIRST: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(SITES, (("booktitle", "container-title"), ("organization", "container-title"))),
    "thesis": (("school", "publisher"), ("institution", "publisher")),
    "report": (("institution", "publisher"),),
}

# What "number" counts, by CSL type; everything else has a number of its own.
NUMBER: Final = "number"
NUMBERS: Final[dict[str, str]] = {
    "article-journal": "issue",
    "article-magazine": "issue",
    "article-newspaper": "issue",
    "book": "collection-number",
    "chapter": "collection-number",
    "entry": "collection-number",
    "paper-conference": "issue",
    "periodical": "issue",
}

# Field of a date -> CSL variable; "date" goes first and apart, for it may be unreadable in several fields.
DATES: Final = (
    ("urldate", "accessed"),
    ("eventdate", "event-date"),
    ("origdate", "original-date"),
)

# Titles that biblatex splits in two.
SUBTITLES: Final = (
    ("subtitle", "title"),
    ("booksubtitle", "container-title"),
    ("journalsubtitle", "container-title"),
)

# Role -> CSL variable.
ROLES: Final = (
    ("author", "author"),
    ("editor", "editor"),
    ("translator", "translator"),
    ("bookauthor", "container-author"),
    ("director", "director"),
    ("editora", "contributor"),
    ("editorb", "contributor"),
    ("editorc", "contributor"),
    ("annotator", "contributor"),
    ("commentator", "contributor"),
    ("introduction", "contributor"),
    ("foreword", "contributor"),
    ("afterword", "contributor"),
)
# What editortype, editoratype... make of an editor.
EDITOR_TYPES: Final[dict[str, str]] = {
    "editor": "editor",
    "compiler": "compiler",
    "collaborator": "contributor",
    "director": "director",
    "founder": "contributor",
    "organizer": "organizer",
    "producer": "producer",
    "redactor": "editor",
    "reviser": "editor",
    "continuator": "contributor",
}

WITH_KEYS: Final = (("location", "publisher-place"), ("address", "publisher-place"), ("series", "collection-title"))
"""Fields that may hold a key of `localisation`, and where they are said; kind and state stand on their own."""

# Entry type or kind -> genre, where the entry gives none.
GENRES: Final[dict[str, str]] = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "bachelorsthesis": "Bachelor's thesis",
    "techreport": "Technical report",
    "course": "Course",
}

# eprinttype in lower case -> what the server calls itself.
SERVERS: Final[dict[str, str]] = {
    "arxiv": "arXiv",
    "biorxiv": "bioRxiv",
    "chemrxiv": "ChemRxiv",
    "chinaxiv": "ChinaXiv",
    "hal": "HAL",
    "medrxiv": "medRxiv",
    "osf": "OSF",
    "psyarxiv": "PsyArXiv",
    "ssrn": "SSRN",
    "techrxiv": "TechRxiv",
    "zenodo": "Zenodo",
}

# Fields that no row reads: CSL has no home for them, or they belong to one program on one machine.
SKIP_FIELDS: Final[frozenset[str]] = frozenset(
    """
    added-at biburl bibsource bdsk-file-1 bdsk-file-2 bdsk-url-1 bdsk-url-2 code comment copyright creationdate
    date-added date-modified file ids interhash intrahash license local-url mendeley-groups mendeley-tags
    modificationdate owner pdf priority ranking rating read readstatus review rights timestamp
    """.split()
)


def _plan(kind: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    codes = (*CODES, (NUMBER, NUMBERS.get(kind, NUMBER)))
    if NUMBERS.get(kind) == "issue":  # biblatex: number is the issue, issue its name ("Spring")
        codes = ((NUMBER, "issue"), *CODES)
    return codes, (*WORDS_FIRST.get(kind, ()), *WORDS)


# CSL type -> (rows of codes, rows of words), in the order in which they are asked.
PLANS: Final = {
    kind: _plan(kind) for kind in {*TYPES.values(), *SUBTYPES.values(), *KINDS.values(), PREPRINT, FALLBACK_TYPE}
}

# --- what stands between dollars, and HTML: symbols with a plain Unicode form

SYMBOLS: Final[dict[str, str]] = {
    name: symbol
    for line in """
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ
    mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
    times × cdot · pm ± mp ∓ div ÷ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ otimes ⊗ odot ⊙
    leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ sim ∼ simeq ≃ equiv ≡ propto ∝ ll ≪ gg ≫
    in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ emptyset ∅ forall ∀ exists ∃ neg ¬ wedge ∧ vee ∨
    to → rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ mapsto ↦ uparrow ↑ downarrow ↓
    infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ sqrt √ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ prime ′ degree °
    ldots … dots … cdots ⋯ langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ mid ∣ parallel ∥ perp ⊥ top ⊤
    """.splitlines()
    for name, symbol in zip(line.split()[::2], line.split()[1::2], strict=True)
}
# Commands that only change the look or the space; nothing of them is left.
LOOKS: Final = frozenset(
    """
    bf bm boldsymbol cal displaystyle em emph ensuremath it left limits mathbb mathbf mathcal mathfrak mathit mathop
    mathrm mathscr mathsf mathtt mbox operatorname right rm sf text textbf textit textnormal textrm textsc textsf
    texttt textstyle overline underline big Big bigl bigr Bigl Bigr
    """.split()
)
# Commands that put a mark over the letter that follows.
MARKS: Final = {"bar": "\u0304", "dot": "\u0307", "hat": "\u0302", "tilde": "\u0303", "vec": "\u20d7"}
SPACES: Final = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "quad": " ", "qquad": " ", "/": "", "-": ""}
SUPERSCRIPT: Final = str.maketrans("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ")
SUBSCRIPT: Final = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
