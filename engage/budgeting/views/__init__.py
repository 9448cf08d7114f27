"""What residents see of a round: the round, proposing, voting, the result."""
