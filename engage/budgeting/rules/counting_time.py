"""About how long a count takes, so that a page knows whether somebody should wait for it."""

#: Seconds that one thing takes, measured on real elections with a processor of 2020 and rounded
#: up: reading and checking a ballot, one run of equal shares for each choice and each project in
#: it, and every run besides.
A_BALLOT, A_CHOICE, A_PROJECT, A_RUN = 60e-6, 40e-9, 12e-6, 400e-6
#: How many runs the comparison with the other rule takes, whose step is a hundredth of a share.
RUNS_TO_COMPARE = 1000
#: How many runs a completion takes for each step that a voter's share of the fund holds.
RUNS_EACH_STEP = 10
#: How long somebody may wait for a page, in seconds.
PATIENCE = 4.0


def counting_seconds(
    ballots: int, projects: int, most_choices: int, share_pence: int, step_pence: int | None
) -> float:
    """Return about how long the count of a round takes.

    ``share_pence`` is the fund by voters. ``step_pence`` is by how much the declared rule goes up
    until no more can be paid for; None: it doesn't.

    >>> counting_seconds(500, 20, 5, 10_000, None) < PATIENCE
    True
    >>> counting_seconds(90_000, 150, 10, 5_000, 100) > PATIENCE
    True
    """
    runs = 1 + RUNS_TO_COMPARE
    if step_pence:
        runs += RUNS_EACH_STEP * share_pence // step_pence
    each = A_RUN + ballots * most_choices * A_CHOICE + projects * A_PROJECT
    return ballots * A_BALLOT + runs * each
