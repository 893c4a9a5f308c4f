"""Names of elements, whatever prefix or variant of a namespace a feed uses."""

_SPACES = {
    "www.w3.org/2005/atom": "atom",
    "purl.org/atom/ns": "atom",
    "purl.org/rss/1.0": "rss",
    "my.netscape.com/rdf/simple/0.9": "rss",
    "channel.netscape.com/rdf/simple/0.9": "rss",
    "backend.userland.com/rss": "rss",
    "backend.userland.com/rss2": "rss",
    "blogs.law.harvard.edu/tech/rss": "rss",
    "cyber.law.harvard.edu/rss": "rss",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dc",
    "purl.org/rss/1.0/modules/content": "content",
    "search.yahoo.com/mrss": "media",
    "www.rssboard.org/media-rss": "media",
    "tools.search.yahoo.com/mrss": "media",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "www.w3.org/1999/xhtml": "xhtml",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "purl.org/atompub/tombstones/1.0": "tombstone",
    "www.w3.org/xml/1998/namespace": "xml",
    "iptc.org/std/nar/2006-10-01": "nar",
    "www.iptc.org/std/nar/2006-10-01": "nar",
}
_PREFIXES = {
    "atom": "atom", "atom10": "atom", "dc": "dc", "dcterms": "dc", "content": "content", "media": "media",
    "itunes": "itunes", "xhtml": "xhtml", "rdf": "rdf", "feedburner": "feedburner", "xml": "xml", "rss": "rss",
    "nar": "nar",
}  # fmt: skip


def space_of(address: str) -> str:
    """Returns our short name of a namespace; empty if it means nothing to us."""
    bare = address.strip().lower().partition("://")[2].rstrip("/#")
    return _SPACES.get(bare, "")


def split(name: str, declared: dict[str, str]) -> tuple[str, str]:
    """Returns the short name of an element's namespace and its local name in lower case.

    Args:
        name: The name as written.
        declared: Namespace addresses by prefix; the default namespace under the empty prefix.
    """
    prefix, colon, local = name.rpartition(":")
    if prefix in declared:
        known = space_of(declared[prefix])
        return known or ("" if not colon else _PREFIXES.get(prefix.lower(), "?")), local.lower()
    return _PREFIXES.get(prefix.lower(), "?") if colon else "", local.lower()
