"""The shipped gazetteer, and a user's own file over it."""

import csv
import json
import re
from pathlib import Path

import pytest

from inference.text.names.countries import ALIASES, DEMONYMS
from inference.text_extraction_zh.names import canonical_name_zh
from streams.entities.gazetteer import SHIPPED, Gazetteer, gazetteer, shipped
from streams.entities.table import TableEntry, TableError, read_entries
from topology.ontology import load_ontology
from topology.settings import settings

TYPES = [t.name for t in load_ontology(settings().ontology).entity_types]


@pytest.mark.parametrize(
    "name,type_,id_",
    [
        ("Apple", "organization", "Q312"),
        ("Apple Inc.", "organization", "Q312"),
        ("苹果公司", "organization", "Q312"),
        ("US Army", "organization", "Q9212"),
        ("Kiev", "location", "Q1899"),
        ("Apple", "location", None),
        # A country and a state of the United States.
        ("Georgia", "location", None),
        ("Nobody We Know", "person", None),
        ("", "person", None),
    ],
)
def test_what_ships(name: str, type_: str, id_: str | None) -> None:
    assert shipped().find(name, type_) == id_


def test_every_country_has_its_id_but_the_one_that_shares_its_name() -> None:
    countries = {*ALIASES.values(), *DEMONYMS.values()}
    ids = {name: shipped().find(name, "location") for name in countries}
    assert [name for name, id_ in ids.items() if id_ is None] == ["Georgia"]
    assert len(set(ids.values())) == len(ids)


def test_the_table_is_clean() -> None:
    entries = read_entries(SHIPPED, TYPES)
    assert len({entry.id for entry in entries}) == len(entries)
    names = [(entry.type, name) for entry in entries for name in entry.names]
    assert {pair for pair in names if names.count(pair) > 1} == {("location", "Georgia")}
    # Chinese mentions are looked up by their canonical names.
    han = [name for _, name in names if re.search("[\u4e00-\u9fff]", name)]
    assert len(han) > 200
    assert [name for name in han if canonical_name_zh(name) != name] == []


@pytest.mark.skipif(not (settings().data / "gazetteer").exists(), reason="needs the optional data folder")
def test_every_id_is_one_that_the_sources_give_the_name() -> None:
    data, known = settings().data, dict[str, set[str]]()
    for item in json.loads((data / "kg/text/FB15k-237/entity2wikidata.json").read_text(encoding="utf-8")).values():
        page = (item["wikipedia"] or "").rpartition("/")[2].replace("_", " ")
        known.setdefault(item["wikidata_id"], set()).update([item["label"], *item["alternatives"], page])
    with (data / "gazetteer/country-codes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known.setdefault(row["wikidata_id"].rpartition("/")[2], set()).update(
                [row["CLDR display name"], row["official_name_en"]]
            )
    with (data / "re/knowledgenet/folds-1-3.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            fact = json.loads(line)
            for name, uri in ((fact["subj"], fact["suri"]), (fact["obj"], fact["ouri"])):
                known.setdefault((uri or "").rpartition("/")[2], set()).add(name)
    wrong = [
        entry
        for entry in read_entries(SHIPPED)
        if not known.get(entry.id, set()) & {*entry.names, *(a for a, c in ALIASES.items() if c == entry.names[0])}
    ]
    assert wrong == []


def test_what_is_of_any_type_is_found_under_each() -> None:
    table = Gazetteer([TableEntry("Q1", "", ("Ada Lane", "A. Lane")), TableEntry("Q2", "person", ("Bo Lane",))])
    assert {table.find("ada lane", type_) for type_ in ("person", "misc", "organization")} == {"Q1"}
    assert table.find("Bo Lane", "person") == "Q2"
    assert table.find("Bo Lane", "organization") is None


def test_a_file_of_one_s_own_counts_before_what_ships(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "name,id,type,aliases\n"
        "Apple,Q111,organization,\n"
        '"Lane, Ada",https://www.wikidata.org/wiki/Q5000,person,Ada Lane|艾达·莱恩\n'
        "Boeing,Q1,organization,\nBoeing,Q2,organization,\n",
        encoding="utf-8",
    )
    table = gazetteer(own, TYPES)
    assert table.find("Apple", "organization") == "Q111"
    assert table.find("Apple Inc", "organization") == "Q111"
    assert table.find("艾达·莱恩", "person") == "Q5000"
    # Two ids for one name: the file says that it is not to be told.
    assert table.find("Boeing", "organization") is None
    assert table.find("Microsoft", "organization") == "Q2283"
    assert gazetteer(None) is shipped()


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_the_three_kinds_of_file_say_the_same(tmp_path: Path, suffix: str) -> None:
    rows = [("Q312", "organization", "Apple", ["Apple Inc.", "苹果公司"]), ("Q1", "", 'The "Quoted"', [])]
    path = tmp_path / f"table{suffix}"
    if suffix == ".jsonl":
        lines = [json.dumps({"id": i, "type": t, "name": n, "aliases": a}) for i, t, n, a in rows]
        path.write_text("\n\n".join(lines), encoding="utf-8")
    else:
        quote = csv.QUOTE_NONE if suffix == ".tsv" else csv.QUOTE_MINIMAL
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(
                file,
                delimiter="," if suffix == ".csv" else "\t",
                quoting=quote,
                quotechar=None if suffix == ".tsv" else '"',
            )
            writer.writerow(["id", "Type", "name", "aliases"])
            writer.writerows([i, t, n, "|".join(a)] for i, t, n, a in rows)
    assert read_entries(path) == [TableEntry(i, t, (n, *a)) for i, t, n, a in rows]


@pytest.mark.parametrize(
    "name,text,line,words",
    [
        ("a.csv", "id,name\nQ1,Ann\nX2,Bo\n", 3, "'X2'"),
        ("a.csv", "id,name\nQ1\n", 2, "1 columns"),
        ("a.csv", 'id,name\nQ1,"Ann\n', 2, "end of data"),
        ("a.csv", "who,name\nQ1,Ann\n", 1, "columns must be"),
        ("a.csv", "", None, "empty"),
        ("a.tsv", "# mine\nid\tname\ttype\n\nQ1\tAnn\tOrganization\n", 4, "'Organization'"),
        ("a.tsv", "id\tname\ttype\nQ1\tAnn\torganisation\n", 2, "no entity type"),
        ("a.tsv", "id\tname\nQ1\t \n", 2, "1 to 1024"),
        ("a.jsonl", '{"id": "Q1", "name": "Ann"}\n{"id": "Q1"}\n', 2, "the name"),
        ("a.jsonl", '{"id": "Q1", "name": "Ann", "aliases": "Annie"}\n', 1, "list"),
        ("a.jsonl", '{"id": "Q1", "name": "Ann", "alias": ["Annie"]}\n', 1, "unknown keys: alias"),
        ("a.jsonl", '{"id": 1, "name": "Ann"}\n', 1, "not 1"),
        ("a.jsonl", "[1]\n", 1, "not an object"),
        ("a.jsonl", "[" * 100_000, 1, "not JSON"),
        ("a.txt", "", None, "must end in"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, name: str, text: str, line: int | None, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=re.escape(words)) as refused:
        gazetteer(path, TYPES)
    assert str(refused.value).startswith(f"{path}:{line}: " if line else f"{path}: ")


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="No such file"):
        read_entries(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes("id,name\nQ1,Zoë\n".encode("latin-1"))
    with pytest.raises(TableError, match="not UTF-8"):
        read_entries(tmp_path / "latin.csv")
