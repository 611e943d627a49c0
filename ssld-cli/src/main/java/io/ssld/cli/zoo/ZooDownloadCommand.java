package io.ssld.cli.zoo;

import io.ssld.cli.common.DownloadBar;
import io.ssld.cli.common.ModelConverter;
import io.ssld.cli.common.Progress;
import io.ssld.cli.common.Version;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.resolve.WeightsResolver;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld zoo download}. */
@Command(
        name = "download",
        description = "Download weights into the cache and print where they are.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ZooDownloadCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            arity = "1..*",
            description = "Networks, such as ResNet50_vd.",
            converter = ModelConverter.class)
    private List<SsldModel> models;

    @Option(names = "--plain", description = "Plain weights instead of SSLD weights.")
    private boolean plain;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    ZooDownloadCommand() {}

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        for (SsldModel model : models) {
            try (DownloadBar bar = new DownloadBar(Progress.onTerminal())) {
                Path file =
                        WeightsResolver.builder()
                                .optProgress(bar)
                                .optOffline(offline())
                                .build()
                                .resolve(model, !plain);
                out.println(file);
                out.flush();
            }
        }
        return 0;
    }

    /**
     * bin/ssld keeps DJL offline by a property, so that nothing is fetched behind the user's back.
     * This command is asked to fetch, so that only the environment can forbid it.
     */
    private static boolean offline() {
        return Boolean.parseBoolean(System.getenv("DJL_OFFLINE"));
    }
}
