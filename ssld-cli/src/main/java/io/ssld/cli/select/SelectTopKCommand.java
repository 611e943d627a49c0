package io.ssld.cli.select;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.OutputFile;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.selection.KeptImages;
import io.ssld.selection.TopKPerClass;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld select topk}. */
@Command(
        name = "topk",
        description = "Select of labelled pools the images a teacher is surest of, per class.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SelectTopKCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--labels",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "Tables of 'select label', or of --keep, by one teacher; no image twice.")
    private List<Path> labels;

    @Mixin private TopKOptions options;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "LIST",
            description = "The list of images, without labels; its paths start from its folder.")
    private Path out;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description =
                    "Where relative paths of the tables start from. Default: the folder of each"
                            + " table")
    private @Nullable Path root;

    @Option(
            names = "--keep",
            paramLabel = "FILE",
            description =
                    "Also write a table of the rows kept. It stands for all these tables when more"
                            + " come: select of it and the new ones.")
    private @Nullable Path keep;

    @Option(
            names = "--pseudo-labels",
            description = "Write the class that keeps an image as its label.")
    private boolean pseudoLabels;

    @Option(names = "--force", description = "Replace earlier files.")
    private boolean force;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectTopKCommand() {}

    /** What the command says. */
    record Answer(
            String list,
            long rows,
            long images,
            int classes,
            int emptyClasses,
            List<Integer> counts) {

        static Answer of(KeptImages kept, Path list) throws IOException {
            int[] counts = kept.counts();
            int empty = (int) Arrays.stream(counts).filter(count -> count == 0).count();
            return new Answer(
                    list.toString(),
                    kept.rows(),
                    kept.images(),
                    counts.length,
                    empty,
                    Arrays.stream(counts).boxed().toList());
        }
    }

    @Override
    public Integer call() throws Exception {
        TopKPerClass selection = Usage.check(spec, options::selection);
        OutputFile.requireNew("--out", out, force);
        if (keep != null) {
            OutputFile.requireNew("--keep", keep, force);
        }
        print(select(selection));
        return 0;
    }

    private Answer select(TopKPerClass selection) throws IOException {
        try (KeptImages kept = selection.select(labels)) {
            if (keep != null) {
                kept.writeTable(keep, root);
            }
            if (pseudoLabels) {
                kept.writePseudoLabels(out, root);
            } else {
                kept.writeList(out, root);
            }
            return Answer.of(kept, out);
        }
    }

    private void print(Answer answer) {
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(answer));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "%d of %d images kept, in %d of %d classes%nList: %s%n",
                    answer.images(),
                    answer.rows(),
                    answer.classes() - answer.emptyClasses(),
                    answer.classes(),
                    out);
        }
        stdout.flush();
    }
}
