package io.ssld.cli.select;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.engine.internal.Parameters;
import io.ssld.images.view.ImageSize;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.NetworkDescriptor;
import io.ssld.zoo.Features;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** What proposes candidates when duplicates are searched. */
public final class DescriptorOptions {

    private static final String CLASSICAL = "classical";

    /** What the built-in networks call the mean over the image before their classifier. */
    private static final List<String> POOLED = List.of("avg_pool", "pool2d_gap");

    private static final int DIGEST = 12;

    @Option(
            names = "--descriptor",
            paramLabel = CLASSICAL + "|" + ModelSpec.LABEL,
            converter = Converter.class,
            description =
                    "What proposes the images to verify: light, colours and edges, or the pooled"
                            + " features of a network. Default: "
                            + CLASSICAL)
    private Choice choice = new Choice(null);

    /** Made by picocli, which sets the annotated fields. */
    DescriptorOptions() {}

    /** The word of this option for comparing runs. */
    String identity() {
        ModelSpec model = choice.model();
        return "descriptor " + (model == null ? CLASSICAL : model.text());
    }

    /** Whether it is the one whose thresholds are known. */
    boolean isBuiltIn() {
        return choice.model() == null;
    }

    /** Opens the network, if one was chosen; kept open until the search is done. */
    Opened open() throws IOException {
        ModelSpec model = choice.model();
        return new Opened(model == null ? null : ModelOpener.open(model));
    }

    /** The name of the layer in a network. */
    static String pooled(Block network) {
        List<String> children = network.getChildren().keys();
        return POOLED.stream()
                .filter(name -> children.stream().anyMatch(child -> child.endsWith(name)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "network must have one of the layers %s, but has %s"
                                                .formatted(POOLED, children)));
    }

    /** A descriptor that can be used. */
    record Opened(@Nullable OpenModel model) implements AutoCloseable {

        NearDuplicateFinder.Builder applyTo(NearDuplicateFinder.Builder finder) {
            return model == null ? finder : finder.optDescriptor(name(model), descriptor(model));
        }

        /** Weights, not paths: a cache and a certificate are for other folders, too. */
        private static String name(OpenModel model) {
            return model.architecture().modelName()
                    + " "
                    + Parameters.digest(model.block()).substring(0, DIGEST);
        }

        private static NetworkDescriptor descriptor(OpenModel model) {
            Features features = Features.of(model.block(), pooled(model.block()));
            int side = model.preprocessing().crop();
            return new NetworkDescriptor(
                    model.model().getNDManager(),
                    images -> means(features, images),
                    new ImageSize(side, side),
                    model.normalization());
        }

        private static NDArray means(Features features, NDArray images) {
            ParameterStore store = new ParameterStore(images.getManager(), false);
            return features.forward(store, new NDList(images), false).get(1);
        }

        @Override
        public void close() {
            if (model != null) {
                model.close();
            }
        }
    }

    /** Null for the descriptor built in. */
    public record Choice(@Nullable ModelSpec model) {}

    /** For picocli: a wrong model is wrong usage. */
    static final class Converter implements ITypeConverter<Choice> {

        @Override
        public Choice convert(String text) {
            return text.toLowerCase(Locale.ROOT).equals(CLASSICAL)
                    ? new Choice(null)
                    : new Choice(new ModelSpec.Converter().convert(text));
        }
    }
}
