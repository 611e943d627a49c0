package io.ssld.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.internal.Evaluator;
import io.ssld.core.teacher.Teacher;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the jar really holds. */
class EmbeddedDataTest {

    @TempDir private Path folder;

    @Test
    void unpack_embedded_isBalancedAndThePoolHasNoLabels() throws Exception {
        EmbeddedData.Lists data = EmbeddedData.unpack(folder);
        assertThat(data.labelled().size()).isEqualTo(1000);
        assertThat(data.pool().size()).isEqualTo(4000);
        assertThat(data.test().size()).isEqualTo(1000);
        for (int c = 0; c < 10; c++) {
            int label = c;
            assertThat(data.labelled().entries()).filteredOn(e -> e.label() == label).hasSize(100);
            assertThat(data.test().entries()).filteredOn(e -> e.label() == label).hasSize(100);
        }
        assertThat(data.pool().entries()).noneMatch(ImageEntry::isLabelled);
        Set<Path> paths = new HashSet<>();
        data.labelled().merge(data.pool(), data.test()).entries().forEach(e -> paths.add(e.path()));
        assertThat(paths).as("no image twice").hasSize(6000);
        for (Path path : paths) {
            assertThat(folder.resolve(path)).isRegularFile();
        }
    }

    @Test
    void teacher_embedded_isSmallAndStrong() throws Exception {
        try (InputStream in = EmbeddedData.open(EmbeddedTeacher.FILE)) {
            assertThat(in.readAllBytes().length).isLessThanOrEqualTo(1_500_000);
        }
        EmbeddedData.Lists data = EmbeddedData.unpack(folder);
        try (Model model = EmbeddedTeacher.load();
                NDManager manager = model.getNDManager().newSubManager()) {
            Evaluation evaluation =
                    new Evaluator(Quickstart.evaluationBatches(data.test()), manager)
                            .evaluate(Teacher.of(model)::logits);
            assertThat(evaluation.examples()).isEqualTo(1000);
            assertThat(evaluation.top1()).isGreaterThan(0.90);
        }
        try (var files = Files.list(folder.resolve("images"))) {
            assertThat(files.count()).isEqualTo(6000);
        }
    }
}
