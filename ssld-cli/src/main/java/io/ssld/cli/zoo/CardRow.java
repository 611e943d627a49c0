package io.ssld.cli.zoo;

import io.ssld.zoo.ModelCard;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.resolve.WeightsResolver;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A model card for people and programs; accuracies are published ones, not measured by us. */
record CardRow(
        String name,
        @Nullable Double publishedTop1,
        double publishedSsldTop1,
        double publishedFlops,
        double publishedParameters,
        long multiplyAdds,
        long parameters,
        Preprocessing preprocessing,
        String licence,
        List<URI> plainWeights,
        List<URI> ssldWeights,
        Path ssldCache,
        boolean ssldCached,
        Path plainCache,
        boolean plainCached) {

    static CardRow of(ModelCard card) {
        WeightsResolver resolver = WeightsResolver.builder().build();
        Path ssld = resolver.place(card.model(), true);
        Path plain = resolver.place(card.model(), false);
        return new CardRow(
                card.model().modelName(),
                card.top1().isPresent() ? card.top1().getAsDouble() : null,
                card.ssldTop1(),
                card.publishedFlops(),
                card.publishedParameters(),
                card.multiplyAdds(),
                card.model().parameterCount(1000),
                card.preprocessing(),
                card.licence(),
                card.plainWeights(),
                card.ssldWeights(),
                ssld,
                Files.exists(ssld),
                plain,
                Files.exists(plain));
    }

    /** Returns the plain accuracy in percent, or a dash. */
    String plainTop1() {
        return publishedTop1 == null ? "-" : String.format(Locale.ROOT, "%.2f", publishedTop1);
    }
}
