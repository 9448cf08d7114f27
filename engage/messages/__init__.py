"""What is sent, when and how: the outbox and the ways a message leaves it."""
