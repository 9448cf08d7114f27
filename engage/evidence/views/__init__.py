"""What everybody sees of the evidence, and what officers and analysts do with it."""
