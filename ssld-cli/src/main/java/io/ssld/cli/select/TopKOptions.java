package io.ssld.cli.select;

import io.ssld.selection.TopKPerClass;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which images a class keeps. */
final class TopKOptions {

    private static final String ARG_MAX = "arg-max";
    private static final String TOP_P = "top-p";

    @Option(
            names = "--k",
            required = true,
            paramLabel = "K",
            description = "Images that a class keeps at most.")
    private int k;

    @Option(
            names = "--per-class-of",
            paramLabel = "RULE",
            description =
                    "Which classes an image stands for: arg-max (SSLD) or top-p, its P likeliest"
                            + " (Yalniz et al.). Default: ${DEFAULT-VALUE}",
            defaultValue = ARG_MAX)
    private String rule;

    @Option(names = "--p", paramLabel = "P", description = "With --per-class-of top-p.")
    private @Nullable Integer p;

    @Option(
            names = "--min-score",
            paramLabel = "S",
            description = "The least probability that is kept. Default: ${DEFAULT-VALUE}",
            defaultValue = "0")
    private double minimumScore;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    TopKOptions() {}

    /** Throws IllegalArgumentException for options that do not fit one another. */
    TopKPerClass selection() {
        if (!List.of(ARG_MAX, TOP_P).contains(rule)) {
            throw new IllegalArgumentException(
                    "--per-class-of must be arg-max or top-p, but was " + rule);
        }
        boolean several = rule.equals(TOP_P);
        if (several != (p != null)) {
            throw new IllegalArgumentException(
                    "--p must go with --per-class-of top-p, but "
                            + (several ? "is missing" : "stands alone"));
        }
        return TopKPerClass.builder()
                .setK(k)
                .optTopP(several ? Objects.requireNonNull(p) : 1)
                .optMinimumScore(minimumScore)
                .build();
    }

    /** The words of these options, for comparing runs. */
    List<Object> identity() {
        return List.of("k " + k, "rule " + rule, "p " + p, "min-score " + minimumScore);
    }
}
