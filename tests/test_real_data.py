"""The stored figures on public data are complete, and say what their intervals say."""

import pandas as pd
import real_data

TABLE = pd.read_csv(real_data.STORED, dtype={"lesson": str})


def test_every_claim_was_tried_on_every_set():
    claims = {(lesson, claim) for lesson, claim, _ in real_data.CLAIMS + real_data.ON_TEXTS}
    english = {(lesson, claim) for lesson, claim, _ in real_data.ON_ENGLISH}
    tried = TABLE.groupby("data")[["lesson", "claim"]].apply(
        lambda rows: set(map(tuple, rows.values))
    )
    assert len(tried) >= 2
    for name, found in tried.items():
        assert found == (claims if name == "KOTE" else claims | english), name


def test_a_claim_holds_where_its_interval_says_so():
    known = TABLE["figure"].notna()
    between = (TABLE["low"] <= TABLE["figure"]) & (TABLE["figure"] <= TABLE["high"])
    assert (between == known).all()
    expected = TABLE["low"].gt(0).map({True: "yes", False: "not shown"})
    expected = expected.mask(TABLE["high"] < 0, "no").where(known, "impossible")
    assert (TABLE["holds"] == expected).all()


def test_the_interval_is_that_of_repeated_splits():
    mean, low, high = real_data.summary([0.1, 0.2, 0.3, 0.2, 0.2])
    # s² = 0.005, factor 1/5 + 1/3, t(4) = 2.776
    assert (
        abs(mean - 0.2) < 1e-12 and abs((high - low) / 2 - 2.776 * (0.005 * 8 / 15) ** 0.5) < 1e-4
    )
