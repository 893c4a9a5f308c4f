"""What a batch adds to the votes that its sink knows."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from neo4j import AsyncTransaction

from streams.sink.evidence_rules import Changes
from streams.sink.judging import statements
from streams.sink.judging.ballots import Ballots, Proof
from streams.sink.judging.contradictions import RelationTypes
from streams.sink.reading import fetch
from streams.sink.rows import NodeKey, TripleRow
from topology.graph.names import ARTICLE


def judged_facts(changes: Changes, type_of: Mapping[str, str], types: RelationTypes) -> set[str]:
    """Returns the facts and claims with new evidence that verdicts depend on.

    Args:
        changes: What a batch changes.
        type_of: The relationship types of its facts and claims.
        types: The ontology's relationship types.
    """
    return {
        id_
        for id_, fact in changes.facts.items()
        if (fact.triple.claim.relation if fact.triple.claim else type_of[id_]) in types.judged
    }


async def new_proofs(
    transaction: AsyncTransaction, changes: Changes, stored: Container[NodeKey], ballots: Ballots
) -> dict[str, list[Proof]]:
    """Returns what a batch's evidence says of the facts whose votes are known.

    A fact of which an article says more than it did before is left out: what one article says has one vote.

    Args:
        transaction: An open transaction in which the evidence has not been written yet.
        changes: What the batch changes.
        stored: The articles that the graph has already; it may have other nodes.
        ballots: The known votes.
    """
    said: dict[tuple[str, str], list[TripleRow]] = defaultdict(list)
    for triple, ended in changes.evidence:
        if triple.fact in ballots and triple.label == ARTICLE and ended is None:
            said[triple.fact, triple.article].append(triple)
    asked: dict[str, list[str]] = defaultdict(list)
    for fact, article in said:
        if (ARTICLE, article) in stored:
            asked[article].append(fact)
    rows = [{"article": id_, "facts": facts} for id_, facts in sorted(asked.items())]
    more = set(await fetch(transaction, statements.READ_SAID, rows=rows)) if rows else set()
    found: dict[str, list[Proof]] = defaultdict(list)
    for (fact, _), triples in said.items():
        if fact not in more:
            found[fact] += _of_article(triples)
    return found


def _of_article(triples: Iterable[TripleRow]) -> Iterable[Proof]:
    """Returns what one article says of one fact: that it holds, or that it held."""
    said: dict[bool, Proof] = {}
    for triple in triples:
        proof = proof_of(triple)
        said[proof.past] = said[proof.past].joined(proof) if proof.past in said else proof
    return said.values()


def proof_of(triple: TripleRow) -> Proof:
    """Returns what a piece of evidence says of its fact."""
    of = triple.evidence
    return Proof(
        of["past"] is not None, of["sentence"], triple.seen, of["confidence"], of["change"], of["since"], of["until"]
    )
