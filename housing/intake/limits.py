"""How much of a file we are willing to take in."""

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_CELLS = 8_000_000  # 200.000 rows of 40 columns
MOST_UNPACKED = 400 * 1024 * 1024
MOST_ENTRIES = 1_000
MOST_DIRECTORY = 1024 * 1024
MOST_RATIO = 100  # unpacked : packed, of parts above RATIO_FROM
RATIO_FROM = 10 * 1024 * 1024
CHILD_MEMORY = 1024 * 1024 * 1024
CHILD_OUTPUT = 256 * 1024 * 1024


def seconds_for(size: int) -> float:
    """The wall clock that parsing a workbook of `size` bytes may take.

    A small one is waited for, so it must be answered within five seconds; a large one is read
    in the background, perhaps on a busy machine.
    """
    megabytes = size / 1_000_000
    return 3.5 + megabytes + 3 * max(0.0, megabytes - 1)
