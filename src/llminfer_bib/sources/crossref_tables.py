"""Crossref's vocabulary as rows: types, kinds of updates, publishers, series, titles of notices."""

from __future__ import annotations

import re

TYPES = {
    # type at Crossref (https://api.crossref.org/types) -> (entry type, counts as published)
    "journal-article": ("article", True),
    "proceedings-article": ("inproceedings", True),
    "book-chapter": ("incollection", True),
    "book-section": ("incollection", True),
    "book-part": ("incollection", True),
    "book-track": ("incollection", True),
    "reference-entry": ("incollection", True),
    "book": ("book", True),
    "monograph": ("book", True),
    "edited-book": ("book", True),
    "reference-book": ("book", True),
    "book-set": ("book", True),
    "book-series": ("book", True),
    "proceedings": ("proceedings", True),
    "proceedings-series": ("proceedings", True),
    "dissertation": ("phdthesis", True),
    "report": ("techreport", True),
    "report-component": ("techreport", True),
    "report-series": ("techreport", True),
    "standard": ("techreport", True),
    "standard-series": ("techreport", True),
    "posted-content": ("misc", False),
    "peer-review": ("misc", False),
    "component": ("misc", False),
    "journal": ("misc", False),
    "journal-volume": ("misc", False),
    "journal-issue": ("misc", False),
    "dataset": ("misc", False),
    "database": ("misc", False),
    "grant": ("misc", False),
    "other": ("misc", False),
}
UNKNOWN_TYPE = ("misc", False)

UPDATES = {
    # type of update-to and updated-by -> Notice.kind; empty: a new text, no warning
    "retraction": "retraction",
    "partial_retraction": "retraction",
    "removal": "retraction",
    "withdrawal": "withdrawal",
    "expression_of_concern": "concern",
    "concern": "concern",
    "correction": "correction",
    "corrigendum": "correction",
    "erratum": "correction",
    "addendum": "correction",
    "clarification": "correction",
    "new_version": "",
    "new_edition": "",
    "reinstatement": "",
}

PUBLISHERS = {
    # as Crossref names the member -> as it is cited
    "ACM": "Association for Computing Machinery",
    "ACM Press": "Association for Computing Machinery",
    "Association for Computing Machinery (ACM)": "Association for Computing Machinery",
    "AAAI": "AAAI Press",
    "Association for the Advancement of Artificial Intelligence (AAAI)": "AAAI Press",
    "Institute of Electrical and Electronics Engineers (IEEE)": "IEEE",
    "IEEE Comput. Soc": "IEEE Computer Society",
    "IEEE Comput. Soc.": "IEEE Computer Society",
    "IEEE Comput. Soc. Press": "IEEE Computer Society",
    "Springer Science and Business Media LLC": "Springer",
    "Springer Science + Business Media": "Springer",
    "Springer International Publishing": "Springer",
    "Springer Nature Switzerland": "Springer",
    "Springer Nature Singapore": "Springer",
    "Springer Singapore": "Springer",
    "Springer Berlin Heidelberg": "Springer",
    "Springer New York": "Springer",
    "Springer US": "Springer",
    "Elsevier BV": "Elsevier",
    "MDPI AG": "MDPI",
    "Frontiers Media SA": "Frontiers Media",
    "Informa UK Limited": "Taylor & Francis",
    "Wiley-Blackwell": "Wiley",
    "Science China Press., Co. Ltd.": "Science China Press",
}
BRACKETED = re.compile(r"(\S.*) \([A-Z][A-Za-z&-]{1,9}\)")
"""A publisher with its acronym: ``American Physical Society (APS)``."""

PREPRINT_SERVERS = {
    # how a DOI begins -> the server, where Crossref names only its owner
    "10.1101/": "bioRxiv",
    "10.2139/ssrn.": "SSRN",
    "10.20944/preprints": "Preprints.org",
    "10.21203/rs.": "Research Square",
    "10.22541/au.": "Authorea",
    "10.26434/chemrxiv": "ChemRxiv",
    "10.31219/osf.io/": "OSF Preprints",
    "10.31234/osf.io/": "PsyArXiv",
    "10.36227/techrxiv": "TechRxiv",
}

SERIES = (
    # Names that Crossref puts among the containers and that are series
    r"Lecture Notes (?:in|of|on) ",
    r"Communications in Computer and Information Science",
    r"Advances in Intelligent Systems and Computing",
    r"Advances in Experimental Medicine and Biology",
    r"IFIP Advances in Information and Communication Technology",
    r"Smart Innovation, Systems and Technologies",
    r"Studies in Computational Intelligence",
    r"Springer (?:Proceedings|Series|Texts|Tracts|Optimization|Theses)",
    r"Frontiers in Artificial Intelligence and Applications",
    r"Leibniz International Proceedings in Informatics",
    r"International Series (?:in|of|on) ",
    r"ACM International Conference Proceeding Series",
    r"Synthesis Lectures on ",
    r"Proceedings of Machine Learning Research",
    r"Methods in Molecular Biology",
    r"ACS Symposium Series",
    r"AIP Conference Proceedings",
    r"IOP Conference Series",
    r"Advances in (?:Soft|Intelligent and Soft) Computing",
    r"Algorithms and Combinatorics",
    r"Undergraduate Topics in ",
    r"Graduate Texts in ",
)
IS_SERIES = re.compile("|".join(SERIES))
MEETING = re.compile(
    r"\b(?:Proceedings|Proc\.|Conference|Symposium|Workshop|Congress|Colloquium|Meeting|Konferenz|Companion)\b"
    r"|[–—-]\s[A-Z][A-Za-z]{2,9}\s(?:'|’)?(?:19|20)?[0-9]{2}\b"
)
"""By which a container's name is that of a conference: its words, or ``– ECCV 2022``."""

RETRACTED_TITLES = (
    # what publishers put before a title, and the kind of notice it amounts to
    (
        r"[\[(]?\s*(?:RETRACTED|Retracted)(?: ARTICLE| Article| PAPER| CHAPTER| Chapter)?\s*[\])]?\s*[:：.—–-]\s*",
        "retraction",
    ),
    (r"[\[(]\s*(?:RETRACTED|Retracted)(?: ARTICLE| Article| PAPER| CHAPTER| Chapter)?\s*[\])]\s*", "retraction"),
    (r"RETRACTED(?: ARTICLE| PAPER| CHAPTER)?\s+(?=[A-Z])", "retraction"),
    (r"[\[(]?\s*(?:WITHDRAWN|Withdrawn)(?: ARTICLE| Article)?\s*[\])]?\s*[:：—–-]\s*", "withdrawal"),
)
NOTICE_TITLES = (
    # titles that are a notice's own; what follows is the work's title
    r"(?:Notice of )?(?:Partial )?Retraction(?: Note| Notice| notice| statement| Statement)?(?:\s*[:：—–-]| to\b| of:| for:)",
    r"Notice of (?:Retraction|Removal|Withdrawal|Violation)\b",
    r"Withdrawal(?: Notice| notice)?(?:\s*[:：—–-]| to:| of:)",
    r"(?:Author(?:'s|’s)? |Publisher(?:'s|’s)? |Editorial )?Correction(?: Notice)?(?:\s*[:：—–]| to:| to “| to \"| for:)",
    r"(?:Author(?:'s|’s)? |Publisher(?:'s|’s)? )?(?:Erratum|Errata|Corrigendum|Corrigenda)\b(?:\s*[:：—–-]| to\b| for\b| in\b| of\b|$)",
    r"(?:Author |Publisher )?Addendum(?:\s*[:：—–-]| to\b)",
    r"(?:Editorial )?Expression of Concern\b",
    r"Review for\b",
    r"(?:Decision letter|Author response) for\b",
)
IS_NOTICE = re.compile("|".join(f"(?:{row})" for row in NOTICE_TITLES), re.IGNORECASE)
