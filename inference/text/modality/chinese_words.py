"""The words by which Chinese news marks what is past, planned, possible or denied; see `chinese`."""
# ruff: noqa: RUF001 - full-width signs

import re

NAME = "\ue000"
"""Stands for a name; from the private use area, so no text has it by accident."""

BREAK = re.compile("[。；！？;!?\n]")
"""Where a clause ends."""
ASKED = re.compile("吗[？?]?$")
COMMA = re.compile("[，,：:]")
ASIDE = re.compile("[^，,]{0,60}[，,](?=并(?!购|无|未)|但|而(?!且)|却|同时|同日|随后|另|还(?!未)|又|此外|其中)")
"""Part of a sentence after which something else is said."""
SIDE_BY_SIDE = re.compile(rf"{NAME}[（(）)\s]*(?:与|和|及|以及|、|跟|同)[（(）)\s]*{NAME}")

_DEAL = "收购|并购|合并|入股|重组|控股|增持|注资"
_RUMOUR = "传闻|传言|据传|谣传|网传|盛传|风传|有传|外传|传出"

LINK = (
    "收购|并购|兼并|收买|买下|购买|购入|认购|吞并|合并|并入|纳入|重组|入股|参股|控股|持股|持有|拥有|增持|注资|注入|投资|合作|联手|"
    "携手|结盟|联姻|联合|合资|签约|签署|签订|成立|设立|组建|创办|竞争|起诉|诉讼|纠纷|接手|接盘|接管|受让|转让|出售|卖|成为|换股|获得|"
    "取得|交易|股权|股份|要约|竞购|洽谈|谈判|关系"
)
"""What can join two companies: words of doubt that stand before something else are not said of the link."""

DENIED = re.compile(
    "否认|否决|驳回|叫停|辟谣|子虚乌有|(?:并未|从未|未曾|未能|(?<![尚还仍前])未(?![来必免知经婚成完公最])|没有|并没|不会|不拟|不打算|"
    f"不计划|不准备|不考虑|无意|并无|无法|拒绝|婉拒|回绝|阻止|禁止|反对)(?=[^，,]{{0,12}}?(?:{LINK}))"
)
"""Between the names or before the first one."""
NO_DENIAL = re.compile("(?:没有|并未|未|不|拒绝)(?:予以)?(?:否认|排除)|不得不")
MAYBE = "可能"
"""What is not denied may be."""
STOPPED = re.compile("终止|中止|停止|解除|中断|结束|断绝|放弃|取消|撤回|撤销|搁置")
"""Ends a plan, and so denies it; or ends a bond, which was a fact."""
BOND = re.compile("合作|合同|合约|关系|伙伴|联盟|代理|战略协议")
_FELL = (
    "告吹|终止|中止|失败|破裂|泡汤|流产|夭折|作罢|搁浅|取消|叫停|否决|驳回|未获|未能|落空|告败|放弃|撤回|不了了之|"
    "不实|不属实|谣言|谣传|子虚乌有|虚假|失实"
)
_FELL_SHORT = "告吹|破裂|泡汤|流产|夭折|作罢|搁浅|不了了之"
_OF_DEAL = f"{_DEAL}|要约|交易|方案|计划|谈判|协议|消息|报道|双方|合作|关系"
FELL_THROUGH = re.compile(
    rf"[^，,]{{0,14}}?(?:{_FELL})|[^，,]{{0,16}}[，,][^，,]{{0,8}}?(?:{_OF_DEAL})[^，,]{{0,8}}?(?:{_FELL})"
)
"""After the second name: "收购乙公司的计划告吹"."""
FELL_APART = re.compile(_FELL_SHORT)
"""Between the names or after two that stand side by side."""

HELD_ONCE = re.compile(
    "不再(?:是|为|持有|控股|拥有|控制|合作)|已不是|已非|(?:曾经?|此前|之前|过去|原先|原来|一度)(?:是|为|持有|控股|拥有|控制)|"
    f"(?:{NAME}|的|系|是)[原前](?:控股股东|股东|母公司|子公司|东家|合作伙伴|合作方|大股东)|退出(?!阶段)|清仓|分道扬镳"
)
FORMER_AFTER = re.compile("的?[原前](?:控股股东|股东|母公司|子公司|东家|合作伙伴|合作方|大股东)")
SOLD = re.compile("出售|售出|卖出|卖掉|抛售|剥离|变卖|转让")
TO_BEFORE = re.compile("[向给对]$")
TO_BETWEEN = re.compile(f"(?:给|予|至|与){NAME}$|[向给](?!.*[，,])")

POSSIBLE = re.compile(
    f"(?:可能|或将|或(?={_DEAL})|{_RUMOUR}|考虑|有意|意欲|意图|试图|是否|拟议|有望|寻求|希望|想要|欲(?={_DEAL})|竞标|探讨|如果|倘若|一旦|"
    f"假如|建议|提议|呼吁|疑似|或许|也许|不排除|未必|感兴趣|接洽)(?=[^，,]{{0,24}}?(?:{LINK}))|竞购|洽谈|商谈|磋商|谈判|协商"
)
IF_BEFORE = re.compile("如果|若|倘若|一旦|假如|是否|疑似|或许|也许|考虑|探讨|有望|可能")
RUMOURED = re.compile(f"(?:{_RUMOUR})[^，,]{{0,10}}[，,：:]?[^，,：:]{{0,8}}$")
POSSIBLE_AFTER = re.compile(
    f"(?:的)?(?:可能性|传闻|传言|意向|意愿|谈判|洽谈|磋商|商谈)|[^，,]{{0,4}}?(?:{_DEAL})?事宜?[^，,]{{0,8}}(?:谈判|洽谈|磋商|商谈|接触|协商)|"
    "[^，,]{0,6}?(?:进行|展开|开始|启动|举行)[^，,]{0,8}?(?:谈判|洽谈|磋商|商谈|接触|协商)"
)

PLANNED = re.compile(
    "(?:(?<![虚模])拟(?![人态真])|计划|打算|准备|筹划|谋划|即将|将(?![\ue000其]|所持|持有|旗下|手中|军|领|近)|预计|决定|承诺|有待)"
    f"(?=[^，,]{{0,24}}?(?:{LINK}))|"
    f"(?:同意|批准|达成[^，,]{{0,8}}协议|签署[^，,]{{0,8}}协议)(?=.{{0,6}}(?:{_DEAL}))|(?:同意|达成|签署)[^，,]{{0,4}}(?:{_DEAL})[^，,]{{0,4}}协议|"
    "[尚还仍]未(?=完成|最终)"
)
PLANNED_AFTER = re.compile(
    "的?(?:计划|方案|预案|意向书|要约)(?!.{0,6}(?:完成|通过|生效|落实))|[^，,]{0,12}?[尚还仍]未完成"
)
