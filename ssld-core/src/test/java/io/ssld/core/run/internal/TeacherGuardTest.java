package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.ssld.core.Distiller;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.teacher.TeacherMode;
import io.ssld.core.train.Recipe;
import io.ssld.engine.internal.Inference;
import io.ssld.engine.internal.Parameters;
import io.ssld.losses.DistillationLoss;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mutations of a teacher, each of which a run must find. */
class TeacherGuardTest {

    private static final int STEPS = 6;

    private Model student;
    private NDManager manager;
    private int answered;

    @BeforeEach
    void setUp() {
        student = Fixtures.model("student", Fixtures.mlp(Fixtures.CLASSES), 2);
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void tearDown() {
        manager.close();
        student.close();
    }

    @Test
    void distill_untouchedTeacher_recordsOneDigest() throws Exception {
        try (Model model = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            DistillationResult result = distill(Teacher.of(model));
            assertThat(result.teacherDigest()).matches("[0-9a-f]{64}");
            assertThat(distill(Teacher.of(model)).teacherDigest())
                    .isEqualTo(result.teacherDigest());
        }
    }

    @Test
    void distill_batchNormUpdatedByTheTeacher_isFound() {
        try (Model model = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            Teacher careless =
                    new Mutant(model.getBlock(), TeacherMode.BATCH_STATISTICS, () -> true);
            assertThatThrownBy(() -> distill(careless))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the digest of mutant was");
        }
    }

    @Test
    void distill_dropoutActiveFromTheStart_isFound() {
        try (Model model = Fixtures.model("teacher", Fixtures.mlpWithDropout(), 1)) {
            Teacher noisy = new Mutant(model.getBlock(), TeacherMode.EVALUATION, () -> true);
            assertThatThrownBy(() -> distill(noisy))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("same answer twice, but mutant");
        }
    }

    @Test
    void distill_dropoutTurnedOnDuringTheRun_isFound() {
        try (Model model = Fixtures.model("teacher", Fixtures.mlpWithDropout(), 1)) {
            Teacher noisy =
                    new Mutant(model.getBlock(), TeacherMode.EVALUATION, () -> answered > STEPS);
            assertThatThrownBy(() -> distill(noisy))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("something turned on its training mode");
        }
    }

    @Test
    void distill_weightChangedDuringTheRun_isFound() {
        try (Model model = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            NDArray weight = model.getBlock().getParameters().valueAt(0).getArray();
            Teacher teacher = Teacher.of(model);
            RunListener meddler =
                    new RunListener() {
                        @Override
                        public void onStep(StepSummary step) {
                            if (step.step() == 3) {
                                float[] values = weight.toFloatArray();
                                values[0] = Math.nextUp(values[0]);
                                weight.set(values);
                            }
                        }
                    };
            assertThatThrownBy(() -> distill(teacher, meddler))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the digest of teacher was");
        }
    }

    @Test
    void distill_batchStatistics_leavesTheStoredOnesUntouched() throws Exception {
        try (Model model = Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 1)) {
            Parameter mean =
                    model.getBlock().getParameters().stream()
                            .filter(pair -> pair.getKey().endsWith("runningMean"))
                            .findFirst()
                            .orElseThrow()
                            .getValue();
            float[] before = mean.getArray().toFloatArray();
            DistillationResult result = distill(Teacher.of(model).withBatchStatistics());
            assertThat(mean.getArray().toFloatArray()).isEqualTo(before);
            assertThat(result.teacherDigest()).isNotEmpty();
        }
    }

    private DistillationResult distill(Teacher teacher, RunListener... listeners) throws Exception {
        Distiller.Builder builder =
                Distiller.builder()
                        .setTeacher(teacher)
                        .setStudent(student)
                        .setLoss(DistillationLoss.symmetricKl())
                        .optRecipe(Recipe.ssld().optEpochs(1).optStepsPerEpoch(STEPS).build());
        for (RunListener listener : listeners) {
            builder.addListener(listener);
        }
        return builder.build()
                .distill(
                        Fixtures.unlabelled(manager, 64, 16, 3),
                        Fixtures.table(manager, 32, 16, 4));
    }

    /** A teacher that runs its network in training mode when told, and tells its parameters. */
    private final class Mutant implements RunTeacher {

        private final Block block;
        private final TeacherMode mode;
        private final BooleanSupplier training;

        Mutant(Block block, TeacherMode mode, BooleanSupplier training) {
            this.block = block;
            this.mode = mode;
            this.training = training;
        }

        @Override
        public NDArray logits(NDList inputs) {
            answered++;
            return Inference.run(
                    inputs,
                    seen ->
                            block.forward(
                                            new ParameterStore(seen.head().getManager(), false),
                                            seen,
                                            training.getAsBoolean())
                                    .head());
        }

        @Override
        public String name() {
            return "mutant";
        }

        @Override
        public TeacherMode mode() {
            return mode;
        }

        @Override
        public String digest() {
            return Parameters.digest(block);
        }
    }
}
