"""Which process is struck, how and when: the same plan for the same seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

KILL, FREEZE, CUT, SILENCE, FILL, JOIN, LEAVE = "kill", "freeze", "cut", "silence", "fill", "join", "leave"

SERVERS = ("kafka", "neo4j", "triton")
STUB = "triton stub"
DECODER = "media decoder"
JOINING = ("news", "sink", "entities")
"""Stages that a second worker joins and leaves."""

TOGETHER = 0.3
"""Share of the blows that the next one follows at once."""

LONGEST_WAIT = 3.0
"""Seconds between two blows of a barrage, at most."""

LAST_STRIKE = 0.4
"""The largest share of a slice that has been read when a blow falls: something must still be on its way."""


@dataclass(frozen=True, slots=True)
class Blow:
    """One disturbance.

    Attributes:
        kind: `kill` (SIGKILL), `freeze` (SIGSTOP, later SIGCONT), `cut` (connections to a server are reset and
            refused), `silence` (connections to a server stay open and carry nothing), `fill` (the server can no longer
            extend a file), `join` or `leave` (a second worker of a stage).
        target: The process, the server, or the stage that a worker joins or leaves.
        share: Share of the slice that the news workers have read when the blow falls.
        choice: A number that chooses among several processes of the same kind.
        alone: Whether the stream may recover before the next blow; else that falls at once, on whatever still lies low.
        wait: Seconds from the blow before, in a barrage; else 0.
    """

    kind: str
    target: str
    share: float
    choice: int
    alone: bool = True
    wait: float = 0.0

    @property
    def name(self) -> str:
        """Kind and target, for people."""
        return f"{self.kind} {self.target}"


def targets(stages: Sequence[str]) -> tuple[str, ...]:
    """Returns every process that can be killed and frozen when workers of these stages run."""
    decoder = (DECODER,) if "media" in stages else ()
    return (*SERVERS, STUB, *(f"worker-{stage}" for stage in stages), *decoder)


def plan(number: int, seed: int, stages: Sequence[str], barrage: int = 1) -> list[Blow]:
    """Returns the blows of a run.

    The first blows kill each process once; then come all other kinds, each once; the rest is drawn at random. Within
    each of these parts the order is random.

    Args:
        number: How many blows.
        seed: Seed of every choice.
        stages: Stages that have a worker.
        barrage: How many blows fall before the stream may recover; with 1, two of them now and then.
    """
    chance = random.Random(seed)  # noqa: S311 - a plan, not a secret
    processes = targets(stages)
    kills = [(KILL, target) for target in processes]
    others = [
        *((FREEZE, target) for target in processes),
        *((kind, server) for kind in (CUT, SILENCE) for server in SERVERS),
        (FILL, "kafka"),
        # Whether that is a join or a leave follows from whether the second worker is there.
        *((JOIN, stage) for stage in JOINING for _ in (JOIN, LEAVE)),
    ]
    chance.shuffle(kills)
    chance.shuffle(others)
    chosen = [*kills, *others]
    chosen += [chance.choice([*kills, *others]) for _ in range(number - len(chosen))]
    joined: set[str] = set()
    blows = []
    for kind, target in chosen[:number]:
        if kind == JOIN and target in joined:
            blow_kind = LEAVE
            joined.remove(target)
        else:
            blow_kind = kind
            joined |= {target} if kind == JOIN else set()
        share, choice = round(chance.uniform(0, LAST_STRIKE), 2), chance.randrange(1 << 16)
        blows.append(Blow(blow_kind, target, share, choice, alone=chance.random() >= TOGETHER))
    return blows if barrage == 1 else _barrages(blows, barrage, chance)


def _barrages(blows: Sequence[Blow], size: int, chance: random.Random) -> list[Blow]:
    last = len(blows)
    return [
        replace(blow, alone=number % size == 0 or number == last, wait=round(chance.uniform(0, LONGEST_WAIT), 2))
        for number, blow in enumerate(blows, 1)
    ]
