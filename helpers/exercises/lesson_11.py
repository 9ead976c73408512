"""The exercises of lesson 11: solutions, cases, and wrong turns with their sentences."""

from helpers.exercises import Exercise


def leaking(groups, parts):
    parts_of = {}
    for group, part in zip(groups, parts, strict=True):
        parts_of.setdefault(group, set()).add(part)
    return [group for group, found in parts_of.items() if len(found) > 1]


def mended_precision(finds, false_alarms, checked, right):
    really = finds + false_alarms * right / checked
    return really / (finds + false_alarms)


def grouped(rng):
    """Up to six authors on up to fourteen rows; in some cases none leaks."""
    by_hand = [
        (["Kim", "Ola", "Kim", "Eva"], ["train", "train", "test", "dev"]),
        (["Kim", "Kim", "Ola", "Ola"], ["train", "train", "dev", "test"]),
        (["Kim", "Kim", "Kim"], ["train", "dev", "test"]),
        (["Kim", "Ola"], ["train", "test"]),
        (["Ola", "Kim", "Ola", "Kim"], ["dev", "train", "train", "train"]),
        ([], []),
    ]
    names, parts = ["Kim", "Ola", "Eva", "Abe", "Ida", "Leo"], ["train", "dev", "test"]
    for rows in rng.integers(3, 15, 24):
        shares = (0.7, 0.15, 0.15)
        drawn = rng.choice(names, rows).tolist(), rng.choice(parts, rows, p=shares).tolist()
        by_hand.append(drawn)
    return by_hand


def counted(rng):
    """finds, false alarms, how many of these were read, how many of them were right."""
    drawn = [(6, 4, 4, 2), (60, 40, 10, 5), (0, 8, 4, 1), (5, 5, 2, 0), (7, 3, 3, 3)]
    for _ in range(25):
        finds, false_alarms = rng.integers(0, 200), rng.integers(2, 100)
        checked = rng.integers(1, false_alarms)
        drawn.append((finds, false_alarms, checked, rng.integers(0, checked + 1)))
    return [tuple(map(int, case)) for case in drawn]


def leaks_by(leaks):
    def turn(groups, parts):
        rows = list(zip(groups, parts, strict=True))
        return [one for one in set(groups) if leaks([part for group, part in rows if group == one])]

    return turn


# fmt: off
EXERCISES = {
    "11.1": Exercise(leaking, grouped, {
        "A group may have several rows in one part: count its different parts.":
            leaks_by(lambda own: len(own) > 1),
        "Dev is a part too: a group in train and dev leaks as well.":
            leaks_by(lambda own: {"train", "test"} <= set(own)),
        "Two parts are enough for a leak.":
            leaks_by(lambda own: len(set(own)) > 2),
        "Those are the groups that stand in one part only.":
            leaks_by(lambda own: len(set(own)) == 1),
        "Dev and test count as well: a group in these two, and not in train, leaks.":
            leaks_by(lambda own: "train" in own and len(set(own)) > 1),
    }, order="bag"),
    "11.2": Exercise(mended_precision, counted, {
        "That is the precision that labels with holes show: add the false alarms that are right.":
            lambda finds, false_alarms, checked, right: finds / (finds + false_alarms),
        "Only the ones that were read were added: the others are right as often.":
            lambda finds, false_alarms, checked, right: (finds + right) / (finds + false_alarms),
        "That takes the right ones out of the yes said; they stay said, and are right.":
            lambda finds, false_alarms, checked, right:
                finds / max(1, finds + false_alarms * (1 - right / checked)),
        "The share of those read that are right is right / checked.":
            lambda finds, false_alarms, checked, right:
                (finds + false_alarms * (1 - right / checked)) / (finds + false_alarms),
        "Those are the ones that were not read: all false alarms count, the ones read too.":
            lambda finds, false_alarms, checked, right:
                (finds + (false_alarms - checked) * right / checked) / (finds + false_alarms),
    }),
    "11.3": Exercise(["c", "d", "f"], None, {
        "a: an interval that holds 0 leaves open which is better.": ["a", "c", "d", "f"],
        "b: cuts that were chosen on dev look too good there.": ["b", "c", "d", "f"],
        "e: of five rows, a model with recall 0.8 finds all in a third of the cases.":
            ["c", "d", "e", "f"],
        "d holds: among the false alarms of such a test are right finds.": ["c", "f"],
        "c holds: test was like dev, and these texts are not.": ["d", "f"],
        "f holds: the model may know the group by heart.": ["c", "d"],
    }, order="set"),
}
