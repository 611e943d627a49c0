package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.data.ImageList;
import io.ssld.images.internal.Pixels;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that look alike and are no copies stay, and copies of the same pictures go. */
class LookAlikesTest {

    private static final int PAIRS = 200;
    private static final LookAlikes[] KINDS = LookAlikes.values();

    @TempDir private Path folder;

    @BeforeAll
    static void natives() {
        OpenCv.load();
    }

    private static BufferedImage picture(int pair, int content) {
        return KINDS[pair % KINDS.length].picture(pair / KINDS.length, 2 * pair + content);
    }

    private static BufferedImage copy(BufferedImage image, int kind) throws IOException {
        return switch (kind) {
            case 0 -> TestPhotos.resize(image, 0.5);
            case 1 -> TestPhotos.crop(image, 0.2, 0.1, 0.7);
            case 2 -> TestPhotos.jpeg(image, 0.3f);
            case 3 -> TestPhotos.rotate(image, 15);
            case 4 -> TestPhotos.mirror(image);
            case 5 ->
                    TestPhotos.jpeg(
                            TestPhotos.resize(TestPhotos.crop(image, 0.25, 0.15, 0.7), 0.6), 0.5f);
            case 6 -> TestPhotos.contrast(image, 0.6, 40);
            default -> TestPhotos.framed(image);
        };
    }

    /** As a search decides by default, had the second been a candidate for the first. */
    private static boolean isRemoved(BufferedImage image, BufferedImage other, boolean mirrored)
            throws IOException {
        Pixels a = TestPhotos.pixels(image);
        Pixels b = TestPhotos.pixels(other);
        PairVerifier.Outcome outcome =
                new PairVerifier(MatchThresholds.DEFAULT)
                        .verify(
                                SiftExtractor.extract(a, mirrored),
                                SiftExtractor.extract(b, false),
                                () -> Picture.of(a),
                                () -> Picture.of(b));
        ClassicalViews describer = new ClassicalViews(Windows.ALL);
        return outcome.isDuplicate()
                || (outcome.verdict() == Verdict.UNDECIDED
                        && outcome.alike()
                        && unit(describer.describe(a))
                                        .to(unit(describer.describe(b)), mirrored)
                                        .cosine()
                                >= MatchThresholds.DEFAULT.similarity());
    }

    private static Views unit(Views views) {
        return DescriptorCache.Entry.of("", "", views).views();
    }

    /** Something that is asked about a pair. */
    private interface Question {

        boolean ask(int pair) throws IOException;
    }

    private static List<Integer> pairs(int step, Question question) {
        return IntStream.range(0, PAIRS / step)
                .parallel()
                .map(i -> i * step)
                .filter(
                        pair -> {
                            try {
                                return question.ask(pair);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                .boxed()
                .toList();
    }

    @Test
    void oneFrameWithOtherContent_isRemovedInAtMostTwoPercent() {
        List<Integer> removed =
                pairs(1, pair -> isRemoved(picture(pair, 1), picture(pair, 0), false));
        assertThat(removed).hasSizeLessThanOrEqualTo(PAIRS / 50);
    }

    @Test
    void copiesOfTheSamePictures_areRemovedInAtLeastNinetyFivePercent() {
        List<Integer> missed =
                pairs(
                        2,
                        pair -> {
                            BufferedImage image = picture(pair, 0);
                            int kind = pair / 2 % 8;
                            return !isRemoved(copy(image, kind), image, kind == 4);
                        });
        assertThat(missed).hasSizeLessThanOrEqualTo(PAIRS / 2 / 20);
    }

    private static BufferedImage flat(int width, int height, int red, int green, int blue) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        g.setColor(new Color(red, green, blue));
        g.fillRect(0, 0, width, height);
        g.dispose();
        return image;
    }

    private void write(String name, BufferedImage image) throws IOException {
        TestPhotos.write(image, folder.resolve(name + ".png"));
    }

    @Test
    void imagesOfOneColour_areComparedByTheirColour() throws Exception {
        write("reference/white", flat(100, 80, 255, 255, 255));
        write("pool/black", flat(100, 80, 0, 0, 0));
        write("pool/grey", flat(100, 80, 128, 128, 128));
        write("pool/light", flat(60, 80, 240, 240, 240));
        write("pool/red", flat(100, 80, 200, 20, 20));
        write("pool/small", flat(32, 32, 0, 0, 0));
        write("pool/same", flat(140, 100, 254, 255, 254));
        write("pool/sameSmall", flat(24, 24, 255, 255, 255));
        DuplicateResult result =
                NearDuplicateFinder.against(ImageList.ofFolder(folder.resolve("reference")))
                        .optMinSimilarity(0)
                        .build()
                        .find(ImageList.ofFolder(folder.resolve("pool")));
        Map<String, PairVerdict> verdicts =
                result.verdicts().stream()
                        .collect(Collectors.toMap(v -> v.poolImage().path().toString(), v -> v));
        assertThat(verdicts.keySet()).containsExactlyInAnyOrder("same.png", "sameSmall.png");
        assertThat(verdicts.values())
                .allSatisfy(v -> assertThat(v.verdict()).isEqualTo(Verdict.DUPLICATE));
    }

    @Test
    void greyCopy_isUndecided() throws Exception {
        BufferedImage photo = TestPhotos.photo(3, 200, 160);
        BufferedImage grey = new BufferedImage(200, 160, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < 160; y++) {
            for (int x = 0; x < 200; x++) {
                Color c = new Color(photo.getRGB(x, y));
                int luma = (299 * c.getRed() + 587 * c.getGreen() + 114 * c.getBlue()) / 1000;
                grey.setRGB(x, y, new Color(luma, luma, luma).getRGB());
            }
        }
        write("reference/photo", photo);
        write("pool/grey", grey);
        DuplicateResult result =
                NearDuplicateFinder.against(ImageList.ofFolder(folder.resolve("reference")))
                        .optUndecided(UndecidedPolicy.KEEP)
                        .build()
                        .find(ImageList.ofFolder(folder.resolve("pool")));
        assertThat(result.undecided()).hasSize(1);
        assertThat(result.undecided().get(0).reason()).startsWith("one is without colours");
    }
}
