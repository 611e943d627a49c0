package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The finder on drawn pictures: what it finds, what it leaves, what it says about both. */
class NearDuplicateFinderTest {

    private static final int PHOTOS = 12;

    @TempDir private Path folder;

    private ImageList reference() throws IOException {
        for (int i = 0; i < PHOTOS; i++) {
            TestPhotos.write(
                    photo(i), folder.resolve(String.format(Locale.ROOT, "reference/%02d.png", i)));
        }
        return ImageList.ofFolder(folder.resolve("reference"));
    }

    private static BufferedImage photo(int i) {
        return TestPhotos.photo(i, 200, 160);
    }

    private ImageList pool() throws IOException {
        return ImageList.ofFolder(folder.resolve("pool"));
    }

    private void pool(String name, BufferedImage image) throws IOException {
        TestPhotos.write(image, folder.resolve("pool").resolve(name + ".png"));
    }

    private static Map<String, PairVerdict> byImage(DuplicateResult result) {
        return result.verdicts().stream()
                .collect(Collectors.toMap(v -> v.poolImage().path().toString(), v -> v));
    }

    private static PairVerdict of(Map<String, PairVerdict> verdicts, String image) {
        return Objects.requireNonNull(verdicts.get(image), image);
    }

    @Test
    void against_copiesOfEightKinds_areFoundWithEvidence_andOthersKept() throws Exception {
        pool("resize", TestPhotos.resize(photo(0), 0.5));
        pool("crop", TestPhotos.crop(photo(1), 0.2, 0.1, 0.7));
        pool("jpeg", TestPhotos.jpeg(photo(2), 0.3f));
        pool("rotate", TestPhotos.rotate(photo(3), 15));
        pool("mirror", TestPhotos.mirror(photo(4)));
        pool(
                "all",
                TestPhotos.jpeg(
                        TestPhotos.resize(TestPhotos.crop(photo(5), 0.3, 0.3, 0.7), 0.6), 0.5f));
        pool("contrast", TestPhotos.contrast(photo(6), 0.6, 40));
        pool("frame", TestPhotos.framed(photo(7)));
        for (int i = 0; i < 12; i++) {
            pool("other" + i, photo(100 + i));
        }

        DuplicateResult result = NearDuplicateFinder.against(reference()).build().find(pool());

        Map<String, PairVerdict> verdicts = byImage(result);
        assertThat(verdicts.keySet())
                .containsExactlyInAnyOrder(
                        "resize.png",
                        "crop.png",
                        "jpeg.png",
                        "rotate.png",
                        "mirror.png",
                        "all.png",
                        "contrast.png",
                        "frame.png");
        assertThat(result.kept().entries())
                .hasSize(12)
                .allMatch(e -> e.path().toString().startsWith("other"));
        assertThat(of(verdicts, "crop.png").referenceImage().path()).hasToString("01.png");
        assertThat(verdicts.values())
                .allSatisfy(
                        v -> {
                            assertThat(v.verdict()).isEqualTo(Verdict.DUPLICATE);
                            assertThat(v.removed()).isTrue();
                            assertThat(v.reason()).isEmpty();
                            assertThat(v.stage()).isEqualTo(Stage.SIFT);
                            assertThat(v.evidence().inliers()).isGreaterThanOrEqualTo(5);
                            assertThat(v.evidence().agreement()).isBetween(0.6, 1.0);
                            assertThat(v.mirrored())
                                    .isEqualTo(
                                            v.poolImage().path().toString().equals("mirror.png"));
                        });
        // A crop at (40, 16) of the original: the transform says so, in pixels.
        List<Double> crop = of(verdicts, "crop.png").evidence().transform();
        assertThat(crop.get(0)).isCloseTo(1, within(0.02));
        assertThat(crop.get(2)).isCloseTo(40, within(1.0));
        assertThat(crop.get(5)).isCloseTo(16, within(1.0));
        // The mirror image's transform turns x around: x' = 199 - x.
        List<Double> mirror = of(verdicts, "mirror.png").evidence().transform();
        assertThat(mirror.get(0)).isCloseTo(-1, within(0.02));
        assertThat(mirror.get(2)).isCloseTo(199, within(1.0));
        assertThat(of(verdicts, "mirror.png").evidence().points())
                .isNotEmpty()
                .allSatisfy(
                        p -> assertThat(p.poolX() + p.referenceX()).isCloseTo(199, within(3.0)));
        assertThat(of(verdicts, "resize.png").evidence().transform().get(0))
                .isCloseTo(2, within(0.05));
        assertThat(result.pairs()).isGreaterThanOrEqualTo(8);
        assertThat(result.isWithin()).isFalse();
    }

    @Test
    void against_equalFilesAndEqualPixels_areExact_andNothingIsVerified() throws Exception {
        ImageList reference = reference();
        Files.createDirectories(folder.resolve("pool"));
        Files.copy(folder.resolve("reference/03.png"), folder.resolve("pool/file.png"));
        javax.imageio.ImageIO.write(photo(4), "bmp", folder.resolve("pool/pixels.bmp").toFile());
        DuplicateResult result = NearDuplicateFinder.against(reference).build().find(pool());
        Map<String, PairVerdict> verdicts = byImage(result);
        assertThat(of(verdicts, "file.png").stage()).isEqualTo(Stage.EXACT_FILE);
        assertThat(of(verdicts, "file.png").referenceImage().path()).hasToString("03.png");
        assertThat(of(verdicts, "pixels.bmp").stage()).isEqualTo(Stage.EXACT_PIXELS);
        assertThat(result.pairs()).isZero();
        assertThat(result.kept().entries()).isEmpty();
    }

    @Test
    void within_firstOfSeveralCopiesStays_andEachRemovedOneNamesAKeptOne() throws Exception {
        pool("a", photo(1));
        pool("b", TestPhotos.resize(photo(1), 0.7));
        pool("c", photo(2));
        pool("d", TestPhotos.mirror(photo(1)));
        pool("e", TestPhotos.jpeg(photo(2), 0.4f));
        DuplicateResult result = NearDuplicateFinder.within().build().find(pool());
        assertThat(result.kept().entries())
                .extracting(e -> e.path().toString())
                .containsExactly("a.png", "c.png");
        assertThat(byImage(result))
                .allSatisfy(
                        (name, v) ->
                                assertThat(result.kept().entries()).contains(v.referenceImage()));
        assertThat(of(byImage(result), "d.png").referenceImage().path()).hasToString("a.png");
        assertThat(result.isWithin()).isTrue();
    }

    @Test
    void within_chainOfOverlappingCrops_isNotMerged() throws Exception {
        // The ends share nothing; the middle overlaps both. Components would keep one of three.
        BufferedImage wide = TestPhotos.photo(5, 480, 160);
        pool("1-left", wide.getSubimage(0, 0, 200, 160));
        pool("2-right", wide.getSubimage(200, 0, 200, 160));
        pool("3-middle", wide.getSubimage(100, 0, 200, 160));
        DuplicateResult result =
                NearDuplicateFinder.within().optMinSimilarity(0).build().find(pool());
        assertThat(byImage(result).keySet()).containsExactly("3-middle.png");
        assertThat(result.kept().entries())
                .contains(of(byImage(result), "3-middle.png").referenceImage());
    }

    @Test
    void within_moreThanABlock_comparesWithEarlierBlocks() throws Exception {
        List<ImageEntry> entries = new ArrayList<>();
        TestPhotos.write(photo(0), folder.resolve("pool/first.png"));
        TestPhotos.write(TestPhotos.resize(photo(0), 0.8), folder.resolve("pool/last.png"));
        entries.add(ImageEntry.unlabelled(Path.of("first.png")));
        for (int i = 0; i < 260; i++) {
            entries.add(ImageEntry.unlabelled(Path.of("missing" + i + ".png")));
        }
        entries.add(ImageEntry.unlabelled(Path.of("last.png")));
        List<Long> told = new ArrayList<>();
        DuplicateResult result =
                NearDuplicateFinder.within()
                        .optProgress((task, done, total) -> told.add(done))
                        .build()
                        .find(new ImageList(folder.resolve("pool"), entries));
        assertThat(byImage(result).keySet()).containsExactly("last.png");
        assertThat(result.poolQuarantine()).hasSize(260);
        assertThat(told).containsExactly(0L, 256L, 262L);
    }

    @Test
    void twoThingsOnOneFloor_areNotCopies() throws Exception {
        // Only the middle third differs: details agree in most blocks, the shade does not.
        BufferedImage floor = TestPhotos.photo(60, 200, 160);
        TestPhotos.write(
                on(floor, new java.awt.Color(240, 60, 30)), folder.resolve("reference/a.png"));
        pool("b", on(floor, new java.awt.Color(20, 20, 40)));
        pool("c", TestPhotos.jpeg(on(floor, new java.awt.Color(240, 60, 30)), 0.4f));
        DuplicateResult result =
                NearDuplicateFinder.against(ImageList.ofFolder(folder.resolve("reference")))
                        .build()
                        .find(pool());
        assertThat(byImage(result).keySet()).containsExactly("c.png");
        MatchThresholds anyShade = new MatchThresholds(20, 48, 5, 0.6, 0, 1, 1);
        assertThat(
                        NearDuplicateFinder.against(ImageList.ofFolder(folder.resolve("reference")))
                                .optThresholds(anyShade)
                                .build()
                                .find(pool())
                                .removed())
                .as("what the details alone would say")
                .hasSize(2);
    }

    private static BufferedImage on(BufferedImage floor, java.awt.Color thing) {
        BufferedImage image = TestPhotos.contrast(floor, 1, 0);
        java.awt.Graphics2D g = image.createGraphics();
        g.setColor(thing);
        g.fillRect(50, 40, 110, 90);
        g.dispose();
        return image;
    }

    @Test
    void plainImages_areUndecided_andThePolicyDecides() throws Exception {
        TestPhotos.write(TestPhotos.plain(1, 200, 160), folder.resolve("reference/plain.png"));
        pool("bright", TestPhotos.contrast(TestPhotos.plain(1, 200, 160), 0.9, 10));
        ImageList reference = ImageList.ofFolder(folder.resolve("reference"));
        for (UndecidedPolicy policy : UndecidedPolicy.values()) {
            DuplicateResult result =
                    NearDuplicateFinder.against(reference)
                            .optUndecided(policy)
                            .build()
                            .find(pool());
            PairVerdict verdict = of(byImage(result), "bright.png");
            assertThat(verdict.verdict()).isEqualTo(Verdict.UNDECIDED);
            assertThat(verdict.reason()).startsWith("too plain: ");
            assertThat(verdict.similarity()).isGreaterThan(0.98);
            assertThat(verdict.removed()).isEqualTo(policy != UndecidedPolicy.KEEP);
            assertThat(result.undecided()).hasSize(1);
            assertThat(result.kept().size()).isEqualTo(policy == UndecidedPolicy.KEEP ? 1 : 0);
        }
    }

    @Test
    void otherDescriptor_hasNoSimilarity_soUndecidedStayUnlessToldOtherwise() throws Exception {
        TestPhotos.write(TestPhotos.plain(1, 200, 160), folder.resolve("reference/plain.png"));
        pool("bright", TestPhotos.contrast(TestPhotos.plain(1, 200, 160), 0.9, 10));
        ImageList reference = ImageList.ofFolder(folder.resolve("reference"));
        Descriptor same =
                images -> images.stream().map(i -> new float[] {1, 0}).toArray(float[][]::new);
        DuplicateResult kept =
                NearDuplicateFinder.against(reference)
                        .optDescriptor("same", same)
                        .build()
                        .find(pool());
        assertThat(kept.undecided()).hasSize(1);
        assertThat(kept.removed()).isEmpty();
        assertThat(kept.settings().undecided()).isEqualTo(UndecidedPolicy.KEEP);
        assertThatThrownBy(
                        () ->
                                NearDuplicateFinder.against(reference)
                                        .optDescriptor("same", same)
                                        .optUndecided(UndecidedPolicy.BY_SIMILARITY)
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no similarity is known for it");
        DuplicateResult told =
                NearDuplicateFinder.against(reference)
                        .optDescriptor("same", same)
                        .optThresholds(MatchThresholds.DEFAULT.withSimilarity(0.9))
                        .build()
                        .find(pool());
        assertThat(told.removed()).hasSize(1);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without it may do
    void against_null_isRefusedByName() {
        assertThatThrownBy(() -> NearDuplicateFinder.against(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("reference must be a list of images, but was null")
                .hasMessageContaining("within()");
    }

    @Test
    void tinyImages_areLaidOverEachOther() throws Exception {
        for (int i = 0; i < 6; i++) {
            TestPhotos.write(
                    TestPhotos.photo(i, 32, 32),
                    folder.resolve(String.format(Locale.ROOT, "reference/%d.png", i)));
        }
        pool("copy", TestPhotos.contrast(TestPhotos.mirror(TestPhotos.photo(2, 32, 32)), 0.9, 8));
        pool("other", TestPhotos.photo(77, 32, 32));
        DuplicateResult result =
                NearDuplicateFinder.against(ImageList.ofFolder(folder.resolve("reference")))
                        .build()
                        .find(pool());
        PairVerdict copy = of(byImage(result), "copy.png");
        assertThat(copy.verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(copy.stage()).isIn(Stage.ALIGNMENT, Stage.SIFT);
        assertThat(copy.mirrored()).isTrue();
        assertThat(copy.referenceImage().path()).hasToString("2.png");
        assertThat(result.kept().entries())
                .extracting(e -> e.path().toString())
                .contains("other.png");
    }

    @Test
    void brokenImages_areReported_andTheSearchEnds() throws Exception {
        ImageList reference = reference();
        Files.createDirectories(folder.resolve("pool"));
        Files.write(folder.resolve("pool/zero.jpg"), new byte[0]);
        byte[] whole = Files.readAllBytes(folder.resolve("reference/01.png"));
        Files.write(folder.resolve("pool/cut.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(folder.resolve("pool/text.png"), "not an image");
        pool("huge", TestPhotos.plain(1, 300, 300));
        pool("dot", TestPhotos.plain(1, 1, 1));
        pool("line", TestPhotos.plain(2, 300, 1));
        DuplicateResult result =
                NearDuplicateFinder.against(reference).optMaxPixels(80_000).build().find(pool());
        assertThat(result.poolQuarantine())
                .extracting(QuarantinedImage::path)
                .extracting(Path::toString)
                .containsExactly("cut.png", "huge.png", "text.png", "zero.jpg");
        assertThat(result.poolQuarantine().get(1).reason()).contains("80000", "300 x 300");
        assertThat(result.kept().size() + result.removed().size()).isEqualTo(2);
    }

    @Test
    void unreadableReference_isReportedApart() throws Exception {
        pool("a", photo(1));
        ImageList reference =
                new ImageList(folder, List.of(ImageEntry.unlabelled(Path.of("gone.png"))));
        DuplicateResult result = NearDuplicateFinder.against(reference).build().find(pool());
        assertThat(result.referenceQuarantine())
                .containsExactly(new QuarantinedImage(Path.of("gone.png"), "file not found"));
        assertThat(result.kept().size()).isEqualTo(1);
    }

    @Test
    void result_isTheSame_forAnyWorkersAndWithTheCache() throws Exception {
        ImageList reference = reference();
        pool("a", TestPhotos.crop(photo(1), 0.1, 0.1, 0.7));
        pool("b", TestPhotos.rotate(photo(2), 10));
        pool("c", photo(50));
        Path cache = folder.resolve("made/descriptors");
        DuplicateResult first =
                NearDuplicateFinder.against(reference).optWorkers(1).build().find(pool());
        DuplicateResult second =
                NearDuplicateFinder.against(reference)
                        .optWorkers(3)
                        .optCache(cache)
                        .build()
                        .find(pool());
        long size = Files.size(cache);
        DuplicateResult third =
                NearDuplicateFinder.against(reference).optCache(cache).build().find(pool());
        assertThat(second).isEqualTo(first);
        assertThat(third).isEqualTo(first);
        assertThat(Files.size(cache)).as("nothing was computed again").isEqualTo(size);
    }

    @Test
    void descriptorOfANetwork_isAsked_andWindowsCanBeOff() throws Exception {
        ImageList reference = reference();
        pool("a", TestPhotos.jpeg(photo(1), 0.5f));
        List<Integer> batches = java.util.Collections.synchronizedList(new ArrayList<>());
        Descriptor means =
                images -> {
                    batches.add(images.size());
                    return images.stream()
                            .map(i -> Thumbnails.planes(i, 4, 4)[1])
                            .toArray(float[][]::new);
                };
        DuplicateResult result =
                NearDuplicateFinder.against(reference)
                        .optDescriptor("means", means)
                        .optWindows(false)
                        .optCandidates(3)
                        .build()
                        .find(pool());
        assertThat(result.removed()).hasSize(1);
        assertThat(batches).hasSize(PHOTOS + 1).allMatch(count -> count == 2);
        assertThat(result.settings())
                .returns("means", DuplicateSettings::descriptor)
                .returns(false, DuplicateSettings::windows)
                .returns(3, DuplicateSettings::candidates);
    }

    @Test
    void thresholds_outOfReach_keepEverything() throws Exception {
        ImageList reference = reference();
        pool("a", TestPhotos.jpeg(photo(1), 0.5f));
        MatchThresholds strict = new MatchThresholds(20, 48, 100_000, 0.7, 0.8, 1, 1);
        NearDuplicateFinder finder =
                NearDuplicateFinder.against(reference).optThresholds(strict).build();
        assertThat(finder.find(pool()).removed()).isEmpty();
        DuplicateResult none =
                NearDuplicateFinder.against(reference).optMinSimilarity(1).build().find(pool());
        assertThat(none.removed()).isEmpty();
        assertThat(none.pairs()).isZero();
    }

    @Test
    void memory_tooSmall_saysHowMuchIsNeeded() throws Exception {
        ImageList reference = reference();
        pool("a", photo(1));
        NearDuplicateFinder finder = NearDuplicateFinder.against(reference).optMemory(1000).build();
        assertThatThrownBy(() -> finder.find(pool()))
                .isInstanceOf(IllegalStateException.class)
                // 12 images x 10 views x 196 numbers x 4 bytes, and two blocks of scores
                .hasMessageStartingWith("memory must be at least 67202944 bytes for 12 images")
                .hasMessageContaining("but was 1000");
    }

    @Test
    void settings_outOfRangeOrTwice_areRefused() {
        NearDuplicateFinder.Builder builder = NearDuplicateFinder.within();
        assertThatThrownBy(() -> builder.optCandidates(0))
                .hasMessage("candidates must be at least 1, but was 0");
        assertThatThrownBy(() -> builder.optMinSimilarity(1.5))
                .hasMessage("minSimilarity must be in 0..1, but was 1.5");
        assertThatThrownBy(() -> builder.optDescriptor(" ", images -> new float[0][]))
                .hasMessageStartingWith("name must be one line");
        assertThatThrownBy(() -> new MatchThresholds(20, 48, 3, 0.7, 0.8, 1, 1))
                .hasMessage("inliers must be at least 4, but was 3");
        builder.optWorkers(2);
        assertThatThrownBy(() -> builder.optWorkers(3))
                .hasMessageContaining("workers must be set once");
    }
}
