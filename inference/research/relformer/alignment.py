"""Alignment of feature distributions: text and picture features should have one mean and one covariance."""

from torch import Tensor


def alignment_loss(text: Tensor, visual: Tensor) -> Tensor:
    """Returns how far apart two clouds of features lie, a scalar; 0 for fewer than two pairs.

    Squared distance of the means, and of the covariances as in CORAL (Sun and Saenko 2016, equation 1).

    Args:
        text: float [n, width] pooled text features of pairs that have a picture.
        visual: float [n, width] pooled features of those pictures.
    """
    count, width = text.shape
    if count < 2:  # noqa: PLR2004  one point has no covariance
        return text.sum() * 0 + visual.sum() * 0
    means = (text.mean(dim=0) - visual.mean(dim=0)).square().mean()
    return means + (_covariance(text) - _covariance(visual)).square().sum() / (4 * width**2)


def _covariance(x: Tensor) -> Tensor:
    centred = x - x.mean(dim=0)
    return centred.T @ centred / (len(x) - 1)
