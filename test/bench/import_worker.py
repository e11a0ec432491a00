"""What an import of Criteo's TSV does, in polars: reads FILE, splits its rows, takes statistics and vocabularies of the training rows,
encodes every row, and writes all of them to FOLDER. Prints its seconds and its peak memory as JSON."""

import json
import resource
import sys
import time

import polars as pl

DENSE = [f"I{number}" for number in range(1, 14)]
SPARSE = [f"C{number}" for number in range(1, 27)]
VALIDATION = TEST = 0.1


def encoded(frame: pl.DataFrame, train: pl.DataFrame, column: str, minimum: int, folder: str) -> pl.Series:
    """The table rows of a column: training values seen often enough, from 1 in bytewise order, and 0 for all others."""
    counts = train.select(pl.col(column).drop_nulls().value_counts()).unnest(column)
    values = counts.filter(pl.col("count") >= minimum).select(column).sort(column)
    values.write_csv(f"{folder}/{column}.csv", include_header=False)
    rows = values.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("row"))
    joined = frame.select(column).join(rows, on=column, how="left", maintain_order="left")
    return joined["row"].fill_null(0).alias(column)


def main(file: str, folder: str, minimum: int) -> None:
    started = time.perf_counter()
    schema = {"label": pl.UInt8} | {name: pl.Int64 for name in DENSE} | {name: pl.String for name in SPARSE}
    frame = pl.read_csv(file, separator="\t", has_header=False, quote_char=None, schema=schema)
    read = time.perf_counter() - started
    rows = len(frame)
    train = frame.head(rows - round(rows * TEST) - round(rows * VALIDATION))
    statistics = train.select(
        [
            getattr(pl.col(name), statistic)().alias(f"{name}-{statistic}")
            for name in DENSE
            for statistic in ["mean", "std", "median", "min", "max", "null_count"]
        ]
    ).row(0, named=True)
    columns = [frame["label"].cast(pl.Float32)]
    for name in DENSE:
        filled = pl.col(name).fill_null(0).clip(lower_bound=0)
        columns.append(frame.select(filled.cast(pl.Float64).log1p().cast(pl.Float32))[name])
    columns.extend(encoded(frame, train, name, minimum, folder) for name in SPARSE)
    pl.DataFrame(columns).write_ipc(f"{folder}/rows.arrow", compression="uncompressed")
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"rows": rows, "seconds": seconds, "read": read, "megabytes": peak, "statistics": len(statistics)}, sys.stdout)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
