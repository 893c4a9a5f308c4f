"""Chinese sentences of our own: what they say of the link between their two companies."""
# ruff: noqa: RUF001 - full-width signs

import pytest

from inference.text.modality.chinese import modality_of
from inference.text.types import Span

CASES = {
    "asserted": [
        "北原集团宣布收购青禾科技。",
        "北原集团已完成对青禾科技的收购。",
        "北原集团持有青禾科技三成股份。",
        "北原集团将青禾科技收购。",
        "北原集团成为青禾科技的控股股东。",
        "北原集团与青禾科技签署合作协议。",
        "北原集团宣布亏损，并收购青禾科技。",
        "北原集团否认亏损，但收购了青禾科技。",
        "着眼未来，北原集团收购青禾科技。",
        "北原集团宣布收购青禾科技，后者没有回应。",
        "北原集团收购虚拟现实公司青禾科技。",
        "北原集团拟出售青禾科技。",
        "南山控股把股份转让给北原集团，青禾科技是后者的子公司。",
        "北原集团收购青禾科技！该公司可能上市。",
        "青禾科技被北原集团收购，股价可能上涨。",
        "北原集团曾创办青禾科技。",
        "北原集团收购青禾科技，交易已经完成。",
    ],
    "past": [
        "北原集团曾持有青禾科技两成股份。",
        "北原集团不再持有青禾科技的股份。",
        "北原集团出售青禾科技。",
        "北原集团清仓青禾科技。",
        "青禾科技的前股东北原集团发表声明。",
        "北原集团终止与青禾科技的合作。",
        "北原集团与青禾科技解除合作关系。",
        "北原集团此前是青禾科技的母公司。",
        "北原集团转让青禾科技全部股权。",
        "北原集团与青禾科技的合作关系终止。",
    ],
    "planned": [
        "北原集团拟收购青禾科技。",
        "北原集团计划以三亿元收购青禾科技。",
        "北原集团将于下月收购青禾科技。",
        "北原集团与青禾科技即将合并。",
        "青禾科技将被北原集团收购。",
        "北原集团同意收购青禾科技。",
        "北原集团发布公告，拟收购青禾科技。",
        "北原集团公布收购青禾科技的计划。",
        "北原集团与青禾科技达成合并协议。",
        "北原集团收购青禾科技一事尚未完成。",
        "北原集团尚未完成对青禾科技的收购。",
    ],
    "possible": [
        "北原集团有意收购青禾科技。",
        "北原集团考虑收购青禾科技。",
        "北原集团或将收购青禾科技。",
        "北原集团正与青禾科技洽谈合并。",
        "北原集团与青禾科技正在洽谈合并。",
        "市场传闻北原集团收购青禾科技。",
        "据传，北原集团收购了青禾科技。",
        "北原集团据传收购青禾科技。",
        "北原集团会收购青禾科技吗？",
        "如果北原集团收购青禾科技，股价会上涨。",
        "北原集团就收购青禾科技进行谈判。",
        "北原集团不排除收购青禾科技。",
        "北原集团没有否认有意收购青禾科技。",
        "北原集团竞购青禾科技。",
    ],
    "denied": [
        "北原集团否认收购青禾科技。",
        "北原集团未收购青禾科技。",
        "北原集团没有收购青禾科技的计划。",
        "北原集团放弃收购青禾科技。",
        "北原集团终止收购青禾科技。",
        "北原集团收购青禾科技的计划告吹。",
        "北原集团与青禾科技的合并谈判破裂。",
        "北原集团拟收购青禾科技，但交易最终告吹。",
        "监管机构否决北原集团收购青禾科技。",
        "北原集团收购青禾科技的消息不实。",
        "北原集团无意收购青禾科技。",
        "北原集团拒绝向青禾科技注资。",
        "公司否认北原集团收购青禾科技的报道。",
        "北原集团未能收购青禾科技。",
        "北原集团取消了与青禾科技合并的计划。",
    ],
}


def spans(sentence: str) -> tuple[Span, Span]:
    """Returns where the two companies stand."""
    places = [(sentence.index(name), len(name)) for name in ("北原集团", "青禾科技")]
    one, other = (Span(start, start + size) for start, size in places)
    return one, other


@pytest.mark.parametrize(("modality", "sentence"), [(m, s) for m, some in CASES.items() for s in some])
def test_words_around_two_companies(modality: str, sentence: str) -> None:
    one, other = spans(sentence)
    assert modality_of(sentence, one, other) == modality
    assert modality_of(sentence, other, one) == modality


@pytest.mark.parametrize(
    ("sentence", "modality"),
    [
        ("南山控股将青禾科技出售给北原集团。", "asserted"),
        ("南山控股向北原集团出售青禾科技。", "asserted"),
        ("南山控股拟向北原集团出售青禾科技。", "planned"),
        ("南山控股拟将青禾科技出售给北原集团。", "planned"),
    ],
)
def test_who_gets_a_company_is_not_who_gives_it_away(sentence: str, modality: str) -> None:
    assert modality_of(sentence, *spans(sentence)) == modality


def test_a_long_sentence_is_read_in_bounded_time() -> None:
    sentence = "据传，" * 20_000 + "北原集团收购青禾科技" + "，北原集团拟" * 20_000
    assert modality_of(sentence, *spans(sentence)) == "possible"
