package io.ssld.core.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.internal.Fixtures;
import io.ssld.engine.internal.Parameters;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkTeacherTest {

    private static final Offset<Float> ROUNDING = within(1e-5f);

    private NDManager manager;
    private NDList inputs;

    @BeforeEach
    void setUp() {
        manager = NDManager.newBaseManager();
        inputs = new NDList(manager.create(Fixtures.features(12, 5)));
    }

    @AfterEach
    void tearDown() {
        manager.close();
    }

    @Test
    void logits_evaluation_equalThePlainForwardPass() {
        try (Model model = teacherModel()) {
            NDArray expected =
                    model.getBlock()
                            .forward(new ParameterStore(manager, false), inputs, false)
                            .head();
            NDArray logits = Teacher.of(model).logits(inputs);
            assertThat(logits.toFloatArray()).containsExactly(expected.toFloatArray());
            assertThat(logits.getManager()).isSameAs(inputs.head().getManager());
        }
    }

    @Test
    void logits_anywhere_carryNoGradient() {
        try (Model model = teacherModel()) {
            NetworkTeacher teacher = Teacher.of(model);
            assertThat(teacher.logits(inputs).hasGradient()).isFalse();
            assertThat(inNewThread(teacher)).as("in a thread that records").isFalse();
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                assertThat(teacher.logits(inputs).hasGradient()).as("inside a tape").isFalse();
                collector.close();
            }
        }
    }

    private boolean inNewThread(Teacher teacher) {
        return CompletableFuture.supplyAsync(
                        () -> teacher.logits(inputs).hasGradient(),
                        task -> new Thread(task).start())
                .join();
    }

    @Test
    void logits_intermediateArrays_areFreed() {
        try (Model model = teacherModel();
                NDManager batch = manager.newSubManager()) {
            NDList own = new NDList(batch.create(Fixtures.features(4, 1)));
            int before = batch.getManagedArrays().size();
            Teacher.of(model).logits(own);
            assertThat(batch.getManagedArrays()).hasSize(before + 1);
        }
    }

    @Test
    void withBatchStatistics_batchNorm_usesTheBatchAndRestoresWhatIsStored() {
        try (Model model = teacherModel()) {
            NetworkTeacher teacher = Teacher.of(model).withBatchStatistics();
            String before = Parameters.digest(model.getBlock());
            NDArray logits = teacher.logits(inputs);
            assertThat(teacher.mode()).isEqualTo(TeacherMode.BATCH_STATISTICS);
            assertThat(Parameters.digest(model.getBlock())).isEqualTo(before);

            NDArray expected =
                    model.getBlock()
                            .forward(new ParameterStore(manager, false), inputs, true)
                            .head();
            assertClose(logits, expected.toFloatArray());
            assertThat(Parameters.digest(model.getBlock()))
                    .as("a plain forward pass in training mode moves the statistics")
                    .isNotEqualTo(before);
            assertThat(Teacher.of(model).logits(inputs).allClose(logits)).isFalse();
        }
    }

    @Test
    void logits_torchScript_equalTheReferenceAndMeetTheStudent() throws Exception {
        try (Model model = torchScript()) {
            NetworkTeacher teacher = Teacher.of(model);
            NDArray given = manager.arange(16f).reshape(2, 8).div(8);
            NDArray logits = teacher.logits(new NDList(given));
            assertClose(
                    logits,
                    -0.097744256f,
                    -0.020531252f,
                    0.13092205f,
                    -0.39578223f,
                    0.13185045f,
                    -0.27735758f,
                    0.2928307f,
                    -0.5063345f);
            NDArray student = manager.ones(new Shape(2, 4));
            student.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(student.mul(logits).sum());
            }
            assertClose(student.getGradient(), logits.toFloatArray());
        }
    }

    @Test
    void digest_torchScript_coversParametersAndBuffers() throws Exception {
        try (Model one = torchScript();
                Model again = torchScript();
                Model trainable = Model.newInstance("mlp", "PyTorch")) {
            assertThat(Teacher.of(again).digest()).isEqualTo(Teacher.of(one).digest());
            trainable.load(folder(), "mlp", Map.of("trainParam", "true"));
            String before = Teacher.of(trainable).digest();
            // Only the running statistics move; evaluation mode first, for DJL to see the change.
            ParameterStore store = new ParameterStore(manager, false);
            NDList rows = new NDList(manager.randomNormal(new Shape(16, 8)));
            trainable.getBlock().forward(store, rows, false);
            assertThat(Teacher.of(trainable).digest()).isEqualTo(before);
            trainable.getBlock().forward(store, rows, true);
            assertThat(Teacher.of(trainable).digest()).isNotEqualTo(before);
        }
    }

    /** Nothing tells what is in a module, so nothing fences it. */
    @Test
    void layout_torchScript_isNchwAlsoInsideOthers() throws Exception {
        try (Model model = torchScript();
                CompiledTeacher compiled = Teacher.of(model).compiled()) {
            NetworkTeacher module = Teacher.of(model);
            assertThat(module.layout()).isEqualTo(ImageLayout.NCHW);
            assertThat(compiled.layout()).isEqualTo(ImageLayout.NCHW);
            NetworkTeacher measured = module.withLayout(ImageLayout.CHANNELS_LAST);
            assertThat(Teacher.average(List.of(measured, module)).layout())
                    .isEqualTo(ImageLayout.NCHW);
            assertThat(Teacher.average(List.of(measured, measured)).layout())
                    .isEqualTo(ImageLayout.CHANNELS_LAST);
        }
    }

    @Test
    void withBatchStatistics_torchScript_isRefused() throws Exception {
        try (Model model = torchScript()) {
            assertThatThrownBy(() -> Teacher.of(model).withBatchStatistics())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("was the TorchScript module mlp");
        }
    }

    @Test
    void average_twoTeachers_isTheMeanProbability() {
        try (Model one = teacherModel();
                Model two = Fixtures.model("two", Fixtures.mlp(Fixtures.CLASSES), 9)) {
            RunTeacher average = Teacher.average(List.of(Teacher.of(one), Teacher.of(two)));
            NDArray expected =
                    Teacher.of(one)
                            .logits(inputs)
                            .softmax(1)
                            .add(Teacher.of(two).logits(inputs).softmax(1))
                            .div(2);
            assertClose(average.logits(inputs).exp(), expected.toFloatArray());
            assertThat(average.name()).isEqualTo("average(teacher, two)");
            assertThat(average.parameters().size())
                    .isEqualTo(2 * one.getBlock().getParameters().size());
            assertThat(average.mode()).isEqualTo(TeacherMode.EVALUATION);
            assertThat(Teacher.average(List.of(Teacher.of(one).withBatchStatistics())).mode())
                    .isEqualTo(TeacherMode.BATCH_STATISTICS);
        }
    }

    @Test
    void average_extremeLogits_staysFinite() {
        Teacher sure = in -> manager.create(new float[][] {{1e4f, -1e4f}});
        Teacher opposite = in -> manager.create(new float[][] {{-1e4f, 1e4f}});
        NDList one = new NDList(manager.zeros(new Shape(1, 5)));
        NDArray logits = Teacher.average(List.of(sure, opposite)).logits(one);
        float half = (float) Math.log(0.5);
        assertClose(logits, half, half);
    }

    @Test
    void average_measures_areThoseOfEachMemberByItsNumber() {
        Teacher silent = in -> manager.zeros(new Shape(1, 2));
        RunTeacher average =
                Teacher.average(List.of(new Measured(0.25), silent, new Measured(0.5)))
                        .forInputs(Normalization.IMAGENET);
        assertThat(average.measures())
                .containsExactly(Map.entry("0.compiled", 0.25), Map.entry("2.compiled", 0.5));
        assertThat(Teacher.average(List.of(silent)).measures()).isEmpty();
    }

    private record Measured(double value) implements RunTeacher {

        @Override
        public NDArray logits(NDList in) {
            return in.head();
        }

        @Override
        public Map<String, Double> measures() {
            return Map.of("compiled", value);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what is tested
    void named_ofAFunction_answersAsItUnderThatName() {
        Teacher plain = in -> manager.create(new float[][] {{1, 2}});
        Teacher named = plain.named("mine");
        assertThat(plain.name()).isEqualTo("function");
        assertThat(named.name()).isEqualTo("mine");
        assertThat(named.named("yours").name()).isEqualTo("yours");
        assertThat(named.logits(inputs).toFloatArray()).containsExactly(1, 2);
        assertThatThrownBy(() -> plain.named(null)).hasMessage("name");
    }

    @Test
    void named_ofARunTeacher_keepsWhatRunsNeed() {
        RunTeacher named = new Declared(Normalization.HALF).named("mine");
        assertThat(named.normalization()).contains(Normalization.HALF);
        RunTeacher elsewhere = named.forInputs(Normalization.IMAGENET);
        assertThat(elsewhere.name()).isEqualTo("mine");
        assertThat(elsewhere.normalization()).contains(Normalization.IMAGENET);
    }

    @Test
    void runTeacher_ofAnAnswerAlone_hasTheDefaults() {
        Teacher plain = in -> manager.create(new float[][] {{1, 2}});
        RunTeacher able = RunTeacher.of(plain.named("mine"));
        assertThat(RunTeacher.of(able)).isSameAs(able);
        assertThat(able.name()).isEqualTo("mine");
        assertThat(able.digest()).isEmpty();
        assertThat(able.layout()).isEqualTo(ImageLayout.NCHW);
    }

    @Test
    void average_differentClassesOrNone_isRefused() {
        Teacher two = in -> manager.zeros(new Shape(12, 2));
        Teacher three = in -> manager.zeros(new Shape(12, 3));
        assertThatThrownBy(() -> Teacher.average(List.of(two, three)).logits(inputs))
                .hasMessageContaining("must have the same classes, but function answered (12, 3)");
        assertThatThrownBy(() -> Teacher.average(List.of()))
                .hasMessageContaining("at least one teacher");
    }

    @Test
    void forInputs_otherNormalization_renormalises() {
        Normalization given =
                Normalization.of(new float[] {0.5f, 0.4f, 0.3f}, new float[] {0.2f, 0.3f, 0.4f});
        Normalization wanted =
                Normalization.of(new float[] {0.1f, 0.2f, 0.3f}, new float[] {0.5f, 0.6f, 0.7f});
        NDArray pixels = manager.randomUniform(0, 1, new Shape(2, 3, 4, 5));
        RunTeacher echo = new Flat(new Declared(wanted));
        NDArray seen = echo.forInputs(given).logits(new NDList(normalized(pixels, given)));
        assertClose(seen, normalized(pixels, wanted).toFloatArray());
        assertThat(echo.forInputs(wanted)).as("nothing to do").isSameAs(echo);
    }

    @Test
    void forInputs_average_renormalisesEachMember() {
        Normalization given = Normalization.IMAGENET;
        Normalization other =
                Normalization.of(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});
        NDArray pixels = manager.randomUniform(0, 1, new Shape(1, 3, 1, 1));
        RunTeacher flat = new Flat(new Declared(other));
        NDArray mixed =
                Teacher.average(List.of(flat, new Flat(new Declared(given))))
                        .forInputs(given)
                        .logits(new NDList(normalized(pixels, given)));
        NDArray expected =
                normalized(pixels, other)
                        .reshape(1, 3)
                        .softmax(1)
                        .add(normalized(pixels, given).reshape(1, 3).softmax(1))
                        .div(2);
        assertClose(mixed.exp(), expected.toFloatArray());
    }

    @Test
    void of_blockWithoutValues_isRefused() {
        SequentialBlock empty = new SequentialBlock().add(Linear.builder().setUnits(2).build());
        assertThatThrownBy(() -> Teacher.of(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("teacher must be initialised, but");
        try (Model model = Model.newInstance("hollow", "PyTorch")) {
            assertThatThrownBy(() -> Teacher.of(model))
                    .hasMessageContaining("model hollow has none");
        }
    }

    @Test
    void of_damagedWeights_isRefused() {
        try (Model model = teacherModel()) {
            Parameter gamma = model.getBlock().getParameters().valueAt(2);
            gamma.getArray().muli(Float.NaN);
            assertThatThrownBy(() -> Teacher.of(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be finite, but holds NaN or infinity");
        }
    }

    @Test
    void logits_outputOfAnotherShape_isRefused() {
        SequentialBlock features = new SequentialBlock().add(Activation::relu);
        NDList images = new NDList(manager.ones(new Shape(2, 3, 4, 4)));
        assertThatThrownBy(() -> Teacher.of(features).named("trunk").logits(images))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shape (2, classes), but was (2, 3, 4, 4)")
                .hasMessageContaining("trunk");
    }

    private Model teacherModel() {
        return Fixtures.model("teacher", Fixtures.mlp(Fixtures.CLASSES), 4);
    }

    private static Model torchScript() throws Exception {
        Model model = Model.newInstance("mlp", "PyTorch");
        model.load(folder());
        return model;
    }

    private static Path folder() throws Exception {
        URL script = Objects.requireNonNull(NetworkTeacherTest.class.getResource("mlp.pt"));
        return Objects.requireNonNull(Path.of(script.toURI()).getParent());
    }

    private NDArray normalized(NDArray pixels, Normalization normalization) {
        NDArray mean = channels(normalization.mean());
        NDArray std = channels(normalization.std());
        return pixels.sub(mean).div(std);
    }

    private NDArray channels(List<Float> values) {
        float[] numbers = {values.get(0), values.get(1), values.get(2)};
        return manager.create(numbers).reshape(1, 3, 1, 1);
    }

    private static void assertClose(NDArray actual, float... expected) {
        float[] values = actual.toFloatArray();
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(values[i]).as("element %d", i).isCloseTo(expected[i], ROUNDING);
        }
    }

    /** Answers what it sees. */
    private record Declared(Normalization wanted) implements RunTeacher {
        @Override
        public NDArray logits(NDList inputs) {
            return inputs.head().duplicate();
        }

        @Override
        public Optional<Normalization> normalization() {
            return Optional.of(wanted);
        }
    }

    /** The pixels of one image as logits. */
    private record Flat(RunTeacher inner) implements RunTeacher {
        @Override
        public NDArray logits(NDList inputs) {
            return inner.logits(inputs).reshape(inputs.head().size(0), -1);
        }

        @Override
        public Optional<Normalization> normalization() {
            return inner.normalization();
        }
    }
}
