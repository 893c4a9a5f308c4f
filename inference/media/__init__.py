"""Pictures, videos and sound: what they are, decoded in processes that can be killed, and what is seen in them."""
