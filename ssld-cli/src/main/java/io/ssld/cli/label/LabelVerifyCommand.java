package io.ssld.cli.label;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.labels.LabelComparison;
import io.ssld.core.labels.LabelStores;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ssld label verify}. */
@Command(
        name = "verify",
        description =
                "Read every byte of a label store, and ask its teacher again about some images."
                        + " Exit code 1 if the labels are not the teacher's.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class LabelVerifyCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "STORE", description = "The folder of the store.")
    private Path path;

    @Option(
            names = "--model",
            required = true,
            paramLabel = ModelSpec.TEACHER_LABEL,
            converter = ModelSpec.TeacherConverter.class,
            description = ModelSpec.TEACHER_HELP + " All that were recorded.")
    private List<ModelSpec> models = new ArrayList<>();

    @Option(
            names = "--train",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The images that were recorded, or some of them.")
    private Path train;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where relative paths in the list start. Default: its folder")
    private @Nullable Path root;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Images to ask about, all of their views. Default: ${DEFAULT-VALUE}",
            defaultValue = "16")
    private int sample;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Which images. Default: 0",
            defaultValue = "0")
    private long seed;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    LabelVerifyCommand() {}

    @Override
    public Integer call() throws Exception {
        Usage.atLeastOne(spec, "--sample", sample);
        SoftLabelStore store = SoftLabelStore.open(path);
        store.verify();
        List<OpenModel> opened = new ArrayList<>();
        LabelComparison found;
        try {
            for (ModelSpec model : models) {
                opened.add(ModelOpener.open(model, null));
            }
            found =
                    LabelStores.compare(
                            store, teacher(opened), lists.read(train, root), sample, seed);
        } finally {
            opened.forEach(OpenModel::close);
        }
        print(found);
        if (!found.withinHalf()) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "labels of %s must be those of %s, but differ by up to %.4f; verify"
                                    + " with the teacher that was recorded, or record again",
                            path,
                            models.stream().map(ModelSpec::text).toList(),
                            found.greatestDifference()));
        }
        return 0;
    }

    private static RunTeacher teacher(List<OpenModel> opened) {
        List<RunTeacher> all = opened.stream().map(one -> one.taught(one.teacher())).toList();
        return all.size() == 1 ? all.get(0) : Teacher.average(all);
    }

    private void print(LabelComparison found) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.toString(found));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%d views of %d images asked again: agreement %.2f %%, greatest difference of a"
                            + " log-probability %.6f%n%d images of the list have no labels%n",
                    found.views(),
                    found.images(),
                    100 * found.agreement(),
                    found.greatestDifference(),
                    found.withoutLabels());
        }
        out.flush();
    }
}
