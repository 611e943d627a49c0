package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import io.ssld.images.view.ViewSampler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelStoreSizeTest {

    @TempDir private Path folder;

    @Test
    void segments_realStores_areAsLongAsFilesOnDisk() throws Exception {
        ImageList images = LabelFixtures.images(folder.resolve("images"), 21, 10);
        try (Model model = LabelFixtures.network(10, 1)) {
            for (int topK : List.of(3, 10)) {
                Path store = folder.resolve("store" + topK);
                RecordingResult result =
                        LabelRecorder.builder()
                                .addTeacher(Teacher.of(model))
                                .setViews(ViewSampler.builder().optArea(0.2, 1).build())
                                .setViewCount(5)
                                .setSize(LabelFixtures.SIZE)
                                .optTopK(topK)
                                .build()
                                .record(images, store);
                assertThat(result.images()).isEqualTo(21);
                assertThat(LabelStoreSize.segments(10, topK, 21, 5)).isEqualTo(onDisk(store));
            }
        }
    }

    private static long onDisk(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.toString().endsWith(SegmentFile.SUFFIX))
                    .mapToLong(LabelStoreSizeTest::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void segments_imageNet_isWhatTheDocumentationSays() {
        // docs/label-store: 42 bytes a view, 12 an image; 300 views come to 16 GB.
        long bytes = LabelStoreSize.segments(1000, 10, 1_281_167, 300);
        long blocks = 1_281_167L * (300 * 42 + 12);
        assertThat(bytes).isBetween(blocks, blocks + 300 * 200);
        assertThat(LabelStoreSize.segments(1000, 10, 0, 300)).isZero();
    }

    @Test
    void segments_numbersOutOfRange_areRefused() {
        assertThatThrownBy(() -> LabelStoreSize.segments(0, 1, 1, 1))
                .hasMessage("classes must be at least 1, but was 0");
        assertThatThrownBy(() -> LabelStoreSize.segments(1, 0, 1, 1))
                .hasMessageContaining("topK must be");
        assertThatThrownBy(() -> LabelStoreSize.segments(1, 1, -1, 1))
                .hasMessageContaining("images must be at least 0");
        assertThatThrownBy(() -> LabelStoreSize.segments(1, 1, 1, 0))
                .hasMessageContaining("views must be");
    }
}
