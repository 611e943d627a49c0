package io.ssld.core.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.core.run.internal.Fixtures;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.engine.internal.kernels.Processor;
import io.ssld.engine.internal.kernels.ScriptValue;
import io.ssld.engine.internal.kernels.ScriptWriter;
import io.ssld.engine.internal.kernels.Scripted;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompiledTeacherTest {

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

    /** relu(linear(x)) whose script multiplies by a factor as well. */
    private static final class Written extends AbstractBlock implements Scripted {

        private final Linear linear = addChildBlock("linear", Linear.builder().setUnits(4).build());
        private final String factor;

        Written(String factor) {
            this.factor = factor;
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            return new NDList(
                    Activation.relu(linear.forward(store, inputs, training).singletonOrThrow()));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return linear.getOutputShapes(inputShapes);
        }

        @Override
        protected void initializeChildBlocks(
                NDManager manager, DataType type, Shape... inputShapes) {
            linear.initialize(manager, type, inputShapes);
        }

        @Override
        public List<ScriptValue> script(ScriptWriter writer, List<ScriptValue> inputs) {
            ScriptValue scores = writer.apply(linear, inputs).get(0);
            ScriptValue positive = writer.activation("torch.relu", "", scores);
            return List.of(writer.call("torch.mul(%s, " + factor + ")", positive));
        }
    }

    private <B extends Block> B initialized(B block) {
        block.initialize(manager, DataType.FLOAT32, inputs.head().getShape());
        return block;
    }

    @Test
    void logits_compiled_theNetworksAndChecked() {
        NetworkTeacher plain = Teacher.of(initialized(new Written("1.")));
        try (CompiledTeacher compiled = plain.compiled()) {
            assertThat(compiled.check()).isEmpty();
            assertThat(compiled.measures()).isEmpty();
            NDArray first = compiled.logits(inputs);
            NDArray second = compiled.logits(inputs);
            assertThat(first.toFloatArray())
                    .containsExactly(plain.logits(inputs).toFloatArray(), within(1e-5f));
            assertThat(second).isEqualTo(first);
            assertThat(first.getManager()).isSameAs(manager);
            CompiledTeacher.Check check = compiled.check().orElseThrow();
            assertThat(check.used()).isTrue();
            assertThat(check.examples()).isEqualTo(12);
            assertThat(check.agreement()).isEqualTo(1);
            assertThat(compiled.measures()).containsEntry("compiled", 1.0);
            assertThat(compiled.measures()).containsEntry("compiledAgreement", 1.0);
            assertThat(compiled.measures()).containsEntry("compiledCuts", 0.0);
            assertThat(compiled.digest()).isEqualTo(plain.digest());
        }
    }

    @Test
    void logits_compiled_ofTheWeightsAtTheFirstBatch() {
        Written block = initialized(new Written("1."));
        try (CompiledTeacher compiled = Teacher.of(block).compiled()) {
            NDArray before = compiled.logits(inputs);
            block.getParameters().valueAt(0).getArray().muli(3);
            assertThat(compiled.logits(inputs)).isEqualTo(before);
        }
    }

    @Test
    void logits_differentScript_networkAnswersAndCheckSaysWhy() {
        NetworkTeacher plain = Teacher.of(initialized(new Written("1.5")));
        CompiledTeacher compiled = plain.compiled();
        assertThat(compiled.logits(inputs)).isEqualTo(plain.logits(inputs));
        CompiledTeacher.Check check = compiled.check().orElseThrow();
        assertThat(check.used()).isFalse();
        assertThat(check.difference()).isCloseTo(0.5, within(0.01));
        assertThat(check.reason()).startsWith("logits must differ by at most");
        assertThat(compiled.measures()).containsEntry("compiled", 0.0);
    }

    @Test
    void logits_otherOrderOfClasses_networkAnswers() {
        // Less than bfloat16 may differ, but the sign turns the order around.
        CompiledTeacher compiled =
                Teacher.of(initialized(new Written("-0.95"))).compiled(TeacherPrecision.BFLOAT16);
        compiled.logits(inputs);
        assertThat(compiled.check().orElseThrow().used()).isFalse();
    }

    @Test
    void logits_nothingToCompile_networkAnswersAndCheckNamesIt() {
        NetworkTeacher plain = Teacher.of(initialized(new CompiledCutsTest.Shifted()));
        CompiledTeacher compiled = plain.compiled();
        assertThat(compiled.logits(inputs)).isEqualTo(plain.logits(inputs));
        CompiledTeacher.Check check = compiled.check().orElseThrow();
        assertThat(check.used()).isFalse();
        assertThat(check.reason()).contains(CompiledCutsTest.Shifted.class.getName());
        assertThat(check.cuts()).isEmpty();
    }

    @Test
    void logits_plainKernels_networkAnswers() {
        System.setProperty(Kernels.PROPERTY, "plain");
        try {
            CompiledTeacher compiled = Teacher.of(initialized(new Written("1."))).compiled();
            compiled.logits(inputs);
            assertThat(compiled.check().orElseThrow().reason()).contains("plain kernels");
        } finally {
            System.clearProperty(Kernels.PROPERTY);
        }
    }

    @Test
    void close_afterUse_networkAnswers() {
        NetworkTeacher plain = Teacher.of(initialized(new Written("1.")));
        CompiledTeacher compiled = plain.compiled();
        compiled.logits(inputs);
        compiled.close();
        assertThat(compiled.logits(inputs)).isEqualTo(plain.logits(inputs));
    }

    @Test
    void compiled_batchStatistics_refused() {
        NetworkTeacher teacher = Teacher.of(initialized(new Written("1."))).withBatchStatistics();
        assertThatThrownBy(teacher::compiled)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("evaluation statistics");
    }

    @Test
    void on_devices_whatTheyHave() {
        Device cpu = Device.cpu();
        assertThat(TeacherPrecision.FLOAT16.on(cpu)).isEqualTo(TeacherPrecision.FLOAT32);
        assertThat(TeacherPrecision.FLOAT16.on(Device.gpu())).isEqualTo(TeacherPrecision.FLOAT16);
        assertThat(TeacherPrecision.FLOAT32.on(Device.gpu())).isEqualTo(TeacherPrecision.FLOAT32);
        assertThat(TeacherPrecision.BFLOAT16.on(cpu) == TeacherPrecision.BFLOAT16)
                .isEqualTo(Processor.hasBfloat16());
    }

    @Test
    void logits_float16OnCpu_float32() {
        Block block = initialized(new Written("1."));
        try (CompiledTeacher compiled = Teacher.of(block).compiled(TeacherPrecision.FLOAT16)) {
            compiled.logits(inputs);
            CompiledTeacher.Check check = compiled.check().orElseThrow();
            assertThat(check.used()).isTrue();
            assertThat(check.precision()).isEqualTo(TeacherPrecision.FLOAT32);
            assertThat(compiled.measures()).containsEntry("compiledBits", 32.0);
        }
    }
}
