"""Five rounds that Scottish partnerships held, or could hold tonight, with their real limits.

    python -m tests.campaigns.rounds [--full]

Officers set each one up on their pages and publish it; people propose, officers check, hold the
round against the Charter, keep the keys on paper and make the ballot final; people vote online, by
code and on paper while the real clock lets them; the clock closes the vote; it is sealed, counted,
confirmed by two people, and its bundle verified and counted again. All five share one window, so
that the close is waited for once. In full, North Ayrshire has its 17,000 codes and 6,468 voters,
Moray a full hall.

What each round's limits were is real; people, projects and, but for Dundee's four, votes are
invented. Dates on which proposals came lie in the past, since nobody can wait for weeks: actions
are told ``at``, as the demo tells them. Nothing goes round the clock of the vote.
"""
