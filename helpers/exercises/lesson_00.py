"""The exercise of lesson 0: its solution, and wrong turns with their sentences."""

from helpers.exercises import Exercise

# fmt: off
EXERCISES = {
    "0.1": Exercise([1, 0, 1], turns={
        "The film is not Comedy: its place, the second, gets a 0.": [1, 1, 1],
        "There are three labels, so the row needs three numbers: no is a number too, 0.": [1, 1],
        "The order is Drama, Comedy, War: War stands in the third place.": [1, 1, 0],
        "1 stands for yes and 0 for no.": [0, 1, 0],
        "The row holds numbers, not names: 1 or 0 for each of the three labels.": ["Drama", "War"],
    }),
}
