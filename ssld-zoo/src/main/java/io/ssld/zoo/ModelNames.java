package io.ssld.zoo;

import io.ssld.base.internal.Names;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Networks by the names that people write. */
final class ModelNames {

    /** What PaddleClas adds to the name of a network to name its SSLD weights. */
    private static final List<String> SSLD_WEIGHTS = List.of("_ssld_pretrained", "_ssld");

    private ModelNames() {}

    /**
     * Returns the network of a name, in upper or lower case, or of the name of its SSLD weights.
     *
     * @param asked what was written
     * @param all the networks to choose from
     * @return the network
     * @throws IllegalArgumentException if there is none
     */
    static <A extends Architecture> A find(String asked, List<A> all) {
        return exactly(asked, all)
                .or(() -> byWeights(asked, all))
                .orElseThrow(() -> new IllegalArgumentException(unknown(asked, all)));
    }

    private static <A extends Architecture> Optional<A> exactly(String asked, List<A> all) {
        return all.stream().filter(each -> each.modelName().equalsIgnoreCase(asked)).findFirst();
    }

    private static <A extends Architecture> Optional<A> byWeights(String asked, List<A> all) {
        String lower = asked.toLowerCase(Locale.ROOT);
        return SSLD_WEIGHTS.stream()
                .filter(lower::endsWith)
                .map(end -> asked.substring(0, asked.length() - end.length()))
                .flatMap(name -> exactly(name, all).stream())
                .filter(SsldModel.class::isInstance)
                .findFirst();
    }

    private static String unknown(String asked, List<? extends Architecture> all) {
        List<String> names = all.stream().map(Architecture::modelName).toList();
        String suggestion = Names.suggestion(asked, names);
        return suggestion.isEmpty()
                ? "model must be one of %s, but was %s".formatted(String.join(", ", names), asked)
                : "model must be a built-in network, but was " + asked + suggestion;
    }
}
