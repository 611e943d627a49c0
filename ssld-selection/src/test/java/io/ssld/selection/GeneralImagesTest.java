package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneralImagesTest {

    @TempDir private Path folder;
    private ImageList pool = new ImageList(Path.of("."), List.of());

    @BeforeEach
    void makePool() throws Exception {
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Files.writeString(folder.resolve(i + ".jpg"), "image " + i);
            entries.add(new ImageEntry(Path.of(i + ".jpg"), 3));
        }
        pool = new ImageList(folder, entries);
    }

    private static GeneralImages.Builder of(int count) {
        return GeneralImages.builder().setCount(count);
    }

    private ImageList shuffled(ImageList list, long seed) {
        List<ImageEntry> entries = new ArrayList<>(list.entries());
        Collections.shuffle(entries, new Random(seed));
        return new ImageList(folder, entries);
    }

    @Test
    void draw_count_isASampleWithoutLabels() throws Exception {
        GeneralImages.Sample sample = of(100).build().draw(pool);
        assertThat(sample.images().entries())
                .hasSize(100)
                .doesNotHaveDuplicates()
                .noneMatch(ImageEntry::isLabelled);
        assertThat(sample.duplicates()).isZero();
        // Uniform: of 100 out of 600 about half are of the first half; 6 sigma are 27.
        long early =
                sample.images().entries().stream()
                        .filter(
                                e ->
                                        Integer.parseInt(e.path().toString().replace(".jpg", ""))
                                                < 300)
                        .count();
        assertThat(early).isBetween(23L, 77L);
    }

    @Test
    void draw_anyOrderOrDays_isTheSame() throws Exception {
        List<ImageEntry> expected = of(50).optWorkers(3).build().draw(pool).images().entries();
        ImageList mixed = shuffled(pool, 1);
        assertThat(of(50).build().draw(mixed).images().entries()).isEqualTo(expected);
        List<ImageEntry> sofar = List.of();
        for (int day = 0; day < 4; day++) {
            List<ImageEntry> both = new ArrayList<>(sofar);
            both.addAll(mixed.entries().subList(150 * day, 150 * (day + 1)));
            sofar = of(50).build().draw(new ImageList(folder, both)).images().entries();
        }
        assertThat(sofar).isEqualTo(expected);
    }

    @Test
    void draw_seeds_areDifferentSamples() throws Exception {
        List<ImageEntry> zero = of(50).build().draw(pool).images().entries();
        List<ImageEntry> one = of(50).optSeed(1).build().draw(pool).images().entries();
        assertThat(one).isNotEqualTo(zero);
        assertThat(one.stream().filter(zero::contains).count()).isLessThan(25);
        assertThat(of(50).optSeed(0).build().draw(pool).images().entries()).isEqualTo(zero);
    }

    @Test
    void draw_ratio_isOfTheLabelled() throws Exception {
        GeneralImages sampler = GeneralImages.builder().setRatio(0.54, 100).build();
        assertThat(sampler.draw(pool).images().size()).isEqualTo(54);
        assertThat(of(601).build().draw(pool).images().size()).isEqualTo(600);
    }

    @Test
    void draw_equalContents_areOneImageUnlessKept() throws Exception {
        Files.writeString(folder.resolve("z.jpg"), "image 7");
        Files.writeString(folder.resolve("0copy.jpg"), "image 7");
        List<ImageEntry> entries = new ArrayList<>(pool.entries());
        entries.add(new ImageEntry(Path.of("z.jpg"), 0));
        entries.add(new ImageEntry(Path.of("0copy.jpg"), 0));
        ImageList more = new ImageList(folder, entries);
        GeneralImages.Sample sample = of(1000).build().draw(more);
        assertThat(sample.images().size()).isEqualTo(600);
        assertThat(sample.duplicates()).isEqualTo(2);
        assertThat(sample.images().entries())
                .extracting(e -> e.path().toString())
                .contains("0copy.jpg")
                .doesNotContain("7.jpg", "z.jpg");
        GeneralImages.Sample all = of(1000).optKeepDuplicates(true).build().draw(more);
        assertThat(all.images().size()).isEqualTo(602);
        assertThat(all.duplicates()).isZero();
    }

    @Test
    void draw_unreadable_isQuarantined() throws Exception {
        Files.delete(folder.resolve("3.jpg"));
        GeneralImages.Sample sample = of(1000).build().draw(pool);
        assertThat(sample.images().size()).isEqualTo(599);
        assertThat(sample.quarantined()).hasSize(1);
        assertThat(sample.quarantined().get(0).path()).isEqualTo(Path.of("3.jpg"));
        assertThat(sample.quarantined().get(0).reason()).isEqualTo("file not found");
    }

    @Test
    void builder_badSettings_sayWhatTheyMustBe() {
        assertThatIllegalStateException()
                .isThrownBy(() -> GeneralImages.builder().build())
                .withMessage("count or ratio must be set before build()");
        assertThatIllegalStateException().isThrownBy(() -> of(3).setRatio(0.5, 100));
        assertThatIllegalArgumentException().isThrownBy(() -> of(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeneralImages.builder().setRatio(-1, 100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeneralImages.builder().setRatio(0.1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> of(1).optWorkers(0));
    }
}
