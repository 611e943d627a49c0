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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The memory of the process over 2,000 steps, and a leak that the same measurement sees.
 *
 * <p>Each in a process of its own: memory that earlier tests gave back to the C library would take
 * a leak in unseen. The resident set holds the Java heap too, so that is of fixed size and touched
 * at the start; and the JIT compiler's memory, so the first steps are not counted.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads the resident set from /proc")
class NativeMemoryTest {

    private static final int SETTLED = 1500;
    private static final int STEPS = SETTLED + 2000;
    private static final int BATCH = 256;
    private static final long MEGABYTE = 1 << 20;

    @Test
    void distill_twoThousandSteps_staysFlat() throws Exception {
        assertThat(growth("fair")).isLessThan(16 * MEGABYTE);
    }

    @Test
    void distill_teacherThatLeaks_isSeen() throws Exception {
        assertThat(growth("leaking")).isGreaterThan(100 * MEGABYTE);
    }

    private static long growth(String teacher) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms256m",
                                "-Xmx256m",
                                "-XX:+AlwaysPreTouch",
                                "-Dai.djl.offline=true",
                                "-Dai.djl.pytorch.num_threads=1",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Run.class.getName(),
                                teacher)
                        .redirectErrorStream(true)
                        .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        List<String> lines = told.lines().toList();
        return Long.parseLong(lines.get(lines.size() - 1));
    }

    /** Trains with a teacher that leaks or does not, and prints by how much the process grew. */
    static final class Run {

        private Run() {}

        public static void main(String[] args) throws Exception {
            try (Model model = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1)) {
                Teacher fair = Teacher.of(model);
                NDManager forEver = model.getNDManager();
                // 128 kB a step on a manager that outlives the steps: the mistake DJL makes easy.
                Teacher leaking =
                        inputs -> {
                            forEver.ones(new Shape(32 * 1024));
                            return fair.logits(inputs);
                        };
                System.out.println(growth(args[0].equals("leaking") ? leaking : fair));
            }
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
