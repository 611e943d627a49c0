package io.ssld.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.selection.DroppedImage.Reason;
import io.ssld.selection.TrainingList.Merged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingListTest {

    @TempDir private Path folder;
    private ImageList labelled = new ImageList(Path.of("."), List.of());
    private ImageList mined = new ImageList(Path.of("."), List.of());
    private ImageList validation = new ImageList(Path.of("."), List.of());

    @BeforeEach
    void makeImages() throws Exception {
        labelled =
                new ImageList(folder, List.of(image("train/a", "A", 1), image("train/b", "B", 2)));
        mined =
                new ImageList(
                        Files.createDirectories(folder.resolve("pool")),
                        List.of(
                                moved(image("pool/c", "C", 5)),
                                moved(image("pool/d", "V", 6)),
                                moved(image("pool/e", "B", 7)),
                                moved(image("pool/f", "C", 8)),
                                new ImageEntry(Path.of("c"), 9),
                                new ImageEntry(Path.of("gone"), 9),
                                new ImageEntry(Path.of("../val/v"), 9),
                                moved(image("pool/g", "G", 0))));
        validation = new ImageList(folder.resolve("val"), List.of(moved(image("val/v", "V", 0))));
    }

    private ImageEntry image(String path, String content, int label) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return new ImageEntry(Path.of(path), label);
    }

    private static ImageEntry moved(ImageEntry entry) {
        return new ImageEntry(entry.path().getFileName(), entry.label());
    }

    private TrainingList.Builder merge() {
        return TrainingList.builder()
                .setLabelled(labelled)
                .addMined(mined)
                .optValidation(validation);
    }

    private static List<String> lines(ImageList list) {
        return list.entries().stream().map(e -> e.path() + " " + e.label()).toList();
    }

    @Test
    void merge_lists_dropsWhatMustNotGetIn() throws Exception {
        Merged merged = merge().build().merge();
        assertThat(lines(merged.images()))
                .containsExactly("train/a 1", "train/b 2", "pool/c -1", "pool/g -1");
        assertThat(merged.labelled()).isEqualTo(2);
        assertThat(merged.mined()).isEqualTo(2);
        assertThat(merged.dropped())
                .containsExactly(
                        new DroppedImage(Path.of("pool/d"), Reason.VALIDATION_CONTENT, "v"),
                        new DroppedImage(Path.of("pool/e"), Reason.SAME_CONTENT, "train/b"),
                        new DroppedImage(Path.of("pool/f"), Reason.SAME_CONTENT, "pool/c"),
                        new DroppedImage(Path.of("pool/c"), Reason.SAME_PATH, "pool/c"),
                        new DroppedImage(Path.of("pool/gone"), Reason.UNREADABLE, "file not found"),
                        new DroppedImage(Path.of("val/v"), Reason.VALIDATION_PATH, "v"));
        Path csv = folder.resolve("dropped.csv");
        merged.writeDropped(csv);
        assertThat(Files.readAllLines(csv))
                .hasSize(7)
                .startsWith("path,reason,other", "\"pool/d\",validation_content,\"v\"");
    }

    @Test
    void merge_minedLabel_isWhatTheListSays() throws Exception {
        assertThat(lines(merge().optMinedLabel(MinedLabel.ZERO).build().merge().images()))
                .containsExactly("train/a 1", "train/b 2", "pool/c 0", "pool/g 0");
        assertThat(lines(merge().optMinedLabel(MinedLabel.KEPT).build().merge().images()))
                .containsExactly("train/a 1", "train/b 2", "pool/c 5", "pool/g 0");
    }

    @Test
    void merge_validationImageAmongTheLabelled_isDroppedToo() throws Exception {
        ImageList leaked =
                new ImageList(folder, List.of(image("train/a", "A", 1), image("train/x", "V", 0)));
        Merged merged =
                TrainingList.builder()
                        .setLabelled(leaked)
                        .optValidation(validation)
                        .optWorkers(1)
                        .build()
                        .merge();
        assertThat(lines(merged.images())).containsExactly("train/a 1");
        assertThat(merged.dropped())
                .containsExactly(
                        new DroppedImage(Path.of("train/x"), Reason.VALIDATION_CONTENT, "v"));
    }

    @Test
    void merge_refuseContamination_failsAndCounts() {
        assertThatIOException()
                .isThrownBy(() -> merge().optRefuseContamination(true).build().merge())
                .withMessage(
                        "lists must hold no validation image, but 2 do, the first: pool/d equals"
                                + " v");
    }

    @Test
    void merge_refuseContamination_cleanLists_pass() throws Exception {
        Merged merged =
                TrainingList.builder()
                        .setLabelled(labelled)
                        .optValidation(validation)
                        .optRefuseContamination(true)
                        .build()
                        .merge();
        assertThat(merged.images()).isEqualTo(labelled);
        assertThat(merged.dropped()).isEmpty();
    }

    @Test
    void merge_otherRoot_writesPathsThatLeadThere() throws Exception {
        ImageList inPool = new ImageList(folder.resolve("pool"), List.of());
        ImageList train =
                new ImageList(folder.resolve("train"), List.of(moved(labelled.entries().get(0))));
        Merged merged = TrainingList.builder().setLabelled(inPool).addMined(train).build().merge();
        Path written = merged.images().entries().get(0).path();
        assertThat(written).isAbsolute();
        assertThat(merged.images().resolve(merged.images().entries().get(0))).hasContent("A");
    }

    @Test
    void merge_unreadableValidationImage_isAnError() throws Exception {
        Files.delete(folder.resolve("val/v"));
        assertThatIOException()
                .isThrownBy(() -> merge().build().merge())
                .withMessageContaining("validation image must be readable")
                .withMessageContaining("file not found");
    }

    @Test
    void merge_withoutValidation_keepsAllContents() throws Exception {
        Merged merged =
                TrainingList.builder().setLabelled(labelled).addMined(mined).build().merge();
        assertThat(lines(merged.images())).contains("pool/d -1");
    }

    @Test
    void build_withoutLabelled_saysSo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TrainingList.builder().build())
                .withMessage("labelled must be set before build()");
    }
}
