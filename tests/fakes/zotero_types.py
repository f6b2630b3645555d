"""Zotero's item types that the list uses: the fields of each, the base field that a field stands for, the creator types (the first is the primary one).

Facts of the Zotero schema, version 41, written by a script from the schema file; ``test_fake_zotero.py`` compares this table with that file where it
is present. Only the item types that a list of papers, software, talks and pages needs; the schema has 40.
"""

from __future__ import annotations

SCHEMA_VERSION = 41

_FIELDS = """
preprint: title abstractNote genre repository archiveID place date series seriesNumber DOI citationKey url
accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
conferencePaper: title abstractNote proceedingsTitle conferenceName publisher place date eventPlace volume issue
numberOfVolumes pages series seriesNumber DOI ISBN citationKey url accessDate ISSN archive archiveLocation
shortTitle language libraryCatalog callNumber rights extra
journalArticle: title abstractNote publicationTitle publisher place date volume issue section partNumber
partTitle pages series seriesTitle seriesText journalAbbreviation DOI citationKey url accessDate PMID PMCID ISSN
archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
computerProgram: title abstractNote seriesTitle versionNumber date system company place programmingLanguage
rights citationKey url accessDate DOI ISBN archive archiveLocation libraryCatalog callNumber shortTitle extra
videoRecording: title abstractNote videoRecordingFormat seriesTitle volume numberOfVolumes studio place date
runningTime ISBN DOI citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog
callNumber rights extra
presentation: title abstractNote presentationType date meetingName place series sessionTitle DOI citationKey url
accessDate shortTitle language rights extra
blogPost: title abstractNote blogTitle websiteType date DOI citationKey url accessDate ISSN shortTitle language
rights extra
webpage: title abstractNote websiteTitle websiteType date publisher place DOI citationKey url accessDate
shortTitle language rights extra
report: title abstractNote reportNumber reportType institution place date seriesTitle seriesNumber pages DOI
ISBN citationKey url accessDate ISSN archive archiveLocation shortTitle language libraryCatalog callNumber
rights extra
book: title abstractNote series seriesNumber volume numberOfVolumes edition date publisher place originalDate
originalPublisher originalPlace format numPages ISBN DOI citationKey url accessDate ISSN archive archiveLocation
shortTitle language libraryCatalog callNumber rights extra
bookSection: title abstractNote bookTitle series seriesNumber volume numberOfVolumes edition date publisher
place originalDate originalPublisher originalPlace format pages ISBN DOI citationKey url accessDate ISSN archive
archiveLocation shortTitle language libraryCatalog callNumber rights extra
thesis: title abstractNote thesisType university place date series seriesNumber numPages DOI ISBN citationKey
url accessDate ISSN archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
dataset: title abstractNote identifier type versionNumber date repository repositoryLocation format DOI
citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
document: title abstractNote type date publisher place DOI citationKey url accessDate archive archiveLocation
shortTitle language libraryCatalog callNumber rights extra
magazineArticle: title abstractNote publicationTitle publisher place date volume issue pages ISSN DOI
citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
newspaperArticle: title abstractNote publicationTitle publisher place date volume issue edition section pages
ISSN DOI citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights
extra
manuscript: title abstractNote manuscriptType institution place date numPages number DOI citationKey url
accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
patent: title abstractNote place country assignee issuingAuthority patentNumber filingDate pages
applicationNumber priorityNumbers issueDate priorityDate references legalStatus DOI citationKey url accessDate
shortTitle language rights extra
standard: title abstractNote organization committee type number versionNumber edition status date publisher
place partNumber partTitle ISBN DOI citationKey url accessDate archive archiveLocation shortTitle numPages
language libraryCatalog callNumber rights extra
encyclopediaArticle: title abstractNote encyclopediaTitle series seriesNumber volume numberOfVolumes edition
date publisher place pages ISBN DOI citationKey url accessDate archive archiveLocation shortTitle language
libraryCatalog callNumber rights extra
audioRecording: title abstractNote audioRecordingFormat seriesTitle volume numberOfVolumes label place date
runningTime ISBN DOI citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog
callNumber rights extra
film: title abstractNote distributor place date genre videoRecordingFormat runningTime DOI citationKey url
accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
podcast: title abstractNote seriesTitle episodeNumber audioFileType date publisher place runningTime DOI
citationKey url accessDate shortTitle language rights extra
note:
attachment: title accessDate url
"""
_BASES = """
preprint: genre=type repository=publisher archiveID=number
conferencePaper: proceedingsTitle=publicationTitle
computerProgram: company=publisher
videoRecording: videoRecordingFormat=medium studio=publisher
presentation: presentationType=type sessionTitle=publicationTitle
blogPost: blogTitle=publicationTitle websiteType=type
webpage: websiteTitle=publicationTitle websiteType=type
report: reportNumber=number reportType=type institution=publisher
book: format=medium
bookSection: bookTitle=publicationTitle format=medium
thesis: thesisType=type university=publisher
dataset: identifier=number repository=publisher repositoryLocation=place format=medium
manuscript: manuscriptType=type institution=publisher
patent: issuingAuthority=authority patentNumber=number issueDate=date priorityDate=originalDate
legalStatus=status
standard: organization=authority
encyclopediaArticle: encyclopediaTitle=publicationTitle
audioRecording: audioRecordingFormat=medium label=publisher
film: distributor=publisher genre=type videoRecordingFormat=medium
podcast: episodeNumber=number audioFileType=medium
"""
_CREATORS = """
preprint: author contributor editor translator reviewedAuthor
conferencePaper: author contributor editor translator seriesEditor
journalArticle: author contributor editor translator reviewedAuthor
computerProgram: programmer contributor
videoRecording: creator director producer scriptwriter executiveProducer castMember host guest narrator
translator contributor
presentation: presenter chair organizer contributor translator
blogPost: author translator commenter contributor
webpage: author contributor translator
report: author editor contributor translator seriesEditor
book: author contributor editor translator seriesEditor
bookSection: author contributor editor bookAuthor translator seriesEditor
thesis: author contributor
dataset: author contributor
document: author contributor editor translator reviewedAuthor
magazineArticle: author contributor translator reviewedAuthor
newspaperArticle: author contributor translator reviewedAuthor
manuscript: author contributor translator
patent: inventor attorneyAgent contributor
standard: author editor contributor
encyclopediaArticle: author contributor editor translator seriesEditor
audioRecording: performer originalCreator composer wordsBy translator contributor
film: director producer scriptwriter castMember host guest narrator translator contributor
podcast: podcaster guest producer executiveProducer seriesCreator director scriptwriter castMember translator
contributor
"""
_ALL_FIELDS = """
DOI ISBN ISSN PMCID PMID abstractNote accessDate applicationNumber archive archiveID archiveLocation
artworkMedium artworkSize assignee audioFileType audioRecordingFormat authority billNumber blogTitle bookTitle
callNumber caseName citationKey code codeNumber codePages codeVolume committee company conferenceName country
court date dateDecided dateEnacted dictionaryTitle distributor docketNumber documentNumber edition
encyclopediaTitle episodeNumber eventPlace extra filingDate firstPage format forumTitle genre history identifier
institution interviewMedium issue issueDate issuingAuthority journalAbbreviation label language legalStatus
legislativeBody letterType libraryCatalog manuscriptType mapType medium meetingName nameOfAct network numPages
number numberOfVolumes organization originalDate originalPlace originalPublisher pages partNumber partTitle
patentNumber place postType presentationType priorityDate priorityNumbers proceedingsTitle programTitle
programmingLanguage publicLawNumber publicationTitle publisher references reportNumber reportType reporter
reporterVolume repository repositoryLocation rights runningTime scale section series seriesNumber seriesText
seriesTitle session sessionTitle shortTitle status studio subject system thesisType title type university url
versionNumber videoRecordingFormat volume websiteTitle websiteType
"""
_ALL_CREATORS = """
artist attorneyAgent author bookAuthor cartographer castMember chair commenter composer contributor cosponsor
counsel creator director editor executiveProducer guest host interviewee interviewer inventor narrator organizer
originalCreator performer podcaster presenter producer programmer recipient reviewedAuthor scriptwriter
seriesCreator seriesEditor sponsor translator wordsBy
"""


def _rows(text: str) -> dict[str, tuple[str, ...]]:
    rows: dict[str, list[str]] = {}
    row: list[str] = []
    for word in text.split():
        if word.endswith(":"):
            row = rows.setdefault(word[:-1], [])
        else:
            row.append(word)
    return {name: tuple(words) for name, words in rows.items()}


FIELDS: dict[str, tuple[str, ...]] = _rows(_FIELDS)
"""Item type -> its fields, in the order of the schema."""
BASES: dict[str, dict[str, str]] = {
    kind: dict(pair.split("=", 1) for pair in pairs) for kind, pairs in _rows(_BASES).items()
}
"""Item type -> its own name of a field -> the base field."""
CREATORS: dict[str, tuple[str, ...]] = _rows(_CREATORS)
"""Item type -> its creator types; none for notes and attachments."""
ALL_FIELDS = frozenset(_ALL_FIELDS.split())
"""The fields of all 40 item types."""
ALL_CREATORS = frozenset(_ALL_CREATORS.split())
"""The creator types of all 40 item types."""
