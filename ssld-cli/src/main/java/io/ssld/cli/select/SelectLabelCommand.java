package io.ssld.cli.select;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.LabelBar;
import io.ssld.cli.common.ListOrFolder;
import io.ssld.cli.common.OutputFile;
import io.ssld.cli.common.StopOnSignal;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.data.ImageList;
import io.ssld.selection.LabelResult;
import io.ssld.selection.SoftLabelTable;
import io.ssld.selection.SoftLabeler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld select label}. */
@Command(
        name = "label",
        description =
                "Ask a teacher about every image of a pool: a table of the likeliest classes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SelectLabelCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private TeacherOptions teacher;

    @Option(names = "--pool", required = true, paramLabel = "LIST|DIR", description = "The images.")
    private Path pool;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where relative paths of the list start from. Default: its folder")
    private @Nullable Path root;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description =
                    "The table. Beside it FILE.parts until it is whole, and FILE.quarantine.csv.")
    private Path out;

    @Option(names = "--resume", description = "Go on with what an unfinished run left.")
    private boolean resume;

    @Option(names = "--force", description = "Replace an earlier table and start anew.")
    private boolean force;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectLabelCommand() {}

    /** What the command says. */
    record Answer(
            String table,
            long images,
            long resumed,
            int quarantined,
            double seconds,
            double imagesPerSecond) {

        static Answer of(LabelResult result) {
            long done = result.images() + result.quarantined().size() - result.resumed();
            return new Answer(
                    result.table().toString(),
                    result.images(),
                    result.resumed(),
                    result.quarantined().size(),
                    result.seconds(),
                    done / Math.max(result.seconds(), 1e-9));
        }
    }

    @Override
    public Integer call() throws Exception {
        return StopOnSignal.telling(spec, this::label);
    }

    private int label() throws Exception {
        Usage.check(spec, () -> teacher.checked());
        Usage.notBoth(spec, resume, force);
        ImageList images =
                WrittenLists.in(ListOrFolder.folderOf(out), lists.read(pool, root), root);
        if (!resume && !force) {
            OutputFile.requireNew("--out", out, false);
            OutputFile.requireNewBeside("--out", out, ".quarantine.csv", false);
        }
        Answer answer;
        try (TeacherOptions.Opened opened = teacher.open();
                LabelBar bar = new LabelBar()) {
            SoftLabeler labeler =
                    opened.labeler().optResume(resume).optReplace(force).addListener(bar).build();
            answer =
                    resume && labeler.isDone(images, out)
                            ? done(images)
                            : Answer.of(labeler.label(images, out));
        }
        print(answer);
        return 0;
    }

    /** A finished run is no failure: whoever resumes wants it done. */
    private Answer done(ImageList images) throws IOException {
        long[] rows = new long[1];
        SoftLabelTable.open(out).forEach(row -> rows[0]++);
        return new Answer(
                out.toString(), rows[0], images.size(), (int) (images.size() - rows[0]), 0, 0);
    }

    private void print(Answer answer) {
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(answer));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "%d images labelled, %d quarantined, %d of them by an earlier run; %.1f s, %.0f"
                            + " images/s%nTable: %s%n",
                    answer.images(),
                    answer.quarantined(),
                    answer.resumed(),
                    answer.seconds(),
                    answer.imagesPerSecond(),
                    answer.table());
        }
        stdout.flush();
    }
}
