"""The invented partnership that fills a new installation."""
