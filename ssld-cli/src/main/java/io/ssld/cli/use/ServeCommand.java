package io.ssld.cli.use;

import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.cli.service.PredictionService;
import io.ssld.cli.service.PredictionService.Kind;
import io.ssld.cli.service.PredictionService.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ssld serve}. */
@Command(
        name = "serve",
        description =
                "Serve a saved model on the local machine: POST /predict with an image, GET"
                        + " /health. Ends with Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class ServeCommand implements Callable<Integer> {

    private static final int MAX_PORT = 65_535;

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "The folder of a saved model.")
    private Path model;

    @Option(
            names = "--torchscript",
            description =
                    "DIR holds a TorchScript program (NAME.pt). Such a program does what it likes:"
                            + " only for what you trust.")
    private boolean torchScript;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Where to listen, 0 for any free port. Default: ${DEFAULT-VALUE}",
            defaultValue = "8080")
    private int port;

    @Option(
            names = "--workers",
            paramLabel = "W",
            description =
                    "Images decoded and classified at the same time. Default: one a processor")
    private @Nullable Integer workers;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    ServeCommand() {}

    @Override
    public Integer call() throws Exception {
        int count = workers == null ? Limits.USUAL.workers() : workers;
        Usage.atLeastOne(spec, "--workers", count);
        if (port < 0 || port > MAX_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--port must be from 0 to 65535, but was " + port);
        }
        Limits limits = new Limits(count, Limits.USUAL.waiting(), Limits.USUAL.maxBytes());
        Kind kind = torchScript ? Kind.TORCH_SCRIPT : Kind.SAVED_MODEL;
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        PredictionService service = PredictionService.start(model, kind, address, limits);
        Runtime.getRuntime().addShutdownHook(new Thread(service::close, "ssld-close"));
        spec.commandLine()
                .getOut()
                .printf(Locale.ROOT, "http://localhost:%d/predict, until Ctrl-C%n", service.port());
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
