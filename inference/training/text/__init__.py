"""The joint text model: sources, dataset, network, losses, trainer, export and evaluation."""
