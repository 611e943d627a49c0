package io.ssld.cli.select;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.InputLists;
import io.ssld.cli.common.ListOrFolder;
import io.ssld.cli.common.OutputFile;
import io.ssld.cli.common.Usage;
import io.ssld.cli.common.Version;
import io.ssld.core.data.ImageList;
import io.ssld.selection.GeneralImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ssld select ugi}. */
@Command(
        name = "ugi",
        description =
                "Draw general images at random, without any selection (SKL-UGI): the same ones in"
                        + " whatever order the pool is.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class SelectUgiCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--pool",
            required = true,
            paramLabel = "LIST|DIR",
            description = "The general images.")
    private Path pool;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where relative paths start from. Default: the folder of each" + " list")
    private @Nullable Path root;

    @Option(names = "--count", paramLabel = "N", description = "How many images to draw; or:")
    private @Nullable Integer count;

    @Option(
            names = "--ratio",
            paramLabel = "R",
            description = "How many for each labelled image, such as 0.54.")
    private @Nullable Double ratio;

    @Option(
            names = "--labelled",
            paramLabel = "LIST|DIR",
            description = "With --ratio: the labelled images.")
    private @Nullable Path labelled;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Which sample. Default: ${DEFAULT-VALUE}",
            defaultValue = "0")
    private long seed;

    @Option(
            names = "--keep-duplicates",
            description = "Do not leave out images with equal contents.")
    private boolean keepDuplicates;

    @Option(names = "--out", required = true, paramLabel = "LIST", description = "The sample.")
    private Path out;

    @Option(names = "--force", description = "Replace an earlier list.")
    private boolean force;

    @Mixin private InputLists lists;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    SelectUgiCommand() {}

    private record Answer(String list, int pool, int images, int duplicates, int quarantined) {}

    @Override
    public Integer call() throws Exception {
        Usage.check(spec, this::consistent);
        OutputFile.requireNew("--out", out, force);
        int ofLabelled = labelled == null ? 0 : lists.read(labelled, root).size();
        GeneralImages sampler = Usage.check(spec, () -> sampler(ofLabelled));
        ImageList images = lists.read(pool, root);
        GeneralImages.Sample sample =
                sampler.draw(WrittenLists.in(ListOrFolder.folderOf(out), images, root));
        sample.images().write(out);
        print(
                new Answer(
                        out.toString(),
                        images.size(),
                        sample.images().size(),
                        sample.duplicates(),
                        sample.quarantined().size()));
        return 0;
    }

    private boolean consistent() {
        if ((count == null) == (ratio == null)) {
            throw new IllegalArgumentException("either --count or --ratio must be given");
        }
        if ((ratio == null) != (labelled == null)) {
            throw new IllegalArgumentException(
                    "--ratio must go with --labelled, but "
                            + (ratio == null ? "--labelled" : "--ratio")
                            + " stands alone");
        }
        return true;
    }

    private GeneralImages sampler(int ofLabelled) {
        GeneralImages.Builder builder =
                GeneralImages.builder().optSeed(seed).optKeepDuplicates(keepDuplicates);
        if (count != null) {
            return builder.setCount(count).build();
        }
        return builder.setRatio(Objects.requireNonNull(ratio), ofLabelled).build();
    }

    private void print(Answer answer) throws IOException {
        PrintWriter stdout = spec.commandLine().getOut();
        if (json) {
            stdout.println(Json.toString(answer));
        } else {
            stdout.printf(
                    Locale.ROOT,
                    "%d of %d images drawn; %d had the content of another, %d could not be read%n"
                            + "List: %s%n",
                    answer.images(),
                    answer.pool(),
                    answer.duplicates(),
                    answer.quarantined(),
                    answer.list());
        }
        stdout.flush();
    }
}
