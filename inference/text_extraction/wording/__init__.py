"""What the words of a sentence say of the relations that the model finds: some they state, others they rule out."""
