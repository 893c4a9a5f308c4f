"""From an article's characters to its mentions and relations."""
