"""What is allowed in the register of bodies, and the words for it."""
