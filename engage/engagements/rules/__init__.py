"""What an engagement may be, and the words for it."""
