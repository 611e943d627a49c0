package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.selection.duplicates.DescriptorCache.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache as killed runs, damaged disks and other descriptors leave it. */
class DescriptorCacheTest {

    private static final String A = "0a".repeat(32);
    private static final String B = "0b".repeat(32);

    @TempDir private Path folder;

    private static Entry entry(String digest) {
        Views views = new Views(new float[][] {{1, 2, 3}}, new float[][] {{3, 2, 1}});
        return Entry.of(digest, "0c".repeat(32), views);
    }

    private Path file() {
        return folder.resolve("descriptors");
    }

    private void write(String... digests) throws IOException {
        try (DescriptorCache cache = DescriptorCache.open(file(), "test", 1)) {
            for (String digest : digests) {
                cache.put(entry(digest));
            }
        }
    }

    @Test
    void entry_readsBackAsWritten() throws Exception {
        write(A, B);
        try (DescriptorCache cache = DescriptorCache.open(file(), "test", 1)) {
            assertThat(cache.size()).isEqualTo(2);
            Entry read = Objects.requireNonNull(cache.get(B));
            assertThat(read.pixelDigest()).isEqualTo("0c".repeat(32));
            assertThat(read.views().plain()[0]).containsExactly(entry(B).views().plain()[0]);
            assertThat(read.views().mirrored()[0]).containsExactly(entry(B).views().mirrored()[0]);
            assertThat(cache.get("0d".repeat(32))).isNull();
        }
    }

    @Test
    void killedWhileWriting_losesTheLastRecordOnly_andGoesOn() throws Exception {
        write(A, B);
        byte[] bytes = Files.readAllBytes(file());
        for (int cut = 1; cut < bytes.length; cut += 13) {
            Files.write(file(), Arrays.copyOf(bytes, bytes.length - cut));
            write(B);
            try (DescriptorCache cache = DescriptorCache.open(file(), "test", 1)) {
                assertThat(cache.get(B)).as("cut %d", cut).isNotNull();
            }
        }
    }

    @Test
    void damagedRecord_isAsIfMissing() throws Exception {
        write(A, B);
        byte[] bytes = Files.readAllBytes(file());
        bytes[bytes.length - 6] ^= 1;
        Files.write(file(), bytes);
        try (DescriptorCache cache = DescriptorCache.open(file(), "test", 1)) {
            assertThat(cache.get(A)).isNotNull();
            assertThat(cache.get(B)).isNull();
        }
    }

    @Test
    void anotherDescriptorsCache_orAnotherFile_isRefused() throws Exception {
        write(A);
        assertThatThrownBy(() -> DescriptorCache.open(file(), "other", 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds 1 of test");
        assertThatThrownBy(() -> DescriptorCache.open(file(), "test", 10))
                .hasMessageContaining("must hold 10 vectors");
        Path text = Files.writeString(folder.resolve("text"), "x".repeat(300));
        assertThatThrownBy(() -> DescriptorCache.open(text, "test", 1))
                .hasMessageStartingWith("cache must hold descriptors");
        assertThat(text).hasContent("x".repeat(300));
    }

    @Test
    void cacheInUse_isRefused() throws Exception {
        try (DescriptorCache open = DescriptorCache.open(file(), "test", 1)) {
            assertThat(open.size()).isZero();
            assertThatThrownBy(() -> DescriptorCache.open(file(), "test", 1))
                    .hasMessageStartingWith("cache must not be in use");
        }
    }
}
