"""Pictures, videos and sound: decoding them in processes that can be killed, and finding what they show."""
