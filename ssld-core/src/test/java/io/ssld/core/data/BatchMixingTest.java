package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchMixingTest {

    private static final int DRAWS = 20_000;

    private static List<Mix> draws(BatchMixing mixing) {
        return IntStream.range(0, DRAWS)
                .mapToObj(step -> mixing.draw(5, step, 8, 40, 30))
                .flatMap(Optional::stream)
                .toList();
    }

    @Test
    void draw_bothKinds_areSwitchedBetween() {
        BatchMixing mixing =
                BatchMixing.builder()
                        .optMixup(0.2)
                        .optCutmix(1)
                        .optProbability(0.8)
                        .optSwitchProbability(0.3)
                        .build();
        List<Mix> mixes = draws(mixing);
        assertThat(mixes.size() / (double) DRAWS).isCloseTo(0.8, within(0.01));
        long cut = mixes.stream().filter(mix -> mix.box().isPresent()).count();
        assertThat(cut / (double) mixes.size()).isCloseTo(0.3, within(0.012));
        // Beta(0.2, 0.2) has variance 0.1786, Beta(1, 1) 0.0833.
        double variance =
                mixes.stream()
                        .filter(mix -> mix.box().isEmpty())
                        .mapToDouble(mix -> Math.pow(mix.lambda() - 0.5, 2))
                        .average()
                        .orElseThrow();
        assertThat(variance).isCloseTo(0.1786, within(0.003));
    }

    @Test
    void draw_oneKind_isAlwaysThat() {
        assertThat(draws(BatchMixing.builder().optMixup(1).build()))
                .hasSize(DRAWS)
                .allMatch(mix -> mix.box().isEmpty());
        assertThat(draws(BatchMixing.builder().optCutmix(1).build()))
                .hasSize(DRAWS)
                .allMatch(mix -> mix.box().isPresent());
        assertThat(draws(BatchMixing.NONE)).isEmpty();
    }

    @Test
    void draw_cutmix_lambdaIsTheAreaThatIsLeft() {
        List<Mix> mixes = draws(BatchMixing.builder().optCutmix(1).build());
        assertThat(mixes)
                .allSatisfy(
                        mix -> {
                            Mix.Box box = mix.box().orElseThrow();
                            assertThat(box.left()).isNotNegative();
                            assertThat(box.top()).isNotNegative();
                            assertThat(box.left() + box.width()).isLessThanOrEqualTo(30);
                            assertThat(box.top() + box.height()).isLessThanOrEqualTo(40);
                            assertThat(mix.lambda())
                                    .isEqualTo(1 - box.width() * box.height() / 1200.0);
                        });
        // The formulas of timm 1.0.29's rand_bbox in numpy, a million draws.
        assertThat(mixes.stream().mapToDouble(Mix::lambda).average().orElseThrow())
                .isCloseTo(0.6892, within(0.006));
    }

    @Test
    void draw_stepAndSeed_decideAlone() {
        BatchMixing mixing = BatchMixing.builder().optMixup(0.2).optCutmix(1).build();
        assertThat(mixing.draw(5, 17, 8, 40, 30)).isEqualTo(mixing.draw(5, 17, 8, 40, 30));
        assertThat(mixing.draw(5, 18, 8, 40, 30)).isNotEqualTo(mixing.draw(5, 17, 8, 40, 30));
        assertThat(mixing.draw(6, 17, 8, 40, 30)).isNotEqualTo(mixing.draw(5, 17, 8, 40, 30));
        // Runs that go on depend on it: these must never need new values while the version is 1.
        assertThat(mixing.version()).isEqualTo(1);
        assertThat(mixing.draw(5, 0, 8, 40, 30)).contains(Mix.mixup(0.9722198478589245, 8));
        assertThat(mixing.draw(5, 1, 8, 40, 30))
                .contains(Mix.cutmix(new Mix.Box(2, 21, 18, 19), 8, 40, 30));
        assertThat(mixing.draw(5, 4, 8, 40, 30)).contains(Mix.mixup(0.11436418413030176, 8));
    }

    private static NDArray images(NDManager manager) {
        // Three images of 2 x 3 pixels, in memory as pixels with their channels side by side.
        NDArray nhwc = manager.arange(54f).reshape(3, 2, 3, 3);
        return nhwc.transpose(0, 3, 1, 2);
    }

    @Test
    void apply_mixup_blendsWithThePartner() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray inputs = images(manager);
            float[] before = inputs.toFloatArray();
            Mix mix = Mix.mixup(0.75, 3);
            assertThat(mix.partners()).containsExactly(2, 1, 0);
            NDArray mixed = mix.apply(inputs);
            assertThat(mixed.getShape()).isEqualTo(new Shape(3, 3, 2, 3));
            assertThat(mixed.getManager()).isEqualTo(inputs.getManager());
            float[] after = mixed.toFloatArray();
            for (int i = 0; i < after.length; i++) {
                float partner = before[(2 - i / 18) * 18 + i % 18];
                assertThat(after[i]).isCloseTo(0.75f * before[i] + 0.25f * partner, within(1e-5f));
            }
            assertThat(inputs.toFloatArray()).isEqualTo(before);
        }
    }

    @Test
    void apply_cutmix_laysTheBoxOfThePartnerOver() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray inputs = images(manager);
            float[] before = inputs.toFloatArray();
            Mix mix = Mix.cutmix(new Mix.Box(1, 0, 2, 1), 3, 2, 3);
            assertThat(mix.lambda()).isCloseTo(2.0 / 3, within(1e-12));
            float[] after = mix.apply(inputs).toFloatArray();
            for (int i = 0; i < after.length; i++) {
                int x = i % 3;
                int y = i / 3 % 2;
                float partner = before[(2 - i / 18) * 18 + i % 18];
                assertThat(after[i]).isEqualTo(x >= 1 && y == 0 ? partner : before[i]);
            }
            assertThat(Mix.cutmix(new Mix.Box(1, 1, 0, 0), 3, 2, 3).apply(inputs).toFloatArray())
                    .isEqualTo(before);
        }
    }

    @Test
    void apply_steps_leaveOnlyTheResult() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray inputs = images(manager);
            int arrays = manager.getManagedArrays().size();
            Mix.mixup(0.5, 3).apply(inputs);
            Mix.cutmix(new Mix.Box(0, 0, 1, 1), 3, 2, 3).apply(inputs);
            assertThat(manager.getManagedArrays()).hasSize(arrays + 2);
        }
    }

    @Test
    void apply_otherBatch_isRefused() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray inputs = images(manager);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Mix.mixup(0.5, 4).apply(inputs))
                    .withMessageContaining("inputs must be 4 images");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Mix.cutmix(new Mix.Box(2, 0, 2, 1), 3, 2, 4).apply(inputs))
                    .withMessageContaining("inputs must contain Box[left=2");
        }
    }

    @Test
    void fromMap_toMap_comesBackEqual() {
        BatchMixing mixing = new BatchMixing(0.2, 1, 0.75, 0.25);
        assertThat(BatchMixing.fromMap(mixing.toMap())).isEqualTo(mixing);
        assertThat(BatchMixing.fromMap(Map.of())).isEqualTo(BatchMixing.NONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchMixing.fromMap(Map.of("alpha", 1)))
                .withMessageContaining("mixing must have only the keys cutmixAlpha, mixupAlpha");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchMixing.fromMap(Map.of("version", 2)))
                .withMessageContaining("mixing.version must be 1, but was 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchMixing.fromMap(Map.of("mixupAlpha", -1)))
                .withMessage("mixupAlpha must be 0 or in 0.001..1000, but was -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchMixing(0, 1, 2, 0.5))
                .withMessage("probability must be in 0..1, but was 2.0");
        assertThatIllegalStateException()
                .isThrownBy(() -> BatchMixing.builder().optMixup(1).optMixup(2));
    }
}
