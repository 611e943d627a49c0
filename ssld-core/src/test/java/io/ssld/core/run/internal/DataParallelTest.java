package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import io.ssld.core.Distiller;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A batch shared by two replicas on the CPU, which stand in for two GPUs. */
class DataParallelTest {

    private static final Device CPU = Device.cpu();
    private static final int BATCH = 16;

    private NDManager manager;
    private Model teacher;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager();
        teacher = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 7);
    }

    @AfterEach
    void tearDown() {
        teacher.close();
        manager.close();
    }

    private Map<String, float[]> train(Block network, Teacher source, int steps, Device... devices)
            throws Exception {
        return train(network, source, steps, BATCH, devices);
    }

    private Map<String, float[]> train(
            Block network, Teacher source, int steps, int batch, Device... devices)
            throws Exception {
        try (Model student = Fixtures.model("student", network, 8)) {
            Distiller.builder()
                    .setTeacher(source)
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(
                            Recipe.ssld()
                                    .optEpochs(1)
                                    .optStepsPerEpoch(steps)
                                    .optWarmupEpochs(0)
                                    .optLearningRate(0.2)
                                    .build())
                    .optDevices(devices)
                    .build()
                    .distill(
                            Fixtures.unlabelled(manager, 3 * batch, batch, 3),
                            Fixtures.table(manager, 32, 32, 5));
            return values(student.getBlock());
        }
    }

    private static Map<String, float[]> values(Block block) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            values.put(pair.getKey(), pair.getValue().getArray().toFloatArray());
        }
        return values;
    }

    private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, values) -> {
                    for (int i = 0; i < values.length; i++) {
                        assertThat(of(actual, name)[i])
                                .as("%s[%d]", name, i)
                                .isCloseTo(values[i], within(1e-5f));
                    }
                });
    }

    @Test
    void distill_withoutBatchNorm_equalsOneDevice() throws Exception {
        Teacher source = Teacher.of(teacher);
        Map<String, float[]> one = train(Fixtures.plain(), source, 20, CPU);
        assertClose(train(Fixtures.plain(), source, 20, CPU, CPU), one);
        // 16 examples do not divide by three: shares of 5, 5 and 6 count by their examples.
        assertClose(train(Fixtures.plain(), source, 20, CPU, CPU, CPU), one);
    }

    @Test
    void distill_moreDevicesThanExamples_leavesSomeIdle() throws Exception {
        Teacher source = Teacher.of(teacher);
        Map<String, float[]> one = train(Fixtures.plain(), source, 5, 2, CPU);
        assertClose(train(Fixtures.plain(), source, 5, 2, CPU, CPU, CPU), one);
    }

    @Test
    void distill_batchNorm_normalisesByShareAndAveragesStatistics() throws Exception {
        Map<String, float[]> shared =
                train(Fixtures.mlp(Fixtures.CLASSES), Teacher.of(teacher), 1, CPU, CPU);
        // The first step's running mean by hand: each half has its own, momentum 0.9, then the
        // mean.
        try (Model fresh = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 8)) {
            Map<String, float[]> start = values(fresh.getBlock());
            float[] weight = of(start, name(start, "Linear_weight"));
            float[] bias = of(start, name(start, "Linear_bias"));
            float[][] x = Fixtures.features(3 * BATCH, 3);
            for (int unit = 0; unit < 8; unit++) {
                double[] sum = new double[2];
                double[] square = new double[2];
                for (int i = 0; i < BATCH; i++) {
                    double h = bias[unit];
                    for (int k = 0; k < Fixtures.FEATURES; k++) {
                        h += weight[unit * Fixtures.FEATURES + k] * x[i][k];
                    }
                    sum[i / 8] += h;
                    square[i / 8] += h * h;
                }
                double mean = (sum[0] / 8 + sum[1] / 8) / 2;
                double variance = 0;
                for (int half = 0; half < 2; half++) {
                    double m = sum[half] / 8;
                    variance += (square[half] - 8 * m * m) / 7 / 2;
                }
                assertThat((double) of(shared, name(start, "runningMean"))[unit])
                        .isCloseTo(0.1 * mean, within(1e-5));
                assertThat((double) of(shared, name(start, "runningVar"))[unit])
                        .isCloseTo(0.9 + 0.1 * variance, within(1e-5));
            }
        }
    }

    private static float[] of(Map<String, float[]> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private static String name(Map<String, float[]> values, String suffix) {
        return values.keySet().stream().filter(n -> n.endsWith(suffix)).findFirst().orElseThrow();
    }

    @Test
    void distill_teacherWithBatchStatistics_isAskedByShare() throws Exception {
        Teacher source = Teacher.of(teacher).withBatchStatistics();
        Map<String, float[]> before = values(teacher.getBlock());
        Map<String, float[]> shared = train(Fixtures.plain(), source, 3, CPU, CPU);
        Map<String, float[]> one = train(Fixtures.plain(), source, 3, CPU);
        assertThat(shared.get(name(shared, "weight")))
                .as("halves have other statistics than the batch")
                .isNotEqualTo(one.get(name(one, "weight")));
        assertClose(values(teacher.getBlock()), before);
    }

    @Test
    void distill_averagedTeachers_areAskedOnEveryDevice() throws Exception {
        Teacher source = Teacher.average(List.of(Teacher.of(teacher), Teacher.of(teacher)));
        assertClose(
                train(Fixtures.plain(), source, 5, CPU, CPU),
                train(Fixtures.plain(), source, 5, CPU));
    }

    @Test
    void distill_shareDiverges_isToldAndLeavesNothingRunning() throws Exception {
        Teacher bad =
                inputs -> {
                    NDArray ones =
                            inputs.head()
                                    .getManager()
                                    .ones(new Shape(inputs.head().size(0), Fixtures.CLASSES));
                    return inputs.head().size(0) == BATCH ? ones : ones.mul(Float.NaN);
                };
        assertThatThrownBy(() -> train(Fixtures.plain(), bad, 3, CPU, CPU))
                .isInstanceOf(TrainingDivergedException.class);
        // A second run can start: neither the collector nor the run's lock stayed behind.
        train(Fixtures.plain(), Teacher.of(teacher), 1, CPU, CPU);
    }

    @Test
    void build_otherFirstDevice_isRefused() {
        try (Model student = Fixtures.model("student", Fixtures.plain(), 8)) {
            assertThatThrownBy(
                            () ->
                                    Distiller.builder()
                                            .setTeacher(Teacher.of(teacher))
                                            .setStudent(student)
                                            .setLoss(DistillationLoss.symmetricKl())
                                            .optDevices(Device.gpu(0), CPU)
                                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("optDevices must begin with the student's device");
        }
    }
}
