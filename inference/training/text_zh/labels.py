"""The labels of the Chinese model: three kinds of names, FinRE's relations, and what those are in the ontology."""

ENTITY_TYPES = ("person", "organization", "location")

_NAMES = """
unknown 注资 拥有 纠纷 自己 增持 重组 买资 签约 持股 交易 入股 转让 成立 分析 合作 帮助
发行 商讨 合并 竞争 订单 减持 合资 收购 借壳 欠款 被发行 被转让 被成立 被注资 被持股 被拥有
被收购 被帮助 被借壳 被买资 被欠款 被增持 拟收购 被减持 被分析 被入股 被拟收购
"""
RELATIONS = tuple(_NAMES.split())
"""FinRE's relations in its own order; 被 is the passive of a relation, `unknown` is no relation."""

ONTOLOGY: dict[str, tuple[str, bool]] = {
    "拥有": ("P127", True),  # owns
    "收购": ("P127", True),  # acquires
    "拟收购": ("P127", True),  # intends to acquire: see `PLANS`
    "持股": ("P1951", True),  # holds shares of
    "增持": ("P1951", True),  # raises its share in
    "入股": ("P1951", True),  # takes a share in
    "注资": ("P1951", True),  # puts capital into
    "成立": ("P112", True),  # founds
    "合作": ("P1327", False),  # works with
    "合资": ("P1327", False),  # has a joint venture with
    "签约": ("P1327", False),  # signs a contract with
    "合并": ("merged_with", False),
    "竞争": ("competitor", False),
    "纠纷": ("dispute_with", False),
}
"""Relation of the ontology, and whether FinRE's head is its object.

The others are too vague for a fact (分析 analyses, 商讨 negotiates, 帮助 helps), end something (减持 sells), or have
no counterpart in the ontology.
"""
ONTOLOGY |= {
    f"被{name}": (id_, not swapped) for name, (id_, swapped) in list(ONTOLOGY.items()) if f"被{name}" in RELATIONS
}

PLANS = frozenset({"拟收购", "被拟收购"})
"""Those that state a plan: a claim, and no fact."""

MODALITIES = ("asserted", "planned")
"""What the model tells apart; the words around the names may say more (`inference.text.modality.chinese`)."""

SYMMETRIC = frozenset({"P1327", "merged_with", "competitor", "dispute_with"})
"""Relations that hold in both directions: stated once, with the first name as subject."""

GRAPH_RELATIONS = tuple(sorted({id_ for id_, _ in ONTOLOGY.values()}))
"""The relations that the served model can find, by id."""
