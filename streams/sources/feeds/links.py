"""Addresses in feeds: relative ones made absolute, tracking parameters removed."""

import ipaddress
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LONGEST = 4096
_TRACKING = re.compile(
    r"(?:utm_\w*|at_(?:medium|campaign|link_\w+|format|ptr_\w+|bbc_team|custom\d)|fbclid|gclid|dclid|gbraid|wbraid|msclkid"
    r"|yclid|twclid|ttclid|igshid|mc_[ce]id|_hsenc|_hsmi|wt\.?_?mc\w*|xtor|ocid|cmpid|ncid|smid|taid|guccounter|guce_\w+"
    r"|__twitter_impression|mkt_tok|oly_\w+_id|vero_id|_openstat|rss_?id|ns_(?:mchannel|source|campaign|linkname|fee))\Z",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[\x00-\x20\x7f]+")
_NO_HOST = re.compile(r"""[@%\\\s<>"'`{}|^]""")
"""In no host: an address with a user name is somebody's own; one with a backslash leads browsers to another host."""

_BEFORE_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]+", re.IGNORECASE)
_HOST = re.compile(r"[^/?#]*")
_NAMES = ("urn:", "tag:", "mailto:")
"""How names begin that are no addresses of a host, and in which an `@` stands before no host."""

_PREFIXES = ("www.", "feeds.", "feed.", "rss.", "m.", "amp.")


def absolute(address: str, base: str = "") -> str:
    """Returns an http(s) address in full; empty if it is none, has a user name in it, or is too long.

    Args:
        address: The address, which may be relative.
        base: The address it is relative to; empty if unknown.
    """
    whole = resolved(address, base)
    if not whole:
        return ""
    parts = urlsplit(whole)
    return "" if _NO_HOST.search(parts.netloc) or parts.port == 0 else whole


def resolved(address: str, base: str = "") -> str:
    """Like `absolute`, for ids alone: also of an address that nobody else is to see, as with a user name in it."""
    address = address.strip()
    if not address or len(address) > LONGEST or address.startswith("#"):
        return ""
    address = _SPACES.sub("%20", address)
    try:
        whole = urljoin(base, address) if base else address
        parts = urlsplit(whole)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            return ""
        _ = parts.port  # it raises if there is no such port
    except ValueError:
        return ""
    return whole if len(whole) <= LONGEST else ""


def without_user(address: str) -> str:
    """Returns an address to be shown, without the user name and password that it may have, however it is written."""
    if "@" not in address or address.lower().startswith(_NAMES):
        return address
    found = _BEFORE_HOST.match(address)
    kept = found[0] if found else ""
    rest = address[len(kept) :]
    host = _HOST.match(rest)[0]  # type: ignore[index]  # it matches nothing, too
    if "@" in host and (kept or ":" in host):  # `logo@2x.png` is a relative address
        return kept + rest[host.rindex("@") + 1 :]
    name, _, after = host.partition(":")
    if after and not after.isdecimal() and not name.startswith("["):
        # What follows is no port, so it is the beginning of a password that has one of `/?#` in it.
        return kept + rest[rest.rindex("@") + 1 :]
    return address


def has_user(address: str) -> bool:
    """Returns whether an address has a user name in it, so that it must not be shown as it stands."""
    return bool(_BEFORE_HOST.match(address)) and without_user(address) != address


def untracked(address: str) -> str:
    """Returns an address without the parameters that only say where a reader came from. Others keep their order."""
    parts = urlsplit(address)
    fragment = parts.fragment
    if fragment.lower().startswith(("utm_", "xtor=", "ref=rss")):
        fragment = ""
    pairs = parts.query.split("&") if parts.query else []
    kept = [pair for pair in pairs if not _TRACKING.match(pair.partition("=")[0])]
    if len(kept) == len(pairs) and fragment == parts.fragment:
        return address
    return urlunsplit(parts._replace(query="&".join(kept), fragment=fragment))


def site(address: str) -> str:
    """Returns the host of an http(s) or `tag:` address without `www.` and the like; empty if it has no public one."""
    if address.lower().startswith("tag:"):
        host = address[4:].partition(",")[0].rpartition("@")[2].lower()
    else:
        try:
            parts = urlsplit(address)
            host = (parts.hostname or "") if parts.scheme.lower() in {"http", "https"} else ""
        except ValueError:
            return ""
    host = host.rstrip(".")
    for prefix in _PREFIXES:
        if host.startswith(prefix) and host.count(".") > 1:
            host = host.removeprefix(prefix)
            break
    return host if "." in host and not _private(host) else ""


def same_site(one: str, other: str) -> bool:
    """Returns whether two hosts are the same, or one belongs to the other."""
    return bool(one and other) and (one == other or one.endswith("." + other) or other.endswith("." + one))


def home(address: str) -> str:
    """Returns a site's address in the form in which it identifies a publisher: host and path, however it is written."""
    host = site(address)
    if not host or address.lower().startswith("tag:"):
        return host
    parts = urlsplit(untracked(address))
    path = re.sub(r"/(?:index\.\w{2,5})?/*\Z", "", parts.path)
    query = urlencode(sorted(parse_qsl(parts.query)))
    return host + path + (f"?{query}" if query else "")


def _private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host.endswith((".localhost", ".local", ".internal", ".invalid", ".lan"))
