package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmaTest {

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private static NDArray average(Ema ema, String path) {
        return Objects.requireNonNull(ema.state().get(path), path);
    }

    private Parameter add(ParameterList to, String name, Parameter.Type type, NDArray value) {
        Parameter parameter = Parameter.builder().setName(name).setType(type).build();
        parameter.setArray(value);
        to.add(name, parameter);
        return parameter;
    }

    @Test
    void update_withoutWarmup_equalsHandComputation() {
        ParameterList list = new ParameterList();
        NDArray w = manager.create(new float[] {2, -1}).duplicate();
        add(list, "w", Parameter.Type.WEIGHT, w);
        Ema ema = new Ema(list, new EmaSettings(0.5, false), manager);
        w.set(new float[] {4, 1});
        ema.update(0); // 0.5 * 2 + 0.5 * 4 = 3; 0.5 * -1 + 0.5 * 1 = 0
        w.set(new float[] {0, 2});
        ema.update(1); // 1.5; 1
        assertThat(average(ema, "w").toFloatArray()).containsExactly(1.5f, 1f);
    }

    @Test
    void update_withWarmup_keepsLessAtFirst() {
        ParameterList list = new ParameterList();
        NDArray mean = manager.create(new float[] {10}).duplicate();
        add(list, "mean", Parameter.Type.RUNNING_MEAN, mean);
        Ema ema = new Ema(list, new EmaSettings(0.15, true), manager);
        mean.set(new float[] {20});
        ema.update(0); // 1/10: 0.1 * 10 + 0.9 * 20 = 19
        assertThat(average(ema, "mean").getFloat(0)).isCloseTo(19, within(1e-5f));
        ema.update(1); // 2/11 > 0.15: 0.15 * 19 + 0.85 * 20 = 19.85
        assertThat(average(ema, "mean").getFloat(0)).isCloseTo(19.85f, within(1e-5f));
    }

    @Test
    void update_integerBuffer_isCopied() {
        ParameterList list = new ParameterList();
        NDArray counter = manager.create(new long[] {1L << 60}).duplicate();
        add(list, "counter", Parameter.Type.OTHER, counter);
        Ema ema = new Ema(list, new EmaSettings(0.9, false), manager);
        counter.set(new long[] {(1L << 60) + 1});
        ema.update(0);
        assertThat(average(ema, "counter").toLongArray()).containsExactly((1L << 60) + 1);
        try (Ema.Swap swap = ema.swapIn()) {
            assertThat(counter.toLongArray()).containsExactly((1L << 60) + 1);
        }
    }

    @Test
    void swapIn_trainedNetwork_holdsAveragesThenRawBitsAgain() {
        TestNetwork network = new TestNetwork(manager);
        Ema ema = new Ema(network.parameters, new EmaSettings(0.7, false), manager);
        Optimizer optimizer =
                OptimizerSettings.sgd()
                        .create(
                                ParameterPlan.of(network.parameters, 0, DecayRule.ALL, List.of()),
                                manager);
        for (int step = 0; step < 3; step++) {
            network.backward(true);
            optimizer.step(step, 0.1, manager);
            ema.update(step);
        }
        Map<String, String> raw = network.snapshot();
        Ema.Swap swap = ema.swapIn();
        Map<String, String> averaged = network.snapshot();
        assertThat(averaged)
                .allSatisfy((path, bits) -> assertThat(bits).isNotEqualTo(raw.get(path)));
        network.parameters.forEach(
                pair ->
                        assertThat(pair.getValue().getArray().toFloatArray())
                                .containsExactly(average(ema, pair.getKey()).toFloatArray()));
        swap.close();
        assertThat(network.snapshot()).isEqualTo(raw);
        swap.close();
        assertThat(network.snapshot()).isEqualTo(raw);
        network.parameters.forEach(
                pair ->
                        assertThat(pair.getValue().getArray().hasGradient())
                                .isEqualTo(pair.getValue().requiresGradient()));
    }

    @Test
    void swapIn_rawValuesThatAreNotNumbers_comeBackAsTheyWere() {
        ParameterList list = new ParameterList();
        int[] bits = {0x7fc00123, 0x80000000, 0xff800000};
        float[] values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            values[i] = Float.intBitsToFloat(bits[i]);
        }
        NDArray w = manager.zeros(new Shape(3), DataType.FLOAT32);
        add(list, "w", Parameter.Type.WEIGHT, w);
        Ema ema = new Ema(list, new EmaSettings(0.9, false), manager);
        w.set(values);
        byte[] raw = w.toByteArray();
        try (Ema.Swap swap = ema.swapIn()) {
            assertThat(w.toFloatArray()).containsExactly(0, 0, 0);
        }
        assertThat(w.toByteArray()).containsExactly(raw);
    }

    @Test
    void update_whileSwappedIn_isRefused() {
        TestNetwork network = new TestNetwork(manager);
        Ema ema = new Ema(network.parameters, new EmaSettings(0.7, true), manager);
        try (Ema.Swap swap = ema.swapIn()) {
            assertThatThrownBy(() -> ema.update(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the average must not be in use");
            assertThatThrownBy(ema::swapIn).isInstanceOf(IllegalStateException.class);
        }
        ema.update(0);
    }

    @Test
    void updateAndSwap_manyTimes_leaveNoArrays() {
        TestNetwork network = new TestNetwork(manager);
        Ema ema = new Ema(network.parameters, new EmaSettings(0.7, true), manager);
        int before = manager.getManagedArrays().size();
        for (int step = 0; step < 5; step++) {
            ema.update(step);
            ema.swapIn().close();
        }
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void settings_decayOfOne_isRefused() {
        assertThatThrownBy(() -> new EmaSettings(1, true))
                .hasMessage("ema decay must be 0 to less than 1, but was 1.0");
    }
}
