"""NewsML-G2 documents for tests."""

from html import escape


def item(
    guid: str,
    version: str = "1",
    *,
    text: str = "Text of 7",
    provider: str = "coast",
    created: str = "2026-03-03T07:15:00Z",
    management: str = "",
    about: str = "",
    more: str = "",
) -> str:
    """Returns a newsItem with a plain text; `management`, `about` and `more` are put into and after its metadata."""
    return (
        f'<newsItem guid="{escape(guid)}" version="{version}"><itemMeta><provider qcode="p:{provider}"/>'
        f"<versionCreated>{created}</versionCreated>{management}</itemMeta><contentMeta>{about}</contentMeta>{more}"
        f'<contentSet><inlineData contenttype="text/plain">{escape(text)}</inlineData></contentSet></newsItem>'
    )


def message(*items: str) -> bytes:
    """Returns a newsMessage with these items."""
    inner = "".join(items)
    return f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{inner}</itemSet></newsMessage>'.encode()
