package io.ssld.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ssld.images.view.Interpolation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelCardTest {

    /** The published tables as they were printed. */
    private static Map<String, List<String>> published() throws IOException {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        ModelCardTest.class.getResourceAsStream("published.tsv")),
                                StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("name"))
                    .map(line -> List.of(line.split("\t", -1)))
                    .collect(Collectors.toMap(cells -> cells.get(0), cells -> cells));
        }
    }

    @ParameterizedTest
    @EnumSource
    void card_everyModel_asPublished(SsldModel model) throws IOException {
        List<String> row = Objects.requireNonNull(published().get(model.modelName()));
        ModelCard card = ModelCard.of(model);
        boolean mobile = row.get(1).equals("mobile");
        String flops =
                mobile
                        ? String.format(Locale.ROOT, "%.2f M", card.publishedFlops() / 1e6)
                        : String.format(Locale.ROOT, "%.2f G", card.publishedFlops() / 1e9);
        assertThat(flops.replace("16.10", "16.1")).isEqualTo(row.get(2));
        assertThat(String.format(Locale.ROOT, "%.2f", card.publishedParameters() / 1e6))
                .isEqualTo(row.get(3));
        assertThat(
                        card.top1().isEmpty()
                                ? "-"
                                : String.format(Locale.ROOT, "%.2f%%", card.top1().getAsDouble()))
                .isEqualTo(row.get(4));
        assertThat(String.format(Locale.ROOT, "%.2f%%", card.ssldTop1())).isEqualTo(row.get(5));
        // One printed link lacks the name of its model.
        String link = row.get(6).replace("/_ssld", "/" + model.modelName() + "_ssld");
        assertThat(card.ssldWeights()).anyMatch(uri -> uri.toString().equals(link));
    }

    @ParameterizedTest
    @EnumSource
    void card_everyModel_complete(SsldModel model) {
        ModelCard card = ModelCard.of(model);
        assertThat(card.model()).isEqualTo(model);
        assertThat(card.multiplyAdds()).isEqualTo(Golden.of(model).values().macs());
        assertThat(card.inputSize()).isEqualTo(224);
        assertThat(card.licence()).isEqualTo("Apache-2.0");
        assertThat(card.top1().isPresent()).isEqualTo(!card.plainWeights().isEmpty());
        for (boolean ssld : new boolean[] {true, false}) {
            assertThat(card.weights(ssld))
                    .allSatisfy(
                            uri ->
                                    assertThat(uri.toString())
                                            .startsWith("https://")
                                            .endsWith("/" + card.fileName(ssld)));
            assertThat(card.sha256(ssld)).isEmpty();
        }
        assertThat(card.ssldWeights()).isNotEmpty();
    }

    @Test
    void preprocessing_ofTheHgNets_ownInterpolation() {
        for (SsldModel model : SsldModel.values()) {
            Preprocessing preprocessing = ModelCard.of(model).preprocessing();
            boolean hgNet = model.name().startsWith("PPHGNET");
            int side = model == SsldModel.PPHGNET_TINY ? 232 : hgNet ? 236 : 256;
            assertThat(preprocessing.resizeShort()).isEqualTo(side);
            assertThat(preprocessing.interpolation() == Interpolation.PILLOW_BICUBIC)
                    .isEqualTo(hgNet);
        }
    }

    @Test
    void preprocessing_cropOutside_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Preprocessing.imageNet(200, Interpolation.PILLOW_BICUBIC))
                .withMessage("crop must be at least 1 and at most resizeShort, 200, but was 224");
    }
}
