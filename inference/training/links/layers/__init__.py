"""The layers of the link model, each after a part of the contrastive multimodal paper."""
