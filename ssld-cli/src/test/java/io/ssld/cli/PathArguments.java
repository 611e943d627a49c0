package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.zoo.Npy;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The paths that commands take: what each is for, good ones and wrong ones. */
final class PathArguments {

    private static final String NETWORK = "SmallMobileNet_x0_6";

    /** Options for what a command writes. */
    private static final Set<String> OUTPUTS =
            Set.of("--out", "--to", "--output", "--keep", "--json", "--cache");

    private static final Set<String> FOLDERS = Set.of("DIR", "STORE");
    private static final Set<String> FILES = Set.of("FILE", "CSV", "IN.npy", "OUT.npy", "LIST");

    private final Path folder;

    private PathArguments(Path folder) {
        this.folder = folder;
    }

    /** Makes a tiny one of everything that a command reads. */
    static PathArguments in(Path folder) throws IOException {
        PathArguments made = new PathArguments(folder);
        ColouredSquares.write(folder);
        Files.createDirectory(folder.resolve("empty"));
        Files.createDirectory(folder.resolve("folder.safetensors"));
        Files.writeString(folder.resolve("file.txt"), "some text\n");
        made.links();
        Files.writeString(folder.resolve("list.txt"), "train/red/2.png 2\ntrain/blue/0.png 0\n");
        try (Model network = Model.newInstance("network", "PyTorch")) {
            Block block = SmallModel.MOBILENET_X0_6.newBlock(3);
            block.initialize(network.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 28, 28));
            SavedModel.of(SmallModel.MOBILENET_X0_6, ColouredSquares.CLASSES)
                    .write(folder.resolve("model"), block, ModelNotes.none());
            SsldWeights.write(folder.resolve("weights.safetensors"), block);
        }
        new Npy(new long[] {1, 3, 28, 28}, new float[3 * 28 * 28]).write(folder.resolve("in.npy"));
        made.run("label record --model @model --train @list.txt --views 1 --k 2 --out @store");
        made.run("label export @store --out @labels.parquet");
        made.run("select label --model @model --pool @list.txt --top 2 --out @labels.tsv");
        return made;
    }

    private void links() throws IOException {
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        new ProcessBuilder("mkfifo", path("pipe")).inheritIO().start().onExit().join();
        Path unreadable = folder.resolve("unreadable.safetensors");
        Files.createFile(unreadable);
        Files.setPosixFilePermissions(unreadable, Set.of());
        if (Files.isReadable(unreadable)) {
            // The administrator reads all files but such as this, which ends in "I/O error".
            Files.delete(unreadable);
            Files.createSymbolicLink(unreadable, Path.of("/proc/self/mem"));
        }
    }

    private void run(String line) {
        Ran ran = Ran.ssld(split(line).toArray(String[]::new));
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    /** Words, of which those with an @ are in the folder. */
    private List<String> split(String line) {
        return line.isEmpty()
                ? List.of()
                : Stream.of(line.split(" ")).map(word -> word.replace("@", folder + "/")).toList();
    }

    /** The arguments of a command that are paths. */
    static List<ArgSpec> paths(CommandSpec command) {
        return command.args().stream().filter(PathArguments::isPath).toList();
    }

    private static boolean isPath(ArgSpec argument) {
        Class<?> type = type(argument);
        return type == Path.class
                || type == java.io.File.class
                || type == ModelSpec.class
                || argument.paramLabel().equals("PATH");
    }

    private static Class<?> type(ArgSpec argument) {
        return argument.isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
    }

    /** What users call an argument. */
    static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    /** Wrong paths of an argument, by what is wrong. */
    Map<String, String> wrong(ArgSpec argument) {
        String label = argument.paramLabel();
        boolean output = OUTPUTS.contains(name(argument));
        Map<String, String> paths = output ? wrongOutputs() : wrongInputs();
        if (type(argument) == ModelSpec.class) {
            paths.put("a file", path("file.txt"));
            paths.put("a folder without a model", path("empty"));
            paths.put("missing weights", NETWORK + "=" + path("nothere.safetensors"));
            paths.put("a folder as weights", NETWORK + "=" + path("folder.safetensors"));
            paths.put("weights below a file", NETWORK + "=" + path("file.txt/x.safetensors"));
            paths.put("unreadable weights", NETWORK + "=" + path("unreadable.safetensors"));
        } else if (label.equals("LIST|DIR")) {
            paths.put("an image as a list", path("train/red/2.png"));
            paths.put("unreadable", path("unreadable.safetensors"));
            paths.put("a folder without images", path("empty"));
        } else if (label.equals("PATH")) {
            paths.put("a folder without images", path("empty"));
        } else if (FOLDERS.contains(label)) {
            paths.put("a file", path("file.txt"));
            if (output) {
                paths.put("a folder of others", path("train"));
            } else if (!name(argument).equals("--root") && !name(argument).equals("DIR")) {
                paths.put("an empty folder", path("empty"));
            }
        } else {
            assertThat(FILES).as(name(argument)).contains(label);
            paths.put("a folder", path("empty"));
            if (!output) {
                paths.put("unreadable", path("unreadable.safetensors"));
            }
        }
        return paths;
    }

    private Map<String, String> wrongPaths() {
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("no text", "");
        paths.put("below a file", path("file.txt/x"));
        paths.put("a name that is too long", path("x".repeat(300)));
        return paths;
    }

    private Map<String, String> wrongInputs() {
        Map<String, String> paths = wrongPaths();
        paths.put("missing", path("nothere"));
        // A pipe would wait for ever, were it read.
        paths.put("a device", "/dev/null");
        return paths;
    }

    private Map<String, String> wrongOutputs() {
        Map<String, String> paths = wrongPaths();
        paths.put("a link to nowhere", path("dangling"));
        // A device would be gone, were it written.
        paths.put("a pipe", path("pipe"));
        return paths;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** A command line with one path that is wrong. */
    String[] line(CommandSpec command, ArgSpec wrong, String path) {
        List<String> line = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
        line.remove(0);
        String key = String.join(" ", line) + " " + name(wrong);
        List<ArgSpec> positional = new ArrayList<>();
        for (ArgSpec each : command.args()) {
            if (each == wrong || each.required()) {
                if (each.isOption()) {
                    line.add(name(each));
                    line.add(each == wrong ? path : good(key, each));
                } else {
                    positional.add(each);
                }
            }
        }
        line.addAll(split(companions(line.get(0), key)));
        // Behind options, of which some take any number of values.
        for (ArgSpec each : positional) {
            line.add(each == wrong ? path : good(key, each));
        }
        return line.toArray(String[]::new);
    }

    /** What a command needs besides the options that are required always. */
    private static String companions(String command, String key) {
        return switch (key) {
            case "select ugi --labelled" -> "--ratio 1";
            case "select ugi --pool", "select ugi --root", "select ugi --out" -> "--count 1";
            case "finetune --unlabelled" -> "--batch 6 --teacher @model";
            case "distill --teacher", "distill --labels" -> "--batch 6 --classes 3";
            case "plan --teacher", "plan --labels" -> "--batch 6 --classes 3";
            case "predict PATH" -> "";
            default ->
                    switch (command) {
                        case "distill", "plan" -> "--batch 6 --classes 3 --teacher @model";
                        case "train", "finetune", "search" -> "--batch 6 --classes 3";
                        case "predict" -> "@train";
                        default -> "";
                    };
        };
    }

    /** A value that is right. */
    private String good(String key, ArgSpec argument) {
        if (type(argument) == ModelSpec.class) {
            boolean named = key.endsWith("--weights") || key.startsWith("zoo ");
            return named ? NETWORK : path("model");
        }
        return switch (argument.paramLabel()) {
            // A root is for lists.
            case "LIST|DIR" -> key.endsWith("--root") ? path("list.txt") : path("train");
            case "STORE" -> OUTPUTS.contains(name(argument)) ? path("new") : path("store");
            case "DIR" -> name(argument).equals("--model") ? path("model") : path("new");
            case "FILE" ->
                    switch (name(argument)) {
                        case "--from", "--weights" -> path("weights.safetensors");
                        case "--to" -> path("new.safetensors");
                        case "--labels" -> path("labels.tsv");
                        case "--out" -> path("new");
                        default -> path("labels.parquet");
                    };
            case "IN.npy" -> path("in.npy");
            case "OUT.npy", "LIST" -> path("new");
            case "PATH" -> path("train");
            default -> "1";
        };
    }
}
