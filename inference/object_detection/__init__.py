"""What can be seen in pictures: objects, faces, people, depth and text."""
