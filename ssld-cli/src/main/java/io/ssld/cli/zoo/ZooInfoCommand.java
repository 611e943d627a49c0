package io.ssld.cli.zoo;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.ModelConverter;
import io.ssld.cli.common.Version;
import io.ssld.zoo.ModelCard;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.SsldModel;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld zoo info}. */
@Command(
        name = "info",
        description = "Print the card of a network.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ZooInfoCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "A network, such as ResNet50_vd.",
            converter = ModelConverter.class)
    private SsldModel model;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    ZooInfoCommand() {}

    @Override
    public Integer call() {
        CardRow row = CardRow.of(ModelCard.of(model));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.toString(row));
        } else {
            print(row, out);
        }
        out.flush();
        return 0;
    }

    private static void print(CardRow row, PrintWriter out) {
        Preprocessing how = row.preprocessing();
        out.println(row.name());
        out.printf(
                Locale.ROOT,
                "top-1, published:  plain %s, SSLD %.2f (not measured by us)%n",
                row.plainTop1(),
                row.publishedSsldTop1());
        out.printf(
                Locale.ROOT,
                "parameters:        %,d (published: %.2f M)%n",
                row.parameters(),
                row.publishedParameters() / 1e6);
        out.printf(
                Locale.ROOT,
                "multiply-adds:     %,d (published FLOPs: %.2f M)%n",
                row.multiplyAdds(),
                row.publishedFlops() / 1e6);
        out.printf(
                Locale.ROOT,
                "input:             short side %d, crop %d, %s, mean %s, std %s%n",
                how.resizeShort(),
                how.crop(),
                how.interpolation(),
                how.mean(),
                how.std());
        out.printf("licence:           %s%n", row.licence());
        row.ssldWeights().forEach(uri -> out.printf("SSLD weights:      %s%n", uri));
        row.plainWeights().forEach(uri -> out.printf("plain weights:     %s%n", uri));
        out.printf("SSLD in cache:     %s%n", row.ssldCached() ? row.ssldCache() : "no");
        out.printf("plain in cache:    %s%n", row.plainCached() ? row.plainCache() : "no");
    }
}
