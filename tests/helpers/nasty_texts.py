"""Generators of text that no newsroom writes, each of about a given number of UTF-8 bytes. Growth tests double them."""

from collections.abc import Callable

_HAN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_RARE = "".join(map(chr, range(0x9F00, 0x9FA0)))
"""Characters that jieba's Markov model does not know."""


def _filled(unit: str) -> Callable[[int], str]:
    def make(size: int) -> str:
        return unit * max(1, size // len(unit.encode()))

    return make


def _numbered(form: str) -> Callable[[int], str]:
    def make(size: int) -> str:
        count = max(1, size // len(form.format(0, _letters(0)).encode()))
        return "".join(form.format(i, _letters(i)) for i in range(count))

    return make


def _letters(number: int) -> str:
    """Returns a word of its own for each number."""
    word = ""
    number += 26**3
    while number:
        number, letter = divmod(number, 26)
        word += chr(97 + letter)
    return word.capitalize()


GENERATORS: dict[str, Callable[[int], str]] = {
    "one long word": _filled("a"),
    "one long capitalised word": lambda size: "A" + "b" * (size - 1),
    "spaces": lambda size: "March 3" + " " * size,
    "spaces between": _filled("May 4 \t \t \t \t \t \t \t \t"),
    "NFKC expanders": _filled("\ufdfa"),
    "NFKC expanders as words": _filled("A\ufdfa "),
    "half-width": _filled("\uff76\uff9e"),
    "combining marks": lambda size: "A" + "\u0301" * (size // 2),
    "marks on letters": _filled("e\u0301\u0302\u0303"),
    "names": _numbered("{1} Smith, "),
    "names of one form": _filled("Ann-Marie Smith, ann marie SMITH, Ann Marie Smith "),
    "countries and courts": _filled("Supreme Court Brazil "),
    "abbreviations": _numbered("{1} Rapid Corps (ABC) "),
    "pronouns": _filled("He It She "),
    "one sentence": _filled("and then Ann told Bob in Rome "),
    "dates": _filled("Monday "),
    "dates in quotes": _filled('"On May 4 we ate" '),
    "figures": _filled("1"),
    "groups of figures": _filled("1,"),
    "numbers": _filled("7 dogs "),
    "dots": _filled("."),
    "abbreviating dots": _filled("A."),
    "short sentences": _filled("No. "),
    "quotes": _filled('"'),
    "sentence ends in quotes": _filled(".' \" "),
    "brackets": _filled("("),
    "closed brackets": lambda size: "(" * (size // 2) + ")" * (size // 2),
    "deep HTML": lambda size: "<div>" * (size // 11) + "</div>" * (size // 11),
    "unclosed HTML": _filled("<a href='"),
    "a table": _filled("<tr><td>Ann</td><td>7.5%</td></tr>\n"),
    "base64": _numbered("{1}QmFzZTY0+/"),
    "line feeds": _filled("\n"),
    "lines": _filled("Ann\n"),
    "emoji": _filled("🙂"),
    "flags and joiners": _filled("👩\u200d👧🇨🇭"),
    "right to left": _filled("\u202eקרב \u2067"),
    "Arabic": _filled("قال الرئيس "),
    "hyphens": _filled("a-"),
    "zero width": _filled("\u200b"),
    "Chinese without a stop": _filled("王"),
    "Chinese words": _filled("中国"),
    "rare Chinese": _filled(_RARE),
    "rare among known": _filled("龘王，"),  # noqa: RUF001
    "surnames": _filled(_HAN),
    "surnames in lines": _filled(_HAN[:20] + "。"),
    "Chinese stops": _filled("王。"),
    "Chinese dates": _filled("今天"),
    "full-width": _filled("Ａ１"),  # noqa: RUF001
}
"""Name → what makes about so many bytes of it."""
