"""What goes into the images of docker-compose.yml."""
