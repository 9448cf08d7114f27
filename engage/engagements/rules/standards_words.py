"""What the edition of 2016 asks: 38 indicators, and one question for each Standard. Words ours."""

from engage.web.rules import N_

INDICATORS_2016: dict[str, str] = {
    "I1": N_("Are the people and groups whom it touches involved from the earliest point?"),
    "I2": N_(
        "What do we do so that people with protected characteristics, and people kept out by "
        "poverty, can take part?"
    ),
    "I3": N_("Do people who speak for others keep in touch with them, both ways?"),
    "I4": N_("Are many opinions heard and valued, those of minorities and opponents too?"),
    "S1": N_("Did we ask everybody who takes part what support they need?"),
    "S2": N_(
        "Have we taken practical barriers away: travel, caring, venue, interpreters, aids, times, "
        "money, getting online?"
    ),
    "S3": N_("Can groups get independent help to grow and to take part?"),
    "P1": N_("Do partners and the community settle together, at the start, what it is about?"),
    "P2": N_("Is there a plan that all have agreed?"),
    "P3": N_("Is everything that people need to know shared and used?"),
    "P4": N_("Have we agreed the results we want, and how we will know that we got there?"),
    "P5": N_("Is there enough time?"),
    "P6": N_("Are there enough people and money to do it well?"),
    "W1": N_("Does each person know their part?"),
    "W2": N_("Have we agreed how we decide, and do we keep to it?"),
    "W3": N_("Do we write and talk in the ways that suit those who take part?"),
    "W4": N_("Can everybody get the papers, in good time and in a form that they can use?"),
    "W5": N_("Are we open, honest and clear with one another?"),
    "W6": N_("Is there trust and respect between all of us?"),
    "W7": N_("Do people get help to build their skills and confidence?"),
    "M1": N_("Do the methods fit the purpose?"),
    "M2": N_("Can everybody use the methods, and do they find them acceptable?"),
    "M3": N_("Is there more than one way to take part?"),
    "M4": N_("Are the methods creative, so that more people take part, and enjoy it?"),
    "M5": N_("Do we ask how the methods work, and change them?"),
    "C1": N_("Is what happens and what comes of it clear and easy to find?"),
    "C2": N_("Is it told in forms that people can use?"),
    "C3": N_("Can people get all that matters, while private things stay private?"),
    "C4": N_("Does the wider community keep shaping it?"),
    "C5": N_("Does what we tell people show the whole range of views?"),
    "C6": N_(
        "Do we tell people the process, the options, the decisions, the acts and the reasons?"
    ),
    "X1": N_("Did we get the results that we wanted?"),
    "X2": N_("Do the decisions show what people who took part said?"),
    "X3": N_("Did local life or services get better?"),
    "X4": N_("Do those who took part have more skill and confidence?"),
    "X5": N_("Do partners watch how well it goes and what comes of it?"),
    "X6": N_("Does the wider community know how it shaped the decision, and what changed?"),
    "X7": N_("Do we use what we learned in the next one?"),
}
QUESTIONS_2016: dict[str, str] = {
    "I": N_("Who is touched by this, and how do we make sure that they take part?"),
    "S": N_("What could keep people from taking part, and what do we do about it?"),
    "P": N_("What do we want to find out or decide, with whom, and by when?"),
    "W": N_("How do we work together, and who does what?"),
    "M": N_("Why do these ways of taking part fit these people?"),
    "C": N_("How and when do we tell people what they said, and what we decided?"),
    "X": N_("What will change, and how will we know?"),
}
#: What those who took part are asked, one question a Standard. 6 is best, 1 is worst.
FOR_PEOPLE: dict[str, str] = {
    "I": N_("Were the right people there?"),
    "S": N_("Did you get the help you needed to take part?"),
    "P": N_("Was it clear what it was for?"),
    "W": N_("Were you listened to and treated with respect?"),
    "M": N_("Did the way it was done suit you?"),
    "C": N_("Were you told what happens next, and why?"),
    "X": N_("Do you think that it will make a difference?"),
}
