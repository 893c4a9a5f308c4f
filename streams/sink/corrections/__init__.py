"""What editors corrected, in the graph: kept as nodes, and upheld whatever arrives before or after.

A correction and what it is about arrive in any order, and more than one sink writes. So a batch with corrections keeps
all other sinks waiting, and every batch looks which corrections its facts are subject to. Of each correction only its
latest message counts, by the time at which it reached Kafka.

- A fact that is forbidden keeps its evidence, has the correction's id as `forbidden` and its time as `retracted_at`,
  and has no vote. That goes for the fact under any name of its subject and object.
- A fact that is confirmed has the correction as a piece of evidence and its id as `confirmed`; of facts that exclude
  each other it has an editor's vote.
- A happening whose class is corrected has the right one as `class` and what its text says as `read_class`.

Whatever a correction has changed is computed again from the evidence when it is withdrawn.
"""

from streams.sink.corrections.concerned import Batch
from streams.sink.corrections.forgetting import forget_words
from streams.sink.corrections.stored import Editing, accept
from streams.sink.corrections.upholding import uphold

__all__ = ["Batch", "Editing", "accept", "forget_words", "uphold"]
