"""Reports about pictures, video and speech."""
