"""What a batch adds to the votes that its sink knows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from streams.sink.evidence_rules import ArticleState, Changes
from streams.sink.judging.ballots import Ballots, Proof
from streams.sink.judging.contradictions import RelationTypes
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


def new_proofs(changes: Changes, articles: Mapping[NodeKey, ArticleState], ballots: Ballots) -> dict[str, list[Proof]]:
    """Returns what a batch's evidence says of the facts whose votes are known.

    Args:
        changes: What the batch changes.
        articles: The state of every article that it names.
        ballots: The known votes.
    """
    found: dict[str, list[Proof]] = defaultdict(list)
    for triple, ended in changes.evidence:
        if triple.fact in ballots and triple.label == ARTICLE and ended is None:
            found[triple.fact].append(proof_of(triple, articles[triple.node()].likeness))
    return found


def proof_of(triple: TripleRow, likeness: Sequence[str] = ()) -> Proof:
    """Returns what a piece of evidence says of its fact, from an article with these keys."""
    of = triple.evidence
    return Proof(
        past=of["past"] is not None,
        article=triple.article,
        likeness=likeness,
        sentence=of["sentence"],
        at=triple.seen,
        confidence=of["confidence"],
        change=of["change"],
        since=of["since"],
        until=of["until"],
    )
