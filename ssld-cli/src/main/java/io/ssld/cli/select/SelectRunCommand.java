package io.ssld.cli.select;

import io.ssld.base.internal.GrowingFolder;
import io.ssld.base.internal.Json;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.OutputKinds;
import io.ssld.cli.common.StopOnSignal;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.data.ImageList;
import io.ssld.selection.MinedLabel;
import io.ssld.selection.TopKPerClass;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld select run}. */
@Command(
        name = "run",
        description =
                "Mine a pool from end to end: dedup against the validation images, within the pool,"
                    + " label, topk, merge. Each step leaves its files in one folder, and --resume"
                    + " goes on after the last one.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SelectRunCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TeacherOptions teacher;

    @Option(
            names = "--pool",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The images without labels.")
    private Path pool;

    @Option(
            names = "--labelled",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The labelled images.")
    private Path labelled;

    @Option(
            names = "--val",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The validation images, of which none and no copy gets in.")
    private Path validation;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where relative paths start from. Default: the folder of each list")
    private @Nullable Path root;

    @Mixin private DescriptorOptions descriptor;
    @Mixin private TopKOptions topK;

    @Option(
            names = "--mined-label",
            paramLabel = "LABEL",
            description = "The class of mined images: none or zero. Default: none",
            defaultValue = "none")
    private MinedLabel minedLabel;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description =
                    "Where dedup/, within/, labels.tsv, mined.txt, train.txt and, last,"
                            + " summary.json go.")
    private Path out;

    @Option(names = "--resume", description = "Go on with what an unfinished run left.")
    private boolean resume;

    @Option(names = "--force", description = "Replace an earlier run.")
    private boolean force;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectRunCommand() {}

    @Override
    public Integer call() throws Exception {
        return StopOnSignal.telling(spec, this::mine);
    }

    private int mine() throws Exception {
        Usage.check(spec, teacher::checked);
        Usage.check(spec, this::consistent);
        GrowingFolder place = GrowingFolder.of("--out", out, OutputKinds.MINING, resume, force);
        TopKPerClass selection = Usage.check(spec, topK::selection);
        Path home = out;
        ImageList images = read(pool, home);
        ImageList people = read(labelled, home);
        ImageList held = read(validation, home);
        place.fill(
                () -> {
                    try (MiningRun run =
                            MiningRun.open(out, identity(images, people, held), resume)) {
                        run.dedup(images, held, descriptor);
                        run.within(home, descriptor);
                        run.label(home, teacher);
                        run.select(selection);
                        print(run.merge(people, held, home, minedLabel));
                    }
                });
        return 0;
    }

    private ImageList read(Path given, Path home) throws IOException {
        return WrittenLists.in(home, lists.read(given, root), root);
    }

    private boolean consistent() {
        Usage.notBoth(spec, resume, force);
        if (minedLabel == MinedLabel.KEPT) {
            throw new IllegalArgumentException(
                    "--mined-label must be none or zero, but was kept; mined images have no label");
        }
        return true;
    }

    private List<Object> identity(ImageList images, ImageList people, ImageList held) {
        List<Object> words = new ArrayList<>();
        words.add("pool " + images.digest());
        words.add("labelled " + people.digest());
        words.add("validation " + held.digest());
        words.addAll(teacher.identity());
        words.add(descriptor.identity());
        words.add("copies within the pool removed");
        words.addAll(topK.identity());
        words.add("mined-label " + minedLabel);
        return words;
    }

    private void print(MiningRun.Summary summary) {
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(summary));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "pool      %d images%n"
                            + "dedup     %d kept, %d removed as copies of validation images, %d"
                            + " unreadable%n"
                            + "within    %d removed as copies of others in the pool%n"
                            + "label     %d labelled, %d quarantined%n"
                            + "topk      %d kept%n"
                            + "merge     %s%n"
                            + "List: %s%n",
                    summary.pool(),
                    summary.kept(),
                    summary.removed(),
                    summary.unreadable(),
                    summary.copiesWithin(),
                    summary.labelled(),
                    summary.quarantined(),
                    summary.mined(),
                    summary.merge().text(),
                    out.resolve(MiningRun.TRAIN));
        }
        stdout.flush();
    }
}
