"""What the link model is asked: entities, their neighbourhoods and candidates, as tensors."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Question:
    """Some entities that ask, and the candidates of each; the attributes are the served model's inputs.

    Attributes:
        entity: float [B, 384].
        type: int [B].
        roles: float [B, R], its facts by role.
        activity: float [B, 2], articles and days.
        near: float [B, K, 384].
        near_role: int [B, K].
        seen: bool [B, K].
        candidates: float [B, C, 384].
        types: int [B, C].
        candidate_roles: float [B, C, R].
        candidate_activity: float [B, C, 2].
        met: float [B, C, 3], shared, together and days.
        known: float [B, C, R], the roles that the asking entity has in facts with the candidate.
    """

    entity: Tensor
    type: Tensor
    roles: Tensor
    activity: Tensor
    near: Tensor
    near_role: Tensor
    seen: Tensor
    candidates: Tensor
    types: Tensor
    candidate_roles: Tensor
    candidate_activity: Tensor
    met: Tensor
    known: Tensor
