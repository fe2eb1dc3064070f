"""Every bar by its name, and the sizes it is measured at."""

from benchmarks.bars import measure_p1, measure_p4, measure_p9
from benchmarks.draws import measure_p6
from benchmarks.many_files import measure_files
from benchmarks.single_changes import measure_p5
from benchmarks.whole_catalogue import measure_p2, measure_p2s, measure_p3, measure_p7, measure_p8

BARS = {
    "P1": measure_p1,
    "P2": measure_p2,
    "P2s": measure_p2s,
    "P3": measure_p3,
    "P4": measure_p4,
    "P5": measure_p5,
    "P6": measure_p6,
    "P7": measure_p7,
    "P8": measure_p8,
    "P9": measure_p9,
    "files": measure_files,
}
SIZES = {"full": 1.0, "tenth": 0.1}
