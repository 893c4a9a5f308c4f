"""The environment that training needs."""

from importlib.util import find_spec

from topology.cli.output import fail


def need_torch(threads: int = 0) -> None:
    """Exits with a message if torch is not installed; otherwise sets its number of threads (0: leave it)."""
    if find_spec("torch") is None:
        fail(
            "Training needs torch, which this environment does not have. "
            "Run `make train-env`, then `.venv-train/bin/triplewire train …`."
        )
    import torch  # noqa: PLC0415

    if threads:
        torch.set_num_threads(threads)
