"""The few Chinese words that make a link between two companies denied, planned or merely possible."""

import re
from typing import Literal

from inference.text.types import Span

_DENIED = re.compile("否认|並未|并未|未曾|没有|沒有|不会|不會|不再|拒绝|拒絕|不实|不實")
_POSSIBLE = re.compile("可能|或将|或將|传闻|傳聞|据传|考虑|考慮|有意|是否|拟议|洽谈|洽談")
_PLANNED = re.compile("将|將|拟|擬|计划|計劃|打算|准备|準備")
_CLAUSE = re.compile("[。；！？\n]")  # noqa: RUF001 - Chinese punctuation

Modality = Literal["asserted", "planned", "possible", "denied"]


def modality_of(text: str, subject: Span, object_: Span) -> Modality:
    """Returns the modality of a relation between two names of a Chinese sentence.

    Args:
        text: The sentence.
        subject: The subject's characters in it.
        object_: The object's.
    """
    begin, end = sorted((subject, object_), key=lambda span: span.start)
    between = text[begin.end : end.start]
    if _CLAUSE.search(between):
        return "asserted"
    if _DENIED.search(between):
        return "denied"
    if _POSSIBLE.search(between):
        return "possible"
    return "planned" if _PLANNED.search(between) else "asserted"
