package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.TrainingDivergedException;
import io.ssld.base.internal.Json;
import io.ssld.base.internal.report.Provenance;
import io.ssld.base.internal.report.Provenance.ScaleFacts;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.RunStatus;
import io.ssld.core.run.RunStoppedException;
import io.ssld.core.train.LossScale;
import io.ssld.engine.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Students whose convolutions compute in float16, on any processor. */
class LossScalingRunTest {

    private static final StudentPrecision HALF =
            new StudentPrecision(Precision.FLOAT16, Precision.FLOAT16, "");

    /** In the second half of the second batch, and in its last third. */
    private static final int SPIKE = ScaledRun.BATCH + 12;

    /** With gradients so much smaller none overflows with the first scale. */
    private static final float FITS = 1 / 64f;

    @TempDir private Path folder;

    private ScaledRun half(String name) {
        return new ScaledRun(folder.resolve(name), HALF);
    }

    private ScaledRun wide(String name) {
        return new ScaledRun(folder.resolve(name), StudentPrecision.FLOAT32);
    }

    private static <T> T last(List<T> all) {
        return all.get(all.size() - 1);
    }

    @Test
    void train_float16_learnsAsFloat32() throws Exception {
        ScaledRun half = half("half").times(FITS).train();
        ScaledRun wide = wide("wide").times(FITS).train();
        assertThat(half.scales).hasSize(30).last().isEqualTo(new LossScale(65_536, 30, 0));
        assertThat(wide.scales).isEmpty();
        double first = wide.losses.get(0);
        assertThat(last(wide.losses)).isLessThan(first / 2);
        assertThat(last(half.losses))
                .isNotEqualTo(last(wide.losses))
                .isCloseTo(last(wide.losses), within(0.01 * first));
    }

    @Test
    void train_gradientsTooLargeAtFirst_skipsUntilTheyFitThenLearns() throws Exception {
        ScaledRun run = half("run").times(1000).train();
        LossScale last = last(run.scales);
        int skipped = (int) last.skippedSteps();
        assertThat(skipped).isBetween(2, 14);
        for (int step = 1; step <= run.scales.size(); step++) {
            int skippedYet = Math.min(step, skipped);
            assertThat(run.scales.get(step - 1))
                    .isEqualTo(
                            new LossScale(
                                    Math.scalb(65_536.0, -skippedYet),
                                    step - skippedYet,
                                    skippedYet));
            assertThat(run.moved(step - 1, step) > 0)
                    .as("moved in step %d", step)
                    .isEqualTo(step > skipped);
        }
        assertThat(last(run.losses)).isLessThan(run.losses.get(0) / 2);

        RunStatus status = RunStatus.read(folder.resolve("run"));
        assertThat(status.precision()).isEqualTo("FLOAT16");
        assertThat(status.lossScale()).contains(last);
        Provenance provenance = Provenance.read(folder.resolve("run/provenance.json"));
        assertThat(provenance.precision()).isEqualTo("FLOAT16");
        assertThat(provenance.lossScale()).isEqualTo(new ScaleFacts(last.scale(), skipped));
    }

    /** Stopped while the scale falls, and after it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 14})
    void train_stoppedAndResumed_equalsTheRunInOneGo(int step) throws Exception {
        ScaledRun whole = half("whole").times(1000).train();
        ScaledRun stopped = half("run").times(1000).stoppedAfter(step);
        assertThatThrownBy(stopped::train).isInstanceOf(RunStoppedException.class);
        LossScale then = whole.scales.get(step - 1);
        assertThat(RunStatus.read(folder.resolve("run")).lossScale()).contains(then);
        ScaledRun resumed = half("run").times(1000).resuming().train();
        assertThat(resumed.starts)
                .singleElement()
                .satisfies(start -> assertThat(start.lossScale()).contains(then));
        assertThat(resumed.scales).isEqualTo(whole.scales.subList(step, whole.scales.size()));
        assertThat(RunTrace.of(folder.resolve("run")))
                .isEqualTo(RunTrace.of(folder.resolve("whole")));
    }

    /** The example that spikes is in the share of one replica. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void train_overflowOnOneReplica_skipsTheStepForAll(int devices) throws Exception {
        ScaledRun one = half("one").times(FITS).spiking(SPIKE).steps(6, 1).train();
        ScaledRun several =
                half("several").times(FITS).spiking(SPIKE).steps(6, 1).onDevices(devices).train();
        // Six batches, of which the second and the fifth hold the example.
        assertThat(several.scales)
                .isEqualTo(one.scales)
                .containsExactly(
                        new LossScale(65_536, 1, 0),
                        new LossScale(32_768, 0, 1),
                        new LossScale(32_768, 1, 1),
                        new LossScale(32_768, 2, 1),
                        new LossScale(16_384, 0, 2),
                        new LossScale(16_384, 1, 2));
        assertThat(several.moved(1, 2)).isZero();
        assertThat(several.moved(4, 5)).isZero();
        assertThat(several.moved(5, 6)).isPositive();
        assertThat(ScaledRun.difference(last(several.weights), last(one.weights)))
                .as("16 bits round the sums over shares elsewhere")
                .isLessThan(0.02 * one.moved(0, 6));
    }

    /** Three steps of two batches; the second and the fifth batch spike. */
    @Test
    void train_overflowInOneOfTwoBatches_skipsTheirStep() throws Exception {
        ScaledRun run = half("run").times(FITS).spiking(SPIKE).steps(3, 2).train();
        assertThat(run.scales)
                .containsExactly(
                        new LossScale(32_768, 0, 1),
                        new LossScale(32_768, 1, 1),
                        new LossScale(16_384, 0, 2));
        assertThat(run.moved(0, 1)).isZero();
        assertThat(run.moved(1, 2)).isPositive();
        assertThat(run.moved(2, 3)).isZero();
    }

    @Test
    void train_overflowWithoutEnd_divergesAndLeavesTheWeights() throws Exception {
        int[] everywhere =
                IntStream.range(0, ScaledRun.BATCHES).map(i -> i * ScaledRun.BATCH).toArray();
        ScaledRun run = half("run").spiking(everywhere).steps(40, 1);
        assertThatThrownBy(run::train)
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContaining("loss scale of 1");
        assertThat(run.scales).hasSize(16).last().isEqualTo(new LossScale(1, 0, 16));
        assertThat(run.moved(0, 16)).isZero();
        RunStatus status = RunStatus.read(folder.resolve("run"));
        assertThat(status.state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(status.lossScale()).contains(new LossScale(1, 0, 16));
    }

    @Test
    void train_lossNotFinite_saysThatFloat16MayBeTooNarrow() {
        ScaledRun half = half("half").times(Float.POSITIVE_INFINITY);
        assertThatThrownBy(half::train)
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContaining("train in bfloat16 or float32");
        ScaledRun wide = wide("wide").times(Float.POSITIVE_INFINITY);
        assertThatThrownBy(wide::train)
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageNotContaining("float16");
    }

    /** As written before there was float16. */
    @Test
    void read_filesWithoutLossScale_none() throws Exception {
        wide("run").steps(2, 1).train();
        Path run = folder.resolve("run");
        for (String name : List.of("run.json", "provenance.json")) {
            Map<?, ?> json = Json.read(run.resolve(name), Map.class);
            assertThat(json.containsKey("lossScale")).isTrue();
            assertThat(json.remove("lossScale")).isNull();
            Json.write(run.resolve(name), json);
        }
        assertThat(RunStatus.read(run).lossScale()).isEmpty();
        assertThat(Provenance.read(run.resolve("provenance.json")).lossScale()).isNull();
        RunState state = RunState.start(Map.of("loss", "kl"), 5, new Evaluation(4, 0.5, 0.75));
        String json = Json.toString(state);
        String old = json.replaceAll(",\\s*\"lossScale\": null", "");
        assertThat(old).isNotEqualTo(json);
        assertThat(Json.parse(old, RunState.class, "old")).isEqualTo(state);
    }
}
