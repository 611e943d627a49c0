"""Parquet files of the small store of SmallStore.java, by other programs.

Made with Python 3.11, pyarrow 25.0.1 and duckdb 1.5.6:

    python make_fixtures.py
"""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

# As SmallStore.rows(2).
images, views, indices, values = [], [], [], []
for i in range(7):
    for view in range(3):
        images.append("%016x" % (i * 0x2492492492492492 + 0x123))
        views.append(view)
        indices.append([(i + view + k) % 5 for k in range(2)])
        values.append([-(i * 3 + view) / 64 - 1.5 * k for k in range(2)])


def schema(null):
    item = lambda of: pa.list_(pa.field("element", of, nullable=null))
    return pa.schema(
        [
            pa.field("image", pa.string(), nullable=null),
            pa.field("view", pa.int32(), nullable=null),
            pa.field("indices", item(pa.int32()), nullable=null),
            pa.field("log_probabilities", item(pa.float32()), nullable=null),
            pa.field("log_tail", pa.float32(), nullable=null),
        ]
    )


def columns():
    return {
        "image": list(images),
        "view": list(views),
        "indices": [list(row) for row in indices],
        "log_probabilities": [list(row) for row in values],
        "log_tail": [-3.25] * 21,
    }


def write(name, labels, **options):
    options = {"compression": "none", "write_statistics": False, "store_schema": False} | options
    pq.write_table(labels, name + ".parquet", **options)


labels = pa.table(columns(), schema(False))
write("pyarrow_snappy", labels, compression="snappy")
write("pyarrow_gzip_v2", labels, compression="gzip", data_page_version="2.0", row_group_size=8)
write("pyarrow_lz4_plain", labels, compression="lz4", use_dictionary=False, data_page_size=64)
write(
    "pyarrow_delta",
    labels,
    compression="zstd",
    use_dictionary=False,
    write_page_checksum=True,
    column_encoding={
        "image": "DELTA_BYTE_ARRAY",
        "view": "DELTA_BINARY_PACKED",
        "indices.list.element": "DELTA_BINARY_PACKED",
        "log_probabilities.list.element": "BYTE_STREAM_SPLIT",
        "log_tail": "BYTE_STREAM_SPLIT",
    },
)
# Everything nullable, "item" for "element", and one more column in front.
more = pa.table(columns(), schema(True)).add_column(0, "note", [["x"] * 21])
write("pyarrow_nullable", more, use_compliant_nested_type=False)

duckdb.sql("copy labels to 'duckdb_snappy.parquet' (format parquet)")
duckdb.sql(
    "copy labels to 'duckdb_zstd_v2.parquet'"
    " (format parquet, compression zstd, parquet_version v2)"
)

wrong = columns()
del wrong["log_tail"]
write("wrong_no_tail", pa.table(wrong, pa.schema(list(schema(False))[:4])))


def replaced(name, column, of=None, values=None):
    changed = columns()
    if values is not None:
        changed[column] = values
    kinds = schema(True)
    at = kinds.get_field_index(column)
    if of is not None:
        kinds = kinds.set(at, pa.field(column, of))
    write("wrong_" + name, pa.table(changed, kinds))


replaced("view_int64", "view", pa.int64())
replaced("indices_int64", "indices", pa.list_(pa.int64()))
replaced("tail_double", "log_tail", pa.float64())
replaced("tail_list", "log_tail", pa.list_(pa.float32()), [[-3.25]] * 21)
replaced("indices_flat", "indices", pa.int32(), [1] * 21)
replaced("tail_null", "log_tail", values=[-3.25] * 4 + [None] + [-3.25] * 16)
replaced("index_null", "indices", values=indices[:4] + [[1, None]] + indices[5:])
replaced("list_empty", "indices", values=indices[:4] + [[]] + indices[5:])
write("wrong_brotli", labels, compression="brotli")
