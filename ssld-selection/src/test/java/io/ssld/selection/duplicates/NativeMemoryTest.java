package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ssld.images.internal.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What OpenCV allocates, the collector does not see: every matrix is freed by hand. */
class NativeMemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    void comparingManyPairs_leavesMemoryFlat() throws Exception {
        assumeTrue(Files.exists(STATUS), "memory is read from Linux' /proc");
        Pixels photo = TestPhotos.pixels(TestPhotos.photo(1, 160, 120));
        Pixels copy = TestPhotos.pixels(TestPhotos.resize(TestPhotos.photo(1, 160, 120), 0.8));
        Pixels plain = TestPhotos.pixels(TestPhotos.plain(1, 160, 120));
        PairVerifier verifier = new PairVerifier(MatchThresholds.DEFAULT);
        // The compiler, the allocator and OpenCV's pools take what they keep.
        compare(verifier, photo, copy, plain, 30);
        long before = residentKilobytes();
        compare(verifier, photo, copy, plain, 60);
        long after = residentKilobytes();
        // One forgotten picture of 320 x 240 floats a pair would be 60 x 2 x 300 kB = 36 MB.
        assertThat(after - before).isLessThan(20_000);
    }

    private static void compare(
            PairVerifier verifier, Pixels photo, Pixels copy, Pixels plain, int times)
            throws IOException {
        Picture picture = Picture.of(photo);
        for (int i = 0; i < times; i++) {
            Features features = SiftExtractor.extract(photo, false);
            Features same = SiftExtractor.extract(copy, false);
            Features other = SiftExtractor.extract(plain, true);
            assertThat(
                            verifier.verify(same, features, () -> Picture.of(copy), () -> picture)
                                    .isDuplicate())
                    .isTrue();
            assertThat(
                            verifier.verify(other, features, () -> Picture.of(plain), () -> picture)
                                    .verdict())
                    .isEqualTo(Verdict.UNDECIDED);
        }
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
