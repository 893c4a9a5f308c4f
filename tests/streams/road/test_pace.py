from streams.road.pace import Pace


def test_a_slow_batch_shrinks_the_next_to_what_fits() -> None:
    pace = Pace(256, 5.0)
    pace.worked(256, 10.0)
    assert pace.size == 128


def test_one_pause_shrinks_by_a_fourth_at_most() -> None:
    pace = Pace(256, 5.0)
    pace.worked(256, 600.0)
    assert pace.size == 64


def test_a_batch_has_at_least_one_record() -> None:
    pace = Pace(4, 5.0)
    for _ in range(5):
        pace.worked(pace.size, 60.0)
    assert pace.size == 1


def test_fast_batches_grow_back_to_the_largest() -> None:
    pace = Pace(100, 5.0)
    pace.worked(100, 50.0)
    assert pace.size == 25
    for _ in range(5):
        pace.worked(pace.size, 0.1)
    assert pace.size == 100


def test_small_batches_say_nothing_about_larger_ones() -> None:
    pace = Pace(100, 5.0)
    pace.worked(100, 50.0)
    pace.worked(1, 0.1)
    assert pace.size == 25


def test_a_batch_within_the_target_changes_nothing() -> None:
    pace = Pace(100, 5.0)
    pace.worked(100, 50.0)
    pace.worked(25, 4.0)
    assert pace.size == 25
