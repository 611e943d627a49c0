package io.ssld.cli.select;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.ListOrFolder;
import io.ssld.cli.common.OutputFile;
import io.ssld.cli.common.Version;
import io.ssld.core.data.ImageList;
import io.ssld.selection.MinedLabel;
import io.ssld.selection.TrainingList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld select merge}. */
@Command(
        name = "merge",
        description =
                "Merge labelled and mined images into a training list that holds no image of the"
                        + " validation list and none twice.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SelectMergeCommand implements Callable<Integer> {

    private static final String DROPPED = ".dropped.csv";

    @Spec private CommandSpec spec;

    @Option(
            names = "--labelled",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The labelled images.")
    private Path labelled;

    @Option(
            names = "--mined",
            required = true,
            arity = "1..*",
            paramLabel = "LIST|DIR",
            description = "The mined images.")
    private List<Path> mined;

    @Option(
            names = "--val",
            paramLabel = "LIST|DIR",
            description = "Images that must not get in, by path or by content.")
    private @Nullable Path validation;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where relative paths start from. Default: the folder of each" + " list")
    private @Nullable Path root;

    @Option(
            names = "--mined-label",
            paramLabel = "LABEL",
            description =
                    "The class of mined images: none, zero (as PaddleClas writes it) or kept."
                            + " Default: none",
            defaultValue = "none")
    private MinedLabel minedLabel;

    @Option(
            names = "--strict",
            description = "Fail if there is a validation image among the others.")
    private boolean strict;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "LIST",
            description = "The training list. Beside it LIST.dropped.csv says what is not in it.")
    private Path out;

    @Option(names = "--force", description = "Replace an earlier list.")
    private boolean force;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectMergeCommand() {}

    @Override
    public Integer call() throws Exception {
        OutputFile.requireNew("--out", out, force);
        OutputFile.requireNewBeside("--out", out, DROPPED, force);
        MergeAnswer answer = merge();
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(answer));
        } else {
            stdout.printf("%s%nList: %s%n", answer.text(), out);
        }
        stdout.flush();
        return 0;
    }

    private MergeAnswer merge() throws IOException {
        Path home = ListOrFolder.folderOf(out);
        ImageList people = lists.read(labelled, root);
        TrainingList.Builder builder =
                TrainingList.builder()
                        .setLabelled(WrittenLists.in(home, people, root))
                        .optMinedLabel(minedLabel)
                        .optRefuseContamination(strict);
        for (Path list : mined) {
            builder.addMined(WrittenLists.in(home, lists.read(list, root), root));
        }
        if (validation != null) {
            builder.optValidation(lists.read(validation, root));
        }
        TrainingList.Merged merged = builder.build().merge();
        merged.writeDropped(OutputFile.beside(out, DROPPED));
        merged.images().write(out);
        return MergeAnswer.of(merged, out);
    }
}
