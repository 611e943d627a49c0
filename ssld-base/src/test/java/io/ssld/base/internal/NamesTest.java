package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    private static final List<String> NAMES =
            List.of("ResNet50_vd", "ResNet101_vd", "SYMMETRIC_KL", "ssldStage2", "ssld");

    @ParameterizedTest
    @CsvSource({
        "ResNet51_vd, ResNet50_vd",
        "resnet50, ResNet50_vd",
        "ResNet-101, ResNet101_vd",
        "symetric-kl, SYMMETRIC_KL",
        "sslds, ssld",
        "ssldStage3, ssldStage2"
    })
    void close_misspelt_closestFirst(String asked, String meant) {
        assertThat(Names.close(asked, NAMES)).first().isEqualTo(meant);
    }

    @Test
    void close_nothingAlike_none() {
        assertThat(Names.close("vit", NAMES)).isEmpty();
        assertThat(Names.close("", NAMES)).isEmpty();
        assertThat(Names.close("s", NAMES)).isEmpty();
    }

    @Test
    void unknown_misspelt_allNamesAndTheClosest() {
        assertThat(Names.unknown("recipe", "sslt", List.of("ssld", "fixRes")))
                .isEqualTo("recipe must be one of ssld, fixRes, but was sslt; did you mean ssld?");
        assertThat(Names.unknown("recipe", "vit", List.of("ssld", "fixRes")))
                .isEqualTo("recipe must be one of ssld, fixRes, but was vit");
    }
}
