package io.ssld.cli.parquet;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/** The pages of a column within a group of rows, one in memory at a time. */
final class ColumnPages implements PageReader {

    /** Pages are about 1 MB; this is what a hostile file can make us allocate. */
    private static final int MOST_PAGE_BYTES = 1 << 28;

    private final ParquetInput input;
    private final ColumnChunkMetaData chunk;
    private final ParquetMetadataConverter converter = new ParquetMetadataConverter();
    private final InputStream in;
    private @Nullable PageHeader ahead;
    private long left;

    ColumnPages(ParquetInput input, ColumnChunkMetaData chunk) {
        this.input = input;
        this.chunk = chunk;
        left = chunk.getValueCount();
        in = new BufferedInputStream(new Range(chunk.getStartingPos(), chunk.getTotalSize()));
    }

    @Override
    public long getTotalValueCount() {
        return chunk.getValueCount();
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        try {
            PageHeader header = header();
            if (!header.isSetDictionary_page_header()) {
                ahead = header;
                return null;
            }
            int values = header.getDictionary_page_header().getNum_values();
            // Each has four bytes at least: a length or a number.
            requireCount(values, header.getUncompressed_page_size() / Integer.BYTES);
            return new DictionaryPage(
                    BytesInput.from(whole(header)),
                    values,
                    converter.getEncoding(header.getDictionary_page_header().getEncoding()));
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public @Nullable DataPage readPage() {
        if (left <= 0) {
            return null;
        }
        try {
            PageHeader header = header();
            while (!header.isSetData_page_header() && !header.isSetData_page_header_v2()) {
                // A page of a kind that is not for values.
                bytes(header);
                header = header();
            }
            DataPage page =
                    header.isSetData_page_header()
                            ? first(header, header.getData_page_header())
                            : second(header, header.getData_page_header_v2());
            requireCount(page.getValueCount(), left);
            left -= page.getValueCount();
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
    }

    private PageHeader header() throws IOException {
        PageHeader header = ahead == null ? Util.readPageHeader(in) : ahead;
        ahead = null;
        requireLength(header.getCompressed_page_size());
        requireLength(header.getUncompressed_page_size());
        return header;
    }

    private static void requireLength(int length) throws IOException {
        if (length < 0 || length > MOST_PAGE_BYTES) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "pages must have 0..%d bytes, but one tells %d",
                            MOST_PAGE_BYTES,
                            length));
        }
    }

    private static void requireCount(int values, long most) throws IOException {
        if (values < 0 || values > most) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "pages must have at most %d values, but one tells %d",
                            most,
                            values));
        }
    }

    /** The bytes as they are in the file, their checksum compared where there is one. */
    private byte[] bytes(PageHeader header) throws IOException {
        byte[] bytes = in.readNBytes(header.getCompressed_page_size());
        if (bytes.length < header.getCompressed_page_size()) {
            throw new EOFException("a page is longer than its column");
        }
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            if ((int) crc.getValue() != header.getCrc()) {
                throw new IOException("a page has not the checksum it tells");
            }
        }
        return bytes;
    }

    private byte[] whole(PageHeader header) throws IOException {
        return Codecs.decompress(
                chunk.getCodec(), bytes(header), header.getUncompressed_page_size());
    }

    private DataPage first(PageHeader header, DataPageHeader data) throws IOException {
        return new DataPageV1(
                BytesInput.from(whole(header)),
                data.getNum_values(),
                header.getUncompressed_page_size(),
                noStatistics(),
                converter.getEncoding(data.getRepetition_level_encoding()),
                converter.getEncoding(data.getDefinition_level_encoding()),
                converter.getEncoding(data.getEncoding()));
    }

    /** Here levels stand before the values, and are never compressed. */
    private DataPage second(PageHeader header, DataPageHeaderV2 data) throws IOException {
        int repetition = data.getRepetition_levels_byte_length();
        int definition = data.getDefinition_levels_byte_length();
        byte[] bytes = bytes(header);
        int values = bytes.length - repetition - definition;
        int length = header.getUncompressed_page_size() - repetition - definition;
        if (repetition < 0 || definition < 0 || values < 0 || length < 0) {
            throw new IOException("a page is shorter than its levels");
        }
        byte[] compressed = new byte[values];
        System.arraycopy(bytes, repetition + definition, compressed, 0, values);
        boolean plain = !data.isIs_compressed() || values == 0;
        return DataPageV2.uncompressed(
                data.getNum_rows(),
                data.getNum_nulls(),
                data.getNum_values(),
                BytesInput.from(bytes, 0, repetition),
                BytesInput.from(bytes, repetition, definition),
                converter.getEncoding(data.getEncoding()),
                BytesInput.from(
                        plain
                                ? compressed
                                : Codecs.decompress(chunk.getCodec(), compressed, length)),
                noStatistics());
    }

    private Statistics<?> noStatistics() {
        return Statistics.createStats(chunk.getPrimitiveType());
    }

    /** The bytes of the chunk, read when they are asked for. */
    private final class Range extends InputStream {

        private long at;
        private final long end;

        Range(long from, long length) {
            at = from;
            end = from + length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at >= end) {
                return -1;
            }
            byte[] next = input.read(at, (int) Math.min(length, end - at));
            System.arraycopy(next, 0, bytes, from, next.length);
            at += next.length;
            return next.length;
        }
    }
}
