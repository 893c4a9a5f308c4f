"""The trigger head: of which class is a happening, and in which modality is it stated?

It reads the trigger's first and last word, as the pair head reads a name's. The modality belongs to the happening, not
to a part in it: it is read here once, also where nobody plays a part, and no two pairs can disagree about it.
"""

from torch import Tensor, nn

from inference.training.text.annotated.reading import MODALITIES

WIDTH = 192


class TriggerHead(nn.Module):
    """Scores every class and modality for triggers."""

    def __init__(self, width: int, classes: int, hidden: int = WIDTH) -> None:
        super().__init__()
        self.first = nn.Linear(width, hidden)
        self.last = nn.Linear(width, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.classes = nn.Linear(hidden, classes)
        self.modality = nn.Linear(hidden, len(MODALITIES))
        self.dropout = nn.Dropout(0.1)

    def forward(self, words: Tensor, first: Tensor, last: Tensor) -> tuple[Tensor, Tensor]:
        """Returns float [H, C], each class's score, and float [H, M], each modality's.

        Args:
            words: float [n, width] the words' vectors.
            first: int [H] first word of each trigger.
            last: int [H] last word of each.
        """
        hidden = self.dropout(self.norm(self.first(words[first]) + self.last(words[last])).relu())
        return self.classes(hidden), self.modality(hidden)
