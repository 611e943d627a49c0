package io.ssld.cli.zoo;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.Version;
import io.ssld.zoo.ModelCard;
import io.ssld.zoo.SsldModel;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld zoo list}. */
@Command(
        name = "list",
        description = "List the networks, with top-1 accuracies as published.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ZooListCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON instead of the table.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    ZooListCommand() {}

    @Override
    public Integer call() {
        List<CardRow> rows =
                Arrays.stream(SsldModel.values()).map(ModelCard::of).map(CardRow::of).toList();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.toString(rows));
        } else {
            out.println("name                     top-1  SSLD   parameters  multiply-adds  cached");
            for (CardRow row : rows) {
                out.printf(
                        Locale.ROOT,
                        "%-24s %5s  %5.2f  %8.2f M  %11.2f M  %s%n",
                        row.name(),
                        row.plainTop1(),
                        row.publishedSsldTop1(),
                        row.parameters() / 1e6,
                        row.multiplyAdds() / 1e6,
                        row.ssldCached() ? "yes" : "no");
            }
            out.println("Accuracies are the published ones, not measured by us.");
        }
        out.flush();
        return 0;
    }
}
