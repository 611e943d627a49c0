package io.ssld.cli.label;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.Version;
import io.ssld.core.labels.LabelStoreHeader;
import io.ssld.core.labels.SoftLabelStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld label info}. */
@Command(
        name = "info",
        description = "Tell what a label store holds.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LabelInfoCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "STORE", description = "The folder of the store.")
    private Path path;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    LabelInfoCommand() {}

    /** What the command says. */
    record Answer(
            LabelStoreHeader header,
            String shard,
            String digest,
            int labelledImages,
            int quarantined,
            long bytes,
            double bytesPerView) {}

    @Override
    public Integer call() throws Exception {
        SoftLabelStore store = SoftLabelStore.open(path);
        long bytes = bytes();
        LabelStoreHeader header = store.header();
        long views = (long) store.size() * header.viewCount();
        Answer answer =
                new Answer(
                        header,
                        store.shard(),
                        store.digest(),
                        store.size(),
                        store.quarantined().size(),
                        bytes,
                        (double) bytes / Math.max(1, views));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.toString(answer));
        } else {
            out.printf(
                    Locale.ROOT,
                    "teacher    %s (%s)%nviews      %d an image, %d x %d, seed %d%n           %s%n"
                            + "labels     %d of %d classes%nimages     %d, %d more quarantined%n"
                            + "shard      %s%nbytes      %d, %.2f a view%ndigest     %s%n",
                    header.teacher(),
                    header.teacherDigest(),
                    header.viewCount(),
                    header.height(),
                    header.width(),
                    header.seed(),
                    header.views(),
                    header.topK(),
                    header.classes(),
                    answer.labelledImages(),
                    answer.quarantined(),
                    answer.shard(),
                    bytes,
                    answer.bytesPerView(),
                    answer.digest());
        }
        out.flush();
        return 0;
    }

    private long bytes() throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}
