"""What the exercise of lesson 0 must satisfy, and wrong turns with the sentence they get."""


def first_row(row):
    row = [int(value) for value in row]
    if len(row) != 3:
        return f"There are three labels, so the row needs three numbers, not {len(row)}."
    if row != [1, 0, 1]:
        return "The order is Drama, Comedy, War. The film is Drama and War, and not Comedy."


CHECKS = {"0.1": first_row}

# Code of a wrong answer, and a piece of the sentence that it must get.
WRONG = {
    "0.1": [
        ("[1, 1, 1]", "not Comedy"),
        ("[1, 1]", "three numbers"),
        ("['Drama', 'War']", "ValueError"),
    ]
}
