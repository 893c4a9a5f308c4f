"""The keeper of a chaos run: the same as any stack's, but it starts Kafka with the proxied listener.

Its argument is how many seconds it waits, at most, before it starts again what keeps dying.
"""

import sys

from topology.chaos.stack import ChaosStack
from topology.local.keeper import main
from topology.settings import settings

if __name__ == "__main__":
    main(ChaosStack(settings()), float(sys.argv[1]))
