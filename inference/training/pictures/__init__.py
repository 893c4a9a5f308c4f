"""What a picture shows, as people and models annotated it by looking."""
