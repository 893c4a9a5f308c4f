"""What the contrastive graph model is compared with, trained and ranked in the same way."""
