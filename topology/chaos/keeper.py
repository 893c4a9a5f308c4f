"""The keeper of a chaos run: the same as any stack's, but it starts Kafka with the proxied listener."""

from topology.chaos.stack import ChaosStack
from topology.local.keeper import main
from topology.settings import settings

if __name__ == "__main__":
    main(ChaosStack(settings()))
