"""Workers killed in the middle of votes, many votes at once, votes at the closing instant.

The clients keep a journal of what they were told. Nothing acknowledged may be lost, nobody counted
twice, nothing accepted after the seal. In full: `make chaos`; in short among the tests.
"""
