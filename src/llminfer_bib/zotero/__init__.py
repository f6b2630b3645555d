"""A .bib file and a collection of Zotero in step, both ways. Nothing here prints, or reads the file.

The values are in `values`; how an entry becomes an item, in `mapping`, and back, in `reverse`; who wins, in `merging`; the
protocol, in `client`; what was pushed before, in `state`.
"""
