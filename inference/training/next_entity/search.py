"""A search for settings with Optuna (https://optuna.readthedocs.io): it reads only the validation split."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import optuna

from inference.training.next_entity.run import AnyQuestions, Trainee, preset, trained

LAYERS = (1, 2, 3, 4, 5, 6, 7, 8)
HEADS = (1, 2, 4, 8)
"""Zhang and Xie (2026, section 5.3) try 1 to 8 layers and 1, 2, 3, 4 and 6 heads; here heads divide the width."""
DROPOUT = (0.05, 0.30)
"""Their range, uniform."""


@dataclass(frozen=True)
class Best:
    """The best settings.

    Attributes:
        value: Their score on the validation split.
        settings: The settings by name.
    """

    value: float
    settings: Mapping[str, Any]


def search(
    name: str,
    questions: AnyQuestions,
    trials: int,
    seed: int,
    *,
    log: Callable[[str], None] = lambda _: None,
    epochs: int | None = None,
) -> Best:
    """Returns the best settings of some runs of the session model.

    Args:
        name: Of the set.
        questions: Its questions.
        trials: Runs.
        seed: Of the sampler and of every run.
        log: Called with a line on each run.
        epochs: Of each run at most; None for the set's default.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))

    def tried(trial: optuna.Trial) -> float:
        trainee = _drawn(trial, preset(name, "session"), len(questions.widths) > 1)
        plan = replace(trainee.plan, seed=seed, epochs=epochs or trainee.plan.epochs)
        _, value = trained(name, questions, replace(trainee, plan=plan), None)
        log(f"run {trial.number + 1}/{trials}: {value:.4f} with {trial.params}")
        return value

    study.optimize(tried, n_trials=trials)
    return Best(study.best_value, study.best_params)


def _drawn(trial: optuna.Trial, base: Trainee, several: bool) -> Trainee:
    shape = replace(
        base.shape,
        interests=trial.suggest_int("interests", 1, 8),
        steps=trial.suggest_int("steps", 1, 3),
        dropout=trial.suggest_float("dropout", *DROPOUT),
    )
    if several:
        layers, heads = trial.suggest_categorical("layers", LAYERS), trial.suggest_categorical("heads", HEADS)
        shape = replace(shape, layers=layers, heads=heads)
    plan = replace(
        base.plan,
        rate=trial.suggest_float("rate", 1e-4, 1e-2, log=True),
        rates={kind: trial.suggest_float(f"{kind} rate", 1e-6, 1e-2, log=True) for kind in base.plan.rates},
    )
    return Trainee(base.model, shape, plan)
