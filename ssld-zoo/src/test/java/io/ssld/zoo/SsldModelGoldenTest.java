package io.ssld.zoo;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Every network computes what the original does: logits, and one training pass.
 *
 * <p>The smallest member of each family runs always. The others take minutes: they run with {@code
 * mvn -Pslow -pl ssld-zoo -am verify} and are left out otherwise.
 */
class SsldModelGoldenTest {

    /** The smallest member of each family, as a pattern. */
    static final String SMALLEST =
            "PPLCNETV2_BASE|PPLCNET_X0_25|MOBILENETV1|MOBILENETV2|MOBILENETV3_SMALL_X0_35"
                    + "|GHOSTNET_X1_3|PPHGNET_TINY|RESNET34_VD|RES2NET50_VD_26W_4S|HRNET_W18_C";

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ANY, names = SMALLEST)
    void smallest_asTheOriginal(SsldModel model) {
        check(model);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_NONE, names = SMALLEST)
    void others_asTheOriginal(SsldModel model) {
        check(model);
    }

    private static void check(SsldModel model) {
        try (GoldenNetwork published = new GoldenNetwork(model, model.dropout().orElse(0))) {
            published.checkLogits();
        }
        try (GoldenNetwork withoutDropout = new GoldenNetwork(model, 0)) {
            withoutDropout.checkTraining();
        }
    }
}
