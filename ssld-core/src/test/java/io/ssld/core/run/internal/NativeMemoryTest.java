package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.Distiller;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The memory of the process over 2,000 steps, and a leak that the same measurement sees.
 *
 * <p>The resident set holds the Java heap too, so the pom gives the tests a heap of fixed size,
 * touched at the start; and the JIT compiler's memory, so the first steps are not counted.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads the resident set from /proc")
class NativeMemoryTest {

    private static final int SETTLED = 1500;
    private static final int STEPS = SETTLED + 2000;
    private static final int BATCH = 256;
    private static final long MEGABYTE = 1 << 20;

    @Test
    void distill_twoThousandSteps_staysFlat() throws Exception {
        try (Model teacher = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            assertThat(growth(Teacher.of(teacher))).isLessThan(16 * MEGABYTE);
        }
    }

    @Test
    void distill_teacherThatLeaks_isSeen() throws Exception {
        try (Model teacher = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            Teacher inner = Teacher.of(teacher);
            NDManager forEver = teacher.getNDManager();
            // 128 kB a step on a manager that outlives the steps: the mistake DJL makes easy.
            Teacher leaking =
                    inputs -> {
                        forEver.ones(new Shape(32 * 1024));
                        return inner.logits(inputs);
                    };
            assertThat(growth(leaking)).isGreaterThan(100 * MEGABYTE);
        }
    }

    private static long growth(Teacher teacher) throws Exception {
        long[] resident = new long[2];
        try (Model student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 2);
                NDManager manager = NDManager.newBaseManager()) {
            Distiller.builder()
                    .setTeacher(teacher)
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(Recipe.ssld().optEpochs(1).optStepsPerEpoch(STEPS).build())
                    .addListener(
                            new RunListener() {
                                @Override
                                public void onStep(StepSummary step) {
                                    if (step.step() == SETTLED) {
                                        resident[0] = residentBytes();
                                    } else if (step.step() == STEPS) {
                                        resident[1] = residentBytes();
                                    }
                                }
                            })
                    .build()
                    .distill(
                            Fixtures.unlabelled(manager, 2 * BATCH, BATCH, 3),
                            Fixtures.table(manager, 32, 32, 4));
        }
        return resident[1] - resident[0];
    }

    private static long residentBytes() {
        System.gc();
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3);
            return Long.parseLong(pages[1]) * 4096;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
