"""What Zotero calls a thing, and what the house dialect calls it: rows of item types, fields and creators (schema 41)."""

from __future__ import annotations

from typing import Final

FALLBACK: Final = ("misc", "")

# Item type -> (entry type, entrysubtype): every regular item type.
TYPES: Final[dict[str, tuple[str, str]]] = {
    "artwork": ("artwork", ""),
    "audioRecording": ("audio", ""),
    "bill": ("legislation", ""),
    "blogPost": ("online", "blog"),
    "book": ("book", ""),
    "bookSection": ("incollection", ""),
    "case": ("jurisdiction", ""),
    "computerProgram": ("software", ""),
    "conferencePaper": ("inproceedings", ""),
    "dataset": ("dataset", ""),
    "dictionaryEntry": ("inreference", ""),
    "document": ("misc", ""),
    "email": ("letter", ""),
    "encyclopediaArticle": ("inreference", ""),
    "film": ("movie", ""),
    "forumPost": ("online", "forum"),
    "hearing": ("misc", ""),
    "instantMessage": ("letter", ""),
    "interview": ("misc", ""),
    "journalArticle": ("article", ""),
    "letter": ("letter", ""),
    "magazineArticle": ("article", "magazine"),
    "manuscript": ("unpublished", ""),
    "map": ("artwork", ""),
    "newspaperArticle": ("article", "newspaper"),
    "patent": ("patent", ""),
    "podcast": ("audio", ""),
    "preprint": ("misc", ""),
    "presentation": ("presentation", ""),
    "radioBroadcast": ("audio", ""),
    "report": ("techreport", ""),
    "standard": ("standard", ""),
    "statute": ("legislation", ""),
    "thesis": ("phdthesis", ""),
    "tvBroadcast": ("video", ""),
    "videoRecording": ("video", ""),
    "webpage": ("online", ""),
}
# Classes of Zotero's own RDF, for items that do not say their type -> item type.
CLASSES: Final[dict[str, str]] = {
    "Article": "journalArticle",
    "Book": "book",
    "BookSection": "bookSection",
    "Thesis": "thesis",
    "Document": "document",
    "Report": "report",
    "Manuscript": "manuscript",
    "Letter": "letter",
    "Interview": "interview",
    "MotionPicture": "film",
    "Image": "artwork",
    "Recording": "audioRecording",
    "Patent": "patent",
    "Legislation": "statute",
    "CourtCase": "case",
    "ConferenceProceedings": "conferencePaper",
}

# Zotero's field -> field, whatever the item type; in the order in which they are asked.
FIELDS: Final[dict[str, str]] = {
    **dict.fromkeys(("title", "caseName", "subject", "nameOfAct"), "title"),
    "publicationTitle": "journal",
    **dict.fromkeys(
        ("proceedingsTitle", "bookTitle", "encyclopediaTitle", "dictionaryTitle", "programTitle"), "booktitle"
    ),
    **dict.fromkeys(("blogTitle", "websiteTitle", "forumTitle"), "organization"),
    "journalAbbreviation": "shortjournal",
    **dict.fromkeys(("conferenceName", "meetingName"), "eventtitle"),
    "eventPlace": "venue",
    "series": "series",
    "seriesTitle": "series",
    "volume": "volume",
    **dict.fromkeys(("codeVolume", "reporterVolume"), "volume"),
    "issue": "number",
    "seriesNumber": "number",
    "number": "number",
    **dict.fromkeys(("reportNumber", "patentNumber", "billNumber", "docketNumber", "documentNumber"), "number"),
    **dict.fromkeys(("publicLawNumber", "episodeNumber"), "number"),
    "pages": "pages",
    "codePages": "pages",
    "numPages": "pagetotal",
    "numberOfVolumes": "volumes",
    "edition": "edition",
    "versionNumber": "version",
    "programmingLanguage": "programminglanguage",
    "publisher": "publisher",
    "university": "school",
    "institution": "institution",
    **dict.fromkeys(("company", "studio", "distributor", "label", "network", "organization"), "organization"),
    **dict.fromkeys(("court", "committee", "issuingAuthority"), "organization"),
    "place": "address",
    "repositoryLocation": "address",
    "ISBN": "isbn",
    "ISSN": "issn",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "language": "language",
    "shortTitle": "shorttitle",
    "rights": "license",
    "callNumber": "library",
    "runningTime": "runningtime",
    **dict.fromkeys(("artworkMedium", "interviewMedium", "medium"), "howpublished"),
    "abstractNote": "abstract",
}
# (item type, Zotero's field) -> field, where it is another one.
PLACES: Final[dict[tuple[str, str], str]] = {
    ("dataset", "repository"): "publisher",
    ("presentation", "place"): "venue",
}
KINDS: Final[frozenset[str]] = frozenset(
    """
    genre letterType manuscriptType mapType postType presentationType reportType thesisType type websiteType
    """.split()
)
"""Fields that say in words what kind of thing it is."""
DATES: Final = ("date", "dateDecided", "dateEnacted", "issueDate")
NO_CONTENT: Final = frozenset(
    """
    key version itemType itemID itemKey itemid uri uris relations dateAdded dateModified collections tags creators notes attachments
    parentItem inPublications libraryID multi deleted citekey select groupID lastModifiedByUser createdByUser seeAlso
    """.split()
)
"""Fields that say how Zotero keeps an item, and those that have rules of their own."""

# Creator type -> role. Those of AUTHORS are the author of an item type that has no other.
ROLES: Final[dict[str, str]] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "bookAuthor": "bookauthor",
    "director": "director",
}
AUTHORS: Final[dict[str, str]] = {
    "artwork": "artist",
    "audioRecording": "performer",
    "bill": "sponsor",
    "computerProgram": "programmer",
    "film": "director",
    "hearing": "contributor",
    "interview": "interviewee",
    "map": "cartographer",
    "patent": "inventor",
    "podcast": "podcaster",
    "presentation": "presenter",
    "radioBroadcast": "creator",
    "tvBroadcast": "director",
    "videoRecording": "creator",
}
FIRST_AUTHORS: Final = ("director", "presenter", "programmer", "performer", "podcaster", "contributor", "creator")
"""Creator types that stand for the author where an item names no other."""
