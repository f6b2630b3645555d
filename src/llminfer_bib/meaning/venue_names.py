"""What venues and publishers are called: tables for ``venues``. Keys are those of ``alike.title_key``."""

from __future__ import annotations

CONTRACTIONS = {
    "proc": "proceedings",
    "proceeding": "proceedings",
    "procs": "proceedings",
    "conf": "conference",
    "symp": "symposium",
    "j": "journal",
    "jnl": "journal",
    "intl": "international",
    "int": "international",
    "natl": "national",
    "trans": "transactions",
    "annu": "annual",
    "workshops": "workshop",
    "conferences": "conference",
    "lett": "letters",
    "adv": "advances",
    "commun": "communications",
    "comm": "communications",
    "assoc": "association",
    "rev": "review",
    "sci": "science",
    "soc": "society",
    "mag": "magazine",
    "ann": "annals",
    "engrg": "engineering",
    "mgmt": "management",
    "lncs": "lecture notes computer science",
    "symposia": "symposium",
    "journals": "journal",
    "dept": "department",
}
"""Abbreviations that are no beginning of their word, and plurals."""

UNSAID = frozenset(
    """the of on in for and a an at to und der die das de la le les et du proceedings annual international conference conferences record
    meeting papers volume vol long main full track paper jan feb mar apr may jun jul aug sep oct nov dec online virtual""".split()
)
"""Words that one spelling of a venue says and another leaves out."""
EVENT_WORDS = frozenset({"conference", "symposium", "workshop", "meeting"})
SPONSORS = frozenset(
    "acm ieee usenix cvf rsj ifip siam aaai sigplan sigops sigarch sigmod sigkdd sigsoft sigmetrics sigir sigact sigart eps ccf".split()
)
"""Societies that stand before the name of a conference."""
ANY_PLACE = frozenset({"symposium", "conference", "proceedings"})
ANOTHER_PLACE = {
    "workshop": "workshop",
    "workshops": "workshop",
    "findings": "findings",
    "companion": "companion",
    "adjunct": "companion",
    "supplement": "companion",
    "posters": "posters",
    "poster": "posters",
    "demo": "demo",
    "demos": "demo",
    "demonstrations": "demo",
    "demonstration": "demo",
    "tutorials": "tutorial",
    "tutorial": "tutorial",
    "industry": "industry",
    "student": "student",
    "short": "short",
    "doctoral": "doctoral",
}
"""Words that make another venue of a conference's name."""

PUBLISHERS = (
    # one row a publisher: its name for comparing, and how it is called; what follows a spelling (an imprint) does not count
    ("acm", ("acm", "association for computing machinery")),
    (
        "ieee",
        ("ieee", "institute of electrical and electronics engineers", "institute of electrical electronics engineers"),
    ),
    ("usenix", ("usenix", "usenix association")),
    ("acl", ("acl", "association for computational linguistics")),
    ("aaai", ("aaai", "association for the advancement of artificial intelligence")),
    ("pmlr", ("pmlr", "proceedings of machine learning research", "jmlr org", "jmlr")),
    ("springer", ("springer", "springerverlag")),
    ("nature", ("nature portfolio", "nature research", "nature publishing group", "nature")),
    ("elsevier", ("elsevier", "north holland", "pergamon", "academic press")),
    ("wiley", ("wiley", "john wiley", "blackwell", "wileyblackwell")),
    ("taylor", ("taylor and francis", "taylor francis", "informa", "routledge", "crc")),
    ("mit", ("mit press", "mit", "the mit press", "massachusetts institute of technology press")),
    ("oup", ("oxford university press", "oxford university", "oup")),
    ("cup", ("cambridge university press", "cambridge university", "cup")),
    ("curran", ("curran", "curran associates")),
    ("openreview", ("openreview", "openreview net")),
    (
        "neurips",
        ("neural information processing systems foundation", "neural information processing systems", "neurips"),
    ),
    ("vldb", ("vldb endowment", "vldb", "very large data base endowment")),
    (
        "ijcai",
        ("ijcai", "international joint conferences on artificial intelligence organization", "ijcai organization"),
    ),
    ("siam", ("siam", "society for industrial and applied mathematics", "society for industrial applied mathematics")),
    ("isca", ("isca", "international speech communication association")),
    ("cvf", ("cvf", "computer vision foundation")),
    ("mlsys", ("mlsys", "mlsys org", "systems and machine learning foundation")),
    ("iclr", ("iclr", "iclr cc")),
    ("dagstuhl", ("schloss dagstuhl", "dagstuhl", "leibniz zentrum fur informatik")),
    ("plos", ("plos", "public library of science", "public library science")),
    ("mdpi", ("mdpi", "multidisciplinary digital publishing institute", "multidisciplinary digital institute")),
    ("frontiers", ("frontiers",)),
    ("iop", ("iop", "institute of physics")),
    ("aip", ("aip", "american institute of physics")),
    ("aps", ("aps", "american physical society")),
    ("acs", ("acs", "american chemical society")),
    ("aaas", ("aaas", "american association for the advancement of science")),
    (
        "nas",
        (
            "national academy of sciences",
            "proceedings of the national academy of sciences",
            "national academy sciences",
        ),
    ),
    ("informs", ("informs", "institute for operations research and the management sciences")),
    ("now", ("now", "now publishers")),
    ("morgan", ("morgan kaufmann", "morgan and claypool", "morgan claypool")),
    ("world", ("world scientific",)),
    ("ios", ("ios press", "ios")),
    ("sage", ("sage",)),
    ("emerald", ("emerald",)),
    ("arxiv", ("arxiv", "cornell university")),
    ("science-press", ("science china press", "science press", "科学出版社", "中国科学杂志社")),
)
LEGAL_FORMS = frozenset(
    """inc ltd llc gmbh bv b v ag co corp corporation company limited publishing publishers publisher publications verlag s a sa
    plc the""".split()
)
