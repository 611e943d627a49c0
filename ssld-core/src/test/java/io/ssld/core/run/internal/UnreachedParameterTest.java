package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.util.PairList;
import io.ssld.core.Distiller;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.EmaSettings;
import io.ssld.core.train.Gradients;
import io.ssld.core.train.OptimizerSettings;
import io.ssld.core.train.ParameterPaths;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.losses.DistillationLoss;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks with parameters that the loss does not reach. */
class UnreachedParameterTest {

    private static final String HEAD = "head.weight";
    private static final String SPARE = "spare.weight";

    private NDManager manager;
    private Model teacher;
    private Model student;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager("PyTorch");
        teacher = Fixtures.model("teacher", Fixtures.plain(), 1);
        student = Fixtures.model("student", new TwoHeads(), 2);
    }

    @AfterEach
    void tearDown() {
        System.clearProperty(Kernels.PROPERTY);
        student.close();
        teacher.close();
        manager.close();
    }

    /** A network with a second head, which nothing asks for: its parameters need gradients. */
    private static final class TwoHeads extends AbstractBlock {

        private final Block body = addChildBlock("body", Linear.builder().setUnits(8).build());
        private final Block head =
                addChildBlock("head", Linear.builder().setUnits(Fixtures.CLASSES).build());
        private final Block spare = addChildBlock("spare", Linear.builder().setUnits(5).build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> parameters) {
            return head.forward(store, body.forward(store, inputs, training), training);
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return head.getOutputShapes(body.getOutputShapes(inputs));
        }

        @Override
        protected void initializeChildBlocks(
                NDManager manager, DataType dataType, Shape... inputShapes) {
            body.initialize(manager, dataType, inputShapes);
            Shape[] features = body.getOutputShapes(inputShapes);
            head.initialize(manager, dataType, features);
            spare.initialize(manager, dataType, features);
        }
    }

    /** A network whose branch is left out by batches with a large first number. */
    private static final class Branching extends AbstractBlock {

        private final Block head =
                addChildBlock("head", Linear.builder().setUnits(Fixtures.CLASSES).build());
        private final Block spare =
                addChildBlock("spare", Linear.builder().setUnits(Fixtures.CLASSES).build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> parameters) {
            NDList logits = head.forward(store, inputs, training);
            if (inputs.head().getFloat(0, 0) > 50) {
                return logits;
            }
            NDArray more = spare.forward(store, inputs, training).head();
            return new NDList(logits.head().add(more));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputs) {
            return head.getOutputShapes(inputs);
        }

        @Override
        protected void initializeChildBlocks(
                NDManager manager, DataType dataType, Shape... inputShapes) {
            head.initialize(manager, dataType, inputShapes);
            spare.initialize(manager, dataType, inputShapes);
        }
    }

    private static float[] values(Block block, String path) {
        return ParameterPaths.of(block).get(path).getArray().toFloatArray();
    }

    private void distill(RecipeBuilder recipe, int devices) throws Exception {
        Device[] all = new Device[devices];
        Arrays.fill(all, Device.cpu());
        Distiller.builder()
                .setTeacher(Teacher.of(teacher))
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optDevices(all)
                .optRecipe(recipe.optEpochs(2).optStepsPerEpoch(2).optBatchSize(32).build())
                .build()
                .distill(
                        Fixtures.unlabelled(manager, 64, 16, 1),
                        Fixtures.table(manager, 32, 16, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "sgd, 1, script",
        "sgd, 2, script",
        "adamw, 1, script",
        "adamw, 2, script",
        "sgd, 1, plain",
        "adamw, 2, plain"
    })
    void distill_headThatNothingAsksFor_leftAsItIsAndNamedOnce(
            String optimizer, int devices, String kernels) throws Exception {
        System.setProperty(Kernels.PROPERTY, kernels);
        float[] before = values(student.getBlock(), SPARE);
        float[] head = values(student.getBlock(), HEAD);
        RecipeBuilder recipe =
                optimizer.equals("sgd")
                        ? Recipe.ssld()
                        : Recipe.ssld().optOptimizer(new OptimizerSettings.AdamW(0.9, 0.999, 1e-8));
        recipe.optWeightDecay(0.1).optAccumulation(2).optClipNorm(0.1);
        PrintStream stderr = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            distill(recipe, devices);
        } finally {
            System.setErr(stderr);
        }
        assertThat(values(student.getBlock(), SPARE)).isEqualTo(before);
        assertThat(values(student.getBlock(), HEAD)).isNotEqualTo(head);
        assertThat(written.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("The loss does not reach 2 of the student's parameters")
                .containsOnlyOnce(SPARE);
    }

    @Test
    void distill_average_ofWhatIsLeftStaysThere() throws Exception {
        float[] before = values(student.getBlock(), SPARE);
        distill(Recipe.ssld().optWeightDecay(0.1).optEma(new EmaSettings(0.9, false)), 1);
        float[] after = values(student.getBlock(), SPARE);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-6f));
        }
    }

    @Test
    void define_unreached_zeroOnceAndNeverOverWhatThereIs() {
        NDArray weight = ParameterPaths.of(student.getBlock()).get(SPARE).getArray();
        weight.setRequiresGradient(true);
        assertThat(Kernels.isReached(weight)).isFalse();
        Gradients.define(weight);
        assertThat(Kernels.isReached(weight)).isTrue();
        assertThat(weight.getGradient().toFloatArray()).containsOnly(0);
        weight.getGradient().addi(2);
        Gradients.define(weight);
        assertThat(weight.getGradient().toFloatArray()).containsOnly(2);
        assertThat(weight.getManager()).isNotNull();
    }

    /** Only the second device's images take the branch, whose gradient is theirs all the same. */
    @Test
    void distill_branchOfOneShare_trained() throws Exception {
        try (Model branching = Fixtures.model("branching", new Branching(), 2)) {
            float[] before = values(branching.getBlock(), SPARE);
            NDManager own = branching.getNDManager();
            NDArray data = own.create(Fixtures.features(32, 1));
            data.set(new NDIndex("0, 0"), 100);
            Distiller.builder()
                    .setTeacher(Teacher.of(teacher))
                    .setStudent(branching)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optDevices(Device.cpu(), Device.cpu())
                    .optRecipe(Recipe.ssld().optEpochs(1).optStepsPerEpoch(1).build())
                    .build()
                    .distill(
                            new ArrayDataset.Builder().setData(data).setSampling(32, false).build(),
                            Fixtures.table(manager, 32, 16, 2));
            assertThat(values(branching.getBlock(), SPARE)).isNotEqualTo(before);
        }
    }
}
