package io.ssld.cli.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Compression of pages, in Java alone. Written is Zstandard; read are the usual ones. */
final class Codecs {

    private Codecs() {}

    static BytesInputCompressor zstd() {
        return new Zstd();
    }

    private static final class Zstd implements BytesInputCompressor {

        private final ZstdCompressor compressor = new ZstdCompressor();

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            byte[] in = bytes.toInputStream().readAllBytes();
            byte[] out = new byte[compressor.maxCompressedLength(in.length)];
            int length = compressor.compress(in, 0, in.length, out, 0, out.length);
            return BytesInput.from(out, 0, length);
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.ZSTD;
        }

        @Override
        public void release() {}
    }

    /**
     * Decompresses a page.
     *
     * @param length of what comes out
     * @throws IllegalArgumentException if the codec is none of ours
     * @throws IOException if the bytes are not that long
     */
    static byte[] decompress(CompressionCodecName codec, byte[] bytes, int length)
            throws IOException {
        return switch (codec) {
            case UNCOMPRESSED -> requireLength(bytes, bytes.length, length);
            case ZSTD -> block(new ZstdDecompressor(), bytes, length);
            case SNAPPY -> block(new SnappyDecompressor(), bytes, length);
            case LZ4_RAW -> block(new Lz4Decompressor(), bytes, length);
            case GZIP -> {
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    byte[] out = in.readNBytes(length);
                    yield requireLength(out, in.read() < 0 ? out.length : length + 1L, length);
                }
            }
            default ->
                    throw new IllegalArgumentException(
                            ("compression must be zstd, snappy, gzip, lz4_raw or none, but was "
                                            + "%s; write the file again with one of these")
                                    .formatted(codec));
        };
    }

    private static byte[] block(Decompressor decompressor, byte[] bytes, int length)
            throws IOException {
        byte[] out = new byte[length];
        int filled = decompressor.decompress(bytes, 0, bytes.length, out, 0, length);
        return requireLength(out, filled, length);
    }

    private static byte[] requireLength(byte[] bytes, long found, int length) throws IOException {
        if (found != length) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "page must have %d bytes, but has %s",
                            length,
                            found > length ? "more" : String.valueOf(found)));
        }
        return bytes;
    }
}
