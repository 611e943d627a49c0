package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.base.internal.Digests;
import io.ssld.core.data.ImageList;
import io.ssld.selection.duplicates.PairVerifier.Outcome;
import io.ssld.selection.duplicates.VerdictCache.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache as killed runs and damaged disks leave it, and the searches that use it. */
class VerdictCacheTest {

    private static final Decision DIFFERENT = new Decision(16, -1, null);
    private static final Decision COPY =
            new Decision(
                    3,
                    2,
                    new Outcome(
                            Verdict.UNDECIDED,
                            Stage.ALIGNMENT,
                            "too plain: 3 features, 20 needed",
                            new Evidence(
                                    3,
                                    2,
                                    1,
                                    List.of(1.0, 0.1, 1.0 / 3),
                                    Math.PI,
                                    -1,
                                    0.25,
                                    List.of(new Evidence.Point(1, 2.5, -0.0, 1e-300))),
                            true));

    @TempDir private Path folder;

    @BeforeAll
    static void natives() {
        OpenCv.load();
    }

    private Path file() {
        return folder.resolve("descriptors.verdicts");
    }

    private static String key(String image) {
        return VerdictCache.key(MatchThresholds.DEFAULT, image, List.of("b", "mirrored c"));
    }

    private void write() throws IOException {
        try (VerdictCache cache = VerdictCache.open(file())) {
            cache.put(key("x"), DIFFERENT);
            cache.put(key("y"), COPY);
        }
    }

    @Test
    void decision_readsBackAsWritten() throws Exception {
        write();
        try (VerdictCache cache = VerdictCache.open(file())) {
            assertThat(cache.size()).isEqualTo(2);
            assertThat(cache.get(key("x"))).isEqualTo(DIFFERENT);
            assertThat(cache.get(key("y"))).isEqualTo(COPY);
            assertThat(cache.get(key("z"))).isNull();
        }
        try (VerdictCache none = VerdictCache.none()) {
            none.put(key("x"), DIFFERENT);
            assertThat(none.get(key("x"))).isNull();
        }
    }

    @Test
    void key_dependsOnAllThatDecides() {
        MatchThresholds other = new MatchThresholds(20, 48, 6, 0.6, 0.8, 0.97, 0.98);
        List<String> one = List.of("b", "mirrored c");
        assertThat(
                        List.of(
                                key("a"),
                                key("x"),
                                VerdictCache.key(other, "a", one),
                                VerdictCache.key(MatchThresholds.DEFAULT, "a", List.of("b")),
                                VerdictCache.key(MatchThresholds.DEFAULT, "a", List.of("b", "c")),
                                VerdictCache.key(
                                        MatchThresholds.DEFAULT, "a", List.of("mirrored c", "b"))))
                .doesNotHaveDuplicates();
        assertThat(key("a")).isEqualTo(key("a")).hasSize(64);
    }

    @Test
    void killedWhileWriting_losesTheLastRecordOnly_andGoesOn() throws Exception {
        write();
        byte[] bytes = Files.readAllBytes(file());
        int first = 32 + 4 + 8 + 4;
        for (int end = first; end < bytes.length; end += 7) {
            Files.write(file(), Arrays.copyOf(bytes, end));
            try (VerdictCache cache = VerdictCache.open(file())) {
                assertThat(cache.size()).isEqualTo(1);
                cache.put(key("y"), COPY);
                assertThat(cache.get(key("x"))).isEqualTo(DIFFERENT);
                assertThat(cache.get(key("y"))).isEqualTo(COPY);
            }
            assertThat(file()).hasBinaryContent(bytes);
        }
    }

    @Test
    void damagedRecord_isVerifiedAgain() throws Exception {
        write();
        byte[] bytes = Files.readAllBytes(file());
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x40;
            Files.write(file(), damaged);
            try (VerdictCache cache = VerdictCache.open(file())) {
                assertThat(cache.get(key("x"))).isIn(DIFFERENT, null);
                assertThat(cache.get(key("y"))).isIn(COPY, null);
                assertThat(cache.get(key("x")) == null || cache.get(key("y")) == null).isTrue();
            }
        }
    }

    private ImageList images(String part, int first, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            TestPhotos.write(
                    TestPhotos.rotate(TestPhotos.photo(first + i, 200, 160), part.length()),
                    folder.resolve(part).resolve(String.format(Locale.ROOT, "%02d.png", i)));
        }
        return ImageList.ofFolder(folder.resolve(part));
    }

    private static String digest(Path file) throws IOException {
        return HexFormat.of().formatHex(Digests.sha256().digest(Files.readAllBytes(file)));
    }

    private static NearDuplicateFinder.Builder one(NearDuplicateFinder.Builder builder) {
        return builder.optCandidates(1).optMinSimilarity(0.1);
    }

    @Test
    void search_takesVerdictsFromTheCache() throws Exception {
        ImageList reference = images("reference", 0, 1);
        ImageList pool = images("pool", 0, 1);
        Path cache = folder.resolve("descriptors");
        DuplicateResult first =
                one(NearDuplicateFinder.against(reference)).optCache(cache).build().find(pool);
        assertThat(first.removed()).hasSize(1);
        String key =
                VerdictCache.key(
                        MatchThresholds.DEFAULT,
                        digest(folder.resolve("pool/00.png")),
                        List.of(digest(folder.resolve("reference/00.png"))));
        try (VerdictCache verdicts = VerdictCache.open(file())) {
            assertThat(verdicts.get(key)).isNotNull();
            verdicts.put(key, new Decision(1, -1, null));
        }
        DuplicateResult told =
                one(NearDuplicateFinder.against(reference)).optCache(cache).build().find(pool);
        assertThat(told.removed()).isEmpty();
        assertThat(told.pairs()).isEqualTo(1);
        // Other thresholds ask for another verdict.
        DuplicateResult other =
                one(NearDuplicateFinder.against(reference))
                        .optThresholds(new MatchThresholds(20, 48, 6, 0.6, 0.8, 0.97, 0.98))
                        .optCache(cache)
                        .build()
                        .find(pool);
        assertThat(other.removed()).hasSize(1);
        NearDuplicateFinder.deleteCache(cache);
        assertThat(cache).doesNotExist();
        assertThat(file()).doesNotExist();
    }

    @Test
    void searches_killedAnywhere_endAsTheUninterrupted() throws Exception {
        ImageList reference = images("reference", 0, 4);
        ImageList pool = images("pool", 2, 6).merge(images("again!", 4, 3));
        Path cache = folder.resolve("descriptors");
        for (boolean within : new boolean[] {false, true}) {
            DuplicateResult plain = find(within, reference, pool, null);
            DuplicateResult kept = find(within, reference, pool, cache);
            byte[] whole = Files.readAllBytes(file());
            assertThat(kept).isEqualTo(plain);
            assertThat(plain.removed()).isNotEmpty();
            for (int part = 0; part <= 3; part++) {
                Files.write(file(), Arrays.copyOf(whole, whole.length * part / 3));
                assertThat(find(within, reference, pool, cache)).isEqualTo(plain);
                assertThat(Files.size(file())).isEqualTo(whole.length);
            }
            NearDuplicateFinder.deleteCache(cache);
        }
    }

    private static DuplicateResult find(
            boolean within, ImageList reference, ImageList pool, @Nullable Path cache)
            throws IOException {
        NearDuplicateFinder.Builder builder =
                within ? NearDuplicateFinder.within() : NearDuplicateFinder.against(reference);
        if (cache != null) {
            builder.optCache(cache);
        }
        return builder.build().find(pool);
    }
}
