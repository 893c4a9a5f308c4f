"""In which encoding a feed is written, whatever it says about itself, and its text, piece by piece.

A feed's declaration is often wrong: the usual case is UTF-8 with another label, the next is Windows-1252 labelled
UTF-8, and then UTF-8 with a single bad byte. So the bytes decide where they can. Labels are read as browsers read them
(https://encoding.spec.whatwg.org/#names-and-labels): ISO-8859-1 means Windows-1252, GB2312 means GB18030.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import charset_normalizer

Pieces = Callable[[], Iterator[bytes]]
"""Opens the bytes again from their beginning."""

SAMPLE = 64 * 1024
FIRST_OF_THREE_BYTES = 0x800
"""The first character that takes three bytes in UTF-8."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (
    (re.compile(rb"[<{\[]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\[]"), "utf-32-be"),
    (re.compile(rb"(?:\s\0)*[<{\[]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0\s)*\0[<{\[]"), "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
_LANGUAGE = re.compile(
    rb"<(?:\w+:)?language>\s*([A-Za-z]{2,3}(?:[-_][A-Za-z]+)?)|xml:lang\s*=\s*[\"']([A-Za-z-]{2,10})"
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_ESCAPED = frozenset(("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr", "hz"))
_NOT_FOR_FEEDS = frozenset(("utf_7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"))
_READ_AS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "latin_1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "iso8859-8": "cp1255",
}  # fmt: skip
_CJK = frozenset(("gb18030", "cp932", "cp949", "big5hkscs", "euc_jp", "hz"))
_BY_LANGUAGE = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "sl", "bs", "sq"), "cp1250"),
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
    "tr": "cp1254", "az": "cp1254", "el": "cp1253", "he": "cp1255", "ar": "cp1256", "fa": "cp1256", "th": "cp874",
    "vi": "cp1258",
}  # fmt: skip
_CYRILLIC = frozenset(("ru", "uk", "bg", "be", "sr", "mk"))
_BY_REGION = {
    "ja": ("euc_jp", "cp932"), "ja-jp": ("euc_jp", "cp932"), "ko": ("cp949",), "ko-kr": ("cp949",),
    "zh": ("gb18030",), "zh-cn": ("gb18030",), "zh-tw": ("big5hkscs",), "zh-hk": ("big5hkscs",),
}  # fmt: skip
"""The encodings of a language, the one that is valid for the fewest texts first."""

_NEARLY_ALL = 0.93
_LETTERS_ALONE = 1.8
"""Mean length of the runs of bytes above 0x7F up to which a text is in Latin letters with accents."""


def text_of(pieces: Pieces, label: str = "") -> tuple[str, Iterator[str]]:
    """Returns the encoding of some bytes, and their text in pieces. A byte that cannot be read becomes U+FFFD.

    Args:
        pieces: Opens the bytes; called twice.
        label: The encoding that a server stated; empty if none.
    """
    encoding = encoding_of(pieces, label)
    return encoding, decoded(pieces(), encoding)


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Yields the text of bytes in this encoding, without a byte-order mark."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    first = True
    for piece in pieces:
        text = decoder.decode(piece)
        if first and text:
            first = False
            text = text.removeprefix("\ufeff")
        yield text
    yield decoder.decode(b"", final=True)


def encoding_of(pieces: Pieces, label: str = "") -> str:
    """Returns the name of the codec to read some bytes with."""
    head = b""
    for piece in pieces():
        head += piece
        if len(head) >= SAMPLE:
            break
    if marked := _marked(head):
        return marked
    found = _DECLARED.search(head[:1024])
    declared = _codec(label) or _codec(found[1].decode() if found else "")
    if declared in _ESCAPED and (b"\x1b" in head or declared == "hz"):
        return declared
    legacy = "" if declared.startswith("utf") else declared
    good, bad, largest = _as_utf8(pieces())
    if not bad:
        # A few Chinese characters in GB18030 may happen to be valid UTF-8, but then they mean letters of the West.
        legacy = legacy if good and legacy in _CJK and largest < FIRST_OF_THREE_BYTES else "utf-8"
    elif good > (10 * bad if legacy else 0) and good >= bad:
        legacy = "utf-8"
    return legacy or _guess(head, pieces())


def _marked(head: bytes) -> str:
    """Returns the encoding that the first bytes prove; empty if they do not."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    return next((encoding for pattern, encoding in _WIDE if pattern.match(head)), "")


def _codec(label: str) -> str:
    """Returns the codec to read a label's encoding with; empty for one that is unknown or cannot be a feed's."""
    try:
        info = codecs.lookup(label.strip().strip("\"'"))
    except (LookupError, ValueError):
        return ""
    name = info.name
    if not getattr(info, "_is_text_encoding", True) or name.replace("-", "_") in _NOT_FOR_FEEDS:
        return ""
    # A declaration that could be read as ASCII proves that the bytes are not wide.
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else _READ_AS.get(name, name)


def _as_utf8(pieces: Iterable[bytes]) -> tuple[int, int, int]:
    """Returns how many characters above ASCII are valid UTF-8, how many bytes are not, and the largest character."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = largest = 0
    for text in chain(map(decoder.decode, pieces), (decoder.decode(b"", final=True) for _ in "1")):
        if not text.isascii():
            above = len(text) - len(text.encode("ascii", "ignore"))
            wrong = text.count("\ufffd")
            good, bad, largest = good + above - wrong, bad + wrong, max(largest, ord(max(text)))
    return good, bad, largest


def _decodes(sample: bytes, encoding: str) -> bool:
    """Returns whether a sample, which may end within a character, is valid in an encoding."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _guess(head: bytes, pieces: Iterable[bytes]) -> str:
    """Returns the most likely encoding of bytes that are not UTF-8 although nothing else is stated."""
    sample = bytearray()
    for piece in pieces:
        if not piece.isascii():
            sample += piece
        if len(sample) >= SAMPLE:
            break
    runs = _HIGH_RUN.findall(bytes(sample))
    high = b"".join(runs)
    found = _LANGUAGE.search(head)
    language = (found[1] or found[2]).decode().lower().replace("_", "-") if found else ""
    main = language.partition("-")[0]
    if main in _BY_LANGUAGE:
        return _BY_LANGUAGE[main]
    if len(high) <= _LETTERS_ALONE * len(runs):
        return "cp1252"
    # In both Cyrillic encodings letters begin at 0xC0. The upper half of them is lower case in Windows-1251, and
    # capitals in KOI8.
    letters = sum(b >= 0xC0 for b in high)  # noqa: PLR2004
    if main in _CYRILLIC or letters >= _NEARLY_ALL * len(high):
        return "cp1251" if 2 * sum(b >= 0xE0 for b in high) >= letters else "koi8-u"  # noqa: PLR2004
    for encoding in _BY_REGION.get(language, ()):
        if _decodes(bytes(sample), encoding):
            return encoding
    best = charset_normalizer.from_bytes(bytes(sample)).best()
    return _READ_AS.get(best.encoding, best.encoding) if best else "cp1252"
